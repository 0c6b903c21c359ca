import { checkRandom } from "../core/arguments.ts";
import { checkArray, checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { checkObject } from "./checks.ts";

/** What {@link ForecastFamily.fit} takes besides the training window. */
export interface ForecastFitOptions {
  /** The length of the season in steps: 12 for monthly values, 1 for a series without season. */
  readonly season: number;
  /** The source of random numbers, for a method that draws some. */
  readonly random?: Random;
}

/** A method that is fitted to a training window and forecasts what follows it. */
export interface ForecastFamily {
  /** The identifier in results: `"seasonal-naive"`. */
  readonly id: string;
  /** The name in tables: `"seasonal naive"`. */
  readonly title: string;
  /**
   * Fits the method.
   *
   * @param training The training window, in the order of time. `NaN` is a missing value if the
   * method permits it.
   * @param options The length of the season, and a source of random numbers.
   * @returns The fitted method.
   * @throws {InputError} If the window is too short for the method, or has a value that the method
   * does not permit.
   */
  fit(training: ArrayLike<number>, options: ForecastFitOptions): FittedForecaster;
}

/** A method that is fitted to a training window. */
export interface FittedForecaster {
  /**
   * Forecasts the values after the training window.
   *
   * @param horizon The number of values.
   * @returns The mean forecasts of the next `horizon` values.
   * @throws {InputError} If `horizon` is not a positive integer.
   */
  forecast(horizon: number): Float64Array;
  /**
   * Forecasts quantiles. Only methods with a distribution have this function.
   *
   * @param horizon The number of values.
   * @param levels The levels in (0, 1), ascending.
   * @returns The quantiles [horizon, level], ascending along the levels.
   * @throws {InputError} If `horizon` is not a positive integer, or `levels` are not ascending
   * numbers in (0, 1).
   */
  quantiles?(horizon: number, levels: readonly number[]): Float64Array[];
}

/** A fitted method that can continue at a later origin. */
export interface ExtendableForecaster extends FittedForecaster {
  /**
   * Continues the method at a later origin without fitting it again: the parameters stay, and the
   * state follows the new values.
   *
   * @param training The training window of the later origin.
   * @returns The method at that origin.
   * @throws {InputError} If the window has a value that the method does not permit.
   */
  extend(training: ArrayLike<number>): FittedForecaster;
}

/**
 * Throws unless the options of {@link ForecastFamily.fit} are valid.
 *
 * @param options The options.
 * @throws {InputError} If `season` is not a positive integer, or `random` is not a source.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkFitOptions } from "./forecaster.ts";
 *
 * const message = "season must be a positive integer, found 0";
 * assertThrows(() => checkFitOptions({ season: 0 }), Error, message);
 * ```
 */
export function checkFitOptions(options: ForecastFitOptions): void {
  checkObject("options", options, "an object such as { season: 12 }");
  positiveInteger("season", options.season);
  if (options.random !== undefined) checkRandom("random", options.random);
}

/** Options of {@link trainingValues}. */
export interface TrainingRules {
  /** The fewest values that the method needs. */
  readonly minimum: number;
  /** Whether a value may be missing, `NaN`; `false` by default. */
  readonly missing?: boolean;
  /** Whether all values must be above 0; `false` by default. */
  readonly positive?: boolean;
}

/**
 * Checks a training window and copies it, so that a fitted method does not change if the caller
 * changes the array.
 *
 * @param training The window.
 * @param rules The requirements of the method.
 * @returns A copy of the values.
 * @throws {InputError} If the window is shorter than `minimum`, or has a value that is infinite,
 * missing although `missing` is `false`, or not above 0 although `positive` is `true`.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { trainingValues } from "./forecaster.ts";
 *
 * const message = "training[1] must be a finite number, found NaN";
 * assertThrows(() => trainingValues([1, NaN], { minimum: 2 }), Error, message);
 * ```
 */
export function trainingValues(
  training: ArrayLike<number>,
  rules: TrainingRules,
): Float64Array {
  checkNumbers("training", training);
  checkObject("rules", rules, "an object such as { minimum: 2 }");
  const { minimum, missing = false, positive = false } = rules;
  positiveInteger("minimum", minimum);
  if (training.length < minimum) {
    throw new InputError("training", `of at least ${minimum} values`, training.length);
  }
  const values = Float64Array.from(training);
  values.forEach((value, i) => {
    if (missing && Number.isNaN(value)) return;
    if (!Number.isFinite(value)) {
      throw new InputError(`training[${i}]`, "a finite number", value);
    }
    if (positive && value <= 0) throw new InputError(`training[${i}]`, "above 0", value);
  });
  return values;
}

/**
 * Throws unless levels of quantiles are ascending numbers in (0, 1).
 *
 * @param levels The levels.
 * @throws {InputError} If there is no level, a level is not in (0, 1), or the levels do not ascend.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkLevels } from "./forecaster.ts";
 *
 * checkLevels([0.1, 0.5, 0.9]);
 * assertThrows(() => checkLevels([0.5, 95]), Error, "levels[1] must be in (0, 1), found 95");
 * ```
 */
export function checkLevels(levels: readonly number[]): void {
  checkArray("levels", levels);
  if (levels.length === 0) throw new InputError("levels", "at least one number in (0, 1)", levels);
  levels.forEach((level, i) => {
    if (typeof level !== "number" || !(level > 0 && level < 1)) {
      throw new InputError(`levels[${i}]`, "in (0, 1)", level);
    }
    const before = levels[i - 1];
    if (before !== undefined && !(level > before)) {
      throw new InputError("levels", "in ascending order", levels);
    }
  });
}
