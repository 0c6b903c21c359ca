import type { Tensor } from "@tensorflow/tfjs";
import { loadTensors } from "../core/backend.ts";
import type { NDArray } from "../core/nd_array.ts";
import { isTensor, tf } from "../core/tfjs.ts";
import { type NetworkSpec, outputWidth } from "../kernels/network.ts";
import { checkForward, checkModel, type Model } from "../model/model.ts";
import { SequenceModel } from "../model/sequence_model.ts";
import { type BatchInput, checkedInput, toTensor } from "./engine/batch.ts";
import { ForwardPass } from "./engine/forward_pass.ts";
import { checkFusedInput, kernelNetwork } from "./engine/fused_step.ts";

/** What {@link predict} returns. */
export interface Prediction {
  /**
   * The output of the model, such as the logits of classes: [sequence, batch, output], or [batch,
   * output] if the model reads one state for each sequence, after the replica axis if there is one.
   */
  readonly output: NDArray;
  /**
   * The weight of each step in what the head reads [sequence, batch], or [batch, sequence] if the
   * model is `batchFirst`, after the replica axis if there is one; 0 for padding. It is `null`
   * unless the model is a {@link SequenceModel} whose `readout` is `"attention"` or `"mean"`.
   */
  readonly weights: NDArray | null;
}

/**
 * Computes the output of a model for a batch of sequences, without dropout. The model does not
 * change.
 *
 * The kernels compute the outputs of a {@link SequenceModel} of fused layers from arrays, without
 * TensorFlow.js. For other models, and for tensors, TensorFlow.js is loaded.
 *
 * @param model The model.
 * @param input The input, with a mask or lengths if some steps are padding, as {@link trainStep}
 *   takes them.
 * @returns The output, and the weights of the steps if the model weighs them.
 * @throws {InputError} If an argument is wrong, or a shape does not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LSTM, predict, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * using model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 2, hiddenSize: 8, random: random.fork("lstm") }),
 *   attention: { size: 8, random: random.fork("attention") },
 *   head: { outFeatures: 3, random: random.fork("head") },
 * });
 * const x = { shape: [4, 2, 2], data: new Float32Array(16).fill(1) };
 * const { output, weights } = await predict(model, { x, lengths: [4, 1] });
 * assertEquals([output.shape, weights?.shape], [[2, 3], [4, 2]]);
 * assertEquals(weights?.data[1], 1); // All weight of the second sequence is on its only step.
 * ```
 */
export async function predict(model: Model, input: BatchInput): Promise<Prediction> {
  checkModel(model);
  const checked = checkedInput(input, model);
  const { x, mask } = checked;
  const network = kernelNetwork(model);
  if (network && !isTensor(x) && !isTensor(mask)) {
    checkFusedInput(model, network, checked);
    return await predictByKernels(model, network, checked);
  }
  await loadTensors();
  const [output, weights] = tf.tidy(() => {
    const options = mask ? { mask: toTensor(mask) } : {};
    // An override of `forward` decides what the output is.
    const own = model.forward === SequenceModel.prototype.forward;
    if (own && model instanceof SequenceModel && model.weighsSteps) {
      const found = model.attend(toTensor(x), undefined, options);
      return [found.output, found.weights];
    }
    return [checkForward(model.forward(toTensor(x), undefined, options)).output];
  });
  if (!output) throw new Error("the model returned no output");
  return { output: await read(output), weights: weights ? await read(weights) : null };
}

/** Computes the output for a batch of arrays by the kernels. */
async function predictByKernels(
  model: Model,
  network: NetworkSpec,
  input: BatchInput,
): Promise<Prediction> {
  const lead = model.replicas === undefined ? [] : [model.replicas];
  const [steps = 0, batch = 0] = input.x.shape.slice(lead.length);
  const width = network.head?.outFeatures ?? outputWidth(network.stack);
  const rows = network.readout === "all" ? [steps, batch] : [batch];
  const pass = new ForwardPass(model, network, null);
  try {
    pass.run(input);
    const weights = await pass.weights();
    return {
      output: { shape: [...lead, ...rows, width], data: await pass.output() },
      weights: weights && { shape: [...lead, steps, batch], data: weights },
    };
  } finally {
    pass.dispose();
  }
}

/** Reads a tensor and frees it. */
async function read(tensor: Tensor): Promise<NDArray> {
  try {
    return { shape: tensor.shape, data: Float32Array.from(await tensor.data()) };
  } finally {
    tensor.dispose();
  }
}
