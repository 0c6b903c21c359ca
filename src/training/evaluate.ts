import * as tf from "@tensorflow/tfjs";
import { checkForward, checkModel, type Model } from "../model/model.ts";
import { type Batch, checkedBatch, toTensor } from "./engine/batch.ts";
import { checkLoss, type Loss, lossesOf, maskRows } from "./engine/losses.ts";

/**
 * The loss of a model on a batch, without dropout; nothing changes.
 *
 * @param model What is asked.
 * @param loss What it is asked about.
 * @param batch As {@link trainStep} takes it.
 * @returns The loss of each replica; one number where there is no axis of them.
 * @throws {InputError} On a model, loss or batch that is something else, and on shapes that do not fit.
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
  checkModel(model);
  checkLoss(loss);
  const { x, target, ...given } = checkedBatch(batch, model);
  const found = tf.tidy(() => {
    const mask = given.mask && toTensor(given.mask);
    const { output } = checkForward(
      model.forward(toTensor(x), undefined, mask ? { mask } : {}),
    );
    const options = { mask: maskRows(mask, output), replicas: model.replicas };
    return lossesOf(loss, output, toTensor(target), options);
  });
  try {
    return await found.data<"float32">();
  } finally {
    found.dispose();
  }
}
