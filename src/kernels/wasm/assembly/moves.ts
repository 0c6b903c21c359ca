/**
 * The instructions `dropout`, `load`, `store`, `clear` and `add`.
 *
 * @module
 */
import { copy, zero } from "./copy";
import { addTo } from "./embedding";
import * as f from "./instructions";
import { put } from "./simd";
import { place, share, slot, step, thread } from "./team";

/** Numbers that a thread takes at a time. */
const GRAIN: i32 = 4096;

/** The instruction `load`. */
export function loadCommand(pc: usize): void {
  const from = load<i32>(pc, f.LOAD_FROM) + step * load<i32>(pc, f.LOAD_STRIDE);
  move(load<i32>(pc, f.LOAD_TO), from, load<i32>(pc, f.LOAD_COUNT));
}

/** The instruction `store`. */
export function storeCommand(pc: usize): void {
  const to = load<i32>(pc, f.STORE_TO) + step * load<i32>(pc, f.STORE_STRIDE);
  move(to, load<i32>(pc, f.STORE_FROM), load<i32>(pc, f.STORE_COUNT));
}

function move(to: i32, from: i32, count: i32): void {
  const first = share(count, GRAIN, thread);
  copy(place(to + first), place(from + first), share(count, GRAIN, thread + 1) - first);
}

/** The instruction `clear`. */
export function clear(pc: usize): void {
  const count = load<i32>(pc, f.CLEAR_COUNT);
  const first = share(count, GRAIN, thread);
  zero(place(load<i32>(pc, f.CLEAR_TO) + first), share(count, GRAIN, thread + 1) - first);
}

/** The instruction `add`. */
export function add(pc: usize): void {
  const count = load<i32>(pc, f.ADD_COUNT);
  const first = share(count, GRAIN, thread);
  const n = share(count, GRAIN, thread + 1) - first;
  addTo(place(load<i32>(pc, f.ADD_TO) + first), place(load<i32>(pc, f.ADD_FROM) + first), n);
}

/** The hash lowbias32 (Wellons, 2018) of four numbers. */
@inline
function mix(value: v128): v128 {
  let x = v128.xor(value, i32x4.shr_u(value, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** The instruction `dropout`. */
export function dropout(pc: usize): void {
  const count = load<i32>(pc, f.DROPOUT_COUNT);
  const keep = load<i32>(pc, f.DROPOUT_KEEP);
  const row = place(load<i32>(pc, f.DROPOUT_HYPER) + slot * f.HYPER_LENGTH);
  const low = i32x4.splat(<i32>load<f32>(row, f.HYPER_SEED_LOW));
  const high = i32x4.splat(<i32>load<f32>(row, f.HYPER_SEED_HIGH));
  const stream = i32x4.splat(load<i32>(pc, f.DROPOUT_STREAM) * 0x9e3779b9);
  const scale = f32x4.splat(keep > 0 ? <f32>(16777216.0 / <f64>keep) : 0);
  const first = share(count, GRAIN, thread);
  const end = share(count, GRAIN, thread + 1);
  let x = place(load<i32>(pc, f.DROPOUT_X) + first);
  let y = place(load<i32>(pc, f.DROPOUT_Y) + first);
  for (let i = first; i < end; i += 4) {
    const index = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
    const hash = mix(v128.xor(mix(v128.xor(mix(v128.xor(index, stream)), low)), high));
    const kept = i32x4.lt_s(i32x4.shr_u(hash, 8), i32x4.splat(keep));
    put(y, v128.and(kept, f32x4.mul(v128.load(x), scale)), end - i);
    x += 16;
    y += 16;
  }
}
