/** A row of a matrix of any size: 2^exponent times values of about 1; -Infinity for a zero row. */
export interface GradedRow {
  readonly exponent: number;
  readonly values: Float64Array;
}

/**
 * The singular values of a matrix given by graded rows, as base-2 logarithms, largest first.
 *
 * One-sided Jacobi (Hestenes, 1958): plane rotations make the rows orthogonal, and their norms are
 * then the singular values. For D B with any diagonal D and a well-conditioned B every one of them
 * is right in its own digits, the smallest too (Demmel & Veselic, 1992), where the usual algorithm
 * is right to rounding of the largest. Norms are kept as exponents, so none can underflow. Where the
 * rows of B depend on each other up to rounding, the values lost to it are -Infinity.
 *
 * @param rows n rows of n values.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { logSingularValues } from "./graded_rows.ts";
 *
 * const [first, last] = logSingularValues([
 *   { exponent: 0, values: Float64Array.of(1, 0) },
 *   { exponent: -2000, values: Float64Array.of(1, 1) },
 * ]);
 * assert(first === 0 && last === -2000);
 * ```
 */
export function logSingularValues(rows: readonly GradedRow[]): number[] {
  const units = rows.map((row) => new UnitRow(row))
    .sort((p, q) => q.exponent - p.exponent);
  // Each sweep about squares the largest cosine: ten are more than any matrix of the tests takes.
  for (let sweep = 0, rotated = true; rotated; sweep++) {
    if (sweep === 60) throw new Error("one-sided Jacobi did not converge in 60 sweeps");
    rotated = false;
    for (const [i, p] of units.entries()) {
      for (const q of units.slice(i + 1)) rotated = makeOrthogonal(p, q) || rotated;
    }
  }
  return units.map(({ exponent }) => exponent).sort((a, b) => b - a);
}

/** A row of norm 1 times 2^exponent. */
class UnitRow {
  readonly values: Float64Array;
  exponent: number;
  /** Below this exponent nothing but rounding is left of the row. */
  readonly #floor: number;

  constructor(row: GradedRow) {
    this.values = row.values.slice();
    this.exponent = row.exponent;
    this.#floor = -Infinity;
    this.normalize();
    this.#floor = this.exponent + Math.log2(Number.EPSILON * this.values.length);
  }

  /** Moves the norm into the exponent. */
  normalize(): void {
    const norm = Math.sqrt(dot(this.values, this.values));
    this.exponent += Math.log2(norm);
    if (this.exponent < this.#floor) this.exponent = -Infinity;
    if (this.exponent === -Infinity) return;
    for (let i = 0; i < this.values.length; i++) this.values[i] = (this.values[i] ?? NaN) / norm;
  }
}

/** Rotates two rows until they are orthogonal; `false` where they are. */
function makeOrthogonal(a: UnitRow, b: UnitRow): boolean {
  if (a.exponent === -Infinity || b.exponent === -Infinity) return false;
  const cosine = dot(a.values, b.values);
  if (Math.abs(cosine) <= Number.EPSILON * a.values.length) return false;
  const [p, q] = a.exponent >= b.exponent ? [a, b] : [b, a];
  // The tangent of the rotation is ratio * slope; the slope is finite even where the ratio is 0.
  const ratio = 2 ** (q.exponent - p.exponent);
  const zeta = (1 - ratio * ratio) / (2 * cosine);
  const slope = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(ratio * ratio + zeta * zeta));
  const back = slope * ratio * ratio;
  for (let i = 0; i < p.values.length; i++) {
    const u = p.values[i] ?? NaN;
    const v = q.values[i] ?? NaN;
    p.values[i] = u + back * v;
    q.values[i] = v - slope * u;
  }
  const contraction = Math.log2(1 + (ratio * slope) ** 2) / 2;
  for (const row of [p, q]) {
    row.exponent -= contraction;
    row.normalize();
  }
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}
