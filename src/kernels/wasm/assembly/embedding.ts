/**
 * The instructions `embedding` and `embeddingGradient`.
 *
 * @module
 */
import { copy, zero } from "./copy";
import * as f from "./instructions";
import { put } from "./simd";
import { place, share, thread } from "./team";

/** The instruction `embedding`. */
export function embedding(pc: usize): void {
  const rows = load<i32>(pc, f.GATHER_ROWS);
  const width = load<i32>(pc, f.GATHER_WIDTH);
  const ids = place(load<i32>(pc, f.GATHER_IDS));
  const table = load<i32>(pc, f.GATHER_TABLE);
  const output = load<i32>(pc, f.GATHER_OUTPUT);
  const end = share(rows, 1, thread + 1);
  for (let i = share(rows, 1, thread); i < end; i++) {
    const id = <i32>load<f32>(ids + (i << 2));
    copy(place(output + i * width), place(table + id * width), width);
  }
}

/** The instruction `embeddingGradient`; a thread owns columns. */
export function embeddingGradient(pc: usize): void {
  const rows = load<i32>(pc, f.GATHER_GRADIENT_ROWS);
  const width = load<i32>(pc, f.GATHER_GRADIENT_WIDTH);
  const vocabulary = load<i32>(pc, f.GATHER_GRADIENT_VOCABULARY);
  const ids = place(load<i32>(pc, f.GATHER_GRADIENT_IDS));
  const gradient = load<i32>(pc, f.GATHER_GRADIENT_GRADIENT);
  const dTable = load<i32>(pc, f.GATHER_GRADIENT_D_TABLE);
  const padding = load<i32>(pc, f.GATHER_GRADIENT_PADDING);
  const first = share(width, 16, thread);
  const n = share(width, 16, thread + 1) - first;
  if (n <= 0) return;
  if (n == width) zero(place(dTable), vocabulary * width);
  else for (let id = 0; id < vocabulary; id++) zero(place(dTable + id * width + first), n);
  for (let i = 0; i < rows; i++) {
    const id = <i32>load<f32>(ids + (i << 2));
    if (id == padding) continue;
    addTo(place(dTable + id * width + first), place(gradient + i * width + first), n);
  }
}

/** to[i] += from[i]. */
export function addTo(to: usize, from: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(to, f32x4.add(v128.load(to), v128.load(from)), n);
    to += 16;
    from += 16;
  }
}
