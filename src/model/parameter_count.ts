import type { LanguageModelConfig } from "./language_model_config.ts";

/** What the number of a language model's parameters depends on. */
export type CountedConfig = Pick<
  LanguageModelConfig,
  "vocabularySize" | "embeddingDim" | "hiddenSize" | "numLayers" | "tieWeights"
>;

/**
 * How many parameters a language model has, without making it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parameterCount } from "./parameter_count.ts";
 *
 * const sizes = { vocabularySize: 180, embeddingDim: 128, hiddenSize: 256, numLayers: 2 };
 * assertEquals(parameterCount({ ...sizes, tieWeights: false }), 990_900);
 * ```
 */
export function parameterCount(
  { vocabularySize, embeddingDim, hiddenSize, numLayers, tieWeights }: CountedConfig,
): number {
  // Four gates, each with a weight for every input and unit, and two biases.
  const layer = (inputs: number) => 4 * hiddenSize * (inputs + hiddenSize + 2);
  const layers = layer(embeddingDim) + (numLayers - 1) * layer(hiddenSize);
  const head = vocabularySize * ((tieWeights ? 0 : hiddenSize) + 1);
  return vocabularySize * embeddingDim + layers + head;
}
