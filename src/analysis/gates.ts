import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { populationStandardDeviation } from "../statistics/descriptive.ts";
import { type Activations, checkActivations } from "./activations.ts";

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

/**
 * In how many steps a value falls to 1/e of itself that is kept by a factor for each step:
 * -1 / ln f. `Infinity` at 1, and 0 at 0.
 *
 * Source: Tallec & Ollivier (2018).
 *
 * @param factor In [0, 1].
 * @throws {InputError} On another factor.
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
 * The time scale of each unit's cell value, in steps: that of the geometric mean of its forget
 * gate over time and batch.
 *
 * @param forget Activations of a forget gate, [sequence, batch, hidden].
 * @returns By unit; `Infinity` where the gate is always 1, and 0 where it is ever 0.
 * @throws {InputError} Where there are no activations, or one lies outside of [0, 1].
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
 * What forget gates leave of a cell value after k steps: the product f_1 ... f_k of each unit, as a
 * geometric mean over units and batch. Where every gate is a constant f it is f^k.
 *
 * @param forget Activations of a forget gate, [sequence, batch, hidden].
 * @returns By k, from 0, where it is 1, to the number of steps.
 * @throws {InputError} Where there are no activations, or one lies outside of [0, 1].
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

/** The float32 numbers next to 0 and 1 at which a gate's input is still finite. */
const CLOSED = 2 ** -126;
const OPEN = 1 - 2 ** -24;

/**
 * The standard deviation over time, batch and units of what goes into a gate: of ln f - ln(1 - f),
 * the inverse of the sigmoid. The sum of squares is divided by n.
 *
 * Activations that rounding took to 0 or 1 count as the float32 numbers next to them.
 *
 * @param gate Activations of a gate, [sequence, batch, hidden].
 * @throws {InputError} Where there are no activations, or one lies outside of [0, 1].
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

/** Points of the integral, by their distance from the mean in standard deviations. */
const STEP = 0.25;
const POINTS = Array.from({ length: 65 }, (_, i) => (i - 32) * STEP);
const WEIGHTS = POINTS.map((z) => STEP * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI));

/**
 * E[ln sigmoid(z)] for a normal z: the logarithm of the share of a cell value that a forget gate keeps
 * in a step, as a mean over its pre-activations. Because ln sigmoid is concave, it is at most
 * ln sigmoid(mean) (Jensen), by about sigmoid'(mean) deviation^2 / 2.
 *
 * Computed by the trapezoidal rule at 65 points from -8 to 8 standard deviations, which for a
 * deviation of up to 3 is exact to 1e-9.
 *
 * Source: mean-field theory of random networks, e.g. Poole et al. (2016).
 *
 * @param mean The mean of the pre-activation: the bias.
 * @param deviation Its standard deviation, at least 0.
 * @returns At most 0.
 * @throws {InputError} If the mean is not finite or the deviation is not a finite number of at least 0.
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

/** ln sigmoid(x) without overflow. */
function logSigmoid(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}
