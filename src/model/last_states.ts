import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import type { Recurrent } from "./sequence_options.ts";

/**
 * The last hidden states of the top layer, those of two directions joined.
 *
 * @param layers The layers that the state is of.
 * @param state What their forward pass gave: h, or h and c.
 * @returns [batch, directions * hidden], after the replica axis where there is one; the caller's to
 *   dispose.
 * @throws {InputError} On a state that is neither a tensor nor has an h.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { lastStates } from "./last_states.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, bidirectional: true, random: new Random(1) });
 * const { state } = gru.forward(tf.zeros([7, 2, 3]));
 * assertEquals(lastStates(gru, state).shape, [2, 8]);
 * gru.dispose();
 * ```
 */
export function lastStates<State extends tf.TensorContainer>(
  { replicas, spec }: Pick<Recurrent<State>, "replicas" | "spec">,
  state: State,
): tf.Tensor {
  const h = hiddenOf(state);
  const axis = replicas === undefined ? 0 : 1;
  const count = spec.bidirectional ? 2 : 1;
  return tf.tidy(() => {
    // Slices, since the gradient of tfjs's unstack fails where there is one state only.
    const last = Array.from({ length: count }, (_, i) => {
      const begin = h.shape.map((size, k) => k === axis ? size - count + i : 0);
      return h.slice(begin, h.shape.map((_, k) => k === axis ? 1 : -1)).squeeze([axis]);
    });
    return tf.concat(last, -1);
  });
}

function hiddenOf(state: tf.TensorContainer): tf.Tensor {
  if (state instanceof tf.Tensor) return state;
  if (typeof state === "object" && state !== null && "h" in state && state.h instanceof tf.Tensor) {
    return state.h;
  }
  throw new InputError("state", "a tensor, or h and c", state);
}
