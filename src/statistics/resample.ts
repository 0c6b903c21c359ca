import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { geometricMean, mean, median } from "./descriptive.ts";

/** The name of a statistic. */
export type StatisticName = "mean" | "median" | "geometric-mean";

/** A statistic by name, or a function of values. */
export type Statistic = StatisticName | ((values: readonly number[]) => number);

const functions: Readonly<Record<StatisticName, (values: readonly number[]) => number>> = {
  "mean": mean,
  "median": median,
  "geometric-mean": geometricMean,
};

/**
 * Throws unless `statistic` is the name of a statistic.
 *
 * @param statistic The name.
 * @returns `statistic`.
 * @throws {InputError} If there is no statistic of this name.
 */
export function checkStatisticName(statistic: StatisticName): StatisticName {
  if (typeof statistic === "string" && Object.hasOwn(functions, statistic)) return statistic;
  throw new InputError("statistic", Object.keys(functions).join(", "), statistic);
}

/**
 * Returns the function that computes a statistic.
 *
 * @param statistic The statistic.
 * @returns The function.
 * @throws {InputError} If `statistic` is neither a known name nor a function.
 */
export function statisticFunction(statistic: Statistic): (values: readonly number[]) => number {
  if (typeof statistic === "function") return statistic;
  return functions[checkStatisticName(statistic)];
}

/** The number of draws in a block: 4 MiB of indices. */
const BLOCK = 2 ** 20;

/**
 * Throws if there are too many resamples to draw.
 *
 * @param n The number of values.
 * @param resamples The number of resamples, at most 10^7.
 * @param most The largest number of draws; each resample takes `n` draws.
 * @throws {InputError} If more draws are needed; the message has the largest number of resamples.
 */
export function checkDraws(n: number, resamples: number, most: number): void {
  const possible = Math.min(1e7, Math.floor(most / n));
  if (resamples <= possible) return;
  if (possible === 0) throw new InputError("values", `at most ${most} numbers`, n);
  throw new InputError("resamples", `at most ${possible} for ${n} values`, resamples);
}

/**
 * Draws the resamples of a bootstrap as indices with replacement, so that the same resamples serve
 * several lists of values.
 *
 * @param n The number of values.
 * @param resamples The number of resamples.
 * @param random The source of random numbers.
 * @returns Blocks of about a million indices from 0 to n - 1, each of shape [some resamples, n].
 */
export function* drawIndices(n: number, resamples: number, random: Random): Generator<Uint32Array> {
  const block = Math.max(1, Math.floor(BLOCK / n));
  for (let drawn = 0; drawn < resamples; drawn += block) {
    const indices = new Uint32Array(Math.min(block, resamples - drawn) * n);
    for (let i = 0; i < indices.length; i++) indices[i] = random.integer(0, n - 1);
    yield indices;
  }
}

/**
 * Computes the statistic of each resample.
 *
 * @param values The values, of shape [n].
 * @param blocks The indices of the resamples, each block of shape [some resamples, n], as
 * {@link drawIndices} returns them.
 * @param statistic The statistic.
 * @returns The statistics in ascending order, of shape [resamples].
 * @throws {InputError} If the statistic of a resample is not a finite number.
 */
export function replicates(
  values: readonly number[],
  blocks: Iterable<Uint32Array>,
  statistic: Statistic,
): Float64Array {
  const n = values.length;
  const compute = resampled(statistic, n);
  const source = Float64Array.from(values, statistic === "geometric-mean" ? Math.log : undefined);
  const resample = new Float64Array(n);
  const parts = Array.from(blocks, (indices) => {
    const found = new Float64Array(indices.length / n);
    for (let r = 0; r < found.length; r++) {
      for (let i = 0; i < n; i++) resample[i] = source[indices[r * n + i] ?? 0] ?? NaN;
      found[r] = compute(resample);
    }
    return found;
  });
  const found = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    found.set(part, offset);
    offset += part.length;
  }
  const wrong = found.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new InputError("statistic of a resample", "finite", wrong);
  return found.sort();
}

/**
 * Returns a function that computes a statistic of a resample. If the statistic is given by name,
 * the function neither allocates nor checks.
 */
function resampled(statistic: Statistic, n: number): (resample: Float64Array) => number {
  switch (statistic) {
    case "mean":
      return (resample) => total(resample) / n;
    case "geometric-mean":
      return (logs) => Math.min(Number.MAX_VALUE, Math.exp(total(logs) / n));
    case "median":
      return (resample) => {
        resample.sort();
        return midpoint(resample[(n - 1) >> 1] ?? NaN, resample[n >> 1] ?? NaN);
      };
    default:
      return (resample) => checkedStatistic(statistic(Array.from(resample)));
  }
}

/** The mean of two numbers, even if their sum overflows. */
function midpoint(a: number, b: number): number {
  const sum = a + b;
  return Number.isFinite(sum) ? sum / 2 : a / 2 + b / 2;
}

/** Throws unless a user's function returned a number; a typed array would convert other values. */
function checkedStatistic(value: unknown): number {
  if (typeof value === "number") return value;
  throw new InputError("statistic of a resample", "a number", value);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum;
}

/** The number of values above which the jackknife of a named statistic uses its formula. */
const EACH = 1000;

/** The largest number of values for the jackknife of a function, which then reads 10^9 numbers. */
const MOST_OF_FUNCTION = 31_622;

/**
 * Computes the jackknife: the statistic without each value in turn.
 *
 * @param values At least 2 numbers.
 * @param statistic The statistic.
 * @returns The statistics of shape [n]; entry i is computed without value i.
 * @throws {InputError} If `statistic` is a function and there are more than 31,622 values, since
 * the time grows as n^2.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jackknife } from "./resample.ts";
 *
 * assertEquals(jackknife([1, 2, 6], "mean"), [4, 3.5, 1.5]);
 * ```
 */
export function jackknife(values: readonly number[], statistic: Statistic): number[] {
  if (values.length > EACH && typeof statistic === "string") {
    switch (statistic) {
      case "mean":
        return meansWithoutEach(values);
      case "geometric-mean":
        return meansWithoutEach(values.map(Math.log)).map(Math.exp);
      case "median":
        return mediansWithoutEach(values);
    }
  }
  if (values.length > MOST_OF_FUNCTION) {
    const help = 'Choose method: "percentile"';
    const wanted = `at most ${MOST_OF_FUNCTION} for the BCa interval of a function`;
    throw new InputError("values", wanted, values.length, help);
  }
  const compute = statisticFunction(statistic);
  return values.map((_, out) => compute(values.filter((_, i) => i !== out)));
}

function meansWithoutEach(values: readonly number[]): number[] {
  const centre = mean(values);
  return values.map((value) => centre + (centre - value) / (values.length - 1));
}

function mediansWithoutEach(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN));
  const left = new Array<number>(values.length).fill(NaN);
  const last = values.length - 2; // The last index of the remaining values.
  for (const [rank, i] of order.entries()) {
    // The values above the one that is left out move down by one.
    const at = (index: number) => values[order[index < rank ? index : index + 1] ?? 0] ?? NaN;
    left[i] = (at(last >> 1) + at((last + 1) >> 1)) / 2;
  }
  return left;
}
