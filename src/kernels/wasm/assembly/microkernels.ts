/**
 * Microkernels: C [rows, columns] += A B, with C in registers. Every number of C is the sum over k
 * in order, so it does not depend on which microkernel computes it. k is at least 1.
 *
 * Strides are in bytes: `ars` between rows of A, `acs` between columns of A, `bs` between rows of a
 * panel of B (8 columns), `ps` between panels, `cs` between rows of C. `width` is the number of
 * columns of C, if it is below 8; the other columns are computed from unrelated memory and dropped.
 *
 * Written by `deno task wasm`, from tools/microkernels.ts.
 *
 * @module
 */
import { madd, put8 } from "./simd";

/** C [6, 8] += A B. */
export function tile6x8(a: usize, ars: usize, acs: usize, b: usize, bs: usize, c: usize, cs: usize, k: i32, width: i32): void {
  let a1 = a + ars;
  const r1 = c + cs;
  let a2 = a1 + ars;
  const r2 = r1 + cs;
  let a3 = a2 + ars;
  const r3 = r2 + cs;
  let a4 = a3 + ars;
  const r4 = r3 + cs;
  let a5 = a4 + ars;
  const r5 = r4 + cs;
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  let c10 = v128.load(r1), c11 = v128.load(r1, 16);
  let c20 = v128.load(r2), c21 = v128.load(r2, 16);
  let c30 = v128.load(r3), c31 = v128.load(r3, 16);
  let c40 = v128.load(r4), c41 = v128.load(r4, 16);
  let c50 = v128.load(r5), c51 = v128.load(r5, 16);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    a += acs;
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    a1 += acs;
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    a2 += acs;
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a3 += acs;
    x = v128.load32_splat(a4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    a4 += acs;
    x = v128.load32_splat(a5);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a5 += acs;
    b += bs;
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

/** C [5, 8] += A B. */
export function tile5x8(a: usize, ars: usize, acs: usize, b: usize, bs: usize, c: usize, cs: usize, k: i32, width: i32): void {
  let a1 = a + ars;
  const r1 = c + cs;
  let a2 = a1 + ars;
  const r2 = r1 + cs;
  let a3 = a2 + ars;
  const r3 = r2 + cs;
  let a4 = a3 + ars;
  const r4 = r3 + cs;
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  let c10 = v128.load(r1), c11 = v128.load(r1, 16);
  let c20 = v128.load(r2), c21 = v128.load(r2, 16);
  let c30 = v128.load(r3), c31 = v128.load(r3, 16);
  let c40 = v128.load(r4), c41 = v128.load(r4, 16);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    a += acs;
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    a1 += acs;
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    a2 += acs;
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a3 += acs;
    x = v128.load32_splat(a4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    a4 += acs;
    b += bs;
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
  } else {
    put8(c, c00, c01, width);
    put8(r1, c10, c11, width);
    put8(r2, c20, c21, width);
    put8(r3, c30, c31, width);
    put8(r4, c40, c41, width);
  }
}

/** C [4, 8] += A B. */
export function tile4x8(a: usize, ars: usize, acs: usize, b: usize, bs: usize, c: usize, cs: usize, k: i32, width: i32): void {
  let a1 = a + ars;
  const r1 = c + cs;
  let a2 = a1 + ars;
  const r2 = r1 + cs;
  let a3 = a2 + ars;
  const r3 = r2 + cs;
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  let c10 = v128.load(r1), c11 = v128.load(r1, 16);
  let c20 = v128.load(r2), c21 = v128.load(r2, 16);
  let c30 = v128.load(r3), c31 = v128.load(r3, 16);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    a += acs;
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    a1 += acs;
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    a2 += acs;
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a3 += acs;
    b += bs;
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
  } else {
    put8(c, c00, c01, width);
    put8(r1, c10, c11, width);
    put8(r2, c20, c21, width);
    put8(r3, c30, c31, width);
  }
}

/** C [6, 8] += A B, packed: only two pointers move. */
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

/** C [2, 16] += A B. */
export function tile2x16(a: usize, ars: usize, acs: usize, b: usize, bs: usize, ps: usize, c: usize, cs: usize, k: i32): void {
  let p1 = b + ps;
  let a1 = a + ars;
  const r1 = c + cs;
  let c00 = v128.load(c), c01 = v128.load(c, 16), c02 = v128.load(c, 32), c03 = v128.load(c, 48);
  let c10 = v128.load(r1), c11 = v128.load(r1, 16), c12 = v128.load(r1, 32), c13 = v128.load(r1, 48);
  for (; k > 0; k--) {
    const x0 = v128.load32_splat(a);
    const x1 = v128.load32_splat(a1);
    let w = v128.load(b);
    c00 = madd(x0, w, c00);
    c10 = madd(x1, w, c10);
    w = v128.load(b, 16);
    c01 = madd(x0, w, c01);
    c11 = madd(x1, w, c11);
    w = v128.load(p1);
    c02 = madd(x0, w, c02);
    c12 = madd(x1, w, c12);
    w = v128.load(p1, 16);
    c03 = madd(x0, w, c03);
    c13 = madd(x1, w, c13);
    b += bs;
    p1 += bs;
    a += acs;
    a1 += acs;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(r1, c10);
  v128.store(r1, c11, 16);
  v128.store(r1, c12, 32);
  v128.store(r1, c13, 48);
}

/** C [1, 32] += A B. */
export function tile1x32(a: usize, acs: usize, b: usize, bs: usize, ps: usize, c: usize, k: i32): void {
  let p1 = b + ps;
  let p2 = p1 + ps;
  let p3 = p2 + ps;
  let c00 = v128.load(c), c01 = v128.load(c, 16), c02 = v128.load(c, 32), c03 = v128.load(c, 48), c04 = v128.load(c, 64), c05 = v128.load(c, 80), c06 = v128.load(c, 96), c07 = v128.load(c, 112);
  for (; k > 0; k--) {
    const x0 = v128.load32_splat(a);
    let w = v128.load(b);
    c00 = madd(x0, w, c00);
    w = v128.load(b, 16);
    c01 = madd(x0, w, c01);
    w = v128.load(p1);
    c02 = madd(x0, w, c02);
    w = v128.load(p1, 16);
    c03 = madd(x0, w, c03);
    w = v128.load(p2);
    c04 = madd(x0, w, c04);
    w = v128.load(p2, 16);
    c05 = madd(x0, w, c05);
    w = v128.load(p3);
    c06 = madd(x0, w, c06);
    w = v128.load(p3, 16);
    c07 = madd(x0, w, c07);
    b += bs;
    p1 += bs;
    p2 += bs;
    p3 += bs;
    a += acs;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(c, c04, 64);
  v128.store(c, c05, 80);
  v128.store(c, c06, 96);
  v128.store(c, c07, 112);
}

/** C [1, 16] += A B. */
export function tile1x16(a: usize, acs: usize, b: usize, bs: usize, ps: usize, c: usize, k: i32): void {
  let p1 = b + ps;
  let c00 = v128.load(c), c01 = v128.load(c, 16), c02 = v128.load(c, 32), c03 = v128.load(c, 48);
  for (; k > 0; k--) {
    const x0 = v128.load32_splat(a);
    let w = v128.load(b);
    c00 = madd(x0, w, c00);
    w = v128.load(b, 16);
    c01 = madd(x0, w, c01);
    w = v128.load(p1);
    c02 = madd(x0, w, c02);
    w = v128.load(p1, 16);
    c03 = madd(x0, w, c03);
    b += bs;
    p1 += bs;
    a += acs;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
}

/** C [2, 8] += A B. */
export function tile2x8(a: usize, ars: usize, acs: usize, b: usize, bs: usize, c: usize, cs: usize, k: i32, width: i32): void {
  let a1 = a + ars;
  const r1 = c + cs;
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  let c10 = v128.load(r1), c11 = v128.load(r1, 16);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    a += acs;
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    a1 += acs;
    b += bs;
  }
  if (width >= 8) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(r1, c10);
    v128.store(r1, c11, 16);
  } else {
    put8(c, c00, c01, width);
    put8(r1, c10, c11, width);
  }
}

/** C [1, 8] += A B. */
export function tile1x8(a: usize, ars: usize, acs: usize, b: usize, bs: usize, c: usize, cs: usize, k: i32, width: i32): void {
  let c00 = v128.load(c), c01 = v128.load(c, 16);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    a += acs;
    b += bs;
  }
  if (width >= 8) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
  } else {
    put8(c, c00, c01, width);
  }
}
