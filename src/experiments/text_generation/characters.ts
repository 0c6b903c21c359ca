import { memoryUsage } from "node:process";
import type { Random } from "../../core/random.ts";
import type { Corpus } from "../../data/text/corpus.ts";
import { joinSequences } from "../../data/text/encoded.ts";
import { END, PAD, START, UNK } from "../../data/text/vocabulary.ts";
import type { NamedStrategy } from "../../generation/strategies.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { PartProgress } from "../experiment.ts";
import { type BaselineLosses, baselineLosses } from "./baselines.ts";
import { trainCharacterModel } from "./character_model.ts";
import { beginning, checkTexts, readTexts, type Texts } from "./character_texts.ts";
import { contextLosses } from "./context_losses.ts";
import type { Context, Values } from "./parameters.ts";
import { drawSamples, type Sample, type Variety } from "./samples.ts";

/** The models that the characters are held against. */
export const characterModels = ["uniform", "unigram", "bigram", "5-gram", "8-gram"] as const;

/** What one seed gave on the characters of a text. */
export interface CharactersPart {
  /** Characters, and ends of documents, that are learnt from and held out. */
  readonly tokens: { readonly training: number; readonly heldOut: number };
  /** The different characters of the training text, and the share of the held-out ones that they are. */
  readonly vocabulary: { readonly size: number; readonly covered: number };
  /** Parameters of the model. */
  readonly parameters: number;
  /** What lies between two checks. */
  readonly history: readonly EpochRecord[];
  /** The loss of held-out characters with more and more known before each, in nats. */
  readonly byContext: readonly number[];
  readonly baselines: BaselineLosses<(typeof characterModels)[number]>;
  readonly samples: readonly Sample[];
  readonly variety: readonly Variety[];
  /** What it took: seconds of training and of generating, bytes of the process after it. */
  readonly cost: {
    readonly training: number;
    readonly generating: number;
    readonly memory: number;
  };
}

/** Characters of the n-grams that are counted. */
export const CHARACTERS = 8;

/** Ids of the vocabulary that are no characters. */
const SPECIAL = 4;

const prompts = ["The whale", "Call me ", "the sea was", "Captain Ahab"];

/** Fewer characters than words could be chosen from, so that the likeliest 10 are kept. */
const strategies: readonly NamedStrategy[] = [
  { name: "Greedy", sampling: { temperature: 0 } },
  { name: "Conservative", sampling: { temperature: 0.7 } },
  { name: "Balanced", sampling: { temperature: 1 } },
  { name: "Creative", sampling: { temperature: 1.3 } },
  { name: "Top-K", sampling: { topK: 10 } },
  { name: "Top-P", sampling: { topP: 0.9 } },
];

/**
 * Makes the characters of a text ready to be trained on, once for each seed.
 *
 * @throws {InputError} Where the text is too short for the parameters, before any training.
 */
export async function prepareCharacters(
  context: Context,
  corpus: Corpus,
): Promise<() => Promise<CharactersPart[]>> {
  const { parameters: values, seeds } = context;
  const documents = await beginning(corpus, values);
  const random = (seed: number): Random => context.random("characters", seed);
  const read = (seed: number) => readTexts(corpus, documents, values, random(seed));
  for (const seed of seeds) checkTexts(await read(seed), values);
  return () =>
    context.each(
      "characters",
      seeds,
      async (seed, part) => trainSeed(values, await read(seed), random(seed), part),
    );
}

/** Trains one model, and holds it and the n-grams against the same held-out characters. */
async function trainSeed(
  values: Values,
  texts: Texts,
  random: Random,
  part: PartProgress,
): Promise<CharactersPart> {
  const { tokenizer, training, heldOut } = texts;
  const { vocabulary: { size } } = tokenizer;
  const begin = performance.now();
  const { model, history, losses, asked } = await trainCharacterModel(values, texts, random, part);
  const trained = performance.now();
  const { samples, variety } = await drawSamples(model, tokenizer, {
    ...{ prompts, strategies, ngram: CHARACTERS },
    options: {
      ...{ maxTokens: values.characterGenerated, signal: part.signal },
      banned: [PAD, UNK, START, END],
    },
  }, random.fork("samples"));
  const generated = performance.now();
  const counts = (id: number): boolean => id !== UNK && id !== START;
  const byContext = await contextLosses(model, joinSequences(heldOut), counts, part.signal);
  const { parameterCount } = model;
  model.dispose();
  return {
    tokens: {
      training: training.reduce((sum, { length }) => sum + length - 1, 0),
      heldOut: losses.tokens,
    },
    vocabulary: { size: size - SPECIAL, covered: losses.tokens / asked },
    parameters: parameterCount,
    ...{ history, byContext, samples, variety },
    baselines: baselineLosses(training, heldOut, {
      ...{ names: characterModels, vocabularySize: size, tokens: asked, counts },
    }),
    cost: {
      training: (trained - begin) / 1000,
      generating: (generated - trained) / 1000,
      memory: memoryUsage().rss,
    },
  };
}
