import { checkFlags } from "../core/arguments.ts";
import { checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { checkWindow, type TrainingWindow } from "./training_window.ts";

/** Options of {@link fitTransform}. The steps are applied in the order of this list. */
export interface TransformOptions {
  /** Takes the natural logarithm. */
  readonly log?: boolean;
  /** Subtracts the value a season before; the length of the season in steps. */
  readonly seasonalDifference?: number;
  /** Subtracts the value before. */
  readonly difference?: boolean;
  /**
   * `"standard"` subtracts the mean of the window and divides by its standard deviation; `"mean"`
   * divides by the mean of the absolute values.
   */
  readonly scale?: "standard" | "mean";
}

const names: OptionNames<TransformOptions> = {
  log: true,
  seasonalDifference: true,
  difference: true,
  scale: true,
};

/** The constants that a transform has from its training window. */
interface Constants {
  readonly shift: number;
  readonly factor: number;
}

/**
 * A transform that is fitted to a training window: only {@link fitTransform} makes one, and its
 * constants come from this window alone.
 */
export class FittedTransform {
  /** The transformed values of the training window; the first `lost` values of it have none. */
  readonly values: Float64Array;
  /** The number of values at the start of a window that differences need. */
  readonly lost: number;
  /**
   * Whether each value is transformed by itself, without differences. Only then does
   * {@link invert} map quantiles to quantiles.
   */
  readonly isPointwise: boolean;
  readonly #training: TrainingWindow;
  readonly #options: TransformOptions;
  readonly #constants: Constants;

  /** @ignore Use {@link fitTransform}. */
  constructor(training: TrainingWindow, options: TransformOptions) {
    this.#training = training;
    this.#options = options;
    this.lost = (options.seasonalDifference ?? 0) + (options.difference ? 1 : 0);
    this.isPointwise = this.lost === 0;
    const differences = differenced(training, options).last;
    this.#constants = constantsOf(differences, options.scale);
    this.values = scaled(differences, this.#constants);
  }

  /**
   * Transforms a window with the constants of the training window.
   *
   * @param window A window of the same series whose origin is not before that of the training
   * window: the constants depend on all values up to that origin, so a forecast from an earlier one
   * would use values of its future.
   * @returns The transformed values [window length - `lost`]; `NaN` where a value is missing.
   * @throws {InputError} If the window is of another series, ends before the training window, has at
   * most `lost` values, or has a value that is not above 0 although `log` is used.
   */
  apply(window: TrainingWindow): Float64Array {
    this.#check(window);
    return scaled(differenced(window, this.#options).last, this.#constants);
  }

  /**
   * Returns forecasts of transformed values to the scale of the series. With `log`, the mean of the
   * logarithm becomes the median of the series if the logarithms are symmetric.
   *
   * @param forecast The forecasts of the values right after the window.
   * @param window The window; by default the training window. It must fulfil the requirements of
   * {@link apply}.
   * @returns The forecasts on the scale of the series.
   * @throws {InputError} If the window does not fulfil them, or one of its last `lost` values is
   * missing.
   */
  invert(forecast: ArrayLike<number>, window: TrainingWindow = this.#training): Float64Array {
    this.#check(window);
    checkNumbers("forecast", forecast);
    const { log, seasonalDifference, difference } = this.#options;
    const { shift, factor } = this.#constants;
    const { logs, seasonal } = differenced(window, this.#options);
    let values: Float64Array = Float64Array.from(forecast, (value) => value * factor + shift);
    if (difference) values = summed(values, seasonal, 1, window);
    if (seasonalDifference !== undefined) {
      values = summed(values, logs, seasonalDifference, window);
    }
    return log ? values.map(Math.exp) : values;
  }

  #check(window: TrainingWindow): void {
    checkWindow("window", window);
    if (!window.isOfSameSeries(this.#training)) {
      const help = "Fit a transform to each series";
      throw new InputError("window", "of the series of the training window", "another", help);
    }
    if (window.end < this.#training.end) {
      const wanted = `at ${this.#training.end} or later, the origin of the training window`;
      const help = "The transform depends on later values, which would leak into the forecast";
      throw new InputError("origin of the window", wanted, window.end, help);
    }
  }
}

/**
 * Fits a transform to a training window.
 *
 * @param training The window; `NaN` is a missing value. An array is a type error, since it may have
 * values after the origin.
 * @param options The steps. Without any, values stay as they are.
 * @returns The transform.
 * @throws {InputError} If `training` is not a {@link TrainingWindow}, has too few values for the
 * differences, or has a value that is not above 0 although `log` is used; or an option is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { trainingWindow } from "./training_window.ts";
 * import { fitTransform } from "./transform.ts";
 *
 * const window = trainingWindow([10, 12, 15, 19, 24, 30], { end: 4 });
 * const transform = fitTransform(window, { difference: true });
 * assertEquals([...transform.values], [2, 3, 4]);
 * assertEquals([...transform.invert([5, 6])], [24, 30]);
 * ```
 */
export function fitTransform(
  training: TrainingWindow,
  options: TransformOptions = {},
): FittedTransform {
  checkOptions("fitTransform", options, names);
  checkWindow("training", training);
  const { log, seasonalDifference, difference, scale } = options;
  checkFlags({ log, difference });
  if (seasonalDifference !== undefined) positiveInteger("seasonalDifference", seasonalDifference);
  if (scale !== undefined && scale !== "standard" && scale !== "mean") {
    throw new InputError("scale", '"standard" or "mean"', scale);
  }
  return new FittedTransform(training, { ...options });
}

/** The values of a window after each step. */
interface Differenced {
  readonly logs: Float64Array;
  readonly seasonal: Float64Array;
  readonly last: Float64Array;
}

function differenced(window: TrainingWindow, options: TransformOptions): Differenced {
  const { log, seasonalDifference, difference } = options;
  const lost = (seasonalDifference ?? 0) + (difference ? 1 : 0);
  if (window.values.length <= lost) {
    throw new InputError("window", `of more than ${lost} values`, window.values.length);
  }
  const logs = log ? logarithms(window) : window.values;
  const seasonal = seasonalDifference === undefined ? logs : lagged(logs, seasonalDifference);
  return { logs, seasonal, last: difference ? lagged(seasonal, 1) : seasonal };
}

function logarithms(window: TrainingWindow): Float64Array {
  const wrong = window.values.findIndex((value) => value <= 0);
  if (wrong >= 0) {
    const what = `series[${window.start + wrong}]`;
    throw new InputError(what, "above 0 for a logarithm", window.values[wrong]);
  }
  return window.values.map(Math.log);
}

function lagged(values: Float64Array, lag: number): Float64Array {
  return values.subarray(lag).map((value, i) => value - (values[i] ?? NaN));
}

/** Adds differences to the values `lag` steps before, of which the first are the last known. */
function summed(
  differences: Float64Array,
  known: Float64Array,
  lag: number,
  window: TrainingWindow,
): Float64Array {
  const tail = known.subarray(known.length - lag);
  const missing = tail.findIndex(Number.isNaN);
  if (missing >= 0) {
    const what = `series[${window.end - lag + missing}]`;
    const help = "Differences need the last values of the window: fillGaps fills them";
    throw new InputError(what, "known", "a missing value", help);
  }
  const sums = new Float64Array(differences.length);
  differences.forEach((difference, i) => {
    sums[i] = difference + ((i < lag ? tail[i] : sums[i - lag]) ?? NaN);
  });
  return sums;
}

function constantsOf(values: Float64Array, scale: TransformOptions["scale"]): Constants {
  const known = values.filter((value) => !Number.isNaN(value));
  if (scale === undefined) return { shift: 0, factor: 1 };
  if (known.length === 0) {
    throw new InputError("training", "a window with differences that are not missing", 0);
  }
  const meanOf = (list: Float64Array) => list.reduce((sum, value) => sum + value, 0) / list.length;
  // The factor of a constant window is 1, so that equal values stay finite.
  if (scale === "mean") return { shift: 0, factor: meanOf(known.map(Math.abs)) || 1 };
  const shift = meanOf(known);
  const deviation = Math.sqrt(meanOf(known.map((value) => (value - shift) ** 2)));
  return { shift, factor: deviation > 1e-12 * Math.abs(shift) ? deviation : 1 };
}

function scaled(values: Float64Array, { shift, factor }: Constants): Float64Array {
  return values.map((value) => (value - shift) / factor);
}
