import { dropoutBits } from "../dropout.ts";
import { HYPER, hyperColumn } from "../hyper.ts";
import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";

/** The instruction `dropout`. */
export function dropout(arena: Arena, f: Fields<"dropout">, row: number): void {
  const place = f.hyper + row * HYPER.length;
  const low = at(arena, place + hyperColumn.seedLow);
  const high = at(arena, place + hyperColumn.seedHigh);
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
