import type { ClassifiedTexts } from "../../src/classification/classifier.ts";
import { Random } from "../../src/core/random.ts";

/** Words without a meaning. */
const filler = ["the", "film", "was", "and", "so", "it", "a", "music", "day", "with", "of"];

/**
 * Texts of 1 to 12 words, each of class 1 if it has the word "good", of class 0 if it has the word
 * "bad".
 */
export function toyTexts(count: number, seed: number): ClassifiedTexts {
  const random = new Random(seed).fork("toy texts");
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const texts = labels.map((label) => {
    const length = random.integer(1, 12);
    const words = Array.from({ length }, () => filler[random.integer(0, filler.length - 1)] ?? "");
    words[random.integer(0, length - 1)] = label === 1 ? "good" : "bad";
    return words.join(" ");
  });
  return { texts, labels, classes: 2 };
}

/** Sizes with which a network trains within seconds, also on a software adapter. */
export const small = {
  embeddingDim: 4,
  hiddenSize: 5,
  minCount: 1,
  batchSize: 8,
  learningRate: 0.02,
} as const;
