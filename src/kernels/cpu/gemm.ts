import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";

/** The instruction `gemm`, a number of C at a time. */
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
