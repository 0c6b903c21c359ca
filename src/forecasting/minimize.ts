/** A minimum that {@link minimize} found. */
export interface Minimum {
  /** The arguments. */
  readonly x: Float64Array;
  /** The value of the function there. */
  readonly value: number;
  /** The number of iterations. */
  readonly iterations: number;
}

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  /** The largest number of iterations; 200 by default. */
  readonly most?: number;
  /** Returns a function that has the same gradient at `x`, and takes less time. */
  readonly near?: (x: Float64Array) => (x: Float64Array) => number;
}

/** About the cube root of the rounding of float64: the step of central differences. */
const STEP = 6e-6;
/** About its fourth root: the step of second differences. */
const CURVATURE_STEP = 1e-3;
/** The gain of an iteration below which it counts as small; deviances have this scale. */
const SMALL_GAIN = 1e-9;

/**
 * Minimizes a smooth function without constraints by the BFGS method, with gradients by central
 * differences and a backtracking line search. The search begins with the curvatures along the axes,
 * so the arguments may differ in scale. It ends after two iterations in succession that gain less
 * than 1e-9: the function should be of the size of a deviance.
 *
 * Source: Nocedal & Wright (2006), Numerical Optimization, algorithms 3.1 and 6.1,
 * doi:10.1007/978-0-387-40065-5.
 *
 * @param of The function. An infinite or undefined value (`NaN`) shortens a step of the line search.
 * @param start The arguments to start from; the function must be finite there.
 * @param options The number of iterations, and a cheaper function for gradients.
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
  { most = 200, near = () => of }: MinimizeOptions = {},
): Minimum {
  let x = Float64Array.from(start);
  let value = of(x);
  if (x.length === 0) return { x, value, iterations: 0 };
  let gradient = differences(near(x), x);
  let inverse = axisCurvatures(of, x, value);
  let fresh = true;
  let small = 0;
  let iterations = 0;
  for (; iterations < most && small < 2; iterations++) {
    const direction = inverse.map((row) => -dot(row, gradient));
    const found = lineSearch(of, x, value, direction, dot(direction, gradient));
    if (found === undefined) {
      // The model of the curvature can be wrong: the search begins once more without it.
      if (fresh) break;
      inverse = axisCurvatures(of, x, value);
      fresh = true;
      continue;
    }
    const nextGradient = differences(near(found.x), found.x);
    const moved = found.x.map((xi, i) => xi - (x[i] ?? NaN));
    const turned = nextGradient.map((g, i) => g - (gradient[i] ?? NaN));
    small = value - found.value < SMALL_GAIN ? small + 1 : 0;
    ({ x, value } = found);
    gradient = nextGradient;
    const curvature = dot(moved, turned);
    if (curvature > 1e-10 * Math.sqrt(dot(moved, moved) * dot(turned, turned))) {
      update(inverse, moved, turned, curvature);
      fresh = false;
    }
  }
  return { x, value, iterations };
}

/** Shortens a step until the function decreases enough; `undefined` if it does not decrease. */
function lineSearch(
  of: (x: Float64Array) => number,
  from: Float64Array,
  value: number,
  direction: readonly number[],
  slope: number,
): { x: Float64Array<ArrayBuffer>; value: number } | undefined {
  if (!(slope < 0)) return undefined;
  let step = 1;
  for (let halving = 0; halving < 40; halving++, step /= 2) {
    const x = Float64Array.from(from, (xi, i) => xi + step * (direction[i] ?? NaN));
    const lower = of(x);
    if (lower < value && lower <= value + 1e-4 * step * slope) return { x, value: lower };
  }
  return undefined;
}

/** The inverse of the diagonal of the Hessian, by second differences, with bounds. */
function axisCurvatures(of: (x: Float64Array) => number, at: Float64Array, center: number) {
  const x = Float64Array.from(at);
  return Array.from(at, (value, i) => {
    const step = CURVATURE_STEP * Math.max(1, Math.abs(value));
    x[i] = value + step;
    const above = of(x);
    x[i] = value - step;
    const curvature = Math.abs(above - 2 * center + of(x)) / step ** 2;
    x[i] = value;
    const row = new Array<number>(x.length).fill(0);
    row[i] = curvature > 1e-4 && curvature < Infinity ? 1 / curvature : 1;
    return row;
  });
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
