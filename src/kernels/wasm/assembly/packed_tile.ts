/**
 * The register tile of large products, whose operands are both packed: nothing but two pointers
 * moves. Arguments as in tile.ts.
 *
 * @module
 */
import { madd, put8 } from "./simd";

/** C [6, 8] += A B, A in groups of rows [k][6] and B in panels [k][8]. */
export function packed6x8(a: usize, b: usize, c: usize, cs: usize, k: i32, width: i32): void {
  const r1 = c + cs;
  const r2 = r1 + cs;
  const r3 = r2 + cs;
  const r4 = r3 + cs;
  const r5 = r4 + cs;
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  let c10 = v128.load(r1), c11 = v128.load(r1, 16);
  let c20 = v128.load(r2), c21 = v128.load(r2, 16);
  let c30 = v128.load(r3), c31 = v128.load(r3, 16);
  let c40 = v128.load(r4), c41 = v128.load(r4, 16);
  let c50 = v128.load(r5), c51 = v128.load(r5, 16);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a += 24;
    b += 32;
  }
  if (width >= 8) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(r1, c10);
    v128.store(r1, c11, 16);
    v128.store(r2, c20);
    v128.store(r2, c21, 16);
    v128.store(r3, c30);
    v128.store(r3, c31, 16);
    v128.store(r4, c40);
    v128.store(r4, c41, 16);
    v128.store(r5, c50);
    v128.store(r5, c51, 16);
  } else {
    put8(c, c00, c01, width);
    put8(r1, c10, c11, width);
    put8(r2, c20, c21, width);
    put8(r3, c30, c31, width);
    put8(r4, c40, c41, width);
    put8(r5, c50, c51, width);
  }
}
