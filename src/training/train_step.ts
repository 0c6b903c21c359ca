import { InputError } from "../core/errors.ts";
import type { Model } from "../model/model.ts";
import type { Batch } from "./engine/batch.ts";
import { checkLoss, type Loss } from "./engine/losses.ts";
import type { StepOptions } from "./engine/step_options.ts";
import type { StepReport } from "./engine/step_runner.ts";
import { Adam } from "./optimizer.ts";

/**
 * Trains a model for a step on a batch, or for n steps on n batches: forward and backward pass,
 * clipping and update. It reads nothing from the device and disposes of every tensor that it makes.
 *
 * A {@link SequenceModel} with {@link MSELoss} or {@link CrossEntropyLoss} is trained by fused
 * steps: all steps on consecutive batches of one shape are one call into the kernels. The kernels
 * keep the parameters until a variable of the model is used. The gradients of tfjs are used for any
 * other model or loss, if {@link SequenceModel.network} is `null`, and if a parameter is not
 * trainable; the results are the same. {@link StepReport.fused} is `true` for fused steps. A batch
 * of a new shape allocates memory anew, so sort batches by length.
 *
 * @param model The model.
 * @param loss The loss that is minimized.
 * @param optimizer An optimizer of this model.
 * @param batch One batch, or up to 1024.
 * @param options The source of dropout masks, and whether states are carried from batch to batch.
 * @returns The report of these steps, from which losses and gradient norms can be read.
 * @throws {InputError} If an argument is wrong, an option or a field of a batch is unknown, or a
 *   shape does not fit. A fused step checks all batches before it computes anything; otherwise the
 *   steps before the wrong batch are done. Also if the optimizer is of another model, or if
 *   `carryState` is true and the last step was fused but this one is not, or the reverse.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Adam, Linear, LSTM, MSELoss, Random, selectBackend, SequenceModel, trainStep } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 3, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
 * });
 * const optimizer = new Adam(model, { learningRate: 0.01 });
 * const batch = {
 *   x: { shape: [5, 2, 3], data: random.array(30) },
 *   target: { shape: [5, 2, 1], data: new Float32Array(10).fill(0.5) },
 * };
 * const report = trainStep(model, new MSELoss(), optimizer, Array(50).fill(batch));
 * const losses = await report.losses();
 * assert(losses[49]![0]! < losses[0]![0]! / 2);
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export function trainStep(
  model: Model,
  loss: Loss,
  optimizer: Adam,
  batch: Batch | readonly Batch[],
  options: StepOptions = {},
): StepReport {
  checkTraining(model, loss, optimizer);
  return optimizer.step(loss, batch, options);
}

/**
 * Checks the arguments that every training function takes.
 *
 * @param model The model.
 * @param loss The loss.
 * @param optimizer The optimizer.
 * @throws {InputError} If `loss` is not a loss, `optimizer` is not an Adam or AdamW, or the
 * optimizer is of another model.
 */
export function checkTraining(model: Model, loss: Loss, optimizer: Adam): void {
  checkLoss(loss);
  if (!(optimizer instanceof Adam)) {
    const help = "Optimizers of tf.train cannot be used; new Adam(model) makes an optimizer";
    throw new InputError("optimizer", "an Adam or AdamW", optimizer, help);
  }
  if (optimizer.model !== model) {
    throw new InputError("optimizer", "one that was made for this model", "one of another model");
  }
}
