import { InputError, isPlainObject } from "../core/errors.ts";
import type { Estimate, Prediction, Verdict } from "../result/result.ts";
import { checkPrediction, type DecidingPs } from "./inference.ts";
import { checkArray } from "../core/arrays.ts";

/** The risk of a wrong decision: below it a p decides. */
const LEVEL = 0.05;

/**
 * Decides a claim by tests at the level of 0.05, never by the estimate alone.
 *
 * `above` and `below`:
 * - `equivalent` if `equivalenceP` is below the level. This comes first: an effect that is shown to be
 *   smaller than the smallest of interest supports nothing, even if it is shown not to be 0;
 * - else, if `p` is below the level, `supported` or `refuted` by the side on which the estimate lies;
 * - else `undecided`.
 *
 * `near`:
 * - `supported` if `equivalenceP` is below the level;
 * - `refuted` if `outsideP` is below the level;
 * - else `undecided`.
 *
 * Both tests of a claim are made at the full level, and its risk of a wrong decision is still 5 %: no
 * difference and a difference of at least the smallest effect are never both true, so at most one of
 * the two tests can err. (This is a partition of what may be true: Finner & Strassburger, 2002,
 * doi:10.1214/aos/1031689023.) In a family whose p values are adjusted by Holm's method, each kind by
 * itself, the risk of any wrong difference is at most 5 %, and so is the risk of any wrong
 * equivalence. Both together can exceed 5 % (at most 10 %) only in families in which some claims
 * have no effect and others one that is just as large as the smallest of interest.
 *
 * @param estimate The estimate, for its side.
 * @param prediction What is predicted.
 * @param ps What decides.
 * @returns The verdict; `undecided` without p values.
 * @throws {InputError} If the prediction cannot be tested, the estimate's value is not finite, or a p is neither
 * `null` nor a number from 0 to 1.
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
 * Adjusts the p values of a family so that each can be compared with the level as it is: the risk that
 * any true null hypothesis of the family is rejected stays below the level, whatever the dependence.
 *
 * Source: Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal
 * of Statistics 6, 65-70. The j-th smallest of m is multiplied by m - j + 1; none falls below a
 * smaller one.
 *
 * @param ps Numbers from 0 to 1.
 * @returns The adjusted p values in the same order, at most 1.
 * @throws {InputError} If one is not a number from 0 to 1.
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
