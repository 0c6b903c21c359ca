import { timeScale } from "../analysis/gates.ts";
import type { CellInput } from "../harness/seed_values.ts";
import { estimate } from "../statistics/estimate.ts";
import { infer } from "../statistics/inference.ts";
import { verdict } from "../statistics/verdict.ts";
import type { Prediction, Verdict } from "../result/result.ts";
import type { Recording } from "../harness/experiment.ts";

/**
 * Divides the values of a curve by its first value.
 *
 * @param values The curve, such as gradient norms by lag from 0.
 * @returns The ratios, of which the first is 1.
 */
export function relative(values: readonly number[]): number[] {
  const [first = NaN] = values;
  return values.map((value) => value / first);
}

/**
 * Computes the time scale -1/ln of a factor for each step, over the time scale of the predicted
 * factor.
 *
 * @param factor The measured factor.
 * @param predicted The factor that it is compared with.
 * @returns The ratio; `NaN` unless both are in (0, 1), since only a decay has a time scale.
 */
export function timeScaleRatio(factor: number, predicted: number): number {
  const decays = [factor, predicted].every((one) => one > 0 && one < 1);
  return decays ? timeScale(factor) / timeScale(predicted) : NaN;
}

/**
 * The alternative of a claim on factors that compares time scales instead.
 *
 * @param values The ratio of time scales of each seed, as {@link timeScaleRatio} returns it.
 * @returns The alternative in a list, which is empty if a seed has no ratio.
 */
export function inTimeScales(
  values: readonly number[],
): { readonly name: string; readonly values: readonly number[] }[] {
  if (!values.every(Number.isFinite)) return [];
  return [{ name: "in time scales, −1/ln of the factor", values }];
}

/** The tolerances, in percent, between which no test decides whether ratios are near 1. */
export interface DecidingTolerances {
  /** With one above this, ratios are near 1; `null` if there are too few seeds. */
  readonly within: number | null;
  /** With one below this, ratios are not near 1; `null` if no tolerance shows that. */
  readonly outside: number | null;
}

/**
 * The tolerances at which ratios begin and cease to be near 1, by one-sided tests at 5 %: the far
 * and the near end of a 90 % interval, without allowance for a family.
 *
 * @param ratios Positive, one for each seed.
 */
export function decidingTolerances(ratios: readonly number[]): DecidingTolerances {
  const { low, high } = estimate(ratios, { statistic: "geometric-mean", confidence: 0.9 });
  if (low === null || high === null) return { within: null, outside: null };
  const ends = [low, high].map((end) => 100 * (Math.max(end, 1 / end) - 1));
  return {
    within: Math.max(...ends),
    outside: low <= 1 && high >= 1 ? null : Math.min(...ends),
  };
}

/**
 * Decides a direction with a smallest effect that is too small to show equivalence, without
 * adjustment for a family.
 *
 * @param ratios Positive, one for each seed.
 * @param relation On which side of 1 they are predicted.
 */
export function verdictByDirection(
  ratios: readonly number[],
  relation: "above" | "below",
): Verdict {
  const reason = "a small one, that does not decide";
  const predicts: Prediction = { relation, value: 1, smallestEffect: 0.01, reason };
  const found = infer(ratios, predicts, { statistic: "geometric-mean" });
  return verdict(found.estimate, predicts, { ...found, equivalenceP: null });
}

/** A ratio that is predicted to be on one side of 1. */
export interface DirectedRatio {
  readonly name: string;
  readonly relation: "above" | "below";
  /** The smallest effect that is declared. */
  readonly smallestEffect: number;
  /** By seed. */
  readonly ratios: readonly number[];
}

/**
 * Records a table that says at which smallest effect the verdicts on ratios would change.
 *
 * @param context The run.
 * @param id The table's id.
 * @param title The table's title.
 * @param rows The ratios.
 */
export function recordTolerances(
  context: Pick<Recording, "table">,
  id: string,
  title: string,
  rows: readonly DirectedRatio[],
): void {
  context.table({
    id,
    title,
    columns: [
      { name: "ratio", label: "ratio" },
      { name: "declared", label: "smallest effect declared", unit: "%" },
      { name: "within", label: "equivalent with one above", unit: "%" },
      { name: "otherwise", label: "verdict with one below that" },
    ],
    rows: rows.map(({ name, relation, smallestEffect, ratios }): CellInput[] => [
      name,
      100 * smallestEffect,
      decidingTolerances(ratios).within,
      verdictByDirection(ratios, relation),
    ]),
  });
}
