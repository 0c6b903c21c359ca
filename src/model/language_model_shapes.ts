import { sizeOf } from "../core/shapes.ts";
import type { LanguageModelConfig } from "./language_model_config.ts";

/** What the parameters of a language model depend on. */
export type ShapedConfig = Pick<
  LanguageModelConfig,
  "vocabularySize" | "embeddingDim" | "hiddenSize" | "numLayers" | "tieWeights"
>;

/**
 * The name and shape of each parameter of a language model, without making it; one at a time, since
 * a file may ask for any number of layers.
 */
export function* languageModelShapes(
  { vocabularySize, embeddingDim, hiddenSize, numLayers, tieWeights }: ShapedConfig,
): Generator<[name: string, shape: number[]]> {
  const gates = 4 * hiddenSize;
  yield ["embedding.weight", [vocabularySize, embeddingDim]];
  for (let layer = 0; layer < numLayers; layer++) {
    const inputs = layer === 0 ? embeddingDim : hiddenSize;
    yield [`recurrent.weight_ih_l${layer}`, [gates, inputs]];
    yield [`recurrent.weight_hh_l${layer}`, [gates, hiddenSize]];
    yield [`recurrent.bias_ih_l${layer}`, [gates]];
    yield [`recurrent.bias_hh_l${layer}`, [gates]];
  }
  if (!tieWeights) yield ["head.weight", [vocabularySize, hiddenSize]];
  yield ["head.bias", [vocabularySize]];
}

/** How many numbers those parameters hold. */
export function parameterCount(config: ShapedConfig): number {
  let count = 0;
  for (const [, shape] of languageModelShapes(config)) count += sizeOf(shape);
  return count;
}
