import type { Tensor } from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { CellKind } from "../kernels/cells.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/** Options for {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** The activation of the cell; `"tanh"` by default. */
  readonly nonlinearity?: "tanh" | "relu";
}

const names: OptionNames<RNNOptions> = { ...recurrentNames, nonlinearity: true };

/**
 * Stacked layers of simple recurrent cells (see {@link rnnCell}), as PyTorch's `nn.RNN`.
 *
 * The state is a tensor [layers * directions, batch, hidden]; parameters are `weight_ih_l0`
 * [hidden, input], `weight_hh_l0` [hidden, hidden], `bias_ih_l0` and `bias_hh_l0` [hidden], and so
 * on for each layer and, with the suffix `_reverse`, for the reverse direction. With replicas,
 * every tensor has a leading replica axis.
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
export class RNN extends RecurrentLayer<Tensor, "hidden"> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if `dropout` is not in [0, 1) or is above 0 for a single layer, if `nonlinearity` is
   * neither `"tanh"` nor `"relu"`, or if `random` is not a source or has made weights of a
   * recurrent layer before.
   */
  constructor(options: RNNOptions) {
    checkOptions("RNN", options, names);
    super(cellOf(options), options);
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

function cellOf({ nonlinearity = "tanh" }: RNNOptions): CellKind {
  if (nonlinearity === "tanh") return "rnn_tanh";
  if (nonlinearity === "relu") return "rnn_relu";
  throw new InputError("nonlinearity", '"tanh" or "relu"', nonlinearity);
}
