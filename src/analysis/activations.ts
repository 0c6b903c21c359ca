import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { max, mean, min } from "simple-statistics";
import { euclideanNorm } from "./matrix.ts";
import { assertValues, populationStandardDeviation } from "../statistics/descriptive.ts";
import { proportional } from "../statistics/float64.ts";

/** What a trace has under one name, as numbers: [sequence, batch, hidden]. */
export type Activations = readonly (readonly (readonly number[])[])[];

/**
 * Checks that activations are nested arrays [sequence, batch, hidden] of finite numbers, all steps
 * and all sequences of one size and none empty. There may be no step.
 *
 * @param name The input's name, for the message.
 * @param activations What was given.
 * @throws {InputError} Naming the first array or number that is wrong, or saying how to make nested
 * arrays of a tensor.
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
  // There may be millions of numbers: names are made if one is wrong.
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

/** Whether all steps and sequences are arrays of one size, not empty, of finite numbers. */
function areRegular(activations: Activations): boolean {
  const [sequences, units] = [activations[0]?.length, activations[0]?.[0]?.length];
  // `every` passes over the holes of an array, which findIndex finds.
  const all = <T>(array: readonly T[], holds: (one: T) => boolean) =>
    array.findIndex((one) => !holds(one)) < 0;
  return sequences !== 0 && units !== 0 &&
    all(activations, (step) =>
      Array.isArray(step) && step.length === sequences &&
      all(step, (values) =>
        Array.isArray(values) && values.length === units && all(values, Number.isFinite)));
}

function checkSize(name: string, what: string, found: number, first: number | undefined): void {
  if (found !== first) throw new InputError(name, `of ${first} ${what} as the first`, found);
}

/**
 * The Euclidean norms of states.
 *
 * @param states Hidden or cell states, [sequence, batch, hidden].
 * @returns By sequence of the batch and step: [batch, sequence].
 * @throws {InputError} If the states are not nested arrays of finite numbers, all of one shape.
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

/** How a number moves over time. */
export interface SeriesVariation {
  /** Its standard deviation over time; the sum of squares is divided by n. */
  readonly deviation: number;
  /** The largest less the smallest. */
  readonly range: number;
  /** Its change from each step to the next. */
  readonly changes: readonly number[];
}

/**
 * How a number moves over time, such as the norm of a state.
 *
 * @param series By step.
 * @returns The three measures.
 * @throws {InputError} If there are no numbers, one is not finite, or a difference of two is beyond
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
  // It bounds every other difference, which need no check then.
  const range = proportional(series, "range of the series", spread);
  return {
    deviation: populationStandardDeviation(series),
    range,
    changes: series.slice(1).map((value, i) => value - (series[i] ?? NaN)),
  };
}

/**
 * The smallest ratio of two series' numbers, such as the norms of two states, pair by pair. Pairs
 * whose second number is 0 have none and are left out.
 *
 * @param a The numerators.
 * @param b The denominators.
 * @returns `Infinity` if no pair has a ratio, or every ratio is beyond float64.
 * @throws {InputError} On series of different length, or with a number that is not finite.
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
  if (a.length !== b.length) throw new InputError("series", "of one length", [a.length, b.length]);
  return a.reduce((least, value, i) => {
    const other = b[i] ?? NaN;
    return other === 0 ? least : Math.min(least, value / other);
  }, Infinity);
}

/** How numbers are spread. */
export interface StepSummary {
  /** Their mean. */
  readonly mean: number;
  /** Their standard deviation; the sum of squares is divided by n. */
  readonly deviation: number;
  /** The smallest. */
  readonly low: number;
  /** The largest. */
  readonly high: number;
}

/**
 * How activations are spread over units and batch at each step.
 *
 * @returns By step.
 * @throws {InputError} Where a step has no activations.
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
 * The mean at each step over units and those sequences that are chosen there, such as those with a
 * mark at that step.
 *
 * @param chosen Whether a sequence counts at a step: [sequence, batch].
 * @returns By step; `null` where no sequence is chosen.
 * @throws {InputError} Where `chosen` has another shape than the activations.
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
  chosen: readonly (readonly boolean[])[],
): (number | null)[] {
  checkActivations("activations", activations);
  checkArray("chosen", chosen, "nested arrays [sequence, batch] of true and false");
  if (chosen.length !== activations.length) {
    throw new InputError("chosen", `of ${activations.length} steps`, chosen.length);
  }
  return activations.map((step, t) => {
    const at = chosen[t] ?? [];
    checkArray(`chosen[${t}]`, at, "an array of true and false");
    if (at.length !== step.length) {
      throw new InputError(`chosen[${t}]`, `of ${step.length} sequences`, at.length);
    }
    const wrong = at.find((value) => typeof value !== "boolean");
    if (wrong !== undefined) {
      throw new InputError(`chosen[${t}]`, "true or false throughout", wrong);
    }
    const values = step.filter((_, b) => at[b]).flat();
    return values.length === 0 ? null : proportional(values, "mean", mean);
  });
}

/** How much activations move over time. */
export interface TemporalDeviation {
  /** The standard deviation over time of their mean over units and batch. */
  readonly ofMean: number;
  /** The standard deviation over time of one unit, as a mean over units and batch. */
  readonly ofUnits: number;
}

/**
 * How much activations move over time: their mean, which hides movements that cancel, and single
 * units. Sums of squares are divided by n.
 *
 * @throws {InputError} Where there is no step.
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
