import { mean } from "../../analysis/statistics.ts";
import type { Corpus } from "../../data/text/corpus.ts";
import { tutorialSentences } from "../../data/text/tutorial_sentences.ts";
import { windows } from "../../data/text/windows.ts";
import type { Cell } from "../curves.ts";
import type { CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";
import { readSentences, type SentencesPart } from "./sentences.ts";

/** Records the texts, what of them is trained on, and what the tutorial makes of the sentences. */
export async function recordTexts(
  context: Context,
  corpus: Corpus,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): Promise<void> {
  context.table({
    id: "texts",
    title: "Texts",
    columns: [
      { name: "text", label: "text" },
      { name: "source", label: "source" },
      { name: "licence", label: "licence" },
    ],
    rows: [tutorialSentences, corpus].map(({ title, source, licence }) => {
      return [title, source, licence ?? "not stated"];
    }),
  });
  const { tokenizer: { vocabulary }, documents } = await readSentences();
  const average = <Part>(parts: readonly Part[], of: (part: Part) => number): number =>
    mean(parts.map(of));
  // The words' vocabulary is that of all sentences, so that none is unknown.
  const sizes: Cell[][] = [
    ["words: trained on", average(sentences, ({ tokens }) => tokens.training)],
    ["words: held out", average(sentences, ({ tokens }) => tokens.heldOut)],
    [
      "words: share of the held-out ones that training has",
      average(sentences, ({ tokens }) => tokens.seen / tokens.heldOut),
    ],
    ["words: vocabulary", vocabulary.size],
    ["words: parameters of the LSTM", average(sentences, ({ parameters }) => parameters)],
    ["characters: trained on", average(characters, ({ tokens }) => tokens.training)],
    ["characters: held out", average(characters, ({ tokens }) => tokens.heldOut)],
    ["characters: vocabulary", average(characters, (part) => part.vocabulary.size)],
    [
      "characters: share of the held-out ones that is known",
      average(characters, (part) => part.vocabulary.covered),
    ],
    ["characters: parameters of the LSTM", average(characters, ({ parameters }) => parameters)],
  ];
  context.table({
    id: "sizes",
    title: "Sizes, means over seeds",
    columns: [{ name: "what", label: "what" }, { name: "value", label: "how many" }],
    rows: sizes,
  });
  recordWindows(context, documents, sentences);
}

/** The share of its windows that the tutorial trains on, and how many it takes at once. */
const TUTORIAL = { training: 0.8, batchSize: 16, epochs: 20, length: 12 };

/** Records how few windows the tutorial cuts, and how many it holds out of sentences that it trains on. */
function recordWindows(
  context: Context,
  documents: readonly Int32Array[],
  sentences: readonly SentencesPart[],
): void {
  const { batchSize, epochs } = context.parameters;
  const each = documents.map((ids) => windows([ids], { length: TUTORIAL.length }).length);
  const all = each.reduce((sum, count) => sum + count, 0);
  const training = Math.floor(TUTORIAL.training * all);
  const here = (of: (part: SentencesPart) => number): number => mean(sentences.map(of));
  context.table({
    id: "windows",
    title: "Windows of the sentences, and updates",
    columns: [
      { name: "what", label: "what" },
      { name: "tutorial", label: "tutorial" },
      { name: "here", label: "here, mean over seeds" },
      { name: "share", label: "tutorial, share" },
    ],
    rows: [
      ["sentences that are longer than a window", each.filter((n) => n > 0).length, null, null],
      ["windows", all, null, null],
      ["windows that are trained on", training, here((part) => part.windows), null],
      ["windows that are held out", all - training, null, null],
      [
        "held-out windows whose sentence is trained on, expected",
        ...[null, null, expectedLeak(each, all - training)],
      ],
      [
        "updates in all",
        TUTORIAL.epochs * Math.ceil(training / TUTORIAL.batchSize),
        here((part) => epochs * Math.ceil(part.windows / batchSize)),
        null,
      ],
    ],
  });
}

/**
 * The chance that a held-out window's sentence has another window that is trained on, where `held`
 * of all windows are drawn: that not all others of its sentence are held out, too.
 *
 * @param each Windows by sentence.
 */
export function expectedLeak(each: readonly number[], held: number): number {
  const all = each.reduce((sum, count) => sum + count, 0);
  let leak = 0;
  for (const count of each) {
    let allHeld = 1;
    for (let i = 1; i < count; i++) allHeld *= Math.max(0, held - i) / (all - i);
    leak += count / all * (1 - allHeld);
  }
  return leak;
}
