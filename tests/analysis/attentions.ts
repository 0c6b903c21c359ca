import type { Random } from "../../src/core/random.ts";

/** Draws a distribution; sometimes a number is nearly all of it. */
export function randomDistribution(length: number, random: Random): number[] {
  const scale = random.uniform(0, 4);
  const shares = Array.from({ length }, () => Math.exp(scale * random.normal()));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Draws logits [word, class]. */
export function randomLogits(words: number, classes: number, random: Random): number[][] {
  return Array.from({ length: words }, () => {
    return Array.from({ length: classes }, () => random.normal(0, 2));
  });
}
