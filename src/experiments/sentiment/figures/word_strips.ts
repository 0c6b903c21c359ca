import { InputError } from "../../../core/errors.ts";
import type { Figure } from "../../../result/figure.ts";
import type { DrawnTables, FigureWords } from "./drawn_tables.ts";

/** A text with the weights of its words. */
export interface StripText {
  /** The name of the text: `"1"`. */
  readonly name: string;
  /** The words that the model reads, in order. */
  readonly words: readonly string[];
  /** The true class. */
  readonly label: string;
  /** The predicted class. */
  readonly predicted: string;
  /** The predicted probability of the predicted class. */
  readonly probability: number;
  /** The weights of each measure, by word; each from 0 to 1. */
  readonly strips: readonly { readonly name: string; readonly weights: readonly number[] }[];
}

/** The input of {@link wordStrips}. */
export interface WordStripsInput extends FigureWords {
  /** The texts in order. */
  readonly texts: readonly StripText[];
  /** The quantity that the shades show; `"weight"` by default. */
  readonly weightLabel?: string;
  /** Whether the weights of each strip add up to 1; `true` by default. */
  readonly sumsToOne?: boolean;
}

/**
 * Makes strips of words with weights, with the label and the prediction of each text. If a text has
 * several measures, such as attention and gradients, their weights lie under each other.
 *
 * @param input The texts with their weights, and the words of the figure.
 * @returns A table with a row for each word of each strip, and its figure.
 * @throws {InputError} If a strip has another number of weights than its text has words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { wordStrips } from "./word_strips.ts";
 *
 * const { tables: [table] } = wordStrips({
 *   id: "examples",
 *   title: "Attention to words",
 *   caption: "Attention of one network in one sentence.",
 *   texts: [{
 *     name: "1",
 *     words: ["not", "good"],
 *     label: "negative",
 *     predicted: "negative",
 *     probability: 0.9,
 *     strips: [{ name: "attention", weights: [0.7, 0.3] }],
 *   }],
 * });
 * assertEquals(table?.rows[0], ["1", "negative", "negative", 0.9, "attention", 1, "not", 0.7]);
 * ```
 */
export function wordStrips(input: WordStripsInput): DrawnTables {
  const { id, title, caption, texts, weightLabel = "weight", sumsToOne = true } = input;
  const rows = texts.flatMap((text) => {
    const { name, words, label, predicted, probability, strips } = text;
    return strips.flatMap((strip) => {
      if (strip.weights.length !== words.length) {
        const what = `the weights "${strip.name}" of text ${name}`;
        throw new InputError(what, `${words.length}, one for each word`, strip.weights.length);
      }
      const facts = [name, label, predicted, probability, strip.name];
      return words.map((word, i) => [...facts, i + 1, word, strip.weights[i] ?? null]);
    });
  });
  const table = {
    id,
    title: `${title}: words and weights`,
    columns: [
      { name: "text", label: "sentence" },
      { name: "label", label: "label" },
      { name: "predicted", label: "predicted" },
      { name: "probability", label: "probability of the prediction" },
      { name: "measure", label: "measure" },
      { name: "position", label: "position of the word" },
      { name: "word", label: "word" },
      { name: "weight", label: weightLabel },
    ],
    rows,
  };
  const figure: Figure = {
    kind: "word-strips",
    id,
    title,
    caption,
    alt:
      `Each sentence word by word, with the ${weightLabel} of each word as a number and a shade. ` +
      texts.map(spoken).join(" "),
    table: id,
    text: "text",
    word: "word",
    weight: "weight",
    ...(texts.some(({ strips }) => strips.length > 1) ? { strip: "measure" } : {}),
    facts: ["label", "predicted", "probability"],
    sumsToOne,
    colour: { label: weightLabel },
  };
  return { tables: [table], figures: [figure] };
}

/** A sentence about the words of a text with the greatest weights. */
function spoken({ name, words, label, predicted, strips }: StripText): string {
  const greatest = strips.map((strip) => {
    const order = strip.weights.map((weight, i) => ({ weight, word: words[i] ?? "" }))
      .sort((a, b) => b.weight - a.weight).slice(0, 2)
      .map(({ weight, word }) => `"${word}" (${weight.toFixed(2)})`);
    return `${strip.name} is greatest at ${order.join(" and ")}`;
  });
  return `Sentence ${name}, ${label}, predicted as ${predicted}: ${greatest.join("; ")}.`;
}
