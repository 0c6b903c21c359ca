import { Random } from "../../../src/core/random.ts";

const words = ["good", "bad", "so", "not", "film", "music", "very", "day", "sound", "it"];

/**
 * Writes reviews of random words as CSV. A text with "good" is usually positive, any other usually
 * negative.
 *
 * @param count The number of texts.
 * @param seed The seed of the texts.
 */
export function reviews(count: number, seed = 1): string {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, () => {
    const length = random.integer(3, 12);
    const own = Array.from({ length }, () => words[random.integer(0, words.length - 1)] ?? "");
    const positive = own.includes("good") === random.uniform() < 0.9;
    return `${own.join(" ")},${positive ? "positive" : "negative"}`;
  });
  return ["text,label", ...rows, ""].join("\n");
}
