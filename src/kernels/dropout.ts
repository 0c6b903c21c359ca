/**
 * The coin of dropout: 24 random bits for number `index`, the same on every backend.
 *
 * Three rounds of the lowbias32 hash (Wellons, 2018) mix index, stream and the two seeds.
 *
 * @param seeds The `seedLow` and `seedHigh` of the step, integers below 2^24.
 * @returns An integer from 0 to 2^24 - 1; the number is kept where it is below `keep`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { dropoutBits } from "./dropout.ts";
 *
 * const bits = dropoutBits(7, 0, [1, 2]);
 * assert(bits >= 0 && bits < 2 ** 24 && bits === dropoutBits(7, 0, [1, 2]));
 * ```
 */
export function dropoutBits(
  index: number,
  stream: number,
  seeds: readonly [number, number],
): number {
  const first = mix(index ^ Math.imul(stream, 0x9e3779b9));
  return mix(mix(first ^ seeds[0]) ^ seeds[1]) >>> 8;
}

function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
