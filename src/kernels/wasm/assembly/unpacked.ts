/**
 * Products that read B as it is stored, without packing it, for few rows of A.
 *
 * @module
 */
import { lanes, madd, put, totals } from "./simd";

/** The number of terms from which on sums over four lanes are faster. */
export const DOT_TERMS: i32 = 16;

/** The number of rows of A above which packing B is faster. */
export const DOT_ROWS: i32 = 24;

/**
 * C [m, n] += A [m, k] B^T, where B is [n, k]. Strides are in bytes; rows of A are contiguous.
 *
 * Every number is the dot product of two rows, summed over four lanes, then over the lanes as
 * `total` adds them. B is read only once, since reads from memory take most of the time.
 */
export function dots(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ars: usize,
  b: usize,
  ldb: usize,
  c: usize,
  cs: usize,
): void {
  if (m == 1) {
    let j = 0;
    for (; j + 8 <= n; j += 8) dots8(k, a, b + ldb * j, ldb, c + (j << 2));
    for (; j < n; j += 4) dots4(k, a, b + ldb * j, ldb, c + (j << 2), n - j);
    return;
  }
  for (let j = 0; j < n; j += 4) {
    // Four rows of B stay in the first-level cache for all rows of A.
    const from = b + ldb * j;
    let to = c + (j << 2);
    let row = a;
    let left = m;
    for (; left > 1; left -= 2) {
      dots2x4(k, row, ars, from, ldb, to, cs, n - j);
      row += ars * 2;
      to += cs * 2;
    }
    if (left == 1) dots4(k, row, from, ldb, to, n - j);
  }
}

/** Eight columns of one row of C. */
function dots8(k: i32, a: usize, b0: usize, ldb: usize, c: usize): void {
  const b1 = b0 + ldb, b2 = b1 + ldb, b3 = b2 + ldb;
  const b4 = b3 + ldb, b5 = b4 + ldb, b6 = b5 + ldb, b7 = b6 + ldb;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  const end: usize = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < end; p += 16) {
    const x = v128.load(a + p);
    s0 = madd(x, v128.load(b0 + p), s0);
    s1 = madd(x, v128.load(b1 + p), s1);
    s2 = madd(x, v128.load(b2 + p), s2);
    s3 = madd(x, v128.load(b3 + p), s3);
    s4 = madd(x, v128.load(b4 + p), s4);
    s5 = madd(x, v128.load(b5 + p), s5);
    s6 = madd(x, v128.load(b6 + p), s6);
    s7 = madd(x, v128.load(b7 + p), s7);
  }
  if (k & 3) {
    const keep = lanes(k & 3);
    const x = v128.and(keep, v128.load(a + p));
    s0 = madd(x, v128.and(keep, v128.load(b0 + p)), s0);
    s1 = madd(x, v128.and(keep, v128.load(b1 + p)), s1);
    s2 = madd(x, v128.and(keep, v128.load(b2 + p)), s2);
    s3 = madd(x, v128.and(keep, v128.load(b3 + p)), s3);
    s4 = madd(x, v128.and(keep, v128.load(b4 + p)), s4);
    s5 = madd(x, v128.and(keep, v128.load(b5 + p)), s5);
    s6 = madd(x, v128.and(keep, v128.load(b6 + p)), s6);
    s7 = madd(x, v128.and(keep, v128.load(b7 + p)), s7);
  }
  v128.store(c, f32x4.add(v128.load(c), totals(s0, s1, s2, s3)));
  v128.store(c, f32x4.add(v128.load(c, 16), totals(s4, s5, s6, s7)), 16);
}

/** `count` columns, at most four, of one row of C. */
function dots4(k: i32, a: usize, b0: usize, ldb: usize, c: usize, count: i32): void {
  const b1 = count > 1 ? b0 + ldb : b0;
  const b2 = count > 2 ? b1 + ldb : b0;
  const b3 = count > 3 ? b2 + ldb : b0;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end: usize = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < end; p += 16) {
    const x = v128.load(a + p);
    s0 = madd(x, v128.load(b0 + p), s0);
    s1 = madd(x, v128.load(b1 + p), s1);
    s2 = madd(x, v128.load(b2 + p), s2);
    s3 = madd(x, v128.load(b3 + p), s3);
  }
  if (k & 3) {
    const keep = lanes(k & 3);
    const x = v128.and(keep, v128.load(a + p));
    s0 = madd(x, v128.and(keep, v128.load(b0 + p)), s0);
    s1 = madd(x, v128.and(keep, v128.load(b1 + p)), s1);
    s2 = madd(x, v128.and(keep, v128.load(b2 + p)), s2);
    s3 = madd(x, v128.and(keep, v128.load(b3 + p)), s3);
  }
  put(c, f32x4.add(v128.load(c), totals(s0, s1, s2, s3)), count);
}

/** `count` columns, at most four, of two rows of C. */
function dots2x4(
  k: i32,
  a0: usize,
  ars: usize,
  b0: usize,
  ldb: usize,
  c: usize,
  cs: usize,
  count: i32,
): void {
  const a1 = a0 + ars;
  const b1 = count > 1 ? b0 + ldb : b0;
  const b2 = count > 2 ? b1 + ldb : b0;
  const b3 = count > 3 ? b2 + ldb : b0;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  const end: usize = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < end; p += 16) {
    const x = v128.load(a0 + p), y = v128.load(a1 + p);
    let w = v128.load(b0 + p);
    s0 = madd(x, w, s0);
    t0 = madd(y, w, t0);
    w = v128.load(b1 + p);
    s1 = madd(x, w, s1);
    t1 = madd(y, w, t1);
    w = v128.load(b2 + p);
    s2 = madd(x, w, s2);
    t2 = madd(y, w, t2);
    w = v128.load(b3 + p);
    s3 = madd(x, w, s3);
    t3 = madd(y, w, t3);
  }
  if (k & 3) {
    const keep = lanes(k & 3);
    const x = v128.and(keep, v128.load(a0 + p)), y = v128.and(keep, v128.load(a1 + p));
    let w = v128.and(keep, v128.load(b0 + p));
    s0 = madd(x, w, s0);
    t0 = madd(y, w, t0);
    w = v128.and(keep, v128.load(b1 + p));
    s1 = madd(x, w, s1);
    t1 = madd(y, w, t1);
    w = v128.and(keep, v128.load(b2 + p));
    s2 = madd(x, w, s2);
    t2 = madd(y, w, t2);
    w = v128.and(keep, v128.load(b3 + p));
    s3 = madd(x, w, s3);
    t3 = madd(y, w, t3);
  }
  put(c, f32x4.add(v128.load(c), totals(s0, s1, s2, s3)), count);
  put(c + cs, f32x4.add(v128.load(c + cs), totals(t0, t1, t2, t3)), count);
}

/**
 * c [n] += x [k] B [k, n], rows of B `ldb` bytes apart. Even and odd terms have separate sums, so
 * that the processor adds them at the same time.
 */
export function gemv(n: i32, k: i32, x: usize, b: usize, ldb: usize, c: usize): void {
  for (; n > 8; n -= 16) {
    gemv16(n, k, x, b, ldb, c);
    b += 64;
    c += 64;
  }
  for (; n > 0; n -= 4) {
    gemv4(n, k, x, b, ldb, c);
    b += 16;
    c += 16;
  }
}

function gemv16(n: i32, k: i32, x: usize, b: usize, ldb: usize, c: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  for (; k >= 2; k -= 2) {
    const even = v128.load32_splat(x), odd = v128.load32_splat(x, 4);
    s0 = madd(even, v128.load(b), s0);
    s1 = madd(even, v128.load(b, 16), s1);
    s2 = madd(even, v128.load(b, 32), s2);
    s3 = madd(even, v128.load(b, 48), s3);
    b += ldb;
    t0 = madd(odd, v128.load(b), t0);
    t1 = madd(odd, v128.load(b, 16), t1);
    t2 = madd(odd, v128.load(b, 32), t2);
    t3 = madd(odd, v128.load(b, 48), t3);
    b += ldb;
    x += 8;
  }
  if (k > 0) {
    const even = v128.load32_splat(x);
    s0 = madd(even, v128.load(b), s0);
    s1 = madd(even, v128.load(b, 16), s1);
    s2 = madd(even, v128.load(b, 32), s2);
    s3 = madd(even, v128.load(b, 48), s3);
  }
  put(c, f32x4.add(v128.load(c), f32x4.add(s0, t0)), n);
  put(c + 16, f32x4.add(v128.load(c, 16), f32x4.add(s1, t1)), n - 4);
  put(c + 32, f32x4.add(v128.load(c, 32), f32x4.add(s2, t2)), n - 8);
  if (n > 12) put(c + 48, f32x4.add(v128.load(c, 48), f32x4.add(s3, t3)), n - 12);
}

function gemv4(n: i32, k: i32, x: usize, b: usize, ldb: usize, c: usize): void {
  let s = f32x4.splat(0), t = s;
  for (; k >= 2; k -= 2) {
    s = madd(v128.load32_splat(x), v128.load(b), s);
    b += ldb;
    t = madd(v128.load32_splat(x, 4), v128.load(b), t);
    b += ldb;
    x += 8;
  }
  if (k > 0) s = madd(v128.load32_splat(x), v128.load(b), s);
  put(c, f32x4.add(v128.load(c), f32x4.add(s, t)), n);
}
