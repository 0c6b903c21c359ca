import type { Random } from "../../core/random.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded.ts";
import { splitDocuments } from "../../data/text/split.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { tutorialSentences } from "../../data/text/tutorial_sentences.ts";
import { PAD, UNK } from "../../data/text/vocabulary.ts";
import { type Window, windows } from "../../data/text/windows.ts";
import { tutorialStrategies } from "../../generation/strategies.ts";
import { textIds } from "../../generation/text_ids.ts";
import { languageModel } from "../../model/language_model.ts";
import type { PartProgress } from "../experiment.ts";
import { type BaselineLosses, baselineLosses } from "./baselines.ts";
import type { Context } from "./parameters.ts";
import { drawSamples, type Sample, type Variety } from "./samples.ts";
import { type Clipping, type SentenceRecord, trainOnSentences } from "./sentence_model.ts";

/** The models that the words are held against. */
export const wordModels = ["uniform", "unigram", "bigram", "5-gram"] as const;

/** Losses of those models. */
export type WordLosses = BaselineLosses<(typeof wordModels)[number]>;

/** What one seed gave on the tutorial's sentences. */
export interface SentencesPart {
  /** Tokens that are learnt from and held out, each once; and how many of these training has. */
  readonly tokens: { readonly training: number; readonly heldOut: number; readonly seen: number };
  /** Windows that are trained on. */
  readonly windows: number;
  /** Parameters of the model. */
  readonly parameters: number;
  /** What each epoch gave. */
  readonly histories: Readonly<Record<Clipping, readonly SentenceRecord[]>>;
  /** The held-out loss by word of a sentence after the last epoch, in nats; with clipping. */
  readonly byStep: readonly (number | null)[];
  /** On all held-out tokens, and on those that training has. */
  readonly baselines: { readonly all: WordLosses; readonly seen: WordLosses };
  readonly samples: readonly Sample[];
  readonly variety: readonly Variety[];
}

/** The prompts of the tutorial. */
const prompts = ["the machine", "neural networks", "deep learning", "artificial"];

/** Words of the n-grams that are counted. */
export const WORDS = 2;

const strategies = [{ name: "Greedy", sampling: { temperature: 0 } }, ...tutorialStrategies];

/** The sentences as ids, with the vocabulary of all of them, as the tutorial has it. */
export async function readSentences() {
  const tokenizer = await Tokenizer.build(tutorialSentences.documents(), { kind: "words" });
  const encoded = await encodeCorpus(tutorialSentences, tokenizer);
  const documents = documentsOf(encoded);
  return { tokenizer, documents };
}

/** Trains on the sentences, once for each seed with clipping and once without. */
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

async function trainSeed(
  { parameters: values }: Context,
  tokenizer: Tokenizer,
  texts: { readonly training: readonly Int32Array[]; readonly heldOut: readonly Int32Array[] },
  random: Random,
  part: PartProgress,
): Promise<SentencesPart> {
  const { training, heldOut } = texts;
  const seen = new Set(training.flatMap((ids) => [...ids]));
  // Whole sentences, so that every held-out token counts once, as it does for the n-grams.
  const longest = Math.max(...heldOut.map(({ length }) => length));
  const whole = windows(heldOut, { length: longest - 1, pad: true });
  const known = whole.map(({ input, target }): Window => {
    return { input, target: target.map((id) => seen.has(id) ? id : PAD) };
  });
  const cut = windows(training, { length: values.length, pad: true });
  const { embeddingDim, hiddenSize, numLayers, dropout, generated } = values;
  const { size } = tokenizer.vocabulary;
  const model = languageModel({
    ...{ vocabularySize: size, embeddingDim, hiddenSize, numLayers, dropout },
    ...{ initialisation: "tutorial", random: random.fork("model") },
  });
  const start = await model.stateDict();
  const run = (clipping: Clipping, done: number) => {
    const half = {
      signal: part.signal,
      progress: (steps: number, total: number) => part.progress(done + steps / total, 2),
    };
    const of = { training: cut, heldOut: whole, seen: known };
    return trainOnSentences(model, values, of, clipping, random, half);
  };
  const clipped = await run("clipped", 0);
  const { samples, variety } = await drawSamples(model, tokenizer, {
    ...{ prompts, strategies, ngram: WORDS },
    options: { maxTokens: generated, signal: part.signal, ...textIds },
  }, random.fork("samples"));
  model.loadStateDict(start);
  const unclipped = await run("not clipped", 1);
  const { parameterCount } = model;
  model.dispose();
  const ids = [...Array(size).keys()];
  const baselines = { names: wordModels, vocabularySize: size };
  return {
    tokens: {
      training: training.reduce((sum, { length }) => sum + length - 1, 0),
      heldOut: clipped.all.tokens,
      seen: clipped.seen.tokens,
    },
    windows: cut.length,
    parameters: parameterCount,
    histories: { "clipped": clipped.history, "not clipped": unclipped.history },
    byStep: clipped.all.byStep,
    baselines: {
      // No word of the sentences is unknown.
      all: baselineLosses(training, heldOut, { ...baselines, excluded: [UNK] }),
      // Models of the training words alone, so that none spends anything on others.
      seen: baselineLosses(training, heldOut, {
        ...baselines,
        excluded: ids.filter((id) => !seen.has(id)),
        counts: (id) => seen.has(id),
      }),
    },
    samples,
    variety,
  };
}
