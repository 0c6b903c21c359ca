import { loadTensors } from "../core/backend.ts";
import { hasTfjs, tf } from "../core/tfjs.ts";
import { checkForward, checkModel, type Model } from "../model/model.ts";
import { type Batch, checkedBatch, toTensor } from "./engine/batch.ts";
import { ForwardPass } from "./engine/forward_pass.ts";
import { canFuse, checkFusedBatch } from "./engine/fused_step.ts";
import { checkLoss, computeLosses, type Loss, maskRows } from "./engine/losses.ts";

/**
 * Computes the loss of a model on a batch, without dropout. The model does not change.
 *
 * In a program without TensorFlow.js the kernels compute the forward pass and the loss of a model
 * that {@link trainStep} trains by fused steps, and TensorFlow.js is loaded for any other model.
 * With TensorFlow.js its ops compute the head and the loss, which round differently.
 *
 * @param model The model.
 * @param loss The loss.
 * @param batch A batch, as {@link trainStep} takes it.
 * @returns The loss of each replica; one number if the model has no replica axis.
 * @throws {InputError} If an argument is wrong, or a shape does not fit.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { evaluate, GRU, Linear, MSELoss, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { addingProblem } from "../data.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new GRU({ inputSize: 2, hiddenSize: 8, random: random.fork("gru") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
 *   readout: "last",
 * });
 * const [loss = NaN] = await evaluate(
 *   model,
 *   new MSELoss(),
 *   addingProblem({ steps: 4 }).draw(100, random.fork("data")),
 * );
 * assert(loss > 0.1);
 * model.dispose();
 * ```
 */
export async function evaluate(model: Model, loss: Loss, batch: Batch): Promise<Float32Array> {
  checkModel(model);
  checkLoss(loss);
  const checked = checkedBatch(batch, model);
  const { network } = model;
  if (!hasTfjs() && network && loss.fused && canFuse(model, loss)) {
    checkFusedBatch(model, network, loss.fused, checked);
    const pass = new ForwardPass(model, network, loss.fused);
    try {
      pass.run(checked);
      return await pass.losses();
    } finally {
      pass.dispose();
    }
  }
  await loadTensors();
  const { x, target, ...given } = checked;
  const losses = tf.tidy(() => {
    const mask = given.mask && toTensor(given.mask);
    const { output } = checkForward(
      model.forward(toTensor(x), undefined, mask ? { mask } : {}),
    );
    const options = { mask: maskRows(mask, output), replicas: model.replicas };
    return computeLosses(loss, output, toTensor(target), options);
  });
  try {
    return await losses.data<"float32">();
  } finally {
    losses.dispose();
  }
}
