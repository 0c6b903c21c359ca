import { timeScale } from "../analysis/gates.ts";
import type { CellInput } from "../harness/seed_values.ts";
import { geometricMean } from "../statistics/descriptive.ts";
import { estimate } from "../statistics/estimate.ts";
import { infer } from "../statistics/inference.ts";
import { verdict } from "../statistics/verdict.ts";
import type { Prediction, Verdict } from "../result/result.ts";
import type { Recording } from "../harness/experiment.ts";

/**
 * Divides the values of a curve by the first value.
 *
 * @param values The curve, such as gradient norms by lag from 0.
 * @returns The ratios, of which the first is 1.
 */
export function relative(values: readonly number[]): number[] {
  const [first = NaN] = values;
  return values.map((value) => value / first);
}

/** Divides the numbers of one list by those of another, seed by seed. */
export function ratioBySeed(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, i) => value / (below[i] ?? NaN));
}

/** Computes for each seed the geometric mean over lists of numbers. */
export function meanBySeed(lists: readonly (readonly number[])[]): number[] {
  const [first = []] = lists;
  return first.map((_, i) => geometricMean(lists.map((list) => list[i] ?? NaN)));
}

/**
 * Computes the time scale of a decay factor, -1 / ln(factor), relative to the time scale of the
 * predicted factor.
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
 * Returns the alternative of a claim on factors that compares time scales instead.
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

/**
 * The tolerances, in percent, at which tests begin to decide whether ratios are near 1. Between the
 * two, no test decides.
 */
export interface DecidingTolerances {
  /** Ratios are near 1 within any tolerance above this one; `null` if there are too few seeds. */
  readonly within: number | null;
  /**
   * Ratios are not near 1 within any tolerance below this one; `null` if there is no such
   * tolerance.
   */
  readonly outside: number | null;
}

/**
 * Computes the tolerances by one-sided tests at 5 %, without adjustment for a family: the far and
 * the near end of a 90 % interval.
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
 * Decides whether ratios are above or below 1, without adjustment for a family. The smallest effect
 * is too small to show equivalence.
 *
 * @param ratios Positive, one for each seed.
 * @param relation The side of 1 that is predicted.
 */
export function verdictByDirection(
  ratios: readonly number[],
  relation: "above" | "below",
): Verdict {
  const reason = "too small to decide";
  const predicts: Prediction = { relation, value: 1, smallestEffect: 0.01, reason };
  const found = infer(ratios, predicts, { statistic: "geometric-mean" });
  return verdict(found.estimate, predicts, { ...found, equivalenceP: null });
}

/** A ratio with a predicted side of 1. */
export interface DirectedRatio {
  readonly name: string;
  readonly relation: "above" | "below";
  /** The smallest effect that is declared. */
  readonly smallestEffect: number;
  /** The ratio of each seed. */
  readonly ratios: readonly number[];
}

/**
 * Records a table of the smallest effects at which the verdicts on ratios would change.
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
