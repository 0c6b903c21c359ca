import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { geometricMean, mean, median } from "./statistics.ts";

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
export function* drawPlaces(n: number, resamples: number, random: Random): Generator<Uint32Array> {
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
 * @param blocks Places of shape [some resamples, n], by {@link drawPlaces}.
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
