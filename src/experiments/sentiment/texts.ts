import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import {
  crossValidationSplits,
  type DataSplit,
  learningSubsets,
  type SourceSplit,
  sourceSplits,
} from "../../data/folds.ts";
import type { LabelledTexts } from "../../data/text/labelled_texts.ts";
import { readLabelledTexts } from "../../data/text/read_labelled_texts.ts";
import { sentimentSentences } from "../../data/text/sentiment_sentences.ts";
import { type Context, SENTENCES } from "./parameters.ts";
import {
  checkClasses,
  checkTestedParts,
  checkTrainingParts,
  isTrainable,
  smallClass,
} from "./trainable.ts";

/** The texts of a run and their divisions, which are the same for every model. */
export interface Texts {
  readonly data: LabelledTexts;
  /** A division for each fold; its validation part is as large as a fold. */
  readonly folds: readonly DataSplit[];
  /**
   * The divisions by source; empty if there is one source only, there are too many, or a source is
   * too small to train a model.
   */
  readonly bySource: readonly SourceSplit[];
}

/** The largest number of sources that are tested one by one. */
export const MOST_SOURCES = 10;

/** The smallest number of labelled texts. */
const FEWEST = 60;

/** The smallest number of different texts of a source that trains a model. */
const FEWEST_OF_SOURCE = 20;

/**
 * Reads the texts that the parameters name, and divides them.
 *
 * @param context The run.
 * @returns The texts and their divisions.
 * @throws {InputError} If the file is wrong, or has too few texts, too few of a class, no words
 * that are common enough to train with, or no texts of several words.
 */
export async function openTexts(context: Context): Promise<Texts> {
  const { folds, maxTexts, minCount } = context.parameters;
  const all = await readTexts(context);
  checkClasses(all, folds);
  const data = limited(all, maxTexts, context);
  const random = context.random("division");
  const splits = crossValidationSplits(data.texts, {
    ...{ folds, validationFolds: folds - 1, random: random.fork("folds") },
  });
  checkTrainingParts(data, splits, minCount);
  checkTestedParts(data, splits);
  return { data, folds: splits, bySource: divisionsBySource(data, context, random) };
}

/** Divides texts so that each source is tested once, by models of all others. */
function divisionsBySource(
  data: LabelledTexts,
  { parameters: { folds, minCount } }: Context,
  random: Random,
): SourceSplit[] {
  const groups = groupsBySource(data);
  if (groups.size < 2 || groups.size > MOST_SOURCES) return [];
  const isLarge = [...groups].every(([source, own]) =>
    [...groups].every(([other, seen]) =>
      other === source || [...own].filter((group) => !seen.has(group)).length >= FEWEST_OF_SOURCE
    )
  );
  if (!isLarge) return [];
  const splits = sourceSplits(data.texts, {
    ...{ validationFolds: folds - 1, random: random.fork("sources") },
  }).filter(({ trainSources }) => trainSources.length === groups.size - 1);
  return splits.every(({ train }) => isTrainable(data, train, minCount)) ? splits : [];
}

function groupsBySource({ texts }: LabelledTexts): Map<string, Set<number>> {
  const groups = new Map<string, Set<number>>();
  for (const { source, group } of texts) {
    const own = groups.get(source) ?? new Set();
    groups.set(source, own.add(group));
  }
  return groups;
}

async function readTexts(context: Context): Promise<LabelledTexts> {
  const { data, text, label, source } = context.parameters;
  if (data === SENTENCES) return await sentimentSentences();
  const stream = await context.readFile(data);
  return await readLabelledTexts(data, stream, {
    ...{ text, label, minimum: FEWEST },
    ...(source === "" ? {} : { source }),
  });
}

/** Draws at most `most` texts, with nearly the same shares of labels and sources. */
function limited(data: LabelledTexts, most: number, context: Context): LabelledTexts {
  if (data.texts.length <= most) return data;
  const random = context.random("texts");
  const [kept = []] = learningSubsets(data.texts, [...data.texts.keys()], {
    ...{ sizes: [most], random },
  });
  const texts = kept.flatMap((i) => data.texts[i] ?? []);
  const { folds } = context.parameters;
  const small = smallClass({ ...data, texts }, folds);
  if (small === undefined) return { ...data, texts };
  const wanted = `large enough for ${folds} different texts of the class "${small.name}"`;
  throw new InputError("maxTexts", wanted, most);
}

/**
 * Draws a training and a validation part of fewer texts from a division.
 *
 * @param texts The texts and their divisions.
 * @param split The division.
 * @param size The number of texts of both parts together.
 * @param context The run.
 * @returns The smaller division; `null` if the division has fewer texts, or the smaller training
 * part lacks a class or common words.
 */
export function smallerSplit(
  { data, folds }: Texts,
  split: DataSplit,
  size: number,
  context: Context,
): DataSplit | null {
  const { texts, classes } = data;
  const { train, validation } = split;
  if (size >= train.length + validation.length) return null;
  const held = Math.max(classes.length, Math.round(size / (folds.length - 1)));
  if (held > validation.length || size - held > train.length) return null;
  const random = context.random("learning curve", folds.indexOf(split));
  const draw = (part: readonly number[], count: number, label: string) =>
    learningSubsets(texts, part, { sizes: [count], random: random.fork(label) })[0] ?? [];
  const chosen = {
    train: draw(train, size - held, "training"),
    validation: draw(validation, held, "validation"),
  };
  return isTrainable(data, chosen.train, context.parameters.minCount)
    ? { ...split, ...chosen }
    : null;
}
