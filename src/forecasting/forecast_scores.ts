import { checkArray, checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkObject } from "./checks.ts";
import type { ForecastEvaluation } from "./evaluate.ts";
import {
  meanAbsoluteError,
  overallWeightedAverage,
  pinballLoss,
  rootMeanSquaredError,
  symmetricMape,
} from "./point_scores.ts";

/** Options of {@link forecastScores}. */
export interface ForecastScoresOptions {
  /** The id of the family that OWA is relative to; without it OWA is `null`. */
  readonly reference?: string;
}

const names: OptionNames<ForecastScoresOptions> = { reference: true };

/** The scores of a family, at one step ahead or at all together. */
export interface ForecastScores {
  /** The id of the family. */
  readonly family: string;
  /** The number of steps ahead, from 1; `null` for all together. */
  readonly horizon: number | null;
  /** The number of forecasts whose actual value is known. */
  readonly n: number;
  /** The mean absolute error. */
  readonly mae: number;
  /** The root of the mean squared error. */
  readonly rmse: number;
  /**
   * The mean absolute scaled error: each error is divided by the scale of its origin. `null` if a
   * scale is 0.
   */
  readonly mase: number | null;
  /** The symmetric mean absolute percentage error, in percent. */
  readonly smape: number;
  /** The overall weighted average; `null` without a reference, or if one of its errors is 0. */
  readonly owa: number | null;
  /** The pinball loss at each level [level]; `null` if the family has no distribution. */
  readonly pinball: readonly number[] | null;
}

/**
 * Scores the forecasts of an evaluation, for each number of steps ahead and for all together. The
 * means are over all origins; forecasts whose actual value is missing are left out.
 *
 * @param evaluation The forecasts.
 * @param options The family that OWA is relative to.
 * @returns The scores, family by family: first those of the steps ahead, then those of all together.
 * @throws {InputError} If there is no family with the id `reference`, or no actual value is known at
 * a step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { evaluateForecasts } from "./evaluate.ts";
 * import { forecastScores } from "./forecast_scores.ts";
 * import { naive } from "./naive.ts";
 * import { rollingOrigins } from "./rolling_origins.ts";
 *
 * const series = [1, 2, 4, 7, 11, 16];
 * const { test } = rollingOrigins({ length: 6, horizon: 1, count: 2 });
 * const [all] = forecastScores(evaluateForecasts([naive], series, test, { season: 1 }));
 * // The errors are 4 and 5, and the mean changes before them are 2 and 2.5.
 * assertEquals([all?.horizon, all?.mae, all?.mase], [null, 4.5, 2]);
 * ```
 */
export function forecastScores(
  evaluation: ForecastEvaluation,
  options: ForecastScoresOptions = {},
): ForecastScores[] {
  checkOptions("forecastScores", options, names);
  checkEvaluation(evaluation);
  const { families, actual } = evaluation;
  const horizon = actual[0]?.length ?? 0;
  const steps = Array.from({ length: horizon }, (_, h) => h);
  const groups = horizon === 1 ? [steps] : [...steps.map((h) => [h]), steps];
  const { reference } = options;
  const index = families.findIndex(({ id }) => id === reference);
  if (reference !== undefined && index < 0) {
    const ids = families.map(({ id }) => id).join(", ");
    throw new InputError("reference", `one of ${ids}`, reference);
  }
  const relative = groups.map((group) => {
    return index < 0 ? undefined : scoresOf(evaluation, index, group);
  });
  return families.flatMap(({ id }, family) =>
    groups.map((group, i) => {
      const scores = scoresOf(evaluation, family, group);
      const all = group.length === horizon;
      const owa = relativeAverage(scores, relative[i]);
      return { family: id, horizon: all ? null : (group[0] ?? 0) + 1, ...scores, owa };
    })
  );
}

/** Checks that the arrays of an evaluation fit each other. */
function checkEvaluation(evaluation: ForecastEvaluation): void {
  checkObject("evaluation", evaluation, "the result of evaluateForecasts()");
  const { families, actual, forecasts, quantiles, scales, levels } = evaluation;
  for (const [name, list] of Object.entries({ families, actual, forecasts, quantiles, levels })) {
    checkArray(`${name} of the evaluation`, list);
  }
  checkNumbers("scales of the evaluation", scales);
  checkNumbers("levels of the evaluation", levels);
  const horizon = Number(actual[0]?.length ?? 0);
  checkRows("actual", actual, scales.length, horizon);
  families.forEach((family, i) => {
    checkObject(`families[${i}]`, family, "an object with id and title");
    checkRows(`forecasts[${i}]`, forecasts[i], scales.length, horizon);
    const distributions = quantiles[i] ?? null;
    if (distributions === null) return;
    checkArray(`quantiles[${i}]`, distributions);
    distributions.forEach((rows, o) => {
      checkRows(`quantiles[${i}][${o}]`, rows, horizon, levels.length);
    });
  });
}

function checkRows(name: string, rows: unknown, count: number, length: number): void {
  checkArray(name, rows);
  if (rows.length !== count || count === 0) {
    throw new InputError(name, `of ${count || "some"} rows`, rows.length);
  }
  rows.forEach((row, i) => {
    checkNumbers(`${name}[${i}]`, row);
    if (row.length === length && length > 0) return;
    throw new InputError(`${name}[${i}]`, `of ${length || "some"} numbers`, row.length);
  });
}

type PlainScores = Omit<ForecastScores, "family" | "horizon" | "owa">;

/** Scores one family at some steps ahead. */
function scoresOf(
  { actual, forecasts, scales, quantiles, levels }: ForecastEvaluation,
  family: number,
  steps: readonly number[],
): PlainScores {
  const taken = (rows: readonly ArrayLike<number>[]) =>
    rows.flatMap((row) => steps.map((h) => row[h] ?? NaN));
  const y = taken(actual);
  const f = taken(forecasts[family] ?? []);
  const scale = scales.length === 0 ? [] : [...scales].flatMap((one) => steps.map(() => one));
  const distributions = quantiles[family];
  return {
    n: y.filter((value) => !Number.isNaN(value)).length,
    mae: meanAbsoluteError(y, f),
    rmse: rootMeanSquaredError(y, f),
    mase: scale.includes(0) ? null : meanAbsoluteError(
      y.map((value, i) => value / (scale[i] ?? NaN)),
      f.map((value, i) => value / (scale[i] ?? NaN)),
    ),
    smape: symmetricMape(y, f),
    pinball: !distributions || levels.length === 0 ? null : levels.map((level, k) => {
      const q = distributions.flatMap((rows) => steps.map((h) => rows[h]?.[k] ?? NaN));
      return pinballLoss(y, q, level);
    }),
  };
}

function relativeAverage(scores: PlainScores, other: PlainScores | undefined): number | null {
  if (other === undefined || scores.mase === null || !other.mase || other.smape === 0) return null;
  const { smape, mase } = scores;
  return overallWeightedAverage({ smape, mase }, { smape: other.smape, mase: other.mase });
}
