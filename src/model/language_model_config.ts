import { z } from "zod";
import { InputError, isPlainObject } from "../core/errors.ts";
import { MOST_IDS } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { sizeOf } from "../core/shapes.ts";

/** The configuration of a language model, which a checkpoint stores as JSON beside the weights. */
export interface LanguageModelConfig {
  /** The number of ids. */
  readonly vocabularySize: number;
  /** The number of features of the vector of an id. */
  readonly embeddingDim: number;
  /** The number of units of each layer's hidden state. */
  readonly hiddenSize: number;
  /** The number of stacked LSTM layers; 2 by default. */
  readonly numLayers: number;
  /** The share that is dropped in training between layers and before the head; 0 by default. */
  readonly dropout: number;
  /**
   * Whether the weight of the head is the table of the embedding; `false` by default. If `true`,
   * `embeddingDim` must equal `hiddenSize`, and the row of padding does not stay 0. With PyTorch's
   * initialisation the table has a variance of 1, so the first logits are large.
   */
  readonly tieWeights: boolean;
  /** The id of padding, whose vector is 0, or `null`; 0 by default. */
  readonly paddingIdx: number | null;
  /**
   * The initial weights: `"pytorch"`, the defaults of PyTorch, or `"orthogonal"`; `"pytorch"` by
   * default. With `"orthogonal"`, vectors are uniform in [-0.1, 0.1), LSTM matrices have
   * orthonormal columns (see {@link semiOrthogonalInit}), the head is Glorot-uniform, and biases
   * are 0.
   */
  readonly initialisation: "pytorch" | "orthogonal";
}

/** The names of the fields of {@link LanguageModelConfig}. */
export const configNames: OptionNames<LanguageModelConfig> = {
  vocabularySize: true,
  embeddingDim: true,
  hiddenSize: true,
  numLayers: true,
  dropout: true,
  tieWeights: true,
  paddingIdx: true,
  initialisation: true,
};

/** The fields of {@link LanguageModelConfig} that have no default. */
export type LanguageModelSizes = "vocabularySize" | "embeddingDim" | "hiddenSize";

const WHOLE = "a language model's configuration";

// Each message says what the field must be.
const size = z.int("a positive integer").min(1, "a positive integer");
const flag = z.boolean("true or false");
const share = z.number("in [0, 1)").min(0, "in [0, 1)").lt(1, "in [0, 1)");
const id = z.int("an id or null").min(0, "an id or null");

const schema: z.ZodType<LanguageModelConfig> = z.strictObject({
  vocabularySize: size.max(MOST_IDS, `at most ${MOST_IDS}`),
  embeddingDim: size,
  hiddenSize: size,
  numLayers: size.default(2),
  dropout: share.default(0),
  tieWeights: flag.default(false),
  paddingIdx: id.nullable().default(0),
  initialisation: z.enum(["pytorch", "orthogonal"], '"pytorch" or "orthogonal"').default("pytorch"),
}, "an object");

/**
 * Returns the configuration of a language model with defaults, if it is valid.
 *
 * @param json The configuration, such as parsed JSON of any type.
 * @returns The configuration with all fields.
 * @throws {InputError} If a field is missing, unknown or out of range, if `paddingIdx` is not an
 * id, or if the weights are tied and `embeddingDim` is not `hiddenSize`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkLanguageModelConfig } from "./language_model_config.ts";
 *
 * const sizes = JSON.parse('{ "vocabularySize": 180, "embeddingDim": 128, "hiddenSize": 256 }');
 * const { numLayers, tieWeights } = checkLanguageModelConfig(sizes);
 * assertEquals([numLayers, tieWeights], [2, false]);
 * ```
 */
export function checkLanguageModelConfig(json: unknown): LanguageModelConfig {
  if (isPlainObject(json)) checkOptions(WHOLE, json, configNames, "field");
  const { data, error } = schema.safeParse(json);
  if (error) throw wrong(json, error.issues[0]);
  const { vocabularySize, embeddingDim, hiddenSize, tieWeights, paddingIdx } = data;
  if (paddingIdx !== null && paddingIdx >= vocabularySize) {
    throw new InputError(
      "paddingIdx",
      `an id from 0 to ${vocabularySize - 1}, or null`,
      paddingIdx,
    );
  }
  if (tieWeights && embeddingDim !== hiddenSize) {
    const wanted = `${hiddenSize}, the hiddenSize, if weights are tied`;
    throw new InputError("embeddingDim", wanted, embeddingDim);
  }
  return data;
}

function wrong(json: unknown, issue: z.core.$ZodIssue | undefined): InputError {
  const [name] = issue?.path ?? [];
  const wanted = issue?.message ?? "valid";
  if (name === undefined || typeof json !== "object" || json === null) {
    return new InputError(WHOLE, wanted, json);
  }
  return new InputError(String(name), wanted, Reflect.get(json, name));
}

/** The fields that the shapes of the parameters of a language model depend on. */
export type ShapedConfig = Pick<
  LanguageModelConfig,
  "vocabularySize" | "embeddingDim" | "hiddenSize" | "numLayers" | "tieWeights"
>;

/**
 * Yields the name and shape of each parameter of a language model, without creating it. It is a
 * generator, since a file may ask for any number of layers.
 *
 * @param config The configuration.
 * @returns The names and shapes, in the order of the parameters.
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

/**
 * Returns the number of trainable numbers of a language model, without creating it.
 *
 * @param config The configuration.
 * @returns The sum of the sizes of all parameters.
 */
export function languageModelParameterCount(config: ShapedConfig): number {
  let count = 0;
  for (const [, shape] of languageModelShapes(config)) count += sizeOf(shape);
  return count;
}
