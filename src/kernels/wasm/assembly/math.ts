/**
 * e^x, sigmoid and tanh of four numbers, and the natural logarithm. NaN stays NaN, and nothing
 * overflows.
 *
 * @module
 */
import {
  EXP_2,
  EXP_3,
  EXP_4,
  EXP_5,
  EXP_6,
  EXP_7,
  EXP_HIGH,
  EXP_LOW,
  LN2_HIGH,
  LN2_LOW,
  LOG2_E,
  ONE,
  ROUND,
  SIGMOID_HIGH,
  SIGMOID_LOW,
  TANH_11,
  TANH_3,
  TANH_5,
  TANH_7,
  TANH_9,
  TANH_HIGH,
  TANH_NEAR,
  TWO,
} from "./constants";
import { madd, nmadd } from "./simd";

/** e^x for -87.3 <= x <= 88.3; infinity from 88.4 to 89. */
@inline
function expInside(x: v128): v128 {
  const rounded = madd(x, LOG2_E, ROUND);
  const n = f32x4.sub(rounded, ROUND);
  const r = nmadd(n, LN2_LOW, nmadd(n, LN2_HIGH, x));
  let p = madd(EXP_7, r, EXP_6);
  p = madd(p, r, EXP_5);
  p = madd(p, r, EXP_4);
  p = madd(p, r, EXP_3);
  p = madd(p, r, EXP_2);
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), ONE);
  const power = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(127 << 23));
  return f32x4.mul(p, power);
}

/** e^x; 0 if x is below -87.3, where e^x is not a normal number, and e^88.3 if x is above 88.3. */
@inline
export function exp(x: v128): v128 {
  const inside = expInside(f32x4.pmax(f32x4.pmin(x, EXP_HIGH), EXP_LOW));
  return v128.andnot(inside, f32x4.lt(x, EXP_LOW));
}

/**
 * 1 / (1 + e^-x); 0 if x is below -88.4. At minus infinity it must be 0, since it may multiply
 * infinity.
 */
@inline
export function sigmoid(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, SIGMOID_HIGH), SIGMOID_LOW);
  return f32x4.div(ONE, f32x4.add(ONE, expInside(f32x4.neg(bounded))));
}

/** The hyperbolic tangent: a polynomial if |x| is below 0.625, else 1 - 2 / (e^2x + 1). */
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const e = expInside(f32x4.pmin(f32x4.add(size, size), TANH_HIGH));
  const far = f32x4.sub(ONE, f32x4.div(TWO, f32x4.add(e, ONE)));
  const z = f32x4.mul(x, x);
  let p = madd(TANH_11, z, TANH_9);
  p = madd(p, z, TANH_7);
  p = madd(p, z, TANH_5);
  p = madd(p, z, TANH_3);
  const near = madd(f32x4.mul(p, z), x, x);
  const sign = i32x4.splat(0x80000000);
  const signed = v128.or(v128.and(sign, x), far);
  return v128.bitselect(near, signed, f32x4.lt(size, TANH_NEAR));
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
