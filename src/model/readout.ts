/**
 * The input of the head of a {@link SequenceModel}: the outputs of the top recurrent layer or its
 * last states, with dropout.
 *
 * @module
 */
import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { isTensor, tf } from "../core/tfjs.ts";
import type { Axes } from "./recurrent_inputs.ts";
import { dropoutMask, dropoutSeeds } from "./reference/dropout_mask.ts";

/**
 * Returns the last hidden states of the top layer, both directions concatenated.
 *
 * @param layers The layers that the state belongs to.
 * @param state The state that their forward pass returned: h, or h and c.
 * @returns The states [batch, directions * hidden], after the replica axis if there is one; the
 * caller disposes of them.
 * @throws {InputError} If the state is neither a tensor nor has an h.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { lastStates } from "./readout.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, bidirectional: true, random: new Random(1) });
 * const { state } = gru.forward(tf.zeros([7, 2, 3]));
 * assertEquals(lastStates(gru, state).shape, [2, 8]);
 * gru.dispose();
 * ```
 */
export function lastStates(
  { replicas, spec }: Pick<Axes, "replicas" | "spec">,
  state: TensorContainer,
): Tensor {
  const h = hiddenOf(state);
  const axis = replicas === undefined ? 0 : 1;
  const count = spec.bidirectional ? 2 : 1;
  return tf.tidy(() => {
    // Slices, since the gradient of tf.unstack fails if there is only one state.
    const last = Array.from({ length: count }, (_, i) => {
      const begin = h.shape.map((size, k) => k === axis ? size - count + i : 0);
      return h.slice(begin, h.shape.map((_, k) => k === axis ? 1 : -1)).squeeze([axis]);
    });
    return tf.concat(last, -1);
  });
}

function hiddenOf(state: TensorContainer): Tensor {
  if (isTensor(state)) return state;
  if (typeof state === "object" && state !== null && "h" in state && isTensor(state.h)) {
    return state.h;
  }
  throw new InputError("state", "a tensor, or h and c", state);
}

/**
 * Applies dropout to the top layer's output, with the index of the top layer as the stream of
 * {@link dropoutMask}.
 *
 * @param layers The recurrent layers.
 * @param top The output [..., directions * hidden], after the replica axis if there is one.
 * @param dropout The share that is dropped, in [0, 1).
 * @param random The source of the seeds, two integers for each replica in turn: one source, or one
 * for each replica.
 * @returns The scaled output, which the caller disposes of.
 * @throws {InputError} If the number of sources is neither 1 nor that of replicas.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { dropTop } from "./readout.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, random: new Random(1) });
 * const dropped = dropTop(gru, tf.ones([7, 2, 4]), 0.5, new Random(2));
 * assertEquals(new Set(await dropped.data()), new Set([0, 2]));
 * gru.dispose();
 * ```
 */
export function dropTop(
  { replicas, spec }: Pick<Axes, "replicas" | "spec">,
  top: Tensor,
  dropout: number,
  random: Random | readonly Random[],
): Tensor {
  const count = replicas ?? 1;
  if (!(random instanceof Random) && random.length !== count) {
    throw new InputError(
      "random",
      count === 1 ? "1 source" : `1 source, or ${count}`,
      random.length,
    );
  }
  const seeds = dropoutSeeds(random, count);
  const lead = replicas === undefined ? [1, ...top.shape] : top.shape;
  return tf.tidy(() => {
    return top.mul(dropoutMask(lead, dropout, spec.numLayers - 1, seeds).reshape(top.shape));
  });
}
