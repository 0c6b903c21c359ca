import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { LSTMState } from "./reference/lstm_cell.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/**
 * Layers of long short-term memory (see {@link lstmCell}), as PyTorch's `nn.LSTM`: gates are in the
 * order i, f, g, o.
 *
 * The state is `{ h, c }`, each [layers * directions, batch, hidden]; parameters are `weight_ih_l0`
 * [4 hidden, input], `weight_hh_l0` [4 hidden, hidden], `bias_ih_l0` and `bias_hh_l0` [4 hidden], and
 * so on for each layer and, with `_reverse`, for the other direction. With replicas every tensor has
 * a leading axis of them.
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
export class LSTM extends RecurrentLayer<
  LSTMState,
  "inputGate" | "forgetGate" | "candidate" | "outputGate" | "cell" | "hidden"
> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} On an unknown option, on sizes that are not positive integers, on dropout
   * outside of [0, 1) or with one layer, and on a `random` that is not a source, or one that has made
   * a layer's weights before.
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
