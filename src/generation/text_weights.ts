import { InputError } from "../core/errors.ts";
import type { LanguageModelConfig } from "../model/language_model_config.ts";
import { languageModelShapes } from "../model/language_model_shapes.ts";
import { decodeSafetensors } from "../model/safetensors.ts";
import type { StateDict } from "../model/state_dict.ts";

/** What the names of weights begin with in a checkpoint, where there is more than weights. */
const CHECKPOINT = "model.";

/**
 * Reads the weights of a language model from a safetensors file: of weights alone, or a checkpoint.
 *
 * @param name What the file is called in messages.
 * @param training The id of the training that it must be of. A file that has none may be of any.
 * @throws {InputError} On a file that is damaged, of another model or training, or of numbers that
 *   are not finite.
 */
export function readWeights(
  bytes: Uint8Array,
  config: LanguageModelConfig,
  name: string,
  training?: string,
): StateDict {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  checkTraining(metadata["training"], training, name);
  const entries = Object.entries(tensors);
  const own = entries.filter(([key]) => key.startsWith(CHECKPOINT))
    .map(([key, tensor]) => [key.slice(CHECKPOINT.length), tensor] as const);
  const weights = own.length > 0 ? Object.fromEntries(own) : tensors;
  checkWeights(weights, config, name);
  return weights;
}

/**
 * Checks that a file is of a training, where both have an id.
 *
 * @param found The id in the file.
 * @param wanted The id of the training.
 * @param name What the file is called in messages.
 * @throws {InputError} Where it is of another.
 */
export function checkTraining(
  found: string | undefined,
  wanted: string | undefined,
  name: string,
): void {
  if (found === undefined || wanted === undefined || found === wanted) return;
  const short = (id: string) => id.slice(0, 12);
  throw new InputError(
    name,
    `of the training of its model, ${short(wanted)}`,
    short(found),
  );
}

/**
 * Checks that weights are those of a language model, without making it.
 *
 * @param name What they are called in messages.
 * @throws {InputError} Naming the first that is missing, too many, of another shape or not finite.
 */
export function checkWeights(weights: StateDict, config: LanguageModelConfig, name: string): void {
  const known = new Set<string>();
  for (const [key, shape] of languageModelShapes(config)) {
    const found = Object.hasOwn(weights, key) ? weights[key] : undefined;
    if (found === undefined) throw new InputError(name, `weights with ${key}`, "none of that name");
    if (found.shape.join() !== shape.join()) {
      throw new InputError(`${key} in ${name}`, `of shape [${shape.join(", ")}]`, found.shape);
    }
    if (!found.data.every(Number.isFinite)) {
      const wrong = found.data.find((value) => !Number.isFinite(value));
      throw new InputError(`${key} in ${name}`, "finite numbers", wrong);
    }
    known.add(key);
  }
  const more = Object.keys(weights).find((key) => !known.has(key));
  if (more !== undefined) throw new InputError(name, "weights of this model alone", more);
}
