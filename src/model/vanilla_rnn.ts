import * as tf from "@tensorflow/tfjs";
import { checkFunction, checkRandom } from "../core/arguments.ts";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { assertShape, positiveInteger } from "../core/shapes.ts";
import { glorotUniform } from "./init/random_matrices.ts";
import { type Nonlinearity, rnnCell } from "./reference/rnn_cell.ts";
import { steps } from "./reference/plain_stack.ts";
import { assignStateDict, readStateDict, type StateDict } from "./parameters/state_dict.ts";
import { checkNumbers } from "../core/arrays.ts";
import { checkBackend, claimNames } from "./parameters/variables.ts";

/** What a {@link VanillaRNN} is made from. */
export interface VanillaRNNOptions {
  /** Features of an input. */
  readonly inputSize: number;
  /** Units of the hidden state. */
  readonly hiddenSize: number;
  /** Features of an output. */
  readonly outputSize: number;
  /** Where the initial weights come from; each matrix has a fork of its own. It makes one model. */
  readonly random: Random;
  /** The initial W_hh [size, size]; by default Glorot-uniform, as the other matrices. */
  readonly recurrentInit?: (size: number, random: Random) => number[][];
  /** By default `"tanh"`; `"identity"` makes the recurrence linear. */
  readonly nonlinearity?: Exclude<Nonlinearity, "relu">;
}

const names: OptionNames<VanillaRNNOptions> = {
  inputSize: true,
  hiddenSize: true,
  outputSize: true,
  random: true,
  recurrentInit: true,
  nonlinearity: true,
};

/** The parameters of a {@link VanillaRNN}. */
export type VanillaRNNParameters = {
  /** [hidden, input] */
  readonly W_ih: tf.Variable<tf.Rank.R2>;
  /** [hidden, hidden] */
  readonly W_hh: tf.Variable<tf.Rank.R2>;
  /** [hidden] */
  readonly b_h: tf.Variable<tf.Rank.R1>;
  /** [output, hidden] */
  readonly W_ho: tf.Variable<tf.Rank.R2>;
  /** [output] */
  readonly b_o: tf.Variable<tf.Rank.R1>;
};

/** What {@link VanillaRNN.forward} takes besides its input. */
export interface ForwardOptions {
  /** The state before the first step [batch, hidden]; by default 0. */
  readonly h0?: tf.Tensor2D;
  /**
   * Added to every state, h_0 first [sequence + 1, batch, hidden]. Where it is 0, the loss's
   * gradient with respect to it is the gradient with respect to every h_t at once.
   */
  readonly perturbation?: tf.Tensor3D;
}

const forwardNames: OptionNames<ForwardOptions> = { h0: true, perturbation: true };

/** What {@link VanillaRNN.forward} gives. */
export type ForwardResult = {
  /** The outputs of all steps [sequence, batch, output]. */
  readonly output: tf.Tensor3D;
  /** The state after the last step [batch, hidden]. */
  readonly state: tf.Tensor2D;
  /** All states, h_0 first [sequence + 1, batch, hidden]. */
  readonly hiddenStates: tf.Tensor3D;
};

/**
 * A recurrent network of one layer with a linear output at every step:
 * h_t = tanh(x_t W_ih^T + h_(t-1) W_hh^T + b_h) and o_t = h_t W_ho^T + b_o.
 *
 * Source: Elman (1990); names of parameters as in Pascanu et al. (2013), shapes as in PyTorch.
 * The model owns its parameters until {@link VanillaRNN.dispose}; whoever calls owns every tensor
 * that a method gives back.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { VanillaRNN } from "./vanilla_rnn.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new VanillaRNN({ inputSize: 10, hiddenSize: 20, outputSize: 5, random });
 * const { output, state, hiddenStates } = model.forward(tf.zeros([7, 2, 10]));
 * assert(output.shape.join() === "7,2,5" && model.parameterCount === 725);
 * tf.dispose([output, state, hiddenStates]);
 * model.dispose();
 * ```
 */
export class VanillaRNN {
  /** Features of an input. */
  readonly inputSize: number;
  /** Units of the hidden state. */
  readonly hiddenSize: number;
  /** Features of an output. */
  readonly outputSize: number;
  /** What is applied to the sum of input and recurrence. */
  readonly nonlinearity: Exclude<Nonlinearity, "relu">;
  /** The trainable parameters, in the order of the state dict. */
  readonly parameters: VanillaRNNParameters;

  /**
   * Draws the initial weights.
   *
   * @param options Sizes, a source of random numbers, and settings.
   * @throws {InputError} On an unknown option, on a size that is not a positive integer, on a W_hh of
   * another shape, and on a `random` that is not a source, or one that has made such weights before.
   */
  constructor(options: VanillaRNNOptions) {
    checkOptions("VanillaRNN", options, names);
    this.inputSize = positiveInteger("inputSize", options.inputSize);
    this.hiddenSize = positiveInteger("hiddenSize", options.hiddenSize);
    this.outputSize = positiveInteger("outputSize", options.outputSize);
    this.nonlinearity = options.nonlinearity ?? "tanh";
    if (this.nonlinearity !== "tanh" && this.nonlinearity !== "identity") {
      throw new InputError("nonlinearity", '"tanh" or "identity"', this.nonlinearity);
    }
    const { inputSize, hiddenSize, outputSize } = this;
    const { random, recurrentInit = (size, random) => glorotUniform([size, size], random) } =
      options;
    checkRandom("random", random);
    checkFunction("recurrentInit", recurrentInit, "such as (size, random) => matrix");
    checkBackend();
    const remember = claimNames(random, ["W_ih", "W_hh", "W_ho"]);
    const W_hh = recurrentInit(hiddenSize, random.fork("W_hh"));
    const other = W_hh.find((row) => row.length !== hiddenSize) ?? W_hh[0];
    assertShape("recurrentInit's matrix", [W_hh.length, other?.length ?? 0], {
      hidden: hiddenSize,
      "hidden before": hiddenSize,
    });
    W_hh.forEach((row, i) => checkNumbers(`recurrentInit's matrix[${i}]`, row));
    const glorot = (name: string, shape: [number, number]) =>
      variable(tf.tensor2d(glorotUniform(shape, random.fork(name)), shape));
    this.parameters = {
      W_ih: glorot("W_ih", [hiddenSize, inputSize]),
      W_hh: variable(tf.tensor2d(W_hh, [hiddenSize, hiddenSize])),
      b_h: variable(tf.zeros([hiddenSize])),
      W_ho: glorot("W_ho", [outputSize, hiddenSize]),
      b_o: variable(tf.zeros([outputSize])),
    };
    remember();
  }

  /** How many numbers are trained. */
  get parameterCount(): number {
    return Object.values(this.parameters).reduce((count, { size }) => count + size, 0);
  }

  /**
   * Runs the network over a sequence.
   *
   * @param x The inputs [sequence, batch, input].
   * @param options The state before the first step, and what is added to every state.
   * @returns Tensors that are the caller's to dispose.
   * @throws {InputError} On an unknown option, on values that are not tensors, on another shape of x,
   * h0 or the perturbation, and after {@link VanillaRNN.dispose}.
   */
  forward(x: tf.Tensor3D, options: ForwardOptions = {}): ForwardResult {
    checkOptions("VanillaRNN.forward", options, forwardNames);
    const { h0, perturbation } = options;
    checkTensor("x", x);
    checkTensor("W_hh", this.parameters.W_hh);
    const { inputSize, hiddenSize, outputSize } = this;
    assertShape("x", x.shape, { sequence: null, batch: null, input: inputSize });
    const [sequence, batch] = x.shape;
    if (h0 !== undefined) checkTensor("h0", h0);
    if (perturbation !== undefined) checkTensor("perturbation", perturbation);
    if (h0) assertShape("h0", h0.shape, { batch, hidden: hiddenSize });
    if (perturbation) {
      const wanted = { "sequence + 1": sequence + 1, batch, hidden: hiddenSize };
      assertShape("perturbation", perturbation.shape, wanted);
    }
    return tf.tidy(() => {
      const perturbations = perturbation ? steps(perturbation) : [];
      const perturbed = (h: tf.Tensor2D, t: number): tf.Tensor2D => {
        const change = perturbations[t];
        return change ? h.add(change) : h;
      };
      let h = perturbed(h0 ?? tf.zeros([batch, hiddenSize]), 0);
      const states = [h];
      const { W_ih: weight_ih, W_hh: weight_hh, b_h: bias_ih } = this.parameters;
      const weights = { weight_ih, weight_hh, bias_ih };
      for (const x_t of steps(x)) {
        h = perturbed(rnnCell(x_t, h, weights, this.nonlinearity), states.length);
        states.push(h);
      }
      // states: [sequence + 1] of [batch, hidden]
      const flat = tf.concat(states.slice(1), 0);
      const output = tf.matMul(flat, this.parameters.W_ho, false, true).add(this.parameters.b_o);
      return {
        output: output.reshape<tf.Tensor3D>([sequence, batch, outputSize]),
        state: h,
        hiddenStates: tf.stack(states) as tf.Tensor3D,
      };
    });
  }

  /** The parameters' values by name. */
  stateDict(): Promise<StateDict> {
    return readStateDict(this.parameters);
  }

  /**
   * Takes over the values of a state dict; nothing changes where anything does not fit.
   *
   * @throws {InputError} On missing and unknown names and on wrong shapes.
   */
  loadStateDict(dict: StateDict): void {
    assignStateDict(this.parameters, dict);
  }

  /** Frees the parameters; the model cannot be used afterwards. */
  dispose(): void {
    tf.dispose(this.parameters);
  }
}

/** A variable in place of the tensor, with a name of its own so that models can be many. */
function variable<R extends tf.Rank>(initial: tf.Tensor<R>): tf.Variable<R> {
  const made = tf.variable(initial);
  initial.dispose();
  return made;
}
