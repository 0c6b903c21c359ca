import type { Tensor } from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { LSTMState, LSTMStep } from "./reference/lstm_cell.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/**
 * Stacked layers of long short-term memory (see {@link lstmCell}), as PyTorch's `nn.LSTM`. The rows
 * of the weights are in the order of the gates i, f, g, o.
 *
 * The state is `{ h, c }`, each [layers * directions, batch, hidden]; parameters are `weight_ih_l0`
 * [4 hidden, input], `weight_hh_l0` [4 hidden, hidden], `bias_ih_l0` and `bias_hh_l0` [4 hidden],
 * and so on for each layer and, with the suffix `_reverse`, for the reverse direction. With
 * replicas, every tensor has a leading replica axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { LSTM } from "./lstm.ts";
 *
 * await selectBackend("cpu");
 * const lstm = new LSTM({ inputSize: 10, hiddenSize: 20, numLayers: 2, random: new Random(1) });
 * const { output, state } = lstm.forward(tf.zeros([7, 2, 10]), undefined, { lengths: [7, 5] });
 * assertEquals([output.shape, state.h.shape, state.c.shape], [[7, 2, 20], [2, 2, 20], [2, 2, 20]]);
 * const [first] = lstm.trace(tf.zeros([7, 2, 10]));
 * assertEquals(first?.forgetGate.shape, [7, 2, 20]);
 * lstm.dispose();
 * ```
 */
export class LSTM extends RecurrentLayer<LSTMState, keyof LSTMStep<Tensor>> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if `dropout` is not in [0, 1) or is above 0 for a single layer, or if `random` is
   * not a source or has made weights of a recurrent layer before.
   */
  constructor(options: RecurrentOptions) {
    checkOptions("LSTM", options, recurrentNames);
    super("lstm", options);
  }

  /** @ignore */
  protected override partsOf(state: LSTMState): StateParts {
    return state;
  }

  /** @ignore */
  protected override stateOf({ h, c }: StateParts): LSTMState {
    if (c === undefined) throw new InputError("state.c", "a tensor", c);
    return { h, c };
  }
}
