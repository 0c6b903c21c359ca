import { checkRandom } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { ForecastFitOptions } from "./forecaster.ts";

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
