import { checkRandom } from "../core/arguments.ts";
import { checkArray, groupBy } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";

/** What a division of data into parts must know of a sample. */
export interface LabelledSample {
  /** The class, an integer from 0. */
  readonly label: number;
  /** The collection from which it comes. */
  readonly source: string;
  /** The number of its group; samples of one group stay in one part. */
  readonly group: number;
}

/** Options of {@link stratifiedFolds}. */
export interface FoldOptions {
  /** The number of folds, at least 2; 10 by default. */
  readonly folds?: number;
  /** The source of the division. */
  readonly random: Random;
}

const foldNames: OptionNames<FoldOptions> = { folds: true, random: true };

/**
 * Divides samples at random into folds of nearly the same size, each with nearly the same number of
 * every label of every source (stratified; Kohavi, 1995). Samples of one group are in one fold.
 *
 * Groups are taken in random order, the largest first. Each goes to the fold that adds least to the
 * sum of squares, over labels and sources, of the counts in the folds, divided by the count of the
 * label and source; of equal folds, to the smallest, then at random. Without groups the counts of a
 * label and source in two folds differ by at most 1.
 *
 * @param samples The samples.
 * @param options The number of folds and the source of random numbers.
 * @returns The fold of each sample, from 0.
 * @throws {InputError} If there are fewer groups than folds, a sample lacks a field, or an option is
 * wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { stratifiedFolds } from "./folds.ts";
 *
 * const samples = Array.from({ length: 8 }, (_, i) => ({ label: i % 2, source: "a", group: i }));
 * const folds = stratifiedFolds(samples, { folds: 2, random: new Random(1) });
 * const inFirst = samples.filter((_, i) => folds[i] === 0);
 * assertEquals(inFirst.map(({ label }) => label).sort(), [0, 0, 1, 1]);
 * ```
 */
export function stratifiedFolds(
  samples: readonly LabelledSample[],
  options: FoldOptions,
): number[] {
  checkOptions("stratifiedFolds", options, foldNames);
  const { folds = 10, random } = options;
  checkRandom("random", random);
  positiveInteger("folds", folds);
  checkSamples(samples);
  const groups = [...groupBy(samples.keys(), (i) => samples[i]?.group).values()];
  if (folds < 2 || folds > groups.length) {
    throw new InputError("folds", `from 2 to the ${groups.length} groups of samples`, folds);
  }
  const strata = strataOf(samples);
  const sizes = new Map(
    [...groupBy(strata, (stratum) => stratum)].map(([key, { length }]) => [key, length]),
  );
  const ranks = shuffled(Array.from({ length: folds }, (_, fold) => fold), random);
  const state = ranks.map((fold) => ({ fold, total: 0, counts: new Map<string, number>() }));
  const result = new Array<number>(samples.length).fill(0);
  const ordered = shuffled(groups, random).sort((a, b) => b.length - a.length);
  for (const members of ordered) {
    const counts = [...groupBy(members, (i) => strata[i] ?? "")]
      .map(([stratum, { length }]) => ({ stratum, count: length }));
    const cost = (fold: typeof state[number]) =>
      counts.reduce(
        (sum, { stratum, count }) =>
          sum + count * (fold.counts.get(stratum) ?? 0) / (sizes.get(stratum) ?? 1),
        0,
      );
    const best = least(state, (a, b) => cost(a) - cost(b) || a.total - b.total);
    best.total += members.length;
    for (const { stratum, count } of counts) {
      best.counts.set(stratum, (best.counts.get(stratum) ?? 0) + count);
    }
    for (const i of members) result[i] = best.fold;
  }
  return result;
}

/** The samples to train with, to choose with, and to test with, as ascending indices. */
export interface DataSplit {
  /** Trains the model. */
  readonly train: readonly number[];
  /** Ends the training and chooses hyperparameters; empty if none was asked for. */
  readonly validation: readonly number[];
  /** Tests the chosen model, once. */
  readonly test: readonly number[];
}

/** Options of {@link crossValidationSplits} and {@link sourceSplits}. */
export interface SplitsOptions {
  /**
   * One part of this many of the samples that are not tested is for validation, for example 9; 0, the
   * default, is for none.
   */
  readonly validationFolds?: number;
  /** The source of the divisions. */
  readonly random: Random;
}

/**
 * Divides samples for cross-validation: each is tested once, by a model that was trained without it
 * and its group. The validation samples are a fold of those that are not tested, so that no choice
 * depends on the test.
 *
 * @param samples The samples.
 * @param options The number of folds, 10 by default; whether there is a part for validation; the
 * source of random numbers.
 * @returns A division for each fold.
 * @throws {InputError} If there are too few groups, a sample lacks a field, or an option is wrong or
 * unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { crossValidationSplits } from "./folds.ts";
 *
 * const samples = Array.from({ length: 20 }, (_, i) => ({ label: i % 2, source: "a", group: i }));
 * const options = { folds: 5, validationFolds: 4, random: new Random(1) };
 * const [first] = crossValidationSplits(samples, options);
 * assertEquals([first?.train.length, first?.validation.length, first?.test.length], [12, 4, 4]);
 * ```
 */
export function crossValidationSplits(
  samples: readonly LabelledSample[],
  options: FoldOptions & SplitsOptions,
): DataSplit[] {
  checkOptions("crossValidationSplits", options, { ...foldNames, validationFolds: true });
  const { folds = 10, validationFolds = 0, random } = options;
  checkRandom("random", random);
  const fold = stratifiedFolds(samples, { folds, random: random.fork("folds") });
  return Array.from({ length: folds }, (_, tested) => {
    const test = indicesOf(samples, (i) => fold[i] === tested);
    const rest = indicesOf(samples, (i) => fold[i] !== tested);
    const inner = random.fork("validation").fork(tested);
    return { ...withValidation(samples, rest, validationFolds, inner), test };
  });
}

/** A division by source. */
export interface SourceSplit extends DataSplit {
  /** The sources that train. */
  readonly trainSources: readonly string[];
  /** The source that is tested, whole. */
  readonly testSource: string;
}

/**
 * Divides samples by source, to measure what a model loses on a source that it has not seen. Each
 * source is tested by a model of all others and, if there are at least three, by a model of each
 * other alone. A sample whose group occurs in the tested source does not train.
 *
 * @param samples The samples.
 * @param options Whether there is a part for validation, and the source of random numbers.
 * @returns The divisions, by tested source in the order of first occurrence; that of all others
 * first.
 * @throws {InputError} If there are fewer than two sources, a sample lacks a field, or an option is
 * wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { sourceSplits } from "./folds.ts";
 *
 * const samples = ["a", "a", "b", "b"].map((source, i) => ({ label: i % 2, source, group: i }));
 * const [first] = sourceSplits(samples, { random: new Random(1) });
 * assertEquals([first?.trainSources, first?.testSource, first?.test], [["b"], "a", [0, 1]]);
 * ```
 */
export function sourceSplits(
  samples: readonly LabelledSample[],
  options: SplitsOptions,
): SourceSplit[] {
  checkOptions("sourceSplits", options, { validationFolds: true, random: true });
  const { validationFolds = 0, random } = options;
  checkRandom("random", random);
  checkSamples(samples);
  const sources = [...new Set(samples.map(({ source }) => source))];
  if (sources.length < 2) throw new InputError("samples", "of at least two sources", sources);
  return sources.flatMap((testSource) => {
    const others = sources.filter((source) => source !== testSource);
    const trainings = others.length < 2 ? [others] : [others, ...others.map((one) => [one])];
    const test = indicesOf(samples, (i) => samples[i]?.source === testSource);
    const tested = new Set(test.map((i) => samples[i]?.group));
    return trainings.map((trainSources) => {
      const train = new Set(trainSources);
      const rest = indicesOf(samples, (i) => {
        return train.has(samples[i]?.source ?? "") && !tested.has(samples[i]?.group);
      });
      const inner = random.fork(testSource).fork(trainSources.join("+"));
      const divided = withValidation(samples, rest, validationFolds, inner);
      return { ...divided, test, trainSources, testSource };
    });
  });
}

/** Options of {@link learningSubsets}. */
export interface LearningSubsetOptions {
  /** The numbers of samples, each a positive integer. */
  readonly sizes: readonly number[];
  /** The source of the order. */
  readonly random: Random;
}

/**
 * Draws training sets of several sizes for a learning curve. They are nested, each smaller one in
 * each larger one, so that a difference between sizes is not one between samples; and they are
 * stratified: each has nearly the same shares of every label of every source as all samples.
 *
 * @param samples The samples.
 * @param indices The indices of the samples to draw from, for example `train` of a
 * {@link DataSplit}.
 * @param options The sizes and the source of random numbers.
 * @returns The indices for each size, in the order of `sizes`; ascending.
 * @throws {InputError} If a size is above the number of indices, a sample lacks a field, or an
 * option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { learningSubsets } from "./folds.ts";
 *
 * const samples = Array.from({ length: 20 }, (_, i) => ({ label: i % 2, source: "a", group: i }));
 * const all = [...samples.keys()];
 * const [few, more] = learningSubsets(samples, all, { sizes: [4, 10], random: new Random(1) });
 * assertEquals(few?.filter((i) => i % 2 === 0).length, 2);
 * assertEquals(few?.every((i) => more?.includes(i)), true);
 * ```
 */
export function learningSubsets(
  samples: readonly LabelledSample[],
  indices: readonly number[],
  options: LearningSubsetOptions,
): number[][] {
  checkOptions("learningSubsets", options, { sizes: true, random: true });
  const { sizes, random } = options;
  checkRandom("random", random);
  checkSamples(samples);
  checkArray("indices", indices);
  checkArray("sizes", sizes);
  const wrong = indices.find((i) => samples[i] === undefined);
  if (wrong !== undefined) throw new InputError("indices", "those of samples", wrong);
  for (const size of sizes) {
    positiveInteger("a size", size);
    if (size <= indices.length) continue;
    throw new InputError("a size", `at most ${indices.length}, the number of indices`, size);
  }
  const strata = strataOf(samples);
  // Each stratum is spread evenly over the order, so that the start of the order is stratified.
  const placed = [...groupBy(shuffled(indices, random), (i) => strata[i] ?? "").values()]
    .flatMap((members) => {
      const offset = random.uniform();
      return members.map((i, rank) => ({ i, place: (rank + offset) / members.length }));
    });
  const order = placed.sort((a, b) => a.place - b.place || a.i - b.i).map(({ i }) => i);
  return sizes.map((size) => order.slice(0, size).sort((a, b) => a - b));
}

function withValidation(
  samples: readonly LabelledSample[],
  rest: readonly number[],
  validationFolds: number,
  random: Random,
): { train: number[]; validation: number[] } {
  if (validationFolds === 0) return { train: [...rest], validation: [] };
  if (!Number.isSafeInteger(validationFolds) || validationFolds < 2) {
    throw new InputError("validationFolds", "0 or an integer of at least 2", validationFolds);
  }
  const members = rest.flatMap((i) => samples[i] ?? []);
  const fold = stratifiedFolds(members, { folds: validationFolds, random });
  return {
    train: rest.filter((_, at) => fold[at] !== 0),
    validation: rest.filter((_, at) => fold[at] === 0),
  };
}

function checkSamples(samples: readonly LabelledSample[]): void {
  checkArray("samples", samples);
  for (const [i, sample] of samples.entries()) {
    const given: unknown = sample;
    if (typeof given !== "object" || given === null) {
      throw new InputError(`samples[${i}]`, "an object with label, source and group", given);
    }
    const { label, source, group } = sample;
    if (!Number.isSafeInteger(label) || label < 0) {
      throw new InputError(`label of samples[${i}]`, "an integer of at least 0", label);
    }
    if (typeof source !== "string") {
      throw new InputError(`source of samples[${i}]`, "a string", source);
    }
    if (!Number.isSafeInteger(group)) {
      throw new InputError(`group of samples[${i}]`, "an integer", group);
    }
  }
}

function strataOf(samples: readonly LabelledSample[]): string[] {
  return samples.map(({ label, source }) => `${label} ${source}`);
}

function indicesOf(samples: readonly LabelledSample[], fits: (i: number) => boolean): number[] {
  return [...samples.keys()].filter(fits);
}

/** Returns values in random order. */
function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values.map((value) => ({ value, place: random.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

/** Returns the first of the least values. */
function least<T>(values: readonly T[], compare: (a: T, b: T) => number): T {
  return values.reduce((best, value) => compare(value, best) < 0 ? value : best);
}
