/**
 * A row vector times a matrix as it lies: c += x B.
 *
 * @module
 */
import { madd, put } from "./simd";

/**
 * c [n] += x [k] B [k, n], rows of B `ldb` bytes apart. Even and odd terms are summed apart, so
 * that two chains of sums run side by side.
 */
export function spread(n: i32, k: i32, x: usize, b: usize, ldb: usize, c: usize): void {
  for (; n > 8; n -= 16) {
    sixteen(n, k, x, b, ldb, c);
    b += 64;
    c += 64;
  }
  for (; n > 0; n -= 4) {
    four(n, k, x, b, ldb, c);
    b += 16;
    c += 16;
  }
}

function sixteen(n: i32, k: i32, x: usize, b: usize, ldb: usize, c: usize): void {
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

function four(n: i32, k: i32, x: usize, b: usize, ldb: usize, c: usize): void {
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
