/**
 * The instructions that move numbers: `gather`, `load`, `store`, `copyRows`, `clear`,
 * `add` and `dropout`.
 *
 * @module
 */
import { dropoutBits } from "../dropout.ts";
import { type Fields, HYPER, hyperColumn } from "../instructions.ts";
import { type Arena, at } from "./linear_algebra.ts";

/** The instruction `gather`. */
export function gather(arena: Arena, f: Fields<"gather">): void {
  for (let i = 0; i < f.rows; i++) {
    const from = f.table + at(arena, f.ids + i) * f.width;
    arena.copyWithin(f.output + i * f.width, from, from + f.width);
  }
}

/** The instruction `gatherGradient`. */
export function gatherGradient(arena: Arena, f: Fields<"gatherGradient">): void {
  arena.fill(0, f.dTable, f.dTable + f.vocabulary * f.width);
  for (let i = 0; i < f.rows; i++) {
    const id = at(arena, f.ids + i);
    if (id === f.padding) continue;
    for (let j = 0; j < f.width; j++) {
      const to = f.dTable + id * f.width + j;
      arena[to] = at(arena, to) + at(arena, f.gradient + i * f.width + j);
    }
  }
}

/** The instruction `dropout`. */
export function dropout(arena: Arena, f: Fields<"dropout">, _step: number, row: number): void {
  const hyper = f.hyper + row * HYPER.length;
  const low = at(arena, hyper + hyperColumn.seedLow);
  const high = at(arena, hyper + hyperColumn.seedHigh);
  for (let i = 0; i < f.count; i++) {
    const kept = dropoutBits(i, f.stream, [low, high]) < f.keep;
    arena[f.y + i] = kept ? at(arena, f.x + i) * 2 ** 24 / f.keep : 0;
  }
}

/** The instruction `load`. */
export function load(arena: Arena, f: Fields<"load">, step: number): void {
  const from = f.from + step * f.stride;
  arena.copyWithin(f.to, from, from + f.count);
}

/** The instruction `store`. */
export function store(arena: Arena, f: Fields<"store">, step: number): void {
  arena.copyWithin(f.to + step * f.stride, f.from, f.from + f.count);
}

/** The instruction `copyRows`. */
export function copyRows(arena: Arena, f: Fields<"copyRows">): void {
  for (let i = 0; i < f.rows; i++) {
    const from = f.from + i * f.ldFrom;
    arena.copyWithin(f.to + i * f.ldTo, from, from + f.width);
  }
}

/** The instruction `clear`. */
export function clear(arena: Arena, f: Fields<"clear">): void {
  arena.fill(0, f.to, f.to + f.count);
}

/** The instruction `add`. */
export function add(arena: Arena, f: Fields<"add">): void {
  for (let i = 0; i < f.count; i++) {
    arena[f.to + i] = at(arena, f.to + i) + at(arena, f.from + i);
  }
}
