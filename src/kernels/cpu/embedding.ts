import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";

/** The instruction `embedding`. */
export function embedding(arena: Arena, f: Fields<"embedding">): void {
  for (let i = 0; i < f.rows; i++) {
    const from = f.table + at(arena, f.ids + i) * f.width;
    arena.copyWithin(f.output + i * f.width, from, from + f.width);
  }
}

/** The instruction `embeddingGradient`. */
export function embeddingGradient(arena: Arena, f: Fields<"embeddingGradient">): void {
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
