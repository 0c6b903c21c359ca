import type { Random } from "../../core/random.ts";

/** 0 to `count` - 1 in random order, each order as likely (Fisher & Yates, as Durstenfeld has it). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
