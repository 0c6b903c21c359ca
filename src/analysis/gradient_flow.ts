import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { assertShape } from "../core/shapes.ts";
import { VanillaRNN } from "../model/vanilla_rnn.ts";

/** How the gradient of a loss at the end of a sequence reaches back through it. */
export interface GradientFlow {
  /** The mean squared error of the output after the last step, over batch and outputs. */
  readonly loss: number;
  /** Frobenius norms of the loss's gradient with respect to each weight matrix. */
  readonly parameterNorms: {
    readonly W_ih: number;
    readonly W_hh: number;
    readonly W_ho: number;
  };
  /**
   * || dL/dh_(T-k) || by lag k = 0 to T steps, the Frobenius norm over [batch, hidden]; entry 0 is
   * the last state, entry T the initial one.
   */
  readonly stateGradientNorms: readonly number[];
  /** h_t for t = 0 to T, each [batch * hidden] in row-major order. */
  readonly hiddenStates: readonly (readonly number[])[];
}

/**
 * Measures how far back the gradient of the last output's error reaches.
 *
 * The gradient of W_hh is a sum over all steps in which the last ones dominate, so it cannot show
 * that early ones have vanished; the gradient with respect to h_t by lag can. All of them come
 * from one backward pass, as the gradient with respect to a perturbation of 0 added to every
 * state. Norms are taken in float64, since squares of float32 underflow below 1e-19.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), equations 3 to 5; Bengio et al. (1994).
 *
 * @param model The network; it is not changed.
 * @param x The inputs [sequence, batch, input].
 * @param target What the output after the last step should be [batch, output].
 * @returns Plain numbers; no tensor is left behind.
 * @throws {InputError} If the model is not a VanillaRNN, or x or the target is not a tensor of its
 * shape.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { orthogonal } from "../model/init/random_matrices.ts";
 * import { VanillaRNN } from "../model/vanilla_rnn.ts";
 * import { gradientFlow } from "./gradient_flow.ts";
 *
 * await selectBackend("cpu");
 * const model = new VanillaRNN({
 *   inputSize: 3,
 *   hiddenSize: 8,
 *   outputSize: 2,
 *   random: new Random(1),
 *   nonlinearity: "identity",
 *   recurrentInit: (size, random) => orthogonal(size, random, 0.5),
 * });
 * const flow = await gradientFlow(model, tf.ones([6, 1, 3]), tf.zeros([1, 2]));
 * const [last = NaN, before = NaN] = flow.stateGradientNorms;
 * assert(Math.abs(before / last - 0.5) < 1e-5);
 * ```
 */
export async function gradientFlow(
  model: VanillaRNN,
  x: tf.Tensor3D,
  target: tf.Tensor2D,
): Promise<GradientFlow> {
  if (!(model instanceof VanillaRNN)) throw new InputError("model", "a VanillaRNN", model);
  checkTensor("x", x);
  checkTensor("target", target);
  const { inputSize, hiddenSize, outputSize, parameters: { W_ih, W_hh, W_ho } } = model;
  assertShape("x", x.shape, { sequence: null, batch: null, input: inputSize });
  const [sequence, batch] = x.shape;
  assertShape("target", target.shape, { batch, output: outputSize });

  const joined = tf.tidy(() => {
    const perturbation = tf.zeros<tf.Rank.R3>([sequence + 1, batch, hiddenSize]);
    const states: tf.Tensor[] = [];
    const { value, grads } = tf.valueAndGrads(() => {
      const { output, hiddenStates } = model.forward(x, { perturbation });
      states.push(tf.keep(hiddenStates));
      const last = output.slice([sequence - 1, 0, 0], [1, batch, outputSize]);
      return last.reshape<tf.Tensor2D>([batch, outputSize]).sub(target).square().mean();
    })([perturbation, W_ih, W_hh, W_ho]);
    // One vector, so that a GPU is waited for once.
    const vector = tf.concat([value, ...grads, ...states].map((tensor) => tensor.flatten()));
    tf.dispose(states);
    return vector;
  });
  const values = await joined.data<"float32">();
  joined.dispose();

  let start = 0;
  const take = (count: number) => values.subarray(start, start += count);
  const stateSize = batch * hiddenSize;
  const takeStates = () => Array.from({ length: sequence + 1 }, () => take(stateSize));
  const [loss = NaN] = take(1);
  return {
    loss,
    stateGradientNorms: takeStates().map(norm).reverse(),
    parameterNorms: {
      W_ih: norm(take(W_ih.size)),
      W_hh: norm(take(W_hh.size)),
      W_ho: norm(take(W_ho.size)),
    },
    hiddenStates: takeStates().map((state) => [...state]),
  };
}

/** The Euclidean norm, in float64. */
function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
