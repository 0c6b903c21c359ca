import { z } from "zod";
import { helpFor } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { type JsonObject, nesting, stableStringify } from "../core/json.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { parseJson } from "../core/schema.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/parameters/safetensors.ts";
import { checkStateDict, type StateDict } from "../model/parameters/state_dict.ts";
import { checkCarried } from "./engine/step_runner.ts";
import { type OptimizerState, optimizerStateNames } from "./optimizer.ts";

/** Everything that training needs to continue where it stopped. */
export interface Checkpoint {
  /** The values of the parameters by name. */
  readonly weights: StateDict;
  /** The state of the optimizer. */
  readonly optimizer: OptimizerState;
  /** The position of the training, and other state that JSON can represent. */
  readonly progress: JsonObject;
  /** The id of the training; by default it has none. */
  readonly training?: string;
}

const names: OptionNames<Checkpoint> = {
  weights: true,
  optimizer: true,
  progress: true,
  training: true,
};

const FORMAT = "unroll-checkpoint-1";

const metadataSchema = z.strictObject({
  format: z.literal(FORMAT),
  state: z.string(),
  training: z.string().optional(),
});

const stateSchema = z.strictObject({
  step: z.int().min(0),
  learningRate: z.number().min(0),
  carried: z.strictObject({ fused: z.boolean(), count: z.int().min(0) }).nullable(),
  progress: z.record(z.string(), z.json()),
});

/** The largest number of levels of arrays and objects in a state. The checks are recursive. */
const MOST_LEVELS = 100;

/** The prefixes of tensor names, by group. */
const groups = { weights: "model.", moments: "optimizer.", carried: "carried." } as const;

/**
 * Encodes a checkpoint as a safetensors file, whose metadata has everything but the tensors as
 * JSON. Equal checkpoints have equal bytes.
 *
 * @param checkpoint The checkpoint.
 * @returns The bytes of the file.
 * @throws {InputError} If a field is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
 *
 * const checkpoint = {
 *   weights: { bias: { shape: [1], data: new Float32Array([0.5]) } },
 *   optimizer: { step: 0, learningRate: 0.001, moments: {}, carried: null },
 *   progress: { epoch: 0 },
 * };
 * assertEquals(decodeCheckpoint(encodeCheckpoint(checkpoint), "last"), checkpoint);
 * ```
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  checkOptions("a checkpoint", checkpoint, names, "field");
  const { weights, optimizer, progress, training } = checkpoint;
  checkStateDict("weights", weights);
  checkOptions("an optimizer's state", optimizer, optimizerStateNames, "field");
  const { step, learningRate, moments, carried } = optimizer;
  checkStateDict("moments", moments);
  if (carried !== null) checkCarried(carried);
  if (!isPlainObject(progress)) {
    throw new InputError(
      "progress",
      "an object that JSON can represent",
      progress,
      helpFor(progress),
    );
  }
  if (training !== undefined && typeof training !== "string") {
    throw new InputError("training", "a text", training);
  }
  const states = (carried?.states ?? []).map((data, i) => {
    return [`${i}`, { shape: [data.length], data }] as const;
  });
  const tensors = {
    ...prefixed(groups.weights, weights),
    ...prefixed(groups.moments, moments),
    ...prefixed(groups.carried, Object.fromEntries(states)),
  };
  const state = stableStringify({
    ...{ step, learningRate, progress },
    carried: carried && { fused: carried.fused, count: states.length },
  });
  // Throws if the state could not be decoded again.
  parseState(state, "the checkpoint");
  const id: Record<string, string> = training === undefined ? {} : { training };
  return encodeSafetensors({ tensors, metadata: { format: FORMAT, state, ...id } });
}

/**
 * Decodes a checkpoint, the inverse of {@link encodeCheckpoint}.
 *
 * @param bytes The bytes of the file.
 * @param name The name of the file in messages.
 * @returns The checkpoint.
 * @throws {InputError} If `bytes` is not a Uint8Array, or if the file is not a checkpoint, is
 * incomplete or is damaged.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { decodeCheckpoint } from "./checkpoint.ts";
 *
 * assertThrows(() => decodeCheckpoint(new Uint8Array(100), "last"), Error, "whole");
 * ```
 */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const found = metadataSchema.safeParse(metadata);
  if (!found.success) {
    throw new InputError(name, `a checkpoint of training (${FORMAT})`, metadata["format"]);
  }
  const { state, training } = found.data;
  const { step, learningRate, carried, progress } = parseState(state, name);
  const others = Object.keys(tensors).filter((tensor) =>
    !Object.values(groups).some((prefix) => tensor.startsWith(prefix))
  );
  if (others.length > 0) {
    throw new InputError(`tensors in ${name}`, "those of a checkpoint", others[0]);
  }
  const states = group(tensors, groups.carried);
  const count = carried?.count ?? 0;
  const names = Object.keys(states);
  // Object.keys returns names that are integers in ascending order.
  if (names.length !== count || names.some((key, i) => key !== `${i}`)) {
    const wanted = count === 0 ? "none" : `0 to ${count - 1}`;
    throw new InputError(`carried states in ${name}`, wanted, names);
  }
  return {
    weights: group(tensors, groups.weights),
    optimizer: {
      ...{ step, learningRate },
      moments: group(tensors, groups.moments),
      carried: carried &&
        { fused: carried.fused, states: Object.values(states).map(({ data }) => data) },
    },
    progress,
    ...(training === undefined ? {} : { training }),
  };
}

function parseState(state: string, name: string): z.infer<typeof stateSchema> {
  const levels = nesting(state);
  if (levels > MOST_LEVELS) {
    throw new InputError(`the state in ${name}`, `nested at most ${MOST_LEVELS} deep`, levels);
  }
  try {
    return parseJson(stateSchema, state, "it");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(`the state in ${name}`, "as training wrote it", error.message);
  }
}

function prefixed(prefix: string, tensors: StateDict): StateDict {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, entry]) => [prefix + name, entry]),
  );
}

/** The tensors of a group by their names without the prefix, in the order of the file. */
function group(tensors: StateDict, prefix: string): StateDict {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, entry]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), entry] as const] : []
    ),
  );
}
