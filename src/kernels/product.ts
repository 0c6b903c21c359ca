import type { Fields } from "./instructions.ts";

/** A matrix in the arena. */
export interface Operand {
  /** Offset of its first number. */
  readonly at: number;
  /** Distance between its rows, as they are stored. */
  readonly ld: number;
  /** Whether it is stored as its transpose. */
  readonly transposed?: boolean;
}

/** What is added to a product. */
export interface ProductOptions {
  /** Whether the product is added to what C holds; by default it takes its place. */
  readonly accumulate?: boolean;
  /** Offset of a bias [n] for each row, or -1. */
  readonly bias?: number;
  /** Offset of a second bias, for the first `bias2Count` columns, or -1. */
  readonly bias2?: number;
  /** How many columns have the second bias. */
  readonly bias2Count?: number;
}

/**
 * The command of a product C = A B, or with options C += A B and A B + bias.
 *
 * @param sizes Rows m of A and C, columns n of B and C, columns k of A.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { product } from "./product.ts";
 *
 * // x [7, 3] times the transpose of a weight [5, 3].
 * const weight = { at: 21, ld: 3, transposed: true };
 * const command = product([7, 5, 3], { at: 0, ld: 3 }, weight, { at: 36, ld: 5 });
 * assertEquals([command.m, command.n, command.k, command.transposeB], [7, 5, 3, 1]);
 * ```
 */
export function product(
  [m, n, k]: readonly [m: number, n: number, k: number],
  a: Operand,
  b: Operand,
  c: Omit<Operand, "transposed">,
  { accumulate = false, bias = -1, bias2 = -1, bias2Count = 0 }: ProductOptions = {},
): { readonly op: "gemm" } & Fields<"gemm"> {
  return {
    op: "gemm",
    m,
    n,
    k,
    a: a.at,
    lda: a.ld,
    transposeA: a.transposed ? 1 : 0,
    b: b.at,
    ldb: b.ld,
    transposeB: b.transposed ? 1 : 0,
    c: c.at,
    ldc: c.ld,
    accumulate: accumulate ? 1 : 0,
    bias,
    bias2,
    bias2Count,
  };
}
