/**
 * Runs of numbers set and copied, without the cost of a call out of WebAssembly for short ones.
 *
 * @module
 */
import { put } from "./simd";

/** Numbers from which the engine's own fill and copy are faster. */
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

/** to[i] = from[i]; the runs do not overlap. */
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
