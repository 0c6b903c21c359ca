import type { Fields } from "../instructions.ts";
import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";
import { addTransposed, product, visits } from "./walk.ts";

/** The instruction `rnnForward`. */
export function rnnForward(arena: Arena, f: Fields<"rnnForward">): void {
  const { hidden } = f;
  for (const { row, before, after, counts } of visits(arena, f, false)) {
    const [last, next] = [f.h + before * hidden, f.h + after * hidden];
    for (let j = 0; j < hidden; j++) {
      let value = at(arena, last + j);
      if (counts) {
        const sum = at(arena, f.gates + row * hidden + j) +
          product(arena, f.weight + j * hidden, last, hidden);
        value = activate(sum, f.relu);
      }
      arena[next + j] = value;
      if (f.output >= 0) arena[f.output + row * f.ldOutput + j] = counts ? value : 0;
    }
  }
}

/** The instruction `rnnBackward`. */
export function rnnBackward(arena: Arena, f: Fields<"rnnBackward">): void {
  const { hidden } = f;
  for (const { row, after, example, counts } of visits(arena, f, true)) {
    const [dH, gates] = [f.dH + example * hidden, f.gates + row * hidden];
    if (!counts) {
      arena.fill(0, gates, gates + hidden);
      continue;
    }
    const sums: number[] = [];
    for (let j = 0; j < hidden; j++) {
      const h = at(arena, f.h + after * hidden + j);
      const d = at(arena, dH + j) +
        (f.dOutput < 0 ? 0 : at(arena, f.dOutput + row * f.ldOutput + j));
      sums.push(before(d, h, f.relu));
    }
    sums.forEach((value, j) => arena[gates + j] = value);
    arena.fill(0, dH, dH + hidden);
    addTransposed(arena, dH, f.weight, sums, hidden);
  }
}

function activate(sum: number, kind: number): number {
  if (kind === 0) return Math.tanh(sum);
  return kind === 1 ? Math.max(0, sum) : sum;
}

/** The gradient before the activation, of `d` after it, if the activation's value is `h`. */
function before(d: number, h: number, kind: number): number {
  if (kind === 0) return d * (1 - h * h);
  // As in PyTorch: a NaN is neither made nor lost here.
  return kind === 1 && h <= 0 ? 0 : d;
}
