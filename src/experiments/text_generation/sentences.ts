import type { Random } from "../../core/random.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded_corpus.ts";
import { splitDocuments } from "../../data/text/split.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { notebookSentences } from "../../data/text/corpora.ts";
import { PAD, START, UNK } from "../../data/text/vocabulary.ts";
import { windows } from "../../data/text/windows.ts";
import { notebookStrategies } from "../../generation/strategies.ts";
import { textIds } from "../../generation/generation_options.ts";
import { languageModel } from "../../model/language_model.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { type BaselineLosses, baselineLosses, scoredText } from "./baselines.ts";
import type { Context } from "./parameters.ts";
import { drawSamples, type Sample } from "./samples.ts";
import {
  type SentenceRecord,
  type SentenceSupports,
  type Training,
  trainOnSentences,
} from "./sentence_model.ts";

/** The models that the LSTM is compared with on words. */
export const wordModels = ["uniform", "unigram", "bigram", "5-gram"] as const;

/** The losses of these models. */
export type WordLosses = BaselineLosses<(typeof wordModels)[number]>;

/** The findings of one seed on the notebook's sentences. */
export interface SentencesPart {
  /** The numbers of training and held-out sentences. */
  readonly sentences: { readonly training: number; readonly heldOut: number };
  /**
   * The numbers of training tokens, of held-out tokens, and of held-out tokens that occur in
   * training.
   */
  readonly tokens: { readonly training: number; readonly heldOut: number; readonly known: number };
  /** The number of training windows. */
  readonly windows: number;
  /** The number of parameters of the model. */
  readonly parameters: number;
  /** The record of each epoch. */
  readonly histories: Readonly<Record<Training, readonly SentenceRecord[]>>;
  /** The losses of n-gram models on all held-out tokens, and on those that occur in training. */
  readonly baselines: { readonly all: WordLosses; readonly known: WordLosses };
  readonly samples: readonly Sample[];
}

/** The prompts of the notebook. */
const prompts = ["the machine", "neural networks", "deep learning", "artificial"];

/** The number of words of the n-grams that are counted. */
export const WORDS = 2;

/** The strategies by which words are chosen: greedy, and the notebook's five. */
export const wordStrategies = [
  { name: "Greedy", sampling: { temperature: 0 } },
  ...notebookStrategies,
];

/** Reads the sentences as ids, with the vocabulary of all sentences, as in the notebook. */
export async function readSentences() {
  const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
  const encoded = await encodeCorpus(notebookSentences, tokenizer);
  const documents = documentsOf(encoded);
  return { tokenizer, documents };
}

/** Trains on the sentences, for each seed with and without the notebook's schedule. */
export async function trainSentences(context: Context): Promise<SentencesPart[]> {
  const { tokenizer, documents } = await readSentences();
  return await context.each("sentences", context.seeds, async (seed, part) => {
    const random = context.random("sentences", seed);
    const split = splitDocuments(documents.length, {
      validation: context.parameters.validation,
      random: random.fork("split"),
    });
    const of = (which: readonly number[]) => which.map((i) => documents[i] ?? new Int32Array());
    const texts = { training: of(split.training), heldOut: of(split.validation) };
    return await trainSeed(context, tokenizer, texts, random, part);
  });
}

/** Trains the model of one seed in both ways, and computes the losses of n-gram models. */
async function trainSeed(
  { parameters: values }: Context,
  tokenizer: Tokenizer,
  texts: { readonly training: readonly Int32Array[]; readonly heldOut: readonly Int32Array[] },
  random: Random,
  part: PartProgress,
): Promise<SentencesPart> {
  const { training, heldOut } = texts;
  const { size } = tokenizer.vocabulary;
  const supports = supportsOf(training, size);
  // Sentences are tested whole, so that every held-out token counts once, as for the n-gram models.
  const longest = Math.max(...heldOut.map(({ length }) => length));
  const whole = windows(heldOut, { length: longest - 1, pad: true });
  const cut = windows(training, { length: values.length, pad: true });
  const { embeddingDim, hiddenSize, numLayers, dropout, generated } = values;
  const model = languageModel({
    ...{ vocabularySize: size, embeddingDim, hiddenSize, numLayers, dropout },
    ...{ initialisation: "orthogonal", random: random.fork("model") },
  });
  const of = { training: cut, heldOut: whole };
  const half = (first: number): PartProgress => ({
    signal: part.signal,
    progress: (done, total) => part.progress(first + done / total, 2),
  });
  const scheduled = await trainOnSentences(model, values, of, supports, random, half(0));
  const samples = await drawSamples(model, tokenizer, {
    prompts: prompts.map((text) => ({ text, ids: tokenizer.encode(text) })),
    ...{ strategies: wordStrategies, ngram: WORDS },
    options: { maxTokens: generated, signal: part.signal, ...textIds },
  }, random.fork("samples"));
  const constant = await trainOnSentences(model, values, of, supports, random, half(1), scheduled);
  const { parameterCount } = model;
  model.dispose();
  const without = (support: readonly boolean[]) => {
    return [...support.keys()].filter((id) => support[id] !== true && id !== PAD && id !== START);
  };
  const asked = (support: readonly boolean[]) =>
    heldOut.map((ids) => scoredText(ids, (id) => support[id] === true));
  const baselines = (support: readonly boolean[]) =>
    baselineLosses(training, asked(support), {
      ...{ names: wordModels, vocabularySize: size, excluded: without(support) },
    });
  const count = (support: readonly boolean[]) =>
    asked(support).reduce((sum, { positions }) => sum + positions.length, 0);
  return {
    sentences: { training: training.length, heldOut: heldOut.length },
    tokens: {
      training: training.reduce((sum, { length }) => sum + length - 1, 0),
      heldOut: count(supports.all),
      known: count(supports.known),
    },
    windows: cut.length,
    parameters: parameterCount,
    histories: {
      "as in the notebook": scheduled.history,
      "constant learning rate": constant.history,
    },
    baselines: { all: baselines(supports.all), known: baselines(supports.known) },
    samples,
  };
}

/** Returns the supports. They exclude UNK, since no word of the sentences is unknown. */
function supportsOf(training: readonly Int32Array[], size: number): SentenceSupports {
  const known = new Set(training.flatMap((ids) => [...ids]));
  const words = (id: number): boolean => ![PAD, UNK, START].includes(id);
  const of = (is: (id: number) => boolean) => Array.from({ length: size }, (_, id) => is(id));
  return {
    everything: of(() => true),
    all: of(words),
    known: of((id) => words(id) && known.has(id)),
  };
}
