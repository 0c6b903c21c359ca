/**
 * Microkernels of one or two rows: wide ones, which have enough independent sums to keep the
 * processor busy, and narrow ones for the remaining columns. Arguments as in microkernels.ts.
 *
 * @module
 */
import { madd, put8 } from "./simd";


/** C [2, 16] += A B, over 2 panels. */
export function tile2x16(a: usize, ars: usize, acs: usize, b: usize, bs: usize, ps: usize, c: usize, cs: usize, k: i32): void {
  let p1 = b + ps;
  let a1 = a + ars;
  const r1 = c + cs;
  let c00 = v128.load(c, 0), c01 = v128.load(c, 16);
  let c02 = v128.load(c, 32), c03 = v128.load(c, 48);
  let c10 = v128.load(r1, 0), c11 = v128.load(r1, 16);
  let c12 = v128.load(r1, 32), c13 = v128.load(r1, 48);
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
  v128.store(c, c00, 0);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(r1, c10, 0);
  v128.store(r1, c11, 16);
  v128.store(r1, c12, 32);
  v128.store(r1, c13, 48);
}

/** C [1, 32] += A B, over 4 panels. */
export function tile1x32(a: usize, acs: usize, b: usize, bs: usize, ps: usize, c: usize, k: i32): void {
  let p1 = b + ps;
  let p2 = p1 + ps;
  let p3 = p2 + ps;
  let c00 = v128.load(c, 0), c01 = v128.load(c, 16);
  let c02 = v128.load(c, 32), c03 = v128.load(c, 48);
  let c04 = v128.load(c, 64), c05 = v128.load(c, 80);
  let c06 = v128.load(c, 96), c07 = v128.load(c, 112);
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
  v128.store(c, c00, 0);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(c, c04, 64);
  v128.store(c, c05, 80);
  v128.store(c, c06, 96);
  v128.store(c, c07, 112);
}

/** C [1, 16] += A B, over 2 panels. */
export function tile1x16(a: usize, acs: usize, b: usize, bs: usize, ps: usize, c: usize, k: i32): void {
  let p1 = b + ps;
  let c00 = v128.load(c, 0), c01 = v128.load(c, 16);
  let c02 = v128.load(c, 32), c03 = v128.load(c, 48);
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
  v128.store(c, c00, 0);
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
