import type { Phase } from "./phase.ts";

/** Partial sums that one lane may add up at the end. */
const few = 256;

/** Lanes that share a sum over `count` terms, some sixteen terms to each. */
export function partials(count: number): number {
  return Math.max(1, Math.min(8192, Math.ceil(count / 16)));
}

/** Sums waiting in scratch: `count` numbers at `from`, and the phases that made fewer of them. */
export interface Sums {
  /** Where they are. */
  readonly from: number;
  /** How many are left to add. */
  readonly count: number;
  /** What brought them down to that. */
  readonly phases: readonly Phase[];
}

/**
 * Brings many partial sums down to a few, in an order that depends on their count alone.
 *
 * @param from Where they are.
 * @param count How many.
 * @param to Room for 64 numbers.
 */
export function fold(from: number, count: number, to: number): Sums {
  if (count <= few) return { from, count, phases: [] };
  const left = 64;
  const phase: Phase = {
    name: "fold",
    body: `
      var sum = 0.0;
      for (var i = item; i < bound($count); i += ${left}) { sum += at($from + i); }
      put($to + item, sum);
    `,
    fields: { from, count, to },
    items: left,
    turns: Math.ceil(count / left) + 2,
  };
  return { from: to, count: left, phases: [phase] };
}
