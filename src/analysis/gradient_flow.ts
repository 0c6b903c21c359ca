import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { assertShape } from "../core/shapes.ts";
import { VanillaRNN } from "../model/vanilla_rnn.ts";
import type { Model } from "../model/model.ts";

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

/** Which outputs a loss is of: the last step's alone, or those of all steps. */
export type LossPlace = "last" | "all";

/**
 * What the loss is multiplied by before the gradient is taken, and the norms divided by after it: a
 * gradient that fades with lag then leaves float32 some 30 decades later. A power of two, so that
 * nothing is rounded.
 */
const SCALE = 2 ** 100;

/**
 * || dL/dx_t || at every step: how far back a loss is felt by the inputs, on any model. The loss is
 * the mean squared error over batch and outputs, at the last step alone or over all steps.
 *
 * The loss must sit at the end of the sequence to show how gradients travel: a loss over all steps
 * reaches each input through its own output, so the short way hides the long one.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), equations 3 to 5.
 *
 * @param model Its outputs are [sequence, batch, output], after the replica axis where there is one.
 * @param x The inputs [sequence, batch, input], after the replica axis where there is one.
 * @param target What the outputs of the steps that count should be: [batch, output] for the last,
 * [sequence, batch, output] for all, after the replica axis where there is one.
 * @param place Which outputs count.
 * @returns Euclidean norms over batch and features, of shape [replica][sequence], in float64; no
 * tensor is left behind. Below 1e-68 they are 0.
 * @throws {InputError} On a shape that does not fit, and on what is not a model, a tensor or a place.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { Linear, Random, RNN, selectBackend, SequenceModel } from "../../mod.ts";
 * import { inputGradients } from "./gradient_flow.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new RNN({ inputSize: 2, hiddenSize: 8, random: random.fork("rnn") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
 * });
 * const [norms = []] = await inputGradients(model, tf.ones([30, 1, 2]), tf.zeros([1, 1]), "last");
 * assert(norms.length === 30 && norms[0]! < norms[29]! / 1000);
 * model.dispose();
 * ```
 */
export async function inputGradients(
  model: Model,
  x: tf.Tensor,
  target: tf.Tensor,
  place: LossPlace,
): Promise<number[][]> {
  if (typeof model !== "object" || model === null || typeof model.forward !== "function") {
    throw new InputError("model", "a model with a method forward", model);
  }
  checkTensor("x", x);
  checkTensor("target", target);
  if (place !== "last" && place !== "all") throw new InputError("place", '"last" or "all"', place);
  const lead: Record<string, number> = model.replicas === undefined
    ? {}
    : { replica: model.replicas };
  assertShape("x", x.shape, { ...lead, sequence: null, batch: null, input: null });
  const [steps = 0, batch = 0] = x.shape.slice(-3);
  const rows: Record<string, number> = place === "last" ? { batch } : { sequence: steps, batch };
  assertShape("target", target.shape, { ...lead, ...rows, output: null });
  const gradientTimes = async (scale: number): Promise<Float32Array> => {
    const gradient = tf.tidy(() =>
      tf.grad((input: tf.Tensor) => {
        const { output } = model.forward(input);
        const counted = place === "last" ? lastStep(output) : output;
        // The sum over replicas of each one's mean: they do not depend on each other.
        const share = (model.replicas ?? 1) / target.size;
        return counted.sub(target.reshape(counted.shape)).square().sum().mul(scale * share);
      })(x)
    );
    const values = await gradient.data<"float32">();
    gradient.dispose();
    return values;
  };
  let [scale, values] = [SCALE, await gradientTimes(SCALE)];
  // A gradient of 1e8 or more leaves float32 at the other end.
  if (!values.every(Number.isFinite)) [scale, values] = [1, await gradientTimes(1)];
  const row = x.size / (steps * (model.replicas ?? 1));
  return Array.from(
    { length: model.replicas ?? 1 },
    (_, r) =>
      Array.from({ length: steps }, (_, t) => {
        const start = (r * steps + t) * row;
        return norm(values.subarray(start, start + row)) / scale;
      }),
  );
}

/** The outputs of the last step [batch, output], after the replica axis where there is one. */
function lastStep(output: tf.Tensor): tf.Tensor {
  const axis = output.rank - 3;
  const begin = output.shape.map((size, i) => i === axis ? size - 1 : 0);
  return output.slice(begin, output.shape.map((size, i) => i === axis ? 1 : size)).squeeze([axis]);
}

/** The Euclidean norm, in float64. */
function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
