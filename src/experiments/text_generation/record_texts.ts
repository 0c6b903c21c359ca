import type { CellInput } from "../../harness/seed_values.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { Corpus } from "../../data/text/corpora.ts";
import { notebookSentences } from "../../data/text/corpora.ts";
import { windows } from "../../data/text/windows.ts";
import { specialTokens } from "../../data/text/vocabulary.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { architectures } from "../architectures.ts";
import type { CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";
import { readSentences, type SentencesPart } from "./sentences.ts";
import { characterStrategies } from "./samples.ts";

/**
 * Records the texts, their splits, and the notebook's windows of the sentences.
 *
 * @param context The run.
 * @param corpus The text of the characters.
 * @param sentences The findings of each seed on the sentences.
 * @param characters The findings of each seed on the characters.
 */
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
    rows: [notebookSentences, corpus].map(({ title, source, licence }) => {
      return [title, source, licence ?? "not stated"];
    }),
  });
  const { tokenizer: { vocabulary }, documents } = await readSentences();
  const average = <Part>(parts: readonly Part[], of: (part: Part) => number): number =>
    mean(parts.map(of));
  // The vocabulary has the words of all sentences, so no word is unknown.
  const sizes: CellInput[][] = [
    ["words: trained on", average(sentences, ({ tokens }) => tokens.training)],
    ["words: held out", average(sentences, ({ tokens }) => tokens.heldOut)],
    ["words: held-out ones that training has", average(sentences, ({ tokens }) => tokens.known)],
    ["words: different ones", vocabulary.size - specialTokens.length],
    ["words: trainable parameters of the LSTM", average(sentences, ({ parameters }) => parameters)],
    ["characters: trained on", average(characters, ({ tokens }) => tokens.training)],
    ["characters: held out", average(characters, ({ tokens }) => tokens.heldOut)],
    [
      "characters: share of the held-out ones that training has",
      average(characters, (part) => part.vocabulary.covered),
    ],
    ["characters: different ones", average(characters, (part) => part.vocabulary.size)],
    ...architectures.flatMap((name): CellInput[][] => [
      [
        `characters: units of the ${name}`,
        average(characters, ({ networks }) => networks[name].hiddenSize),
      ],
      [
        `characters: trainable parameters of the ${name}`,
        average(characters, ({ networks }) => networks[name].parameters),
      ],
    ]),
    ["either vocabulary: special tokens besides", specialTokens.length],
  ];
  context.table({
    id: "sizes",
    title: "Sizes, means over seeds",
    columns: [{ name: "what", label: "what" }, { name: "value", label: "how many" }],
    rows: sizes,
  });
  recordWindows(context, documents, sentences);
  await recordFrequencies(context);
}

/**
 * The settings of the vocabulary: the notebook's frequency threshold and size limit, and others.
 */
const vocabularies = [
  ...[1, 2, 3, 5].map((minFrequency) => ({ minFrequency, maxSize: 1000 })),
  ...[100, 50].map((maxSize) => ({ minFrequency: 1, maxSize })),
];

/** The number of most frequent words in the table. */
const COMMONEST = 5;

/** Records the words that the notebook's vocabulary code keeps, by its two settings. */
async function recordFrequencies(context: Context): Promise<void> {
  const rows: CellInput[][] = [];
  for (const { minFrequency, maxSize } of vocabularies) {
    const { vocabulary } = await Tokenizer.build(notebookSentences.documents(), {
      ...{ kind: "words", minFrequency, maxSize },
    });
    const { total, covered } = vocabulary.statistics;
    const kept = vocabulary.size - specialTokens.length;
    const words = Array.from({ length: Math.min(COMMONEST, kept) }, (_, i) => {
      return vocabulary.token(specialTokens.length + i);
    });
    rows.push([
      minFrequency,
      maxSize,
      kept,
      Math.round(covered * total),
      covered,
      words.join(", "),
    ]);
  }
  context.table({
    id: "frequencies",
    title: "Words of the sentences that a vocabulary keeps",
    columns: [
      { name: "min_freq", label: "min_freq" },
      { name: "max_vocab_size", label: "max_vocab_size" },
      { name: "words", label: "different words kept" },
      { name: "tokens", label: "tokens that they cover" },
      { name: "coverage", label: "coverage, share of all tokens" },
      { name: "commonest", label: "commonest words" },
    ],
    rows,
  });
}

/**
 * The notebook's settings: the share of windows for training, the batch size, the epochs, and the
 * length of a window.
 */
const NOTEBOOK = { training: 0.8, batchSize: 16, epochs: 20, length: 12 };

/**
 * Records the number of the notebook's windows, and how many held-out windows are of sentences that
 * have a training window.
 */
function recordWindows(
  context: Context,
  documents: readonly Int32Array[],
  sentences: readonly SentencesPart[],
): void {
  const { batchSize, epochs } = context.parameters;
  const each = documents.map((ids) => windows([ids], { length: NOTEBOOK.length }).length);
  const all = each.reduce((sum, count) => sum + count, 0);
  const training = Math.floor(NOTEBOOK.training * all);
  const here = (of: (part: SentencesPart) => number): number => mean(sentences.map(of));
  context.table({
    id: "windows",
    title: "Windows of the sentences, and updates",
    columns: [
      { name: "what", label: "what" },
      { name: "notebook", label: "notebook" },
      { name: "here", label: "here, mean over seeds" },
      { name: "share", label: "notebook, share" },
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
        NOTEBOOK.epochs * Math.ceil(training / NOTEBOOK.batchSize),
        here((part) => epochs * Math.ceil(part.windows / batchSize)),
        null,
      ],
    ],
  });
}

/**
 * Computes the probability that the sentence of a held-out window has another window in training,
 * if `held` of all windows are drawn at random to be held out.
 *
 * @param each The number of windows of each sentence.
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

/**
 * Records time and memory of the characters on this machine, for the manifest.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function recordMachine(context: Context, parts: readonly CharactersPart[]): void {
  const { updates, characterBatch, characterLength, prompts, characterGenerated } =
    context.parameters;
  const networks = architectures.length;
  const texts = prompts * characterStrategies.length;
  const trained = parts.map(({ cost }) => {
    return networks * updates * characterBatch * characterLength / cost.training;
  });
  const generated = parts.map(({ cost }) => {
    return networks * texts * characterGenerated / cost.generating;
  });
  context.machine.table({
    id: "speed",
    title: "What the characters took",
    columns: [
      { name: "what", label: "what" },
      { name: "value", label: "mean over seeds" },
      { name: "unit", label: "unit" },
    ],
    rows: [
      ["training, with the checks on held-out text", mean(trained), "characters/s"],
      [
        `generating ${texts} texts as one batch`,
        mean(generated),
        "characters/s",
      ],
      ["memory of the process after the first seed", mebibytes(parts[0]), "MiB"],
      ["memory of the process after the last seed", mebibytes(parts.at(-1)), "MiB"],
    ],
  });
}

/** Returns the memory of the process after a part, in MiB; `null` if it is unknown. */
function mebibytes(part: CharactersPart | undefined): number | null {
  return part?.cost.memory ? part.cost.memory / 2 ** 20 : null;
}
