import type { NamedStrategy } from "../../generation/strategies.ts";

/**
 * How characters are chosen: greedily and by the notebook's five strategies. There are fewer characters
 * than words to choose from, so top-k keeps the likeliest 10.
 */
export const characterStrategies: readonly NamedStrategy[] = [
  { name: "Greedy", sampling: { temperature: 0 } },
  { name: "Conservative", sampling: { temperature: 0.7 } },
  { name: "Balanced", sampling: { temperature: 1 } },
  { name: "Creative", sampling: { temperature: 1.3 } },
  { name: "Top-K", sampling: { topK: 10 } },
  { name: "Top-P", sampling: { topP: 0.9 } },
];
