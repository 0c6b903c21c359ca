import { InputError } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { positiveInteger } from "../core/shapes.ts";
import { checkBatchList, sliceBatches } from "./batch_list.ts";
import { CallSize } from "./call_size.ts";
import { CHUNK } from "./chunk.ts";
import { HeldBatches } from "./held_batches.ts";
import type { CrossEntropyLoss } from "./losses.ts";
import type { Adam } from "./optimizer.ts";
import { resumeTraining } from "./resume_training.ts";
import { checkTrain, type SavedModel, type TrainOptions } from "./train_options.ts";
import { trainStep } from "./train_step.ts";
import { type EpochRecord, TrainingPosition } from "./training_position.ts";
import { UnreadSteps } from "./unread_steps.ts";

export type { SavedModel, TrainingProgress, TrainOptions } from "./train_options.ts";

/**
 * Trains a language model for some epochs. Losses stay on the device and are read at an epoch's
 * end, before a checkpoint, and once in 1024 steps.
 *
 * Stopped at any moment and started again from its last checkpoint, with equal options, it ends
 * with the same bytes as in one go: batches, dropout, moments, schedule and carried states depend on
 * nothing else. If `signal` is aborted there is a checkpoint of the very step. Timers, listeners and
 * messages run between two calls into the kernels.
 *
 * @param model What is trained.
 * @param loss What is made smaller.
 * @param optimizer Of this model.
 * @param options Epochs, their batches, how they are validated, and more.
 * @returns What each epoch gave.
 * @throws {InputError} On an argument or an option that is something else, on an unknown option, on a loss that is NaN or infinite, on shapes that do not fit, on an epoch of which no
 *   target counts, on a model with replicas, and on a checkpoint of another model, of more epochs or
 *   of longer ones.
 * @throws The reason of `signal`, if it is aborted before the last epoch's steps are done, or if
 *   `validate` throws it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { AdamW, CrossEntropyLoss, languageModel, Random, selectBackend, tokenLosses, train } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = languageModel({ vocabularySize: 8, embeddingDim: 4, hiddenSize: 16, random });
 * const optimizer = new AdamW(model, { learningRate: 0.01, clipGradNorm: 1 });
 * const x = { shape: [6, 1], data: Int32Array.of(2, 4, 5, 6, 4, 5) };
 * const target = { shape: [6, 1], data: Int32Array.of(4, 5, 6, 4, 5, 3) };
 * const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
 * const history = await train(model, loss, optimizer, {
 *   epochs: 30,
 *   batches: () => [{ x, target }],
 *   validate: async () => (await tokenLosses(model, [{ x, target }], { ignoreIndex: 0 })).mean,
 * });
 * assert((history.at(-1)?.validationLoss ?? NaN) < (history[0]?.validationLoss ?? NaN));
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export async function train(
  model: SavedModel,
  loss: CrossEntropyLoss,
  optimizer: Adam,
  options: TrainOptions,
): Promise<EpochRecord[]> {
  checkTrain(model, loss, optimizer, options);
  const { plateau, carryState = false, onProgress, onCheckpoint, signal } = options;
  const carries = ({ epoch, batch }: TrainingPosition): boolean =>
    carryState && (batch > 0 || epoch > 0 && (options.goesOn?.(epoch) ?? false));
  const epochs = positiveInteger("epochs", options.epochs);
  const { checkpointSteps = Infinity } = options;
  const every = checkpointSteps === Infinity
    ? checkpointSteps
    : positiveInteger("checkpointSteps", checkpointSteps);
  const { progressSteps } = options;
  const fixed = progressSteps === undefined
    ? undefined
    : Math.min(CHUNK, positiveInteger("progressSteps", progressSteps));
  const size = new CallSize();
  const held = new HeldBatches();
  const position = options.start
    ? resumeTraining(model, optimizer, options.start, options)
    : new TrainingPosition();
  const unread = new UnreadSteps(optimizer, position, options.lossSteps);
  let saved = options.start !== undefined;
  const random = options.random ? { random: options.random } : {};
  const rate = () => optimizer.learningRate * optimizer.schedule(Math.max(0, optimizer.steps - 1));
  // Of the last step: at an epoch's end the plateau may change that of the next.
  const last = position.batch === 0 ? position.history.at(-1) : undefined;
  let learningRate = last?.learningRate ?? rate();
  let tokens = 0;
  const save = async (): Promise<void> => {
    await unread.read();
    position.plateau = plateau?.stateDict() ?? null;
    const weights = await model.stateDict();
    const { carried, ...state } = await optimizer.stateDict();
    // Where the next batch begins from 0 there is nothing to go on from.
    const kept = carries(position) ? carried : null;
    const progress = position.toJson();
    await onCheckpoint?.({ weights, optimizer: { ...state, carried: kept }, progress });
    saved = true;
  };
  const validate = async (): Promise<number> => {
    try {
      return await options.validate();
    } catch (error) {
      // The steps of the epoch are done: training goes on with the validation.
      if (error === signal?.reason) await stopIfAsked();
      throw error;
    }
  };
  const stopIfAsked = async (): Promise<void> => {
    if (!signal?.aborted) return;
    if (onCheckpoint && !saved) await save();
    signal.throwIfAborted();
  };
  while (position.epoch < epochs) {
    const batches = options.batches(position.epoch);
    checkBatchList("batches of an epoch", batches);
    if (batches.length < 1) throw new InputError("batches of an epoch", "1 or more", 0);
    const tell = async (step: number): Promise<void> =>
      await onProgress?.({
        ...{ epoch: position.epoch, epochs, step, steps: batches.length, tokens },
        ...{ learningRate, loss: position.loss, history: position.history },
      });
    await tell(position.batch);
    while (position.batch < batches.length) {
      await letOthersRun();
      await stopIfAsked();
      const begin = performance.now();
      const { batch: next } = position;
      const goesOn = carries(position);
      // A batch that begins from 0 where others go on is a call of its own.
      const most = carryState && !goesOn ? 1 : Math.min(fixed ?? size.steps, every - next % every);
      const count = Math.min(most, batches.length - next);
      const chunk = sliceBatches(batches, next, count, model, held);
      try {
        trainStep(model, loss, optimizer, chunk, { ...random, carryState: goesOn });
        learningRate = rate();
        tokens += await unread.add(chunk, loss.ignoreIndex);
      } finally {
        held.release();
      }
      position.batch += chunk.length;
      size.took(chunk.length, performance.now() - begin);
      saved = false;
      const within = position.batch < batches.length;
      if (onCheckpoint && within && position.batch % every === 0) await save();
      if (within) await tell(position.batch);
    }
    await unread.read();
    if (position.tokens === 0) {
      const help = "Targets that are ignoreIndex or masked do not count";
      throw new InputError("the number of targets that count in an epoch", "1 or more", 0, help);
    }
    const validationLoss = await validate();
    if (!Number.isFinite(validationLoss)) {
      const what = `the held-out loss of epoch ${position.epoch + 1}`;
      throw new InputError(what, "a finite number", validationLoss);
    }
    plateau?.step(validationLoss);
    const record = position.endEpoch({ validationLoss, learningRate });
    if (position.isBest) await options.onBest?.(await model.stateDict(), record);
    if (onCheckpoint) await save();
    await tell(0);
  }
  return [...position.history];
}
