/**
 * The instructions that move numbers: `gather`, `load`, `store`, `copyRows`, `clear`,
 * `add` and `dropout`.
 *
 * @module
 */
import * as f from "./instructions";
import { copy, put, zero } from "./simd";
import { address, shareStart, ringRow, step, thread } from "./team";

/** The smallest count of numbers that one thread moves. */
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
  const first = shareStart(count, GRAIN, thread);
  copy(address(to + first), address(from + first), shareStart(count, GRAIN, thread + 1) - first);
}

/** The instruction `copyRows`. */
export function copyRows(pc: usize): void {
  const rows = load<i32>(pc, f.COPY_ROWS_ROWS);
  const width = load<i32>(pc, f.COPY_ROWS_WIDTH);
  const from = load<i32>(pc, f.COPY_ROWS_FROM);
  const ldFrom = load<i32>(pc, f.COPY_ROWS_LD_FROM);
  const to = load<i32>(pc, f.COPY_ROWS_TO);
  const ldTo = load<i32>(pc, f.COPY_ROWS_LD_TO);
  const end = shareStart(rows, 1, thread + 1);
  for (let i = shareStart(rows, 1, thread); i < end; i++) {
    copy(address(to + i * ldTo), address(from + i * ldFrom), width);
  }
}

/** The instruction `clear`. */
export function clear(pc: usize): void {
  const count = load<i32>(pc, f.CLEAR_COUNT);
  const first = shareStart(count, GRAIN, thread);
  zero(address(load<i32>(pc, f.CLEAR_TO) + first), shareStart(count, GRAIN, thread + 1) - first);
}

/** The instruction `add`. */
export function add(pc: usize): void {
  const count = load<i32>(pc, f.ADD_COUNT);
  const first = shareStart(count, GRAIN, thread);
  const n = shareStart(count, GRAIN, thread + 1) - first;
  addTo(address(load<i32>(pc, f.ADD_TO) + first), address(load<i32>(pc, f.ADD_FROM) + first), n);
}

/** The hash lowbias32 of four numbers; see dropout.ts. */
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
  const row = address(load<i32>(pc, f.DROPOUT_HYPER) + ringRow * f.HYPER_LENGTH);
  const low = i32x4.splat(<i32>load<f32>(row, f.HYPER_SEED_LOW));
  const high = i32x4.splat(<i32>load<f32>(row, f.HYPER_SEED_HIGH));
  const stream = i32x4.splat(load<i32>(pc, f.DROPOUT_STREAM) * 0x9e3779b9);
  const scale = f32x4.splat(keep > 0 ? <f32>(16777216.0 / <f64>keep) : 0);
  const first = shareStart(count, GRAIN, thread);
  const end = shareStart(count, GRAIN, thread + 1);
  let x = address(load<i32>(pc, f.DROPOUT_X) + first);
  let y = address(load<i32>(pc, f.DROPOUT_Y) + first);
  for (let i = first; i < end; i += 4) {
    const index = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
    const hash = mix(v128.xor(mix(v128.xor(mix(v128.xor(index, stream)), low)), high));
    const kept = i32x4.lt_s(i32x4.shr_u(hash, 8), i32x4.splat(keep));
    put(y, v128.and(kept, f32x4.mul(v128.load(x), scale)), end - i);
    x += 16;
    y += 16;
  }
}

/** The instruction `gather`. */
export function gather(pc: usize): void {
  const rows = load<i32>(pc, f.GATHER_ROWS);
  const width = load<i32>(pc, f.GATHER_WIDTH);
  const ids = address(load<i32>(pc, f.GATHER_IDS));
  const table = load<i32>(pc, f.GATHER_TABLE);
  const output = load<i32>(pc, f.GATHER_OUTPUT);
  const end = shareStart(rows, 1, thread + 1);
  for (let i = shareStart(rows, 1, thread); i < end; i++) {
    const id = <i32>load<f32>(ids + (i << 2));
    copy(address(output + i * width), address(table + id * width), width);
  }
}

/** The instruction `gatherGradient`; each thread computes some columns. */
export function gatherGradient(pc: usize): void {
  const rows = load<i32>(pc, f.GATHER_GRADIENT_ROWS);
  const width = load<i32>(pc, f.GATHER_GRADIENT_WIDTH);
  const vocabulary = load<i32>(pc, f.GATHER_GRADIENT_VOCABULARY);
  const ids = address(load<i32>(pc, f.GATHER_GRADIENT_IDS));
  const gradient = load<i32>(pc, f.GATHER_GRADIENT_GRADIENT);
  const dTable = load<i32>(pc, f.GATHER_GRADIENT_D_TABLE);
  const padding = load<i32>(pc, f.GATHER_GRADIENT_PADDING);
  const first = shareStart(width, 16, thread);
  const n = shareStart(width, 16, thread + 1) - first;
  if (n <= 0) return;
  if (n == width) zero(address(dTable), vocabulary * width);
  else for (let id = 0; id < vocabulary; id++) zero(address(dTable + id * width + first), n);
  for (let i = 0; i < rows; i++) {
    const id = <i32>load<f32>(ids + (i << 2));
    if (id == padding) continue;
    addTo(address(dTable + id * width + first), address(gradient + i * width + first), n);
  }
}

/** to[i] += from[i]. */
function addTo(to: usize, from: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(to, f32x4.add(v128.load(to), v128.load(from)), n);
    to += 16;
    from += 16;
  }
}
