import type { Complex } from "../../src/analysis/matrix.ts";
import type { Random } from "../../src/core/random.ts";
import { assertClose, type Tolerance } from "../tolerance.ts";

/** A matrix of normal numbers with variance 1 / columns. */
export function gaussian(rows: number, columns: number, random: Random): number[][] {
  const deviation = 1 / Math.sqrt(columns);
  const row = () => Array.from({ length: columns }, () => random.normal(0, deviation));
  return Array.from({ length: rows }, row);
}

/** The reflection I - 2 v v' / v'v in a random v: orthogonal and symmetric, of shape [n, n]. */
export function reflection(n: number, random: Random): number[][] {
  const v = Array.from({ length: n }, () => random.normal());
  const square = v.reduce((sum, x) => sum + x * x, 0);
  return v.map((a, i) => v.map((b, j) => (i === j ? 1 : 0) - 2 * a * b / square));
}

/** A matrix of shape [n, n] by its entries. */
export function matrixOf(n: number, entry: (i: number, j: number) => number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j)));
}

/** The product of matrices, from the left. */
export function product(...factors: readonly number[][][]): number[][] {
  return factors.reduce((a, b) =>
    a.map((row) =>
      (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? NaN), 0))
    )
  );
}

/** The transpose of a matrix. */
export function transpose(matrix: readonly (readonly number[])[]): number[][] {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? NaN));
}

/** The Frobenius norm. */
export function frobenius(matrix: readonly (readonly number[])[]): number {
  return Math.hypot(...matrix.flat());
}

/**
 * Throws unless two sets of eigenvalues agree: each value is paired with one of the other set, nearest
 * pairs first, and their distances must be within the tolerance times `scale`.
 */
export function assertSameEigenvalues(
  found: readonly Complex[],
  wanted: readonly Complex[],
  allowed: Tolerance,
  scale: number,
): void {
  const pairs = found.flatMap((a, i) =>
    wanted.map((b, j) => ({ i, j, distance: Math.hypot(a.re - b.re, a.im - b.im) }))
  ).sort((a, b) => a.distance - b.distance);
  const distances: number[] = [];
  const left = { found: new Set(found.keys()), wanted: new Set(wanted.keys()) };
  for (const { i, j, distance } of pairs) {
    if (!left.found.has(i) || !left.wanted.has(j)) continue;
    left.found.delete(i);
    left.wanted.delete(j);
    distances.push(distance);
  }
  const options = { scale, what: "distance of eigenvalues" };
  assertClose(distances, wanted.map(() => 0), allowed, options);
}
