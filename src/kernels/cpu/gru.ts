import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";
import { addTransposed, product, sigmoid, visits } from "./walk.ts";

/** The instruction `gruForward`. */
export function gruForward(arena: Arena, f: Fields<"gruForward">): void {
  const { hidden } = f;
  for (const { row, before, after, counts } of visits(arena, f, false)) {
    const gates = f.gates + row * 3 * hidden;
    const recurrent = (gate: number, j: number): number =>
      product(arena, f.weight + (gate * hidden + j) * hidden, f.h + before * hidden, hidden);
    for (let j = 0; j < hidden; j++) {
      const r = sigmoid(at(arena, gates + j) + recurrent(0, j));
      const z = sigmoid(at(arena, gates + hidden + j) + recurrent(1, j));
      const p = recurrent(2, j) + (f.bias < 0 ? 0 : at(arena, f.bias + j));
      const n = Math.tanh(at(arena, gates + 2 * hidden + j) + r * p);
      const last = at(arena, f.h + before * hidden + j);
      const h = counts ? (1 - z) * n + z * last : last;
      [r, z, n].forEach((value, gate) => arena[gates + gate * hidden + j] = value);
      arena[f.product + row * hidden + j] = p;
      arena[f.h + after * hidden + j] = h;
      if (f.output >= 0) arena[f.output + row * f.ldOutput + j] = counts ? h : 0;
    }
  }
}

/** The instruction `gruBackward`. */
export function gruBackward(arena: Arena, f: Fields<"gruBackward">): void {
  const { hidden } = f;
  for (const { row, before, example, counts } of visits(arena, f, true)) {
    const gates = f.gates + row * 3 * hidden;
    const [dH, products] = [f.dH + example * hidden, f.product + row * hidden];
    if (!counts) {
      arena.fill(0, gates, gates + 3 * hidden);
      arena.fill(0, products, products + hidden);
      continue;
    }
    const sums: number[] = Array(3 * hidden).fill(0);
    for (let j = 0; j < hidden; j++) {
      const [r = 0, z = 0, n = 0] = [0, 1, 2].map((gate) => at(arena, gates + gate * hidden + j));
      const last = at(arena, f.h + before * hidden + j);
      const dh = at(arena, dH + j) +
        (f.dOutput < 0 ? 0 : at(arena, f.dOutput + row * f.ldOutput + j));
      const dn = dh * (1 - z) * (1 - n * n);
      const dr = dn * at(arena, products + j) * r * (1 - r);
      const dz = dh * (last - n) * z * (1 - z);
      arena[gates + j] = dr;
      arena[gates + hidden + j] = dz;
      arena[gates + 2 * hidden + j] = dn;
      arena[products + j] = dn * r;
      arena[dH + j] = dh * z;
      sums[j] = dr;
      sums[hidden + j] = dz;
      sums[2 * hidden + j] = dn * r;
    }
    addTransposed(arena, dH, f.weight, sums, hidden);
  }
}
