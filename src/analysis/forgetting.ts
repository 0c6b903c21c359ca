import { standardDeviation } from "simple-statistics";
import { InputError } from "../core/errors.ts";
import { checkNumber } from "../core/shapes.ts";
import { type Activations, checkActivations } from "./activations.ts";

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
 * import { timeScale } from "./forgetting.ts";
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
 * import { unitTimeScales } from "./forgetting.ts";
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
 * import { cellSurvival } from "./forgetting.ts";
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
 * import { inputDeviation } from "./forgetting.ts";
 *
 * assert(Math.abs(inputDeviation([[[0.25, 0.75]]]) - Math.log(3)) < 1e-12);
 * ```
 */
export function inputDeviation(gate: Activations): number {
  checkedLogs(gate);
  return standardDeviation(
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
