import { checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";

/** How missing values are filled. */
export type FillMethod = "linear" | "seasonal";

/** Options of {@link fillGaps}. */
export interface FillGapsOptions {
  /** The method; `"linear"` by default. */
  readonly method?: FillMethod;
  /** The length of the season in steps, which `"seasonal"` needs. */
  readonly season?: number;
}

const names: OptionNames<FillGapsOptions> = { method: true, season: true };

/**
 * Fills the missing values of a training window. A gap is filled with values on both sides of it, so
 * fill each training window by itself: a series that is filled as a whole has values of the future
 * in its past.
 *
 * `"linear"` interpolates between the last value before and the first value after a gap.
 * `"seasonal"` interpolates between the nearest values a whole number of seasons before and after;
 * if there is only one of them it takes that value, and if there is none it interpolates linearly.
 * A gap at an end of the window is filled with the nearest value.
 *
 * @param training The window; `NaN` is a missing value.
 * @param options The method and the season.
 * @returns A copy without missing values.
 * @throws {InputError} If all values are missing, or an option is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fillGaps } from "./fill_gaps.ts";
 *
 * assertEquals([...fillGaps([1, NaN, NaN, 4])], [1, 2, 3, 4]);
 * assertEquals([...fillGaps([1, 9, NaN, 9, 3], { method: "seasonal", season: 2 })], [1, 9, 2, 9, 3]);
 * ```
 */
export function fillGaps(
  training: ArrayLike<number>,
  options: FillGapsOptions = {},
): Float64Array {
  checkOptions("fillGaps", options, names);
  checkNumbers("training", training);
  const { method = "linear", season = 1 } = options;
  if (method !== "linear" && method !== "seasonal") {
    throw new InputError("method", '"linear" or "seasonal"', method);
  }
  positiveInteger("season", season);
  if (method === "seasonal" && season === 1) {
    throw new InputError("season", "above 1 to fill gaps by season", season);
  }
  const values = Float64Array.from(training);
  if (values.every(Number.isNaN)) {
    throw new InputError("training", "a window with a value that is not missing", values.length);
  }
  return values.map((value, i) => {
    if (!Number.isNaN(value)) return value;
    const seasonal = method === "seasonal" ? interpolated(values, i, season) : undefined;
    return seasonal ?? interpolated(values, i, 1) ?? NaN;
  });
}

/** Interpolates between the nearest values whose distance from `index` is a multiple of `step`. */
function interpolated(values: Float64Array, index: number, step: number): number | undefined {
  let [before, after] = [index - step, index + step];
  while (before >= 0 && Number.isNaN(values[before])) before -= step;
  while (after < values.length && Number.isNaN(values[after])) after += step;
  const [low, high] = [values[before], values[after]];
  if (low === undefined || high === undefined) return low ?? high;
  const share = (index - before) / (after - before);
  return low + share * (high - low);
}
