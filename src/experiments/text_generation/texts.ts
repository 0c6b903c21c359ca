import { estimate } from "../../analysis/estimate.ts";
import { mean } from "../../analysis/statistics.ts";
import type { Corpus } from "../../data/text/corpus.ts";
import { documentsOf } from "../../data/text/encoded.ts";
import { splitDocuments } from "../../data/text/split.ts";
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
  const { tokenizer: { vocabulary } } = await readSentences();
  const average = <Part>(parts: readonly Part[], of: (part: Part) => number): number =>
    mean(parts.map(of));
  // The words' vocabulary is that of all sentences, so that none is unknown.
  const sizes: Cell[][] = [
    ["words: trained on", average(sentences, ({ tokens }) => tokens.training)],
    ["words: held out", average(sentences, ({ tokens }) => tokens.heldOut)],
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
  await recordWindows(context, sentences);
}

/** Records how few windows the tutorial cuts, and how many it holds out of sentences that it trains on. */
async function recordWindows(context: Context, sentences: readonly SentencesPart[]): Promise<void> {
  const { parameters: { length }, seeds } = context;
  const { encoded } = await readSentences();
  const documents = documentsOf(encoded, [...Array(encoded.documents).keys()]);
  const cut = documents.flatMap((document, from) =>
    windows([document], { length }).map(() => from)
  );
  context.table({
    id: "windows",
    title: `Windows of ${length} words`,
    columns: [{ name: "cut", label: "how they are cut" }, { name: "windows", label: "windows" }],
    rows: [
      ["as in the tutorial, from all sentences that are longer", cut.length],
      [
        "here, from training sentences, shorter ones filled up (mean over seeds)",
        mean(sentences.map((part) => part.windows)),
      ],
    ],
  });
  if (cut.length < 2) return;
  context.metric({
    id: "leak",
    label: "share of the tutorial's held-out windows whose sentence is trained on",
    estimate: estimate(
      seeds.map((seed) => {
        const random = context.random("leak", seed);
        const { training, validation } = splitDocuments(cut.length, { validation: 0.2, random });
        const seen = new Set(training.map((window) => cut[window]));
        return validation.filter((window) => seen.has(cut[window])).length / validation.length;
      }),
      { random: context.random("bootstrap", "leak") },
    ),
  });
}
