import { InputError, isPlainObject } from "../core/errors.ts";
import type { Estimate, Threshold, Verdict } from "../core/result.ts";

/**
 * Decides a claim by the interval of its estimate, never by the value alone.
 *
 * - `below v`: supported where `high < v`, refuted where `low > v`;
 * - `above v`: the other way round;
 * - `within low..high`: supported where the interval lies strictly inside, refuted where it lies
 *   wholly outside.
 *
 * An interval that holds or touches a bound of the threshold is inconclusive, and so is an estimate
 * without an interval.
 *
 * @param estimate The estimate with its interval.
 * @param threshold What it is held against.
 * @returns The verdict.
 * @throws {InputError} If the relation is unknown, a bound of either is not finite, or a pair of
 * bounds is not in order.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { verdict } from "./verdict.ts";
 *
 * const slope = { value: 0.8, low: 0.7, high: 0.9, n: 10, confidence: 0.95, method: "mean, BCa" };
 * assert(verdict(slope, { relation: "below", value: 1 }) === "supported");
 * assert(verdict(slope, { relation: "below", value: 0.9 }) === "inconclusive");
 * ```
 */
export function verdict(estimate: Estimate, threshold: Threshold): Verdict {
  checkThreshold(threshold);
  if (!isPlainObject(estimate)) throw new InputError("estimate", "one with an interval", estimate);
  const { low, high } = estimate;
  if (low === null || high === null) return "inconclusive";
  checkOrder("interval", low, high);
  switch (threshold.relation) {
    case "below":
      return decide(high < threshold.value, low > threshold.value);
    case "above":
      return decide(low > threshold.value, high < threshold.value);
    case "within":
      return decide(
        low > threshold.low && high < threshold.high,
        high < threshold.low || low > threshold.high,
      );
  }
}

function decide(supported: boolean, refuted: boolean): Verdict {
  if (supported) return "supported";
  return refuted ? "refuted" : "inconclusive";
}

function checkThreshold(threshold: Threshold): void {
  const given: unknown = threshold;
  const relation = isPlainObject(given) ? given["relation"] : undefined;
  if (relation !== "below" && relation !== "above" && relation !== "within") {
    throw new InputError("relation of the threshold", '"below", "above" or "within"', relation);
  }
  if (threshold.relation === "within") {
    checkOrder("threshold", threshold.low, threshold.high);
  } else if (!Number.isFinite(threshold.value)) {
    throw new InputError("threshold", "a finite number", threshold.value);
  }
}

function checkOrder(what: string, low: number, high: number): void {
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new InputError(what, "two finite numbers in order", [low, high]);
  }
}
