import { euclideanNorm, type Matrix } from "./matrix.ts";

/** A matrix with the eigenvalues of another one that stand on its diagonal set apart. */
export interface Isolated {
  /** Diagonal entries that are eigenvalues. */
  readonly eigenvalues: number[];
  /** The matrix of all others, [n, n] with n = 0 where there are none. */
  readonly core: number[][];
}

/**
 * Sets apart eigenvalues that can be read off: wherever a row or a column holds nothing but its
 * diagonal entry, that entry is an eigenvalue and the others are those of the matrix without it.
 * Triangular matrices, in any order of their rows and columns, are solved by this alone, exactly,
 * where an iteration would find a defective eigenvalue of multiplicity k to eps^(1/k) only.
 *
 * Source: the permutation of LAPACK's xGEBAL; Parlett & Reinsch (1969).
 *
 * @param matrix Square, of shape [n, n].
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isolate } from "./balance.ts";
 *
 * const { eigenvalues, core } = isolate([[2, 5, 5], [0, 0, 1], [0, -1, 0]]);
 * assert(eigenvalues[0] === 2 && core.length === 2);
 * ```
 */
export function isolate(matrix: Matrix): Isolated {
  const eigenvalues: number[] = [];
  let places = matrix.map((_, i) => i);
  const entry = (i: number, j: number): number => matrix[i]?.[j] ?? NaN;
  while (true) {
    const alone = places.find((i) =>
      places.every((j) => j === i || entry(i, j) === 0) ||
      places.every((j) => j === i || entry(j, i) === 0)
    );
    if (alone === undefined) break;
    eigenvalues.push(entry(alone, alone));
    places = places.filter((i) => i !== alone);
  }
  return { eigenvalues, core: places.map((i) => places.map((j) => entry(i, j))) };
}

/**
 * A similar matrix whose rows and columns have norms of one size: D^-1 A D with powers of two in
 * the diagonal matrix D, so that no entry is rounded. Eigenvalues of badly scaled matrices are
 * found far more exactly after it.
 *
 * Source: LAPACK's xGEBAL in the Euclidean norm (James, Langou & Lowery, 2014), after Parlett &
 * Reinsch (1969).
 *
 * @param matrix Square, of shape [n, n], without entries near the limits of float64.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { balance } from "./balance.ts";
 *
 * const [row] = balance([[0, 1024], [1 / 1024, 0]]);
 * assert(row?.[1] === 1);
 * ```
 */
export function balance(matrix: Matrix): number[][] {
  const balanced = matrix.map((row) => [...row]);
  let changed = true;
  while (changed) {
    changed = false;
    for (const [i, row] of balanced.entries()) {
      const column = balanced.map((r) => r[i] ?? NaN);
      const factor = balancing(euclideanNorm(column), euclideanNorm(row));
      if (factor === 1) continue;
      changed = true;
      for (const other of balanced) other[i] = (other[i] ?? NaN) * factor;
      for (const [j, value] of row.entries()) row[j] = value / factor;
    }
  }
  return balanced;
}

/** The power of two for a column (and its inverse for the row) where it is worth it, or 1. */
function balancing(columnNorm: number, rowNorm: number): number {
  if (columnNorm === 0 || rowNorm === 0) return 1;
  let column = columnNorm;
  let row = rowNorm;
  let factor = 1;
  while (column < row / 2) {
    factor *= 2;
    column *= 2;
    row /= 2;
  }
  while (column / 2 >= row) {
    factor /= 2;
    column /= 2;
    row *= 2;
  }
  return column + row < 0.95 * (columnNorm + rowNorm) ? factor : 1;
}
