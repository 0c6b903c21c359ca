/**
 * Vectors of four float32 numbers, and short runs of numbers that are set and copied.
 *
 * @module
 */

/** a b + c, rounded once with relaxed SIMD if the processor can do so, otherwise twice. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a b, rounded as {@link madd}. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** A vector with the number in all four lanes. */
@inline
export function all(value: f32): v128 {
  return f32x4.splat(value);
}

/** Stores the first `count` lanes, or all four if `count` is larger. */
@inline
export function put(to: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(to, value);
  else putFew(to, value, count);
}

function putFew(to: usize, value: v128, count: i32): void {
  if (count & 2) {
    v128.store64_lane(to, value, 0);
    if (count & 1) v128.store32_lane(to, value, 2, 8);
  } else if (count & 1) v128.store32_lane(to, value, 0);
}

/** Stores the first `count` of eight numbers, or all if `count` is larger. */
@inline
export function put8(to: usize, low: v128, high: v128, count: i32): void {
  put(to, low, count);
  if (count > 4) put(to + 16, high, count - 4);
}

/** A mask with all bits set in the first `count` lanes. */
@inline
export function lanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The sum of the lanes: (0 + 1) + (2 + 3). */
@inline
export function total(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** The sums of the lanes of four vectors, each in the order of {@link total}. */
@inline
export function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 2, 6), v128.shuffle<f32>(a, b, 1, 5, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 2, 6), v128.shuffle<f32>(c, d, 1, 5, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** The size, in numbers, above which a call of the engine's fill or copy is faster. */
const LONG: i32 = 256;

/** to[i] = 0. */
export function zero(to: usize, count: i32): void {
  if (count >= LONG) {
    memory.fill(to, 0, count << 2);
    return;
  }
  for (; count > 0; count -= 4) {
    put(to, f32x4.splat(0), count);
    to += 16;
  }
}

/** to[i] = from[i]. The two must not overlap. */
export function copy(to: usize, from: usize, count: i32): void {
  if (count >= LONG) {
    memory.copy(to, from, count << 2);
    return;
  }
  for (; count > 0; count -= 4) {
    put(to, v128.load(from), count);
    from += 16;
    to += 16;
  }
}
