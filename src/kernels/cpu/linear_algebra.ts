import type { Fields } from "../instructions.ts";

/** The numbers of a program: float32, or float64 if rounding errors must not matter. */
export type Arena = Float32Array | Float64Array;

/** Returns the number at `i`; 0 beyond the end, which no command reaches. */
export function at(arena: Arena, i: number): number {
  return arena[i] ?? 0;
}

/** The instruction `gemm`. */
export function gemm(arena: Arena, f: Fields<"gemm">): void {
  const [aRow, aStep] = f.transposeA ? [1, f.lda] : [f.lda, 1];
  const [bStep, bColumn] = f.transposeB ? [1, f.ldb] : [f.ldb, 1];
  for (let i = 0; i < f.m; i++) {
    for (let j = 0; j < f.n; j++) {
      let sum = f.accumulate ? at(arena, f.c + i * f.ldc + j) : 0;
      if (f.bias >= 0) sum += at(arena, f.bias + j);
      if (f.bias2 >= 0 && j < f.bias2Count) sum += at(arena, f.bias2 + j);
      for (let k = 0; k < f.k; k++) {
        sum += at(arena, f.a + i * aRow + k * aStep) * at(arena, f.b + k * bStep + j * bColumn);
      }
      arena[f.c + i * f.ldc + j] = sum;
    }
  }
}

/** The instruction `columnSum`. */
export function columnSum(arena: Arena, f: Fields<"columnSum">): void {
  for (let j = 0; j < f.columns; j++) {
    let sum = f.accumulate ? at(arena, f.out + j) : 0;
    for (let i = 0; i < f.rows; i++) sum += at(arena, f.a + i * f.lda + j);
    arena[f.out + j] = sum;
  }
}

/** Returns the dot product of `count` numbers at two offsets. */
export function dot(arena: Arena, a: number, b: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += at(arena, a + k) * at(arena, b + k);
  return sum;
}

/** to[k] += sum over j of d[j] weight[j, k], weight [d.length, columns]. */
export function addTransposedProduct(
  arena: Arena,
  to: number,
  weight: number,
  d: readonly number[],
  columns: number,
): void {
  d.forEach((value, j) => {
    const row = weight + j * columns;
    for (let k = 0; k < columns; k++) {
      arena[to + k] = at(arena, to + k) + value * at(arena, row + k);
    }
  });
}
