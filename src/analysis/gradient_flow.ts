import type { Tensor, Tensor2D, TensorContainer } from "@tensorflow/tfjs";
import { checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { assertShape } from "../core/shapes.ts";
import { tf } from "../core/tfjs.ts";
import { embedNumbers } from "../model/embedding.ts";
import type { Model } from "../model/model.ts";
import type { StateParts } from "../model/recurrent_inputs.ts";
import { SequenceModel } from "../model/sequence_model.ts";
import { norm } from "./matrix.ts";

/** How the gradient of a loss at the end of a sequence reaches back through a network. */
export interface GradientFlow {
  /** The mean squared error of the output after the last step, over batch and outputs. */
  readonly loss: number;
  /** Frobenius norms of the loss's gradient with respect to each parameter, by its name. */
  readonly parameterNorms: Readonly<Record<string, number>>;
  /** The states and their gradients, one entry for each recurrent layer, the lowest first. */
  readonly layers: readonly LayerGradientFlow[];
}

/** The states of one recurrent layer of T steps, and the gradients with respect to them. */
export interface LayerGradientFlow {
  /**
   * The Frobenius norms || dL/dh_(T-k) || over [batch, hidden] by lag k, from 0, the last state, to
   * T, the initial state. The derivative includes the paths through later steps and through the
   * layers above. For an LSTM, it treats c_(T-k) as a constant.
   */
  readonly hiddenGradientNorms: readonly number[];
  /** The norms || dL/dc_(T-k) || by lag k for an LSTM; absent for other cells. */
  readonly cellGradientNorms?: readonly number[];
  /** h_t for t = 0 to T, each [batch * hidden] in row-major order. */
  readonly hiddenStates: readonly (readonly number[])[];
}

/**
 * Measures how far back the gradient of the last output's error reaches.
 *
 * The gradient of a weight matrix is a sum over all steps. The last steps dominate this sum, so it
 * cannot show that the terms of the early steps have vanished. The gradient with respect to the
 * state at each lag can show this.
 *
 * All gradients come from one backward pass: a perturbation of 0 is added to every state, and the
 * loss is differentiated with respect to it. Norms are computed in float64, since the square of a
 * float32 number below 1e-19 underflows.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), equations 3 to 5; Bengio, Simard & Frasconi (1994),
 * doi:10.1109/72.279181.
 *
 * @param model The network, with recurrent layers of any cell in one direction, without replicas.
 * The model is not changed, and dropout is off.
 * @param x The inputs [sequence, batch, input], or ids [sequence, batch] if the model has an
 * embedding; [batch, sequence, ...] if the layers have the batch first.
 * @param target The target of the output after the last step [batch, output].
 * @returns The loss, the norms and the states as numbers. All tensors are disposed of.
 * @throws {InputError} If the model is of another kind, or if `x` or `target` is not a tensor of
 * the described shape.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { Linear, orthogonalInit, Random, RNN } from "../../mod.ts";
 * import { gradientFlow } from "../analysis.ts";
 * import { selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const sizes = { inputSize: 3, hiddenSize: 8, init: orthogonalInit(0.5) };
 * const model = new SequenceModel({
 *   recurrent: new RNN({ ...sizes, random: random.fork("rnn") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 2, random: random.fork("head") }),
 * });
 * // Without input the states are 0, where tanh has slope 1: each step back halves the gradient.
 * const { layers: [layer] } = await gradientFlow(model, tf.zeros([6, 1, 3]), tf.ones([1, 2]));
 * const [last = NaN, before = NaN] = layer?.hiddenGradientNorms ?? [];
 * assertAlmostEquals(before / last, 0.5, 1e-5);
 * model.dispose();
 * ```
 */
export async function gradientFlow<State extends TensorContainer, Name extends string>(
  model: SequenceModel<State, Name>,
  x: Tensor,
  target: Tensor2D,
): Promise<GradientFlow> {
  checkInputs(model, x, target);
  const { embedding, recurrent, head } = model;
  const { batchFirst, hasCellState, spec: { numLayers, hiddenSize } } = recurrent;
  const [sequence, batch] = sizesOf(x, batchFirst);
  const parameters = Object.entries(model.parameters);
  const shape = [numLayers, sequence + 1, batch, hiddenSize];

  const joined = tf.tidy(() => {
    const perturbation: StateParts = hasCellState
      ? { h: tf.zeros(shape), c: tf.zeros(shape) }
      : { h: tf.zeros(shape) };
    const states: Tensor[] = [];
    const { value, grads } = tf.valueAndGrads(() => {
      const inputs = embedding ? embedNumbers(embedding, x) : x;
      const found = recurrent.unroll(inputs, { perturbation });
      states.push(tf.keep(found.states.h));
      const last = batchFirst
        ? found.output.slice([0, sequence - 1], [-1, 1]).squeeze([1])
        : found.output.slice([sequence - 1], [1]).squeeze([0]);
      return (head ? head.forward(last) : last).sub(target).square().mean();
    })([...parameters.map(([, variable]) => variable), ...Object.values(perturbation)]);
    // All values are in one vector, so that the device is read once.
    const vector = tf.concat([value, ...grads, ...states].map((tensor) => tensor.flatten()));
    tf.dispose(states);
    return vector;
  });
  const values = await joined.data<"float32">();
  joined.dispose();

  let start = 0;
  const take = (count: number) => values.subarray(start, start += count);
  // The states are by layer and by entry of the perturbation.
  const takeStates = () =>
    Array.from(
      { length: numLayers },
      () => Array.from({ length: sequence + 1 }, () => take(batch * hiddenSize)),
    );
  const takeNorms = () => takeStates().map((states) => states.map(norm).reverse());
  const [loss = NaN] = take(1);
  const parameterNorms = parameters.map(([name, { size }]) => [name, norm(take(size))] as const);
  const hidden = takeNorms();
  const cells = hasCellState ? takeNorms() : [];
  return {
    loss,
    parameterNorms: Object.fromEntries(parameterNorms),
    layers: takeStates().map((states, layer) => ({
      hiddenGradientNorms: hidden[layer] ?? [],
      ...(hasCellState ? { cellGradientNorms: cells[layer] ?? [] } : {}),
      hiddenStates: states.map((state) => [...state]),
    })),
  };
}

function checkInputs<State extends TensorContainer, Name extends string>(
  model: SequenceModel<State, Name>,
  x: Tensor,
  target: Tensor2D,
): void {
  if (!(model instanceof SequenceModel)) throw new InputError("model", "a SequenceModel", model);
  const { embedding, recurrent: { spec, batchFirst, replicas, outputSize }, head } = model;
  if (replicas !== undefined) {
    throw new InputError("replicas of model", "left out: one network is measured", replicas);
  }
  if (spec.bidirectional) {
    throw new InputError("bidirectional", "false: lags are counted from the last step", true);
  }
  checkTensor("x", x);
  checkTensor("target", target);
  const axes = batchFirst ? { batch: null, sequence: null } : { sequence: null, batch: null };
  assertShape("x", x.shape, embedding ? axes : { ...axes, input: spec.inputSize });
  const [, batch] = sizesOf(x, batchFirst);
  assertShape("target", target.shape, { batch, output: head?.outFeatures ?? outputSize });
}

function sizesOf(x: Tensor, batchFirst: boolean): [sequence: number, batch: number] {
  const [first = 0, second = 0] = x.shape;
  return batchFirst ? [second, first] : [first, second];
}

/** The outputs of a loss: those of the last step or of all steps. */
export type LossPlace = "last" | "all";

/**
 * The factor by which the loss is multiplied before its gradient is computed, and by which the
 * norms are divided afterwards. With this factor, a gradient that vanishes with the lag underflows
 * in float32 only about 30 decades later. The factor is a power of two, so that neither operation
 * rounds.
 */
const SCALE = 2 ** 100;

/**
 * Computes the norm || dL/dx_t || of the gradient with respect to the input at each step, for any
 * model. The loss L is the mean squared error over batch and outputs, of the last step or of all
 * steps.
 *
 * Use the loss of the last step to measure how far back gradients reach: a loss of all steps has a
 * short path to each input, through the output of the same step, which hides the long paths.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), arXiv:1211.5063, equations 3 to 5.
 *
 * @param model The model, with outputs [sequence, batch, output], or [replica, ...] with replicas.
 * @param x The inputs [sequence, batch, input], or [replica, ...] with replicas.
 * @param target The wanted outputs: [batch, output] of the last step or [sequence, batch, output]
 * of all steps, or [replica, ...] with replicas.
 * @param place The outputs of the loss.
 * @returns The Euclidean norms over batch and features [replica][sequence], in float64; norms below
 * 1e-68 are 0. All tensors are disposed of.
 * @throws {InputError} If the model, a tensor or `place` is of another kind, or a shape does not
 * match.
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
  x: Tensor,
  target: Tensor,
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
      tf.grad((input: Tensor) => {
        const { output } = model.forward(input);
        const counted = place === "last" ? lastStep(output) : output;
        // The sum of the mean losses of all replicas, which do not depend on each other.
        const share = (model.replicas ?? 1) / target.size;
        return counted.sub(target.reshape(counted.shape)).square().sum().mul(scale * share);
      })(x)
    );
    const values = await gradient.data<"float32">();
    gradient.dispose();
    return values;
  };
  let [scale, values] = [SCALE, await gradientTimes(SCALE)];
  // With this factor, a gradient of 1e8 or more overflows in float32.
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

/** The outputs of the last step [batch, output], or [replica, batch, output] with replicas. */
function lastStep(output: Tensor): Tensor {
  const axis = output.rank - 3;
  const begin = output.shape.map((size, i) => i === axis ? size - 1 : 0);
  return output.slice(begin, output.shape.map((size, i) => i === axis ? 1 : size)).squeeze([axis]);
}
