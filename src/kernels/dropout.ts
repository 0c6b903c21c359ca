/**
 * Returns the 24 random bits that decide whether dropout keeps a number. They are the same on every
 * backend.
 *
 * Three rounds of the hash lowbias32 (Wellons, 2018,
 * https://nullprogram.com/blog/2018/07/31/) mix index, stream and the two seeds.
 *
 * @param index The index of the number.
 * @param stream The stream: one for each layer with dropout.
 * @param seeds The `seedLow` and `seedHigh` of the step, integers below 2^24.
 * @returns An integer from 0 to 2^24 - 1. The number is kept if it is below
 *   {@link keepThreshold}.
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

/**
 * Returns the threshold below which {@link dropoutBits} keep a number.
 *
 * @param dropout The probability with which a number is dropped, from 0 to 1.
 * @returns The field `keep` of the instruction `dropout`: (1 - dropout) 2^24, rounded.
 */
export function keepThreshold(dropout: number): number {
  return Math.round((1 - dropout) * 2 ** 24);
}
