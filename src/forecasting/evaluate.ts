import { checkFlags, checkFunction, checkRandom } from "../core/arguments.ts";
import { checkArray, checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { checkObject } from "./checks.ts";
import { fillGaps, type FillMethod } from "./fill_gaps.ts";
import {
  checkLevels,
  type ExtendableForecaster,
  type FittedForecaster,
  type ForecastFamily,
} from "./forecaster.ts";
import { seasonalNaiveScale } from "./point_scores.ts";
import type { Origin } from "./rolling_origins.ts";
import { type TrainingWindow, trainingWindow } from "./training_window.ts";

/** Options of {@link evaluateForecasts}. */
export interface EvaluateForecastsOptions {
  /** The length of the season in steps; 1 for a series without season. */
  readonly season: number;
  /**
   * Whether each origin fits the method again (the default). With `false` the method is fitted at
   * the first origin only and then extended by the values up to each origin, which it must be able
   * to, see {@link ExtendableForecaster}.
   */
  readonly refit?: boolean;
  /** The source of random numbers; each family and each fit have a fork of their own. */
  readonly random?: Random;
  /** The levels of quantiles, which families without a distribution leave out. */
  readonly levels?: readonly number[];
  /** How the missing values of each training window are filled; by default they are not. */
  readonly fill?: FillMethod;
}

const names: OptionNames<EvaluateForecastsOptions> = {
  season: true,
  refit: true,
  random: true,
  levels: true,
  fill: true,
};

/** The forecasts of several families from the same origins. */
export interface ForecastEvaluation {
  /** The families. */
  readonly families: readonly { readonly id: string; readonly title: string }[];
  /** The origins. */
  readonly origins: readonly Origin[];
  /** The actual values [origin][horizon]; `NaN` if one is missing. */
  readonly actual: readonly Float64Array[];
  /**
   * The scale of MASE at each origin [origin]: the mean absolute error of the seasonal naive method in
   * the training window, before missing values are filled.
   */
  readonly scales: Float64Array;
  /** The mean forecasts [family][origin][horizon]. */
  readonly forecasts: readonly (readonly Float64Array[])[];
  /** The levels of the quantiles. */
  readonly levels: readonly number[];
  /** The quantiles [family][origin][horizon][level]; `null` for a family without a distribution. */
  readonly quantiles: readonly ((readonly (readonly Float64Array[])[]) | null)[];
}

/**
 * Forecasts a series from several origins. A method gets a copy of the values before the origin, and
 * nothing else of the series.
 *
 * @param families The families.
 * @param series The whole series; `NaN` is a missing value.
 * @param origins The origins, ascending, all with the same horizon: `test` or `validation` of
 * {@link rollingOrigins}.
 * @param options The season, and how methods are fitted.
 * @returns The forecasts and the actual values.
 * @throws {InputError} If there are no families or two with the same id, an origin does not lie in the
 * series or is before the last one, a forecast is not finite or has another length, quantiles cross,
 * `refit` is `false` and a method cannot be extended, a method refuses a training window, or an
 * option is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { evaluateForecasts } from "./evaluate.ts";
 * import { naive } from "./naive.ts";
 * import { rollingOrigins } from "./rolling_origins.ts";
 *
 * const series = [1, 2, 4, 7, 11, 16];
 * const { test } = rollingOrigins({ length: 6, horizon: 1, count: 2 });
 * const { forecasts, actual } = evaluateForecasts([naive], series, test, { season: 1 });
 * assertEquals([...forecasts[0] ?? []].map((one) => one[0]), [7, 11]);
 * assertEquals(actual.map((one) => one[0]), [11, 16]);
 * ```
 */
export function evaluateForecasts(
  families: readonly ForecastFamily[],
  series: ArrayLike<number>,
  origins: readonly Origin[],
  options: EvaluateForecastsOptions,
): ForecastEvaluation {
  checkOptions("evaluateForecasts", options, names);
  const { season, refit = true, random, levels = [] } = options;
  positiveInteger("season", season);
  checkFlags({ refit });
  if (random !== undefined) checkRandom("random", random);
  if (options.levels !== undefined) checkLevels(levels);
  checkNumbers("series", series);
  checkFamilies(families);
  const horizon = checkOrigins(origins, series.length);
  const windows = origins.map(({ start, end }) => trainingWindow(series, { start, end }));
  const forecasters = families.map((family) => fittedAt(family, windows, options));
  return {
    families: families.map(({ id, title }) => ({ id, title })),
    origins,
    actual: origins.map(({ end, until }) => {
      return Float64Array.from({ length: until - end }, (_, i) => series[end + i] ?? NaN);
    }),
    scales: Float64Array.from(windows, ({ values }) => seasonalNaiveScale(values, season)),
    forecasts: forecasters.map((fitted, family) =>
      fitted.map((one, i) => {
        const values = one.forecast(horizon);
        return checked(values, horizon, `${families[family]?.id} at ${origins[i]?.end}`);
      })
    ),
    levels,
    quantiles: forecasters.map((fitted, family) => {
      if (levels.length === 0) return null;
      const found = fitted.map((one, i) => {
        const rows = one.quantiles?.(horizon, levels);
        const where = `${families[family]?.id} at ${origins[i]?.end}`;
        return rows && checkedQuantiles(rows, horizon, levels.length, where);
      });
      const all = found.filter((one) => one !== undefined);
      return all.length === found.length ? all : null;
    }),
  };
}

/** Fits a family at each origin, or at the first one only. */
function fittedAt(
  family: ForecastFamily,
  windows: readonly TrainingWindow[],
  { season, refit = true, random, fill }: EvaluateForecastsOptions,
): FittedForecaster[] {
  // Each fit has a copy of its own, so that no family can change the values of another.
  const trainingOf = ({ values }: TrainingWindow) =>
    fill === undefined ? values.slice() : fillGaps(values, { method: fill, season });
  const fitAt = (window: TrainingWindow) =>
    family.fit(trainingOf(window), {
      season,
      ...(random === undefined ? {} : { random: random.fork(family.id).fork(window.end) }),
    });
  const [first] = windows;
  if (refit || first === undefined) return windows.map(fitAt);
  const fitted = fitAt(first);
  return windows.map((window, i) => {
    if (i === 0) return fitted;
    if (isExtendable(fitted)) return fitted.extend(trainingOf(window));
    const help = "Use refit: true";
    throw new InputError(`family ${family.id}`, "one whose fit can be extended", "none", help);
  });
}

function isExtendable(fitted: FittedForecaster): fitted is ExtendableForecaster {
  return "extend" in fitted && typeof fitted.extend === "function";
}

function checked(values: Float64Array, horizon: number, where: string): Float64Array {
  if (values.length !== horizon) {
    throw new InputError(`forecast of ${where}`, `of ${horizon} values`, values.length);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return values;
  throw new InputError(`forecast ${wrong + 1} of ${where}`, "a finite number", values[wrong]);
}

function checkedQuantiles(
  rows: Float64Array[],
  horizon: number,
  levels: number,
  where: string,
): Float64Array[] {
  if (rows.length !== horizon) {
    throw new InputError(`quantiles of ${where}`, `of ${horizon} steps`, rows.length);
  }
  rows.forEach((row, h) => {
    const fits = row.length === levels &&
      row.every((value, k) => Number.isFinite(value) && value >= (row[k - 1] ?? -Infinity));
    if (fits) return;
    const what = `quantiles of step ${h + 1} of ${where}`;
    throw new InputError(what, `${levels} ascending numbers`, [...row]);
  });
  return rows;
}

function checkFamilies(families: readonly ForecastFamily[]): void {
  checkArray("families", families);
  if (families.length === 0) throw new InputError("families", "at least one", families);
  families.forEach((family, i) => {
    checkObject(`families[${i}]`, family, "an object with id, title and fit");
    checkFunction(`fit of families[${i}]`, family.fit, "of a training window");
  });
  const ids = families.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new InputError("families", "of different ids", ids);
}

/** Checks the origins and returns their horizon. */
function checkOrigins(origins: readonly Origin[], length: number): number {
  checkArray("origins", origins, "an array, such as test of rollingOrigins()");
  origins.forEach((origin, i) => {
    checkObject(`origins[${i}]`, origin, "an object with start, end and until");
    const { start, end, until } = origin;
    if ([start, end, until].every((index) => Number.isInteger(index) && index >= 0)) return;
    throw new InputError(`origins[${i}]`, "three indices", [start, end, until]);
  });
  const [first] = origins;
  if (first === undefined) throw new InputError("origins", "at least one", origins);
  const horizon = first.until - first.end;
  positiveInteger("horizon", horizon);
  origins.forEach(({ end, until }, i) => {
    if (until > length) throw new InputError(`origins[${i}]`, `within ${length} values`, until);
    if (until - end !== horizon) {
      throw new InputError(`origins[${i}]`, `with the horizon ${horizon}`, until - end);
    }
    const before = origins[i - 1];
    if (before !== undefined && end <= before.end) {
      throw new InputError(`origins[${i}]`, `after ${before.end}`, end);
    }
  });
  return horizon;
}
