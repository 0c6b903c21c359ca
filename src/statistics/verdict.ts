import { InputError, isPlainObject } from "../core/errors.ts";
import type { Estimate, Prediction, Verdict } from "../result/result.ts";
import { checkPrediction, type DecidingPs } from "./inference.ts";
import { checkArray } from "../core/arrays.ts";

/** The level of the tests. */
const LEVEL = 0.05;

/**
 * Decides a claim by tests at a level of 0.05.
 *
 * If the prediction is `above` or `below`, the verdict is
 * - `equivalent` if `equivalenceP` is below the level. This test comes first: an effect smaller
 *   than the smallest effect that matters does not support a claim, even if it differs from 0;
 * - otherwise `supported` or `refuted`, by the side of the estimate, if `p` is below the level;
 * - otherwise `undecided`.
 *
 * If the prediction is `near`, the verdict is
 * - `supported` if `equivalenceP` is below the level;
 * - `refuted` if `outsideP` is below the level;
 * - otherwise `undecided`.
 *
 * Although both tests of a claim use the full level, the risk of a wrong decision is 5 %: the
 * hypotheses "no difference" and "a difference of at least the smallest effect" exclude each other,
 * so at most one of the two tests can reject a true hypothesis (the partitioning principle; Finner
 * & Strassburger, 2002, doi:10.1214/aos/1031689023). In a family whose p values are adjusted by
 * Holm's method, each kind separately, the risk of any wrong difference is at most 5 %, and so is
 * the risk of any wrong equivalence. The risk of either can exceed 5 % (up to 10 %) only if some
 * claims of the family have no effect and others have exactly the smallest effect.
 *
 * @param estimate The estimate; its value decides the side.
 * @param prediction The prediction.
 * @param ps The p values.
 * @returns The verdict; `undecided` if the p values are `null`.
 * @throws {InputError} If the prediction is invalid, the value of the estimate is not finite, or a
 * p value is neither `null` nor a number from 0 to 1.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { infer } from "./inference.ts";
 * import { verdict } from "./verdict.ts";
 *
 * const values = [1.2, 1.5, 1.4, 1.3, 1.6, 1.1, 1.4, 1.5, 1.3, 1.2];
 * const above = { relation: "above", value: 1, smallestEffect: 0.1, reason: "a convention" } as const;
 * const found = infer(values, above, { statistic: "geometric-mean" });
 * assert(verdict(found.estimate, above, found) === "supported");
 * assert(verdict(found.estimate, { ...above, relation: "below" }, found) === "refuted");
 * ```
 */
export function verdict(estimate: Estimate, prediction: Prediction, ps: DecidingPs): Verdict {
  checkPrediction(prediction);
  if (!isPlainObject(estimate) || !Number.isFinite(estimate.value)) {
    throw new InputError("estimate", "one with a finite value", estimate);
  }
  if (!isPlainObject(ps)) {
    throw new InputError("p values", "an object such as { p, equivalenceP, outsideP }", ps);
  }
  const isDifferent = decides("p", ps.p);
  const isEquivalent = decides("equivalenceP", ps.equivalenceP);
  const isOutside = decides("outsideP", ps.outsideP);
  const { relation, value } = prediction;
  if (relation === "near") {
    if (isEquivalent) return "supported";
    return isOutside ? "refuted" : "undecided";
  }
  if (isEquivalent) return "equivalent";
  if (!isDifferent || estimate.value === value) return "undecided";
  return estimate.value > value === (relation === "above") ? "supported" : "refuted";
}

function decides(name: string, p: number | null): boolean {
  if (p === null) return false;
  if (typeof p !== "number" || !(p >= 0 && p <= 1)) {
    throw new InputError(name, "a number from 0 to 1, or null", p);
  }
  return p < LEVEL;
}

/**
 * Adjusts the p values of a family by Holm's method: if each adjusted value is compared with a
 * level, the risk of rejecting any true hypothesis of the family is at most this level, for any
 * dependence between the tests.
 *
 * The adjusted value of the j-th smallest of m p values is the largest (m - i + 1) p_i with i from
 * 1 to j, at most 1.
 *
 * Source: Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
 * Journal of Statistics 6, 65-70.
 *
 * @param ps The p values of the family.
 * @returns The adjusted p values in the same order, at most 1.
 * @throws {InputError} If a p value is not a number from 0 to 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holm } from "./verdict.ts";
 *
 * assertEquals(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
 * ```
 */
export function holm(ps: readonly number[]): number[] {
  checkArray("ps", ps, "an array of numbers from 0 to 1");
  for (const [i, p] of ps.entries()) {
    if (typeof p !== "number" || !(p >= 0 && p <= 1)) {
      throw new InputError(`ps[${i}]`, "a number from 0 to 1", p);
    }
  }
  const order = [...ps.keys()].sort((a, b) => (ps[a] ?? NaN) - (ps[b] ?? NaN));
  const adjusted = new Array<number>(ps.length).fill(NaN);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] ?? NaN)));
    adjusted[i] = largest;
  }
  return adjusted;
}
