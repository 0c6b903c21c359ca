import type { Arena } from "./arena.ts";
import { at } from "./arena.ts";

/** What a recurrence says of its walk through time. */
export interface Walk {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  readonly reverse: number;
  readonly mask: number;
}

/** One example at one step. */
export interface Visit {
  /** The row of [steps, batch, ...] areas. */
  readonly row: number;
  /** The row of [steps + 1, batch, ...] areas that holds the state before. */
  readonly before: number;
  /** The row there that holds the state after. */
  readonly after: number;
  /** The example. */
  readonly example: number;
  /** Whether the step counts for it. */
  readonly counts: boolean;
}

/** Visits each step and example in the order of computation, or backwards through it. */
export function* visits(arena: Arena, walk: Walk, backwards: boolean): Generator<Visit> {
  const { steps, batch, reverse, mask } = walk;
  for (let s = 0; s < steps; s++) {
    const t = (reverse === 1) !== backwards ? steps - 1 - s : s;
    for (let example = 0; example < batch; example++) {
      const row = t * batch + example;
      const next = row + batch;
      yield {
        row,
        before: reverse === 1 ? next : row,
        after: reverse === 1 ? row : next,
        example,
        counts: mask < 0 || at(arena, mask + row) !== 0,
      };
    }
  }
}

/** sum over k of weight[row, k] h[k], both of `hidden` numbers. */
export function product(arena: Arena, weight: number, h: number, hidden: number): number {
  let sum = 0;
  for (let k = 0; k < hidden; k++) sum += at(arena, weight + k) * at(arena, h + k);
  return sum;
}

/** to[k] += sum over j of d[j] weight[j, k], weight [rows, hidden]. */
export function addTransposed(
  arena: Arena,
  to: number,
  weight: number,
  d: readonly number[],
  hidden: number,
): void {
  d.forEach((value, j) => {
    const row = weight + j * hidden;
    for (let k = 0; k < hidden; k++) arena[to + k] = at(arena, to + k) + value * at(arena, row + k);
  });
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
