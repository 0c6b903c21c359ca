import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { max, mean, min } from "simple-statistics";
import { euclideanNorm } from "./matrix.ts";
import { assertValues, populationStandardDeviation } from "../statistics/descriptive.ts";
import { proportional } from "../statistics/float64.ts";

/** The activations of a gate or state as nested arrays [sequence, batch, hidden]. */
export type Activations = readonly (readonly (readonly number[])[])[];

/**
 * Throws unless `activations` are nested arrays [sequence, batch, hidden] of finite numbers. Every
 * step must have the same number of sequences and every sequence the same number of units, at least
 * 1. An empty array, which has no steps, is valid.
 *
 * @param name The name of the activations in the message.
 * @param activations The activations.
 * @throws {InputError} If an array or a number is wrong. The message names the first wrong one; for
 * a tensor it says how to make nested arrays.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkActivations } from "./activations.ts";
 *
 * checkActivations("gate", [[[0.5, 0.1]], [[0.2, 0.9]]]);
 * const message = "gate[0][0][1] must be a finite number, found NaN";
 * assertThrows(() => checkActivations("gate", [[[0.5, NaN]]]), Error, message);
 * ```
 */
export function checkActivations(name: string, activations: Activations): void {
  checkArray(name, activations, "nested arrays [sequence, batch, hidden]");
  // There may be millions of numbers: the names for messages are built only if one is wrong.
  if (areRegular(activations)) return;
  for (const [t, step] of activations.entries()) {
    checkArray(`${name}[${t}]`, step, "an array of sequences");
    if (step.flat().length === 0) throw new InputError(`${name}[${t}]`, "at least 1 number", step);
    checkSize(`${name}[${t}]`, "sequences", step.length, activations[0]?.length);
    for (const [b, units] of step.entries()) {
      checkArray(`${name}[${t}][${b}]`, units, "an array of numbers");
      checkSize(`${name}[${t}][${b}]`, "units", units.length, activations[0]?.[0]?.length);
      const i = units.findIndex((value) => !Number.isFinite(value));
      if (i >= 0) throw new InputError(`${name}[${t}][${b}][${i}]`, "a finite number", units[i]);
    }
  }
}

/** Returns whether all steps and sequences are non-empty arrays of equal size of finite numbers. */
function areRegular(activations: Activations): boolean {
  const [sequences, units] = [activations[0]?.length, activations[0]?.[0]?.length];
  // `every` skips the holes of an array; `findIndex` does not.
  const all = <T>(array: readonly T[], holds: (one: T) => boolean) =>
    array.findIndex((one) => !holds(one)) < 0;
  return sequences !== 0 && units !== 0 &&
    all(activations, (step) =>
      Array.isArray(step) && step.length === sequences &&
      all(step, (values) =>
        Array.isArray(values) && values.length === units && all(values, Number.isFinite)));
}

function checkSize(name: string, what: string, found: number, first: number | undefined): void {
  if (found !== first) throw new InputError(name, `of ${first} ${what}, like the first`, found);
}

/**
 * Computes the Euclidean norms of states.
 *
 * @param states Hidden or cell states [sequence, batch, hidden].
 * @returns The norms [batch, sequence].
 * @throws {InputError} If the states are not nested arrays of finite numbers of this shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stateNorms } from "./activations.ts";
 *
 * assertEquals(stateNorms([[[3, 4]], [[0, 1]]]), [[5, 1]]);
 * ```
 */
export function stateNorms(states: Activations): number[][] {
  checkActivations("states", states);
  return (states[0] ?? []).map((_, b) => states.map((step) => euclideanNorm(step[b] ?? [])));
}

/** The variation of a series of numbers over time. */
export interface SeriesVariation {
  /** The standard deviation over time, with a division by n. */
  readonly deviation: number;
  /** The largest number minus the smallest. */
  readonly range: number;
  /** The change from each step to the next. */
  readonly changes: readonly number[];
}

/**
 * Measures the variation of a number over time, such as the norm of a state.
 *
 * @param series The number at each step.
 * @returns The standard deviation, the range and the changes.
 * @throws {InputError} If there are no numbers, a number is not finite, or the range is beyond
 * float64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seriesVariation } from "./activations.ts";
 *
 * assertEquals(seriesVariation([1, 3, 1, 3]), { deviation: 1, range: 2, changes: [2, -2, 2] });
 * ```
 */
export function seriesVariation(series: readonly number[]): SeriesVariation {
  assertValues(series, 1, "series");
  const spread = (values: number[]) => max(values) - min(values);
  // The range is the largest difference, so only the range can be beyond float64.
  const range = proportional(series, "range of the series", spread);
  return {
    deviation: populationStandardDeviation(series),
    range,
    changes: series.slice(1).map((value, i) => value - (series[i] ?? NaN)),
  };
}

/**
 * Finds the smallest ratio of two series, pair by pair, such as the norms of two states. Pairs
 * whose denominator is 0 are left out.
 *
 * @param a The numerators.
 * @param b The denominators.
 * @returns The smallest ratio; `Infinity` if all denominators are 0 or all ratios are beyond
 * float64.
 * @throws {InputError} If the series differ in length or are empty, or a number is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { smallestRatio } from "./activations.ts";
 *
 * assertEquals(smallestRatio([2, 3, 1], [1, 2, 0]), 1.5);
 * ```
 */
export function smallestRatio(a: readonly number[], b: readonly number[]): number {
  assertValues(a, 1, "a");
  assertValues(b, 1, "b");
  if (a.length !== b.length) {
    throw new InputError("series", "of equal length", [a.length, b.length]);
  }
  return a.reduce((least, value, i) => {
    const other = b[i] ?? NaN;
    return other === 0 ? least : Math.min(least, value / other);
  }, Infinity);
}

/** The mean, standard deviation and range of activations at a step. */
export interface StepSummary {
  /** The mean. */
  readonly mean: number;
  /** The standard deviation, with a division by n. */
  readonly deviation: number;
  /** The smallest activation. */
  readonly low: number;
  /** The largest activation. */
  readonly high: number;
}

/**
 * Summarises activations over units and batch at each step.
 *
 * @param activations The activations [sequence, batch, hidden].
 * @returns A summary for each step.
 * @throws {InputError} If the activations are not nested arrays of finite numbers of this shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { summaryByStep } from "./activations.ts";
 *
 * const gate = [[[0.5, 0.5]], [[0.2, 0.8]]];
 * assertEquals(summaryByStep(gate).map(({ low, high }) => [low, high]), [[0.5, 0.5], [0.2, 0.8]]);
 * ```
 */
export function summaryByStep(activations: Activations): StepSummary[] {
  checkActivations("activations", activations);
  return activations.map((step) => {
    const values = step.flat();
    return {
      mean: proportional(values, "mean", mean),
      deviation: populationStandardDeviation(values),
      low: min(values),
      high: max(values),
    };
  });
}

/**
 * Computes the mean activation at each step over the units of selected sequences, such as those
 * with a mark at this step.
 *
 * @param activations The activations [sequence, batch, hidden].
 * @param mask Whether a sequence is selected at a step, of shape [sequence, batch].
 * @returns The mean for each step; `null` if no sequence is selected at this step.
 * @throws {InputError} If the activations are not nested arrays of finite numbers of this shape, or
 * `mask` does not match them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maskedMeans } from "./activations.ts";
 *
 * const gate = [[[0.25, 0.75], [1, 1]], [[0, 0], [1, 1]]];
 * assertEquals(maskedMeans(gate, [[true, false], [false, false]]), [0.5, null]);
 * ```
 */
export function maskedMeans(
  activations: Activations,
  mask: readonly (readonly boolean[])[],
): (number | null)[] {
  checkActivations("activations", activations);
  checkArray("mask", mask, "nested arrays [sequence, batch] of true and false");
  if (mask.length !== activations.length) {
    throw new InputError("mask", `of ${activations.length} steps`, mask.length);
  }
  return activations.map((step, t) => {
    const row = mask[t] ?? [];
    checkArray(`mask[${t}]`, row, "an array of true and false");
    if (row.length !== step.length) {
      throw new InputError(`mask[${t}]`, `of ${step.length} sequences`, row.length);
    }
    const wrong = row.find((value) => typeof value !== "boolean");
    if (wrong !== undefined) {
      throw new InputError(`mask[${t}]`, "true or false throughout", wrong);
    }
    const values = step.filter((_, b) => row[b]).flat();
    return values.length === 0 ? null : proportional(values, "mean", mean);
  });
}

/** The standard deviations of activations over time. */
export interface TemporalDeviation {
  /** The standard deviation over time of the mean activation over units and batch. */
  readonly ofMean: number;
  /** The standard deviation over time of a single unit, averaged over units and batch. */
  readonly ofUnits: number;
}

/**
 * Measures how much activations vary over time, by standard deviations with a division by n: that
 * of their mean over units and batch, in which opposite changes cancel, and that of single units.
 *
 * @param activations The activations [sequence, batch, hidden].
 * @returns The two standard deviations.
 * @throws {InputError} If there are no steps, or the activations are not nested arrays of finite
 * numbers of this shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { temporalDeviation } from "./activations.ts";
 *
 * assertEquals(temporalDeviation([[[0.25, 0.75]], [[0.75, 0.25]]]), { ofMean: 0, ofUnits: 0.25 });
 * ```
 */
export function temporalDeviation(activations: Activations): TemporalDeviation {
  checkActivations("activations", activations);
  const [first] = activations;
  if (first === undefined) throw new InputError("activations", "of at least 1 step", activations);
  const deviation = (values: readonly number[]) => populationStandardDeviation(values);
  const units = first.flatMap((sequence, b) =>
    sequence.map((_, unit) => deviation(activations.map((step) => step[b]?.[unit] ?? NaN)))
  );
  return {
    ofMean: deviation(activations.map((step) => proportional(step.flat(), "mean", mean))),
    ofUnits: proportional(units, "mean of deviations", mean),
  };
}
