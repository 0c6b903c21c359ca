import { max, min, sampleCorrelation, standardDeviation } from "simple-statistics";
import { InputError } from "../core/errors.ts";
import { type Activations, checkActivations } from "./activations.ts";
import { euclideanNorm } from "./matrix.ts";
import { assertValues, moderate, proportional } from "./statistics.ts";

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
 * import { stateNorms } from "./states.ts";
 *
 * assertEquals(stateNorms([[[3, 4]], [[0, 1]]]), [[5, 1]]);
 * ```
 */
export function stateNorms(states: Activations): number[][] {
  checkActivations("states", states);
  return (states[0] ?? []).map((_, b) => states.map((step) => euclideanNorm(step[b] ?? [])));
}

/** How a number moves over time. */
export interface Movement {
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
 * import { movement } from "./states.ts";
 *
 * assertEquals(movement([1, 3, 1, 3]), { deviation: 1, range: 2, changes: [2, -2, 2] });
 * ```
 */
export function movement(series: readonly number[]): Movement {
  assertValues(series, 1, "series");
  const spread = (values: number[]) => max(values) - min(values);
  // It bounds every other difference, which need no check then.
  const range = proportional(series, "range of the series", spread);
  return {
    deviation: proportional(series, "deviation of the series", standardDeviation),
    range,
    changes: series.slice(1).map((value, i) => value - (series[i] ?? NaN)),
  };
}

/**
 * Pearson's correlation of two series; 0 where one of them never changes, since it then says nothing
 * of the other.
 *
 * @param a One series.
 * @param b The other.
 * @returns From -1 to 1.
 * @throws {InputError} On series of different length, of fewer than 2 numbers, or with one that is
 * not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { correlation } from "./states.ts";
 *
 * assertEquals(correlation([1, 2, 3], [3, 2, 1]), -1);
 * assertEquals(correlation([1, 2, 3], [5, 5, 5]), 0);
 * ```
 */
export function correlation(a: readonly number[], b: readonly number[]): number {
  assertValues(a, 2, "a");
  assertValues(b, 2, "b");
  if (a.length !== b.length) throw new InputError("series", "of one length", [a.length, b.length]);
  const constant = (values: readonly number[]) => values.every((value) => value === values[0]);
  if (constant(a) || constant(b)) return 0;
  // Rounding may put it a little beyond.
  return Math.min(1, Math.max(-1, sampleCorrelation(moderate(a).values, moderate(b).values)));
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
 * import { smallestRatio } from "./states.ts";
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
