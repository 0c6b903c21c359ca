import type * as tf from "@tensorflow/tfjs";
import { checkOptions } from "../core/options.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/**
 * Layers of gated recurrent units (see {@link gruCell}), as PyTorch's `nn.GRU`: the reset gate comes
 * after the recurrent product, and gates are in the order r, z, n.
 *
 * The state is a tensor [layers * directions, batch, hidden]; parameters are `weight_ih_l0`
 * [3 hidden, input], `weight_hh_l0` [3 hidden, hidden], `bias_ih_l0` and `bias_hh_l0` [3 hidden], and
 * so on for each layer and, with `_reverse`, for the other direction. With replicas every tensor has
 * a leading axis of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 10, hiddenSize: 20, random: new Random(1) });
 * const { output, state } = gru.forward(tf.zeros([7, 2, 10]));
 * assertEquals([output.shape, state.shape], [[7, 2, 20], [1, 2, 20]]);
 * const [trace] = gru.trace(tf.zeros([7, 2, 10]));
 * assertEquals(trace?.updateGate.shape, [7, 2, 20]);
 * gru.dispose();
 * ```
 */
export class GRU
  extends RecurrentLayer<tf.Tensor, "resetGate" | "updateGate" | "candidate" | "hidden"> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} On an unknown option, on sizes that are not positive integers, on dropout
   * outside of [0, 1) or with one layer, and on a `random` that is not a source, or one that has made
   * a layer's weights before.
   */
  constructor(options: RecurrentOptions) {
    checkOptions("GRU", options, recurrentNames);
    super("gru", options);
  }

  /** @ignore */
  protected override partsOf(h: tf.Tensor): StateParts {
    return { h };
  }

  /** @ignore */
  protected override stateOf({ h }: StateParts): tf.Tensor {
    return h;
  }
}
