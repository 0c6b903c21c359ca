import { END, START, UNK } from "../../src/data/text/vocabulary.ts";
import type { TrainingText } from "./training_text.ts";

/** Tokens of a prompt, at most. */
const longest = { words: 3, characters: 12 } as const;

/** What moves a terminal's cursor, ends a line or is not seen. */
const odd = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A prompt to ask a model with: the beginning of a document that it learnt from, as the model knows
 * it; `null` where none begins with anything that can be typed.
 */
export function suggestedPrompt(
  { tokenizer, training }: Pick<TrainingText, "tokenizer" | "training">,
): string | null {
  for (
    let start = training.indexOf(START);
    start >= 0;
    start = training.indexOf(START, start + 1)
  ) {
    const prompt = beginning(tokenizer, training.subarray(start + 1));
    // A lone hyphen stands for standard input.
    if (prompt !== "" && prompt !== "-") return prompt;
  }
  return null;
}

function beginning(tokenizer: TrainingText["tokenizer"], ids: Int32Array): string {
  const ends = (id: number) => id === END || id === UNK || odd.test(tokenizer.vocabulary.token(id));
  const most = longest[tokenizer.kind];
  const end = ids.subarray(0, most).findIndex(ends);
  const text = tokenizer.decode(ids.subarray(0, end < 0 ? most : end));
  if (tokenizer.kind === "words" || end >= 0) return text.trim();
  // Whole words where there are any.
  return text.replace(/(\S)\s+\S*$/u, "$1").trim();
}
