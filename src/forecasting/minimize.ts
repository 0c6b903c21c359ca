/** A minimum that {@link minimize} found. */
export interface Minimum {
  /** The arguments. */
  readonly x: Float64Array;
  /** The value of the function there. */
  readonly value: number;
  /** The number of iterations. */
  readonly iterations: number;
}

/** The cube root of the rounding of float64, the step of central differences with least error. */
const STEP = 6e-6;

/**
 * Minimizes a smooth function without constraints by the BFGS method, with gradients by central
 * differences and a backtracking line search.
 *
 * Source: Nocedal & Wright (2006), Numerical Optimization, algorithms 3.1 and 6.1,
 * doi:10.1007/978-0-387-40065-5.
 *
 * @param of The function. An infinite or undefined value (`NaN`) ends a step of the line search.
 * @param start The arguments to start from; the function must be finite there.
 * @param most The largest number of iterations.
 * @returns The minimum, or the best arguments after `most` iterations.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { minimize } from "./minimize.ts";
 *
 * const found = minimize(([x = NaN, y = NaN]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1]);
 * assert(found.value < 1e-12);
 * ```
 */
export function minimize(
  of: (x: Float64Array) => number,
  start: ArrayLike<number>,
  most = 200,
): Minimum {
  const n = start.length;
  let x = Float64Array.from(start);
  let value = of(x);
  if (n === 0) return { x, value, iterations: 0 };
  let gradient = differences(of, x);
  let inverse = identity(n);
  let iterations = 0;
  let restarted = true;
  for (; iterations < most; iterations++) {
    let direction = inverse.map((row) => -dot(row, gradient));
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      inverse = identity(n);
      restarted = true;
      direction = Array.from(gradient, (g) => -g);
      slope = dot(direction, gradient);
      if (!(slope < 0)) break;
    }
    // The first step has no scale of its own: it moves at most 0.5.
    let step = restarted ? Math.min(1, 0.5 / Math.sqrt(dot(direction, direction))) : 1;
    let next = x;
    let lower = value;
    for (let halving = 0; halving < 40; halving++, step /= 2) {
      next = x.map((xi, i) => xi + step * (direction[i] ?? NaN));
      lower = of(next);
      if (lower <= value + 1e-4 * step * slope) break;
    }
    if (!(lower < value)) {
      if (restarted) break;
      inverse = identity(n);
      restarted = true;
      continue;
    }
    const nextGradient = differences(of, next);
    const moved = next.map((xi, i) => xi - (x[i] ?? NaN));
    const turned = nextGradient.map((g, i) => g - (gradient[i] ?? NaN));
    const gain = value - lower;
    x = next;
    value = lower;
    gradient = nextGradient;
    const curvature = dot(moved, turned);
    if (curvature > 1e-12 * Math.sqrt(dot(moved, moved) * dot(turned, turned))) {
      if (restarted) scale(inverse, curvature / dot(turned, turned));
      update(inverse, moved, turned, curvature);
      restarted = false;
    }
    const small = Math.max(...gradient.map(Math.abs)) < 1e-7 * (1 + Math.abs(value));
    if (small || gain < 1e-12 * (1 + Math.abs(value))) {
      iterations++;
      break;
    }
  }
  return { x, value, iterations };
}

/** The gradient by central differences. */
function differences(of: (x: Float64Array) => number, at: Float64Array): Float64Array<ArrayBuffer> {
  const gradient = new Float64Array(at.length);
  const x = Float64Array.from(at);
  for (let i = 0; i < x.length; i++) {
    const center = at[i] ?? NaN;
    const step = STEP * Math.max(1, Math.abs(center));
    x[i] = center + step;
    const above = of(x);
    x[i] = center - step;
    gradient[i] = (above - of(x)) / (2 * step);
    x[i] = center;
  }
  return gradient;
}

/** Updates the inverse Hessian (Nocedal & Wright, equation 6.17). */
function update(
  inverse: number[][],
  moved: Float64Array,
  turned: Float64Array,
  curvature: number,
): void {
  const turnedBy = inverse.map((row) => dot(row, turned));
  const factor = (1 + dot(turnedBy, turned) / curvature) / curvature;
  for (const [i, row] of inverse.entries()) {
    const [si, ui] = [moved[i] ?? NaN, turnedBy[i] ?? NaN];
    for (let j = 0; j < row.length; j++) {
      const [sj, uj] = [moved[j] ?? NaN, turnedBy[j] ?? NaN];
      row[j] = (row[j] ?? NaN) + factor * si * sj - (ui * sj + si * uj) / curvature;
    }
  }
}

function identity(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => i === j ? 1 : 0));
}

function scale(matrix: number[][], factor: number): void {
  for (const row of matrix) row.forEach((value, j) => row[j] = value * factor);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? NaN) * (b[i] ?? NaN);
  return total;
}

/**
 * Maps any number into a closed interval, smoothly: `low + (high - low) sin(u)^2`. An optimum at an
 * end of the interval is reached at a finite `u`, unlike that of a logistic function.
 *
 * @param u The number.
 * @param low The lower end.
 * @param high The upper end.
 * @returns A number in [low, high].
 */
export function intoInterval(u: number, low: number, high: number): number {
  return low + (high - low) * Math.sin(u) ** 2;
}

/**
 * Inverts {@link intoInterval}.
 *
 * @param value A number in [low, high].
 * @param low The lower end.
 * @param high The upper end.
 * @returns The number in [0, pi / 2] that is mapped to `value`.
 */
export function fromInterval(value: number, low: number, high: number): number {
  return Math.asin(Math.sqrt((value - low) / (high - low)));
}
