import * as tf from "@tensorflow/tfjs";
import type { Model } from "../model/model.ts";
import { type Batch, checkBatch, toTensor } from "./batch.ts";
import type { Loss } from "./losses.ts";
import { maskRows } from "./mask_rows.ts";

/**
 * The loss of a model on a batch, without dropout; nothing changes.
 *
 * @param batch As {@link trainStep} takes it.
 * @returns The loss of each replica; one number where there is no axis of them.
 * @throws {InputError} On shapes that do not fit.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { addingProblem, evaluate, GRU, Linear, MSELoss, Random, selectBackend, SequenceModel } from "../../mod.ts";
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
  checkBatch(batch);
  const found = tf.tidy(() => {
    const mask = batch.mask && toTensor(batch.mask);
    const { output } = model.forward(toTensor(batch.x), undefined, mask ? { mask } : {});
    const lead = (tensor: tf.Tensor): tf.Tensor =>
      model.replicas === undefined ? tensor.expandDims(0) : tensor;
    const rows = maskRows(mask, output);
    return loss.of(lead(output), lead(toTensor(batch.target)), rows && lead(rows));
  });
  try {
    return await found.data<"float32">();
  } finally {
    found.dispose();
  }
}
