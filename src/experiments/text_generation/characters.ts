import { residentMemory } from "../../platform/runtime.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { Random } from "../../core/random.ts";
import type { Corpus } from "../../data/text/corpora.ts";
import { joinSequences } from "../../data/text/encoded_corpus.ts";
import { END, PAD, START, UNK } from "../../data/text/vocabulary.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import { type Architecture, architectures } from "../architectures.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import {
  type BaselineLosses,
  baselineLosses,
  type Judge,
  judgeOf,
  readSoFar,
} from "./baselines.ts";
import {
  checkUpdates,
  type HeldOutBatch,
  heldOutBatch,
  ignoredTargets,
  trainCharacterModel,
  trainingBatches,
} from "./character_model.ts";
import { checkTexts, readDocuments, readTexts, type Texts } from "./character_texts.ts";
import {
  characterStrategies,
  drawSamples,
  excerptsOf,
  type Sample,
  type SampleSettings,
} from "./samples.ts";
import type { Support } from "../surprisals.ts";
import { contextLosses } from "./context_losses.ts";
import type { Context, Values } from "./parameters.ts";

/** The models that networks are compared with on characters. */
export const characterModels = [
  "uniform",
  "unigram",
  "bigram",
  "3-gram",
  "5-gram",
  "8-gram",
] as const;

/** The models that also learn from as many characters as a network has read. */
export const grownModels = ["bigram", "3-gram", "5-gram"] as const;

/**
 * The number of halvings from the first check of a network to the shortest text from which n-gram
 * models learn.
 */
const MORE_HALVINGS = 4;

/**
 * Lists the numbers of updates after which n-gram models learn from the text read so far: the
 * numbers at which networks are checked, and smaller numbers.
 *
 * @param values The parameters of the experiment.
 */
export function grownUpdates({ updates, checks }: Values): number[] {
  return checkUpdates(updates, checks + MORE_HALVINGS);
}

/** The quality of texts of one strategy, or of the novel itself. */
export interface Quality {
  readonly strategy: string;
  /** The bits per character under the judge, averaged over prompts; `null` without a judge. */
  readonly judged: number | null;
  /** The share of n-grams that occurred earlier in the same text, averaged over prompts. */
  readonly repeated: number;
}

/**
 * Finds the quality of the texts of a strategy.
 *
 * @param all The quality of all strategies.
 * @param strategy The name of the strategy.
 */
export function qualityOf(all: readonly Quality[], strategy: string): Quality {
  return all.find((one) => one.strategy === strategy) ?? { strategy, judged: null, repeated: NaN };
}

/** The findings of one network. */
export interface NetworkPart {
  /** The number of units of the layer. */
  readonly hiddenSize: number;
  /** The number of trainable parameters. */
  readonly parameters: number;
  /** The record of each epoch. An epoch lies between two checks. */
  readonly history: readonly EpochRecord[];
  /** The quality of the texts that the network generates, by strategy. */
  readonly quality: readonly Quality[];
}

/** A text in the table of samples. */
export interface ShownText {
  readonly prompt: string;
  readonly strategy: string;
  readonly text: string;
}

/** The findings of one seed on the characters of a text. */
export interface CharactersPart {
  /** The numbers of training and held-out documents. */
  readonly documents: { readonly training: number; readonly heldOut: number };
  /** The numbers of characters in training and held-out text, including ends of documents. */
  readonly tokens: { readonly training: number; readonly heldOut: number };
  /**
   * The number of different characters in the training text, and the share of held-out characters
   * that occur in the training text.
   */
  readonly vocabulary: { readonly size: number; readonly covered: number };
  /** The number of updates in a pass over the training text. */
  readonly pass: number;
  readonly networks: Readonly<Record<Architecture, NetworkPart>>;
  /**
   * The LSTM's loss on held-out characters, in nats, by the number of true characters before each
   * of them.
   */
  readonly byContext: readonly number[];
  /** The losses of n-gram models that learn from the whole training text. */
  readonly baselines: BaselineLosses<(typeof characterModels)[number]>;
  /**
   * The losses of n-gram models that learn from the text that is read after each of
   * {@link grownUpdates} updates; after the first pass, from the whole training text.
   */
  readonly grown: readonly BaselineLosses<(typeof grownModels)[number]>[];
  /** The quality of the novel's continuations of the prompts. */
  readonly own: Quality;
  /** The texts that the LSTM generates and the novel's text, for the table of samples. */
  readonly shown: readonly ShownText[];
  /** The seconds of training and of generating, and the bytes of the process afterwards. */
  readonly cost: {
    readonly training: number;
    readonly generating: number;
    readonly memory: number | null;
  };
}

/** The number of characters of the n-grams that are counted. */
export const CHARACTERS = 8;

/** The name of the novel's continuations. */
export const OWN = "the text itself";

/** The number of ids of the vocabulary that are not characters. */
const SPECIAL = 4;

/** The number of rows into which the held-out text is cut. */
const ROWS = 10;

/** The number of prompts in the table of samples. */
const SHOWN = 2;

/**
 * Reads and checks the text, and returns a function that trains on its characters for each seed.
 *
 * @throws {InputError} If the text is too short for the parameters, before any training.
 */
export async function prepareCharacters(
  context: Context,
  corpus: Corpus,
): Promise<() => Promise<CharactersPart[]>> {
  const { parameters: values, seeds } = context;
  const { used, others } = await readDocuments(corpus, values);
  const random = (seed: number): Random => context.random("characters", seed);
  const read = (seed: number) => readTexts(corpus, used, values, random(seed));
  for (const seed of seeds) checkTexts(await read(seed), values);
  return async () => {
    let judge: Promise<Judge | null> | undefined;
    return await context.each("characters", seeds, async (seed, part) => {
      judge ??= judgeOf(others);
      return trainSeed(values, await read(seed), await judge, random(seed), part);
    });
  };
}

/**
 * Trains a network of each architecture, and computes the losses of n-gram models on the same
 * held-out characters.
 */
async function trainSeed(
  values: Values,
  texts: Texts,
  judge: Judge | null,
  random: Random,
  part: PartProgress,
): Promise<CharactersPart> {
  const { tokenizer, training, heldOut } = texts;
  const { vocabulary: { size } } = tokenizer;
  const support = Array.from(
    { length: size },
    (_, id) => id !== PAD && !ignoredTargets.includes(id),
  );
  const ids = joinSequences(heldOut);
  const asked = heldOutBatch(ids, (id) => support[id] === true, ROWS);
  const known = { ids, positions: asked.positions };
  const excluded = [UNK];
  const excerpts = excerptsOf(heldOut, tokenizer, {
    ...{ count: values.prompts, length: values.characterGenerated, ngram: CHARACTERS },
  });
  const networks = new Map<Architecture, NetworkPart>();
  let byContext: readonly number[] = [];
  const shown: ShownText[] = excerpts.slice(0, SHOWN).map(({ text, continuation }) => {
    return { prompt: text, strategy: OWN, text: continuation };
  });
  const cost = { training: 0, generating: 0 };
  for (const [i, architecture] of architectures.entries()) {
    const own = {
      signal: part.signal,
      progress: (done: number, total: number) => {
        part.progress(i + done / total, architectures.length);
      },
    };
    const { model, hiddenSize, history, seconds, samples } = await trainAndSample(
      ...[architecture, values, texts] as const,
      ...[{ heldOut: asked, support, prompts: excerpts }, random, own] as const,
    );
    cost.training += seconds.training;
    cost.generating += seconds.generating;
    if (architecture === "LSTM") {
      byContext = await contextLosses(model, ids, support, part.signal);
      const prompts = new Set(shown.map(({ prompt }) => prompt));
      for (const { prompt, strategy, text } of samples) {
        if (prompts.has(prompt)) shown.push({ prompt, strategy, text });
      }
    }
    networks.set(architecture, {
      ...{ hiddenSize, parameters: model.parameterCount, history },
      quality: qualitiesOf(samples, judge),
    });
    model.dispose();
  }
  const { length: pass } = trainingBatches(texts, values);
  const joined = joinSequences(training);
  const starts = ids.subarray(1).filter((id) => id === START).length;
  return {
    documents: texts.split,
    tokens: {
      training: training.reduce((sum, { length }) => sum + length - 1, 0),
      heldOut: asked.positions.length,
    },
    vocabulary: {
      size: size - SPECIAL,
      covered: asked.positions.length / (ids.length - 1 - starts),
    },
    ...{ pass, byContext, shown },
    networks: Object.fromEntries(networks) as Record<Architecture, NetworkPart>,
    baselines: baselineLosses(training, [known], {
      ...{ names: characterModels, vocabularySize: size, excluded },
    }),
    grown: grownUpdates(values).map((update) => {
      const length = Math.min(update, pass) * values.characterLength;
      const read = readSoFar(joined, values.characterBatch, length);
      return baselineLosses(read, [known], {
        ...{ names: grownModels, vocabularySize: size, excluded },
      });
    }),
    own: {
      strategy: OWN,
      judged: judge &&
        mean(excerpts.map(({ text, continuation }) => judge.bits(text, continuation))),
      repeated: mean(excerpts.map(({ repeated }) => repeated)),
    },
    cost: { ...cost, memory: residentMemory() },
  };
}

/**
 * Trains a network of an architecture, and generates texts with it. The caller disposes of the
 * network.
 */
async function trainAndSample(
  architecture: Architecture,
  values: Values,
  texts: Texts,
  { heldOut, support, prompts }: {
    readonly heldOut: HeldOutBatch;
    readonly support: Support;
    readonly prompts: SampleSettings["prompts"];
  },
  random: Random,
  part: PartProgress,
) {
  const begin = performance.now();
  const trained = await trainCharacterModel(
    ...[architecture, values, texts] as const,
    ...[{ heldOut, support }, random.fork(architecture), part] as const,
  );
  const middle = performance.now();
  const samples = await drawSamples(trained.model, texts.tokenizer, {
    ...{ prompts, strategies: characterStrategies, ngram: CHARACTERS },
    options: {
      ...{ maxTokens: values.characterGenerated, signal: part.signal },
      banned: [PAD, UNK, START, END],
    },
  }, random.fork("samples").fork(architecture));
  const end = performance.now();
  const seconds = { training: (middle - begin) / 1000, generating: (end - middle) / 1000 };
  return { ...trained, samples, seconds };
}

/** Measures the quality of generated texts, by strategy. */
function qualitiesOf(samples: readonly Sample[], judge: Judge | null): Quality[] {
  return characterStrategies.map(({ name }) => {
    const own = samples.filter(({ strategy }) => strategy === name);
    return {
      strategy: name,
      judged: judge && mean(own.map(({ prompt, text }) => judge.bits(prompt, text))),
      repeated: mean(own.map(({ repeated }) => repeated ?? 0)),
    };
  });
}
