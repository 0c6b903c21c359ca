import type { Tensor } from "@tensorflow/tfjs";
import { checkOptions } from "../core/options.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import type { GRUStep } from "./reference/gru_cell.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/**
 * Stacked layers of gated recurrent units (see {@link gruCell}), as PyTorch's `nn.GRU`: the reset
 * gate is applied after the recurrent product. The rows of the weights are in the order of the
 * gates r, z, n.
 *
 * The state is a tensor [layers * directions, batch, hidden]; parameters are `weight_ih_l0` [3
 * hidden, input], `weight_hh_l0` [3 hidden, hidden], `bias_ih_l0` and `bias_hh_l0` [3 hidden], and
 * so on for each layer and, with the suffix `_reverse`, for the reverse direction. With replicas,
 * every tensor has a leading replica axis.
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
export class GRU extends RecurrentLayer<Tensor, keyof GRUStep<Tensor>> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if `dropout` is not in [0, 1) or is above 0 for a single layer, or if `random` is
   * not a source or has made weights of a recurrent layer before.
   */
  constructor(options: RecurrentOptions) {
    checkOptions("GRU", options, recurrentNames);
    super("gru", options);
  }

  /** @ignore */
  protected override partsOf(h: Tensor): StateParts {
    return { h };
  }

  /** @ignore */
  protected override stateOf({ h }: StateParts): Tensor {
    return h;
  }
}
