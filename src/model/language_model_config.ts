import { z } from "zod";
import { InputError, isPlainObject } from "../core/errors.ts";
import { MOST_IDS } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { sizeOf } from "../core/shapes.ts";

/** What a language model is, as plain data: JSON that a checkpoint carries beside the weights. */
export interface LanguageModelConfig {
  /** How many ids there are. */
  readonly vocabularySize: number;
  /** Features of an id's vector. */
  readonly embeddingDim: number;
  /** Units of each layer's hidden state. */
  readonly hiddenSize: number;
  /** LSTM layers, one over the other; by default 2. */
  readonly numLayers: number;
  /** The share dropped in training between layers and before the projection; by default 0. */
  readonly dropout: number;
  /**
   * Whether the projection's weight is the embedding's table, by default not. It wants vectors of
   * as many features as the hidden state has units, and the row of padding does not stay 0.
   * PyTorch's table, of variance 1, starts with large logits then.
   */
  readonly tieWeights: boolean;
  /** The id of padding, whose vector is 0, by default 0; `null` for none. */
  readonly paddingIdx: number | null;
  /**
   * The initial weights: PyTorch's own, the default, or those of the PyTorch tutorial that this
   * project re-examines. That has vectors uniform in [-0.1, 0.1), LSTM matrices with orthonormal
   * columns (see {@link semiOrthogonalInit}), a Glorot-uniform projection, and biases of 0.
   */
  readonly initialisation: "pytorch" | "orthogonal";
}

/** Its fields. */
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

/** Its fields without a default. */
export type LanguageModelSizes = "vocabularySize" | "embeddingDim" | "hiddenSize";

const WHOLE = "a language model's configuration";

// The messages are what a field must be.
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
 * Checks what should be a language model's configuration, and fills defaults in.
 *
 * @param json What was read; nothing of it is trusted.
 * @throws {InputError} On a field that is missing, not known, or out of range, and on fields that do
 *   not go together, naming it.
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
    const wanted = `${hiddenSize}, the hiddenSize, where weights are tied`;
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
