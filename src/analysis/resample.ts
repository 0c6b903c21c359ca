import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { geometricMean, mean, median } from "./statistics.ts";

/** A statistic that is known by name. */
export type StatisticName = "mean" | "median" | "geometric-mean";

/** A number that sums up values. */
export type Statistic = StatisticName | ((values: readonly number[]) => number);

/** The function behind a statistic. */
export function statisticFunction(statistic: Statistic): (values: readonly number[]) => number {
  if (typeof statistic === "function") return statistic;
  const functions = { "mean": mean, "median": median, "geometric-mean": geometricMean };
  return functions[statistic];
}

/**
 * Draws places with replacement: the bootstrap's resamples, as places so that one draw serves
 * several columns of the same seeds.
 *
 * @param n How many values there are.
 * @returns Places from 0 to n - 1, flat, of shape [resamples, n].
 */
export function drawPlaces(n: number, resamples: number, random: Random): Uint32Array {
  const places = new Uint32Array(resamples * n);
  for (let i = 0; i < places.length; i++) places[i] = random.integer(0, n - 1);
  return places;
}

/**
 * The statistic of every resample.
 *
 * @param values Of shape [n].
 * @param places Of shape [resamples, n], by {@link drawPlaces}.
 * @returns Of shape [resamples], ascending.
 * @throws {InputError} Where the statistic of a resample is not a finite number.
 */
export function replicates(
  values: readonly number[],
  places: Uint32Array,
  statistic: Statistic,
): Float64Array {
  const n = values.length;
  const found = new Float64Array(places.length / n);
  const compute = resampled(statistic, n);
  const source = Float64Array.from(values, statistic === "geometric-mean" ? Math.log : undefined);
  const resample = new Float64Array(n);
  for (let r = 0; r < found.length; r++) {
    for (let i = 0; i < n; i++) resample[i] = source[places[r * n + i] ?? 0] ?? NaN;
    found[r] = compute(resample);
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
      return (logs) => Math.exp(total(logs) / n);
    case "median":
      return (resample) => {
        resample.sort();
        return ((resample[(n - 1) >> 1] ?? NaN) + (resample[n >> 1] ?? NaN)) / 2;
      };
    default:
      return (resample) => statistic(Array.from(resample));
  }
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum;
}
