import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";
import { addTransposed, product, sigmoid, visits } from "./walk.ts";

/** The instruction `lstmForward`. */
export function lstmForward(arena: Arena, f: Fields<"lstmForward">): void {
  const { hidden } = f;
  for (const { row, before, after, counts } of visits(arena, f, false)) {
    const gates = f.gates + row * 4 * hidden;
    const sum = (gate: number, j: number): number => {
      const place = gate * hidden + j;
      const recurrent = product(
        arena,
        f.weight + place * hidden,
        f.h + before * hidden,
        hidden,
      );
      return at(arena, gates + place) + recurrent;
    };
    for (let j = 0; j < hidden; j++) {
      const i = sigmoid(sum(0, j));
      const forget = sigmoid(sum(1, j));
      const g = Math.tanh(sum(2, j));
      const o = sigmoid(sum(3, j));
      const last = at(arena, f.c + before * hidden + j);
      const c = counts ? forget * last + i * g : last;
      const h = counts ? o * Math.tanh(c) : at(arena, f.h + before * hidden + j);
      [i, forget, g, o].forEach((value, gate) => arena[gates + gate * hidden + j] = value);
      arena[f.c + after * hidden + j] = c;
      arena[f.h + after * hidden + j] = h;
      if (f.output >= 0) arena[f.output + row * f.ldOutput + j] = counts ? h : 0;
    }
  }
}

/** The instruction `lstmBackward`. */
export function lstmBackward(arena: Arena, f: Fields<"lstmBackward">): void {
  const { hidden } = f;
  for (const { row, before, after, example, counts } of visits(arena, f, true)) {
    const gates = f.gates + row * 4 * hidden;
    const [dH, dC] = [f.dH + example * hidden, f.dC + example * hidden];
    if (!counts) {
      arena.fill(0, gates, gates + 4 * hidden);
      continue;
    }
    for (let j = 0; j < hidden; j++) {
      const [i = 0, forget = 0, g = 0, o = 0] = [0, 1, 2, 3].map((gate) =>
        at(arena, gates + gate * hidden + j)
      );
      const last = at(arena, f.c + before * hidden + j);
      const tanhC = Math.tanh(at(arena, f.c + after * hidden + j));
      const dh = at(arena, dH + j) +
        (f.dOutput < 0 ? 0 : at(arena, f.dOutput + row * f.ldOutput + j));
      const dc = at(arena, dC + j) + dh * o * (1 - tanhC * tanhC);
      arena[gates + j] = dc * g * i * (1 - i);
      arena[gates + hidden + j] = dc * last * forget * (1 - forget);
      arena[gates + 2 * hidden + j] = dc * i * (1 - g * g);
      arena[gates + 3 * hidden + j] = dh * tanhC * o * (1 - o);
      arena[dC + j] = dc * forget;
    }
    arena.fill(0, dH, dH + hidden);
    const sums = Array.from(arena.subarray(gates, gates + 4 * hidden));
    addTransposed(arena, dH, f.weight, sums, hidden);
  }
}
