/**
 * e^x, sigmoid and tanh of four numbers, and the natural logarithm. NaN stays NaN, and nothing
 * overflows.
 *
 * The coefficients are those of the Cephes library (Moshier, 1992).
 *
 * @module
 */
import { all, madd, nmadd } from "./simd";

/** e^x for -87.3 <= x <= 88.3; infinity from 88.4 to 89. */
@inline
function expInside(x: v128): v128 {
  // Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits.
  const rounded = madd(x, all(1.44269504088896341), all(12582912.0));
  const n = f32x4.sub(rounded, all(12582912.0));
  // ln 2 in two parts. The first has few bits, so that n times it is exact.
  const r = nmadd(n, all(-2.12194440e-4), nmadd(n, all(0.693359375), x));
  let p = madd(all(1.9875691500e-4), r, all(1.3981999507e-3));
  p = madd(p, r, all(8.3334519073e-3));
  p = madd(p, r, all(4.1665795894e-2));
  p = madd(p, r, all(1.6666665459e-1));
  p = madd(p, r, all(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), all(1.0));
  const power = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(127 << 23));
  return f32x4.mul(p, power);
}

/** e^x; 0 if x is below -87.3, where e^x is not a normal number, and e^88.3 if x is above 88.3. */
@inline
export function exp(x: v128): v128 {
  const inside = expInside(f32x4.pmax(f32x4.pmin(x, all(88.3)), all(-87.3)));
  return v128.andnot(inside, f32x4.lt(x, all(-87.3)));
}

/**
 * 1 / (1 + e^-x); 0 if x is below -88.4. At minus infinity it must be 0, since it may multiply
 * infinity.
 */
@inline
export function sigmoid(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, all(87.0)), all(-89.0));
  return f32x4.div(all(1.0), f32x4.add(all(1.0), expInside(f32x4.neg(bounded))));
}

/** The hyperbolic tangent: a polynomial if |x| is below 0.625, else 1 - 2 / (e^2x + 1). */
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const e = expInside(f32x4.pmin(f32x4.add(size, size), all(20.0)));
  const far = f32x4.sub(all(1.0), f32x4.div(all(2.0), f32x4.add(e, all(1.0))));
  const z = f32x4.mul(x, x);
  let p = madd(all(-5.70498872745e-3), z, all(2.06390887954e-2));
  p = madd(p, z, all(-5.37397155531e-2));
  p = madd(p, z, all(1.33314422036e-1));
  p = madd(p, z, all(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, z), x, x);
  const sign = i32x4.splat(0x80000000);
  const signed = v128.or(v128.and(sign, x), far);
  return v128.bitselect(near, signed, f32x4.lt(size, all(0.625)));
}

/** The natural logarithm of a positive number. NaN and infinity are returned as they are. */
export function ln(x: f64): f64 {
  if (!(x < Infinity)) return x;
  const bits = reinterpret<i64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), whose argument is below 0.172 here.
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let sum: f64 = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * z + 1.0 / <f64>k;
  return 2 * s * sum + <f64>exponent * 0.6931471805599453;
}

/**
 * e^x (`kind` 0), sigmoid (1) or tanh (2) of `count` numbers in place, a multiple of four; for
 * tests.
 */
export function curve(kind: i32, at: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    const x = v128.load(at);
    v128.store(at, kind == 0 ? exp(x) : kind == 1 ? sigmoid(x) : tanh(x));
    at += 16;
  }
}
