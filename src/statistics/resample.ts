import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { geometricMean, mean, median } from "./descriptive.ts";

/** A statistic that is known by name. */
export type StatisticName = "mean" | "median" | "geometric-mean";

/** A number that sums up values. */
export type Statistic = StatisticName | ((values: readonly number[]) => number);

const functions: Readonly<Record<StatisticName, (values: readonly number[]) => number>> = {
  "mean": mean,
  "median": median,
  "geometric-mean": geometricMean,
};

/**
 * Checks that a statistic is one of those that are known by name.
 *
 * @param statistic What was given.
 * @returns The statistic.
 * @throws {InputError} If it is anything else.
 */
export function checkStatisticName(statistic: StatisticName): StatisticName {
  if (typeof statistic === "string" && Object.hasOwn(functions, statistic)) return statistic;
  throw new InputError("statistic", Object.keys(functions).join(", "), statistic);
}

/**
 * The function behind a statistic.
 *
 * @param statistic A name or a function.
 * @returns The function.
 * @throws {InputError} If it is neither.
 */
export function statisticFunction(statistic: Statistic): (values: readonly number[]) => number {
  if (typeof statistic === "function") return statistic;
  return functions[checkStatisticName(statistic)];
}

/** Draws at a time: 4 MiB of places. */
const BLOCK = 2 ** 20;

/**
 * Checks that resamples of values can be drawn in reasonable time and memory.
 *
 * @param n How many values there are.
 * @param resamples How often they are resampled: at most 10^7.
 * @param most The most draws, `n` for each resample.
 * @throws {InputError} If there are more, saying how many resamples are possible.
 */
export function checkDraws(n: number, resamples: number, most: number): void {
  const possible = Math.min(1e7, Math.floor(most / n));
  if (resamples <= possible) return;
  if (possible === 0) throw new InputError("values", `at most ${most} numbers`, n);
  throw new InputError("resamples", `at most ${possible} of ${n} values`, resamples);
}

/**
 * Draws places with replacement: the bootstrap's resamples, as places so that one draw serves
 * several columns of the same seeds.
 *
 * @param n How many values there are.
 * @param resamples How many resamples to draw.
 * @param random Draws them.
 * @returns Places from 0 to n - 1, flat, of shape [some resamples, n], in blocks of about a million.
 */
export function* drawIndices(n: number, resamples: number, random: Random): Generator<Uint32Array> {
  const block = Math.max(1, Math.floor(BLOCK / n));
  for (let drawn = 0; drawn < resamples; drawn += block) {
    const places = new Uint32Array(Math.min(block, resamples - drawn) * n);
    for (let i = 0; i < places.length; i++) places[i] = random.integer(0, n - 1);
    yield places;
  }
}

/**
 * The statistic of every resample.
 *
 * @param values Of shape [n].
 * @param blocks Places of shape [some resamples, n], by {@link drawIndices}.
 * @param statistic What to compute.
 * @returns Of shape [resamples], ascending.
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
  const parts = Array.from(blocks, (places) => {
    const found = new Float64Array(places.length / n);
    for (let r = 0; r < found.length; r++) {
      for (let i = 0; i < n; i++) resample[i] = source[places[r * n + i] ?? 0] ?? NaN;
      found[r] = compute(resample);
    }
    return found;
  });
  const found = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    found.set(part, place);
    place += part.length;
  }
  const wrong = found.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new InputError("statistic of a resample", "finite", wrong);
  return found.sort();
}

// Ten thousand resamples are affordable because nothing is allocated or checked for each.
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

/** The mean of two numbers, also if their sum overflows. */
function midpoint(a: number, b: number): number {
  const sum = a + b;
  return Number.isFinite(sum) ? sum / 2 : a / 2 + b / 2;
}

/** A function of the user's may give anything; a typed array would make a number of some of it. */
function checkedStatistic(value: unknown): number {
  if (typeof value === "number") return value;
  throw new InputError("statistic of a resample", "a number", value);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum;
}

/** Up to so many values each is left out in turn; of more, statistics known by name need one pass. */
const EACH = 1000;

/** The most values of which a function is computed without each in turn: 10^9 numbers in all. */
const MOST_OF_FUNCTION = 31_622;

/**
 * A statistic of values without each of them in turn.
 *
 * @param values At least 2 numbers.
 * @param statistic What to compute.
 * @returns Of shape [n]: entry i is without value i.
 * @throws {InputError} On more than 31,622 values and a function, which would take n^2 steps.
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
  const last = values.length - 2; // The last place of the values that are left.
  for (const [rank, i] of order.entries()) {
    // Values from the one that is left out on move down by a place.
    const at = (place: number) => values[order[place < rank ? place : place + 1] ?? 0] ?? NaN;
    left[i] = (at(last >> 1) + at((last + 1) >> 1)) / 2;
  }
  return left;
}
