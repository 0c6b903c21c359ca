import type * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { CellKind } from "../kernels/cells.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/** What an {@link RNN} is made from. */
export interface RNNOptions extends RecurrentOptions {
  /** What follows the sum in the cell; by default `"tanh"`. */
  readonly nonlinearity?: "tanh" | "relu";
}

const names: OptionNames<RNNOptions> = { ...recurrentNames, nonlinearity: true };

/**
 * Layers of simple recurrent cells (see {@link rnnCell}), as PyTorch's `nn.RNN`.
 *
 * The state is a tensor [layers * directions, batch, hidden]; parameters are `weight_ih_l0`
 * [hidden, input], `weight_hh_l0` [hidden, hidden], `bias_ih_l0` and `bias_hh_l0` [hidden], and so on
 * for each layer and, with `_reverse`, for the other direction. With replicas every tensor has a
 * leading axis of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { RNN } from "./rnn.ts";
 *
 * await selectBackend("cpu");
 * const rnn = new RNN({ inputSize: 10, hiddenSize: 20, random: new Random(1) });
 * const { output, state } = rnn.forward(tf.zeros([7, 2, 10]));
 * assertEquals([output.shape, state.shape], [[7, 2, 20], [1, 2, 20]]);
 * assertEquals(rnn.parameterCount, 640);
 * rnn.dispose();
 * ```
 */
export class RNN extends RecurrentLayer<tf.Tensor, "hidden"> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} On an unknown option, on sizes that are not positive integers, on dropout
   * outside of [0, 1) or with one layer, and on a `random` that is not a source, or one that has made
   * a layer's weights before.
   */
  constructor(options: RNNOptions) {
    checkOptions("RNN", options, names);
    super(cellOf(options), options);
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

function cellOf({ nonlinearity = "tanh" }: RNNOptions): CellKind {
  if (nonlinearity === "tanh") return "rnn_tanh";
  if (nonlinearity === "relu") return "rnn_relu";
  throw new InputError("nonlinearity", '"tanh" or "relu"', nonlinearity);
}
