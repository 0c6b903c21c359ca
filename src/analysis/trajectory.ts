import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { LinearStep } from "./linear_step.ts";
import { dot, norm } from "./matrix.ts";

/**
 * Computes the gradients of a loss with respect to all states of a trajectory, given the gradient
 * with respect to the last state.
 *
 * @param steps The linearised steps in the order of time.
 * @param last The gradient with respect to the state after the last step.
 * @returns The gradients by lag k, from 0 to the number of steps: with respect to the state k steps
 * before the end.
 * @throws {InputError} If there are no steps, or `last` has the wrong size, is not finite or is 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linearRNN } from "./linear_step.ts";
 * import { gradientsByLag } from "./trajectory.ts";
 *
 * const step = linearRNN([0.5])([0]);
 * const gradients = gradientsByLag([step, step], Float64Array.of(1));
 * assertEquals(gradients.map(([value]) => value), [1, 0.5, 0.25]);
 * ```
 */
export function gradientsByLag(
  steps: readonly LinearStep[],
  last: Float64Array,
): Float64Array[] {
  checkSteps(steps, "last", last);
  const found: Float64Array[] = [Float64Array.from(last)];
  let gradient: Float64Array = last;
  for (const step of steps.toReversed()) found.push(gradient = step.adjoint(gradient));
  return found;
}

/** A tangent vector, a small change of the state, along a trajectory. */
export interface TangentTrajectory {
  /** The direction after each step, a unit vector; entry 0 is the initial direction. */
  readonly directions: readonly Float64Array[];
  /** The natural logarithm of the factor by which each step changes the norm. */
  readonly growth: readonly number[];
}

/**
 * Propagates a tangent vector along a trajectory and normalizes it after each step. The mean of its
 * logarithmic growth converges to the largest Lyapunov exponent for almost every initial vector.
 *
 * Source: Benettin et al. (1980), doi:10.1007/BF02128236, for one vector.
 *
 * @param steps The linearised steps in the order of time.
 * @param start The tangent vector before the first step, not 0.
 * @returns The directions and the growth.
 * @throws {InputError} If there are no steps, `start` has the wrong size, is not finite or is 0, or
 * the vector becomes 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { linearRNN } from "./linear_step.ts";
 * import { propagateTangent } from "./trajectory.ts";
 *
 * const step = linearRNN([0, 0.5, 0.5, 0])([0, 0]);
 * const { growth } = propagateTangent([step, step, step], Float64Array.of(1, 2));
 * assert(growth.every((one) => Math.abs(one - Math.log(0.5)) < 1e-12));
 * ```
 */
export function propagateTangent(
  steps: readonly LinearStep[],
  start: Float64Array,
): TangentTrajectory {
  checkSteps(steps, "start", start);
  let direction: Float64Array = scaled(start, 1 / norm(start));
  const directions = [direction];
  const growth: number[] = [];
  for (const [t, step] of steps.entries()) {
    const change = step.tangent(direction);
    const factor = norm(change);
    if (!(factor > 0 && Number.isFinite(factor))) {
      throw new InputError(`the change after step ${t}`, "of a norm above 0", factor);
    }
    growth.push(Math.log(factor));
    direction = scaled(change, 1 / factor);
    directions.push(direction);
  }
  return { directions, growth };
}

/**
 * Measures how well the tangent maps J and the adjoint maps Jᵀ of a trajectory match: the
 * difference of u·(Jv) and (Jᵀu)·v at each step, relative to the norms of the vectors.
 *
 * @param gradients The gradients by lag from {@link gradientsByLag}.
 * @param change The tangent vector from {@link propagateTangent} over the same steps.
 * @returns The largest difference over the steps; 0 up to rounding if the maps match.
 * @throws {InputError} If a state has no gradient.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { linearRNN } from "./linear_step.ts";
 * import { propagateTangent, gradientsByLag, adjointError } from "./trajectory.ts";
 *
 * const steps = [linearRNN([0.5, -1, 2, 0.25])([0.5, 0])];
 * const gradients = gradientsByLag(steps, Float64Array.of(1, 3));
 * assert(adjointError(gradients, propagateTangent(steps, Float64Array.of(1, 2))) < 1e-15);
 * ```
 */
export function adjointError(
  gradients: readonly Float64Array[],
  { directions, growth }: TangentTrajectory,
): number {
  const steps = growth.length;
  let worst = 0;
  for (const [t, growing] of growth.entries()) {
    const before = gradients[steps - t];
    const after = gradients[steps - t - 1];
    const [from, to] = [directions[t], directions[t + 1]];
    if (!before || !after || !from || !to) {
      throw new InputError("gradients", `${steps + 1} vectors`, gradients.length);
    }
    const factor = Math.exp(growing);
    const size = norm(before) + factor * norm(after);
    const difference = Math.abs(dot(before, from) - factor * dot(after, to));
    worst = Math.max(worst, size === 0 ? 0 : difference / size);
  }
  return worst;
}

function scaled(vector: Float64Array, factor: number): Float64Array {
  return vector.map((value) => value * factor);
}

function checkSteps(steps: readonly LinearStep[], name: string, vector: Float64Array): void {
  checkArray("steps", steps, "an array of linearised steps");
  const [first] = steps;
  if (!first) throw new InputError("steps", "at least one", steps);
  if (!(vector instanceof Float64Array) || vector.length !== first.size) {
    throw new InputError(name, `a Float64Array of ${first.size}`, vector);
  }
  if (!vector.every(Number.isFinite) || vector.every((value) => value === 0)) {
    throw new InputError(name, "finite and not 0", vector);
  }
}
