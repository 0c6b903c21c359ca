import { max, mean, min, standardDeviation } from "simple-statistics";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { positiveInteger } from "../core/shapes.ts";
import { type Activations, checkActivations } from "./activations.ts";
import { proportional } from "./statistics.ts";

export type { Activations } from "./activations.ts";

/** How numbers are spread. */
export interface Spread {
  /** Their mean. */
  readonly mean: number;
  /** Their standard deviation; the sum of squares is divided by n. */
  readonly deviation: number;
  /** The smallest. */
  readonly low: number;
  /** The largest. */
  readonly high: number;
}

/**
 * How activations are spread over units and batch at each step.
 *
 * @returns By step.
 * @throws {InputError} Where a step has no activations.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { spreadByStep } from "./gates.ts";
 *
 * const gate = [[[0.5, 0.5]], [[0.2, 0.8]]];
 * assertEquals(spreadByStep(gate).map(({ low, high }) => [low, high]), [[0.5, 0.5], [0.2, 0.8]]);
 * ```
 */
export function spreadByStep(activations: Activations): Spread[] {
  checkActivations("activations", activations);
  return activations.map((step) => {
    const values = step.flat();
    return {
      mean: proportional(values, "mean", mean),
      deviation: proportional(values, "deviation", standardDeviation),
      low: min(values),
      high: max(values),
    };
  });
}

/**
 * The mean at each step over units and those sequences that are chosen there, such as those with a
 * mark at that step.
 *
 * @param chosen Whether a sequence counts at a step: [sequence, batch].
 * @returns By step; `null` where no sequence is chosen.
 * @throws {InputError} Where `chosen` has another shape than the activations.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { meansOfChosen } from "./gates.ts";
 *
 * const gate = [[[0.25, 0.75], [1, 1]], [[0, 0], [1, 1]]];
 * assertEquals(meansOfChosen(gate, [[true, false], [false, false]]), [0.5, null]);
 * ```
 */
export function meansOfChosen(
  activations: Activations,
  chosen: readonly (readonly boolean[])[],
): (number | null)[] {
  checkActivations("activations", activations);
  checkArray("chosen", chosen, "nested arrays [sequence, batch] of true and false");
  if (chosen.length !== activations.length) {
    throw new InputError("chosen", `of ${activations.length} steps`, chosen.length);
  }
  return activations.map((step, t) => {
    const at = chosen[t] ?? [];
    checkArray(`chosen[${t}]`, at, "an array of true and false");
    if (at.length !== step.length) {
      throw new InputError(`chosen[${t}]`, `of ${step.length} sequences`, at.length);
    }
    const wrong = at.find((value) => typeof value !== "boolean");
    if (wrong !== undefined) {
      throw new InputError(`chosen[${t}]`, "true or false throughout", wrong);
    }
    const values = step.filter((_, b) => at[b]).flat();
    return values.length === 0 ? null : proportional(values, "mean", mean);
  });
}

/** How much activations move over time. */
export interface Stability {
  /** The standard deviation over time of their mean over units and batch. */
  readonly ofMean: number;
  /** The standard deviation over time of one unit, as a mean over units and batch. */
  readonly ofUnits: number;
}

/**
 * How much activations move over time: their mean, which hides movements that cancel, and single
 * units. Sums of squares are divided by n.
 *
 * @throws {InputError} Where there is no step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stability } from "./gates.ts";
 *
 * assertEquals(stability([[[0.25, 0.75]], [[0.75, 0.25]]]), { ofMean: 0, ofUnits: 0.25 });
 * ```
 */
export function stability(activations: Activations): Stability {
  checkActivations("activations", activations);
  const [first] = activations;
  if (first === undefined) throw new InputError("activations", "of at least 1 step", activations);
  const deviation = (values: readonly number[]) =>
    proportional(values, "deviation", standardDeviation);
  const units = first.flatMap((sequence, b) =>
    sequence.map((_, unit) => deviation(activations.map((step) => step[b]?.[unit] ?? NaN)))
  );
  return {
    ofMean: deviation(activations.map((step) => proportional(step.flat(), "mean", mean))),
    ofUnits: proportional(units, "mean of deviations", mean),
  };
}

/** The most bins: each takes 8 bytes. */
const MOST_BINS = 2 ** 24;

/**
 * The shares of numbers that lie in equal bins of [0, 1]; 1 itself lies in the last.
 *
 * @param bins How many.
 * @returns By bin, from 0 up.
 * @throws {InputError} On a number outside of [0, 1], on none, and on bins that are no positive
 * integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { binShares } from "./gates.ts";
 *
 * assertEquals(binShares([0.1, 0.2, 0.6, 1], 2), [0.5, 0.5]);
 * ```
 */
export function binShares(values: readonly number[], bins: number): number[] {
  positiveInteger("bins", bins);
  if (bins > MOST_BINS) throw new InputError("bins", `at most ${MOST_BINS}`, bins);
  checkArray("values", values, "an array of numbers");
  if (values.length === 0) throw new InputError("values", "at least 1 number", values);
  const counts = new Array<number>(bins).fill(0);
  for (const [i, value] of values.entries()) {
    // There may be millions: the name of a value is made for one that is wrong.
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      throw new InputError(`values[${i}]`, "in [0, 1]", value);
    }
    const bin = Math.min(Math.floor(value * bins), bins - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / values.length);
}

/** The share of its time that a gate is nearly closed and nearly open. */
export interface Saturation {
  /** The share below the lower limit. */
  readonly left: number;
  /** The share above the upper limit. */
  readonly right: number;
}

/**
 * The share of steps and sequences at which each unit of a gate is left- and right-saturated.
 *
 * Source: Karpathy, Johnson & Fei-Fei (2015), who take 0.1 and 0.9 for limits.
 *
 * @param gate Activations of a gate.
 * @param limits Below the first a gate is nearly closed, above the second nearly open.
 * @returns By unit.
 * @throws {InputError} Where there are no activations, or the limits are not in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { saturation } from "./gates.ts";
 *
 * const gate = [[[0.05, 0.95]], [[0.5, 0.99]]];
 * assertEquals(saturation(gate), [{ left: 0.5, right: 0 }, { left: 0, right: 1 }]);
 * ```
 */
export function saturation(
  gate: Activations,
  limits: readonly [number, number] = [0.1, 0.9],
): Saturation[] {
  checkActivations("gate", gate);
  checkArray("limits", limits, "two numbers in order");
  const [low, high] = limits;
  if (typeof low !== "number" || typeof high !== "number" || !(low <= high)) {
    throw new InputError("limits", "two numbers in order", limits);
  }
  const sequences = gate.flat();
  const [first] = sequences;
  if (first === undefined) throw new InputError("gate", "at least 1 sequence of 1 step", gate);
  const share = (unit: number, saturated: (value: number) => boolean): number =>
    sequences.filter((values) => saturated(values[unit] ?? NaN)).length / sequences.length;
  return first.map((_, unit) => ({
    left: share(unit, (value) => value < low),
    right: share(unit, (value) => value > high),
  }));
}
