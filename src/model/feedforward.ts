import type { Tensor } from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { CellKind } from "../kernels/cells.ts";
import type { StateParts } from "./recurrent_inputs.ts";
import { RecurrentLayer, recurrentNames, type RecurrentOptions } from "./recurrent_layer.ts";

/** Options for {@link Feedforward}: those of recurrent layers, in one direction. */
export interface FeedforwardOptions extends Omit<RecurrentOptions, "bidirectional"> {
  /**
   * `false`, or left out: without recurrence, both directions would compute the same.
   */
  readonly bidirectional?: false;
  /** The activation; `"tanh"` by default. */
  readonly nonlinearity?: "tanh" | "relu";
}

const names: OptionNames<FeedforwardOptions> = { ...recurrentNames, nonlinearity: true };

/**
 * Stacked layers without recurrence (see {@link feedforwardCell}): the output of a step depends on
 * the input of that step and on no other step,
 *
 *     h_t = tanh(W_ih x_t + b_ih)
 *
 * Use it in the place of an {@link RNN}, {@link LSTM} or {@link GRU} to measure what recurrence
 * contributes.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186, who compare attention over a bidirectional LSTM
 * with attention over a linear projection and tanh of each word, the encoder `average` of their code.
 *
 * Parameters are `weight_ih_l0` [hidden, input] and `bias_ih_l0` [hidden], and so on for each layer;
 * there are no `weight_hh` and `bias_hh`. The state is a tensor [layers, batch, hidden], the outputs
 * of all layers at the last step that is not masked, so `readout: "last"` reads that step. An initial
 * state has no effect on any output; it is returned for a sequence whose steps are all masked. With
 * replicas, every tensor has a leading replica axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { Feedforward } from "./feedforward.ts";
 *
 * await selectBackend("cpu");
 * const layer = new Feedforward({ inputSize: 10, hiddenSize: 20, random: new Random(1) });
 * const { output, state } = layer.forward(tf.zeros([7, 2, 10]));
 * assertEquals([output.shape, state.shape], [[7, 2, 20], [1, 2, 20]]);
 * assertEquals(layer.parameterCount, 220);
 * layer.dispose();
 * ```
 */
export class Feedforward extends RecurrentLayer<Tensor, "hidden"> {
  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} If an option is unknown or of another type, if a size is not a positive
   * integer, if `dropout` is not in [0, 1) or is above 0 for a single layer, if `bidirectional` is
   * true, if `nonlinearity` is neither `"tanh"` nor `"relu"`, or if `random` is not a source or has
   * made weights of a recurrent layer before.
   */
  constructor(options: FeedforwardOptions) {
    checkOptions("Feedforward", options, names);
    checkDirection(options);
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

/** Refuses two directions; other values are checked with the other options. */
function checkDirection({ bidirectional }: { readonly bidirectional?: boolean }): void {
  if (bidirectional !== true) return;
  const help = "Without recurrence, both directions would compute the same";
  throw new InputError("bidirectional", "false for a Feedforward", bidirectional, help);
}

function cellOf({ nonlinearity = "tanh" }: FeedforwardOptions): CellKind {
  if (nonlinearity === "tanh") return "feedforward_tanh";
  if (nonlinearity === "relu") return "feedforward_relu";
  throw new InputError("nonlinearity", '"tanh" or "relu"', nonlinearity);
}
