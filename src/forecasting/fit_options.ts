import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { type ForecastFitOptions, type TrainingRules, trainingValues } from "./forecaster.ts";

const names: OptionNames<ForecastFitOptions> = { season: true, random: true };

/**
 * Checks the options of `fit()` of a family.
 *
 * @param options The options.
 * @returns The options.
 * @throws {InputError} If `season` is not a positive integer, `random` is given but is not a source,
 * or an option is unknown.
 */
export function checkFitOptions(options: ForecastFitOptions): ForecastFitOptions {
  checkOptions("fit", options, names);
  positiveInteger("season", options.season);
  if (options.random !== undefined) checkRandom("random", options.random);
  return options;
}

/** The largest size of a value: sums of squares of more would be beyond float64. */
const LARGEST = 1e140;

/**
 * Checks and copies a training window of a method that computes squares of its values.
 *
 * @param training The window.
 * @param rules The requirements of the method.
 * @returns A copy of the values.
 * @throws {InputError} If the window is too short, or has a value that is missing, infinite, beyond
 * 1e140 in size, or not above 0 although `positive` is `true`.
 */
export function windowValues(training: ArrayLike<number>, rules: TrainingRules): Float64Array {
  const values = trainingValues(training, rules);
  const wrong = values.findIndex((value) => Math.abs(value) > LARGEST);
  if (wrong < 0) return values;
  throw new InputError(`training[${wrong}]`, `at most ${LARGEST} in size`, values[wrong]);
}
