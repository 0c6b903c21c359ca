import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { populationStandardDeviation } from "../statistics/descriptive.ts";
import { type Activations, checkActivations } from "./activations.ts";

/** The largest number of bins, each of which takes 8 bytes. */
const MOST_BINS = 2 ** 24;

/**
 * Computes a histogram of numbers in [0, 1]: the share of the numbers in each of several bins of
 * equal width. A number at the edge of two bins belongs to the upper bin, and 1 to the last.
 *
 * @param values The numbers, such as the activations of a gate.
 * @param bins The number of bins, at most 2^24.
 * @returns The shares from the lowest bin to the highest, which sum to 1.
 * @throws {InputError} If there are no numbers, a number is not in [0, 1], or `bins` is not a
 * positive integer up to 2^24.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { histogram } from "./gates.ts";
 *
 * assertEquals(histogram([0.1, 0.2, 0.6, 1], 2), [0.5, 0.5]);
 * ```
 */
export function histogram(values: readonly number[], bins: number): number[] {
  positiveInteger("bins", bins);
  if (bins > MOST_BINS) throw new InputError("bins", `at most ${MOST_BINS}`, bins);
  checkArray("values", values, "an array of numbers");
  if (values.length === 0) throw new InputError("values", "at least 1 number", values);
  const counts = new Array<number>(bins).fill(0);
  for (const [i, value] of values.entries()) {
    // There may be millions of values: a name for the message is built only for a wrong one.
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      throw new InputError(`values[${i}]`, "in [0, 1]", value);
    }
    const bin = Math.min(Math.floor(value * bins), bins - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / values.length);
}

/** The shares of steps and sequences at which a unit of a gate is nearly closed and nearly open. */
export interface Saturation {
  /** The share below the lower limit. */
  readonly left: number;
  /** The share above the upper limit. */
  readonly right: number;
}

/**
 * Computes the shares of steps and sequences at which each unit of a gate is left-saturated (nearly
 * closed) and right-saturated (nearly open).
 *
 * Source: Karpathy, Johnson & Fei-Fei (2015), arXiv:1506.02078, with limits of 0.1 and 0.9.
 *
 * @param gate The activations of a gate [sequence, batch, hidden].
 * @param limits A gate is nearly closed below the first limit and nearly open above the second.
 * @returns The shares for each unit.
 * @throws {InputError} If there are no activations, they are not nested arrays of finite numbers of
 * this shape, or the limits are not in order.
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

/**
 * Computes the time scale of a value that is multiplied by a factor f at each step: the number of
 * steps in which the value falls to 1/e of its size, -1 / ln f.
 *
 * Source: Tallec & Ollivier (2018), arXiv:1804.11188.
 *
 * @param factor The factor f, in [0, 1].
 * @returns The time scale in steps; `Infinity` if f is 1, and 0 if f is 0.
 * @throws {InputError} If `factor` is not in [0, 1].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { timeScale } from "./gates.ts";
 *
 * assert(Math.abs(timeScale(0.5) - 1.4427) < 1e-4);
 * ```
 */
export function timeScale(factor: number): number {
  checkNumber("factor", factor, "in [0, 1]", (value) => value >= 0 && value <= 1);
  return factor === 1 ? Infinity : -1 / Math.log(factor);
}

/**
 * Computes the time scale of each unit's cell value: the {@link timeScale} of the geometric mean of
 * its forget gate over time and batch.
 *
 * @param forget The activations of a forget gate [sequence, batch, hidden].
 * @returns The time scale of each unit in steps; `Infinity` if its gate is always 1, and 0 if its
 * gate is 0 at any step.
 * @throws {InputError} If there are no activations, or an activation is not in [0, 1].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { unitTimeScales } from "./gates.ts";
 *
 * const [first = NaN, second] = unitTimeScales([[[0.25, 1]], [[1, 1]]]);
 * assert(Math.abs(first + 1 / Math.log(0.5)) < 1e-12 && second === Infinity);
 * ```
 */
export function unitTimeScales(forget: Activations): number[] {
  const logs = checkedLogs(forget).flat();
  return (logs[0] ?? []).map((_, unit) =>
    timeScale(Math.exp(total(logs.map((values) => values[unit] ?? NaN)) / logs.length))
  );
}

/**
 * Computes the share of a cell value that forget gates keep over k steps: the product f_1 ... f_k
 * of each unit, as a geometric mean over units and batch. If every gate is a constant f, the share
 * is f^k.
 *
 * @param forget The activations of a forget gate [sequence, batch, hidden].
 * @returns The share by k, from 0 (a share of 1) to the number of steps.
 * @throws {InputError} If there are no activations, or an activation is not in [0, 1].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { cellSurvival } from "./gates.ts";
 *
 * const [start, , end = NaN] = cellSurvival([[[0.5, 0.5]], [[0.5, 0.125]]]);
 * assert(start === 1 && Math.abs(end - 0.125) < 1e-12);
 * ```
 */
export function cellSurvival(forget: Activations): number[] {
  let sum = 0;
  const sums = checkedLogs(forget).map((step) => {
    const logs = step.flat();
    return sum += total(logs) / logs.length;
  });
  return [1, ...sums.map(Math.exp)];
}

/** The float32 numbers next to 0 and 1, for which the inverse of the sigmoid is finite. */
const CLOSED = 2 ** -126;
const OPEN = 1 - 2 ** -24;

/**
 * Computes the standard deviation of a gate's pre-activations over time, batch and units, with a
 * division by n. The pre-activations follow from the activations f by the inverse of the sigmoid,
 * ln f - ln(1 - f).
 *
 * Activations of 0 and 1, which result from rounding, count as the float32 numbers next to 0 and 1.
 *
 * @param gate The activations of a gate [sequence, batch, hidden].
 * @returns The standard deviation.
 * @throws {InputError} If there are no activations, or an activation is not in [0, 1].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { inputDeviation } from "./gates.ts";
 *
 * assert(Math.abs(inputDeviation([[[0.25, 0.75]]]) - Math.log(3)) < 1e-12);
 * ```
 */
export function inputDeviation(gate: Activations): number {
  checkedLogs(gate);
  return populationStandardDeviation(
    gate.flat(2).map((value) => {
      const inside = Math.min(OPEN, Math.max(CLOSED, value));
      return Math.log(inside) - Math.log1p(-inside);
    }),
  );
}

/** The logarithms of a gate's activations. */
function checkedLogs(gate: Activations): number[][][] {
  checkActivations("forget", gate);
  const logs = gate.map((step) =>
    step.map((sequence) =>
      sequence.map((value) => {
        if (value >= 0 && value <= 1) return Math.log(value);
        throw new InputError("an activation of the forget gate", "in [0, 1]", value);
      })
    )
  );
  if (logs.length === 0) throw new InputError("forget", "of at least 1 step", gate);
  return logs;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The points of the integral, as distances from the mean in standard deviations. */
const STEP = 0.25;
const POINTS = Array.from({ length: 65 }, (_, i) => (i - 32) * STEP);
const WEIGHTS = POINTS.map((z) => STEP * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI));

/**
 * Computes E[ln sigmoid(z)] for a normal z. This is the mean logarithm of a forget gate; exp of
 * this mean is the share of a cell value that the gate keeps in a step. Since ln sigmoid is
 * concave, the expectation is smaller than ln sigmoid(mean), by about sigmoid'(mean) deviation^2 /
 * 2 (Jensen's inequality).
 *
 * The expectation is computed by the trapezoidal rule at 65 points from -8 to 8 standard
 * deviations, with an error of 1e-9 for a deviation of up to 3.
 *
 * Source: mean-field theory of random networks, such as Poole et al. (2016), arXiv:1606.05340.
 *
 * @param mean The mean of the pre-activations: the bias.
 * @param deviation The standard deviation of the pre-activations, at least 0.
 * @returns The expectation, at most 0.
 * @throws {InputError} If `mean` is not finite, or `deviation` is not a finite number of at least
 * 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { meanLogSigmoid } from "./gates.ts";
 *
 * const factor = Math.exp(meanLogSigmoid(1, 0.5));
 * assert(factor > 0.7 && factor < 1 / (1 + Math.exp(-1)));
 * ```
 */
export function meanLogSigmoid(mean: number, deviation: number): number {
  if (!Number.isFinite(mean)) throw new InputError("mean", "a finite number", mean);
  const wanted = "a finite number of at least 0";
  checkNumber("deviation", deviation, wanted, (value) => value >= 0 && value < Infinity);
  return POINTS.reduce((sum, point, i) => {
    return sum + (WEIGHTS[i] ?? NaN) * logSigmoid(mean + deviation * point);
  }, 0);
}

/** ln sigmoid(x), computed without overflow. */
function logSigmoid(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}
