import { loadTensors } from "../core/backend.ts";
import { checkFlags, checkFunction, checkRandom, checkSignal, helpFor } from "../core/arguments.ts";
import { currentBackend } from "../core/current_backend.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/training_program.ts";
import type { Model } from "../model/model.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";
import {
  BatchBuffer,
  type BatchList,
  checkBatchList,
  countTargets,
  sliceBatches,
} from "./batch_list.ts";
import { CallSize, MAX_CALL_STEPS } from "./call_size.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Batch } from "./engine/batch.ts";
import { canFuse } from "./engine/fused_step.ts";
import { CrossEntropyLoss } from "./engine/losses.ts";
import type { Adam } from "./optimizer.ts";
import { ReduceLROnPlateau } from "./reduce_lr_on_plateau.ts";
import { checkTraining, trainStep } from "./train_step.ts";
import { type EpochRecord, TrainingPosition } from "./training_position.ts";

/** A model whose parameters can be saved and loaded, such as a {@link SequenceModel}. */
export interface SavedModel extends Model {
  /**
   * Reads the values of the parameters.
   *
   * @returns The values by name.
   */
  stateDict(): Promise<StateDict>;
  /**
   * Sets the parameters to the values of a state dict.
   *
   * @param dict The values by name.
   */
  loadStateDict(dict: StateDict): void;
}

/** The progress of {@link trainLanguageModel}. */
export interface TrainingProgress {
  /** The number of epochs that are done. */
  readonly epoch: number;
  /** The number of epochs in all. */
  readonly epochs: number;
  /** The number of steps of the epoch that are done. */
  readonly step: number;
  /** The number of steps of the epoch. */
  readonly steps: number;
  /** The number of tokens in this call so far, without those that do not count. */
  readonly tokens: number;
  /** The learning rate of the last step. */
  readonly learningRate: number;
  /**
   * The mean loss of the epoch's tokens, in nats, up to the last step whose loss was read; `null`
   * if none was read.
   */
  readonly loss: number | null;
  /** The records of the epochs that are done. */
  readonly history: readonly EpochRecord[];
}

/** Options for {@link trainLanguageModel}. */
export interface TrainLanguageModelOptions {
  /** The number of passes over the batches. */
  readonly epochs: number;
  /**
   * Returns the batches of an epoch; epochs are numbered from 0. Two calls for the same epoch must
   * return equal batches. Up to 64 batches are read ahead. Reading a batch may refill the arrays of
   * the previous batch, or dispose of its tensors.
   */
  readonly batches: (epoch: number) => BatchList;
  /** Computes the loss on held-out tokens, in nats, such as the mean of {@link tokenLosses}. */
  readonly validate: () => Promise<number>;
  /** Reduces the learning rate if the held-out loss stops improving. */
  readonly plateau?: ReduceLROnPlateau;
  /**
   * Whether each batch starts from the final states of the batch before it; by default each starts
   * from 0.
   */
  readonly carryState?: boolean;
  /**
   * With `carryState`, whether an epoch starts from the final states of the epoch before, for
   * epochs that are parts of one text; by default it starts from 0.
   */
  readonly carryAcrossEpochs?: (epoch: number) => boolean;
  /** The source of dropout masks, required if the model has dropout. */
  readonly random?: Random;
  /** The checkpoint to continue from, as `onCheckpoint` received it. */
  readonly start?: Checkpoint;
  /** Called with a checkpoint at the end of each epoch, and every `checkpointSteps` steps. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
  /**
   * The number of steps between checkpoints within an epoch; by default there is a checkpoint only
   * at the end of each epoch.
   */
  readonly checkpointSteps?: number;
  /**
   * Called with the parameters that have the lowest held-out loss so far, before the checkpoint.
   */
  readonly onBest?: (weights: StateDict, record: EpochRecord) => Promise<void>;
  /** Called after each call into the kernels and at the end of each epoch, and awaited. */
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  /**
   * The largest number of steps of a call into the kernels, at most 64; nothing else runs during a
   * call. By default a call does as many steps as take about 50 ms.
   */
  readonly progressSteps?: number;
  /**
   * The number of steps after which losses are read for {@link TrainingProgress.loss}, rounded up
   * to whole calls; by default losses are read as rarely as possible. The training does not depend
   * on this number.
   */
  readonly lossSteps?: number;
  /**
   * Stops training between two calls into the kernels, after a checkpoint. If all steps of an epoch
   * are done, the epoch is completed first, unless `validate` throws the reason of the signal, as
   * {@link tokenLosses} does with the same signal.
   */
  readonly signal?: AbortSignal;
}

const names: OptionNames<TrainLanguageModelOptions> = {
  epochs: true,
  batches: true,
  validate: true,
  plateau: true,
  carryState: true,
  carryAcrossEpochs: true,
  random: true,
  start: true,
  onCheckpoint: true,
  checkpointSteps: true,
  onBest: true,
  onProgress: true,
  progressSteps: true,
  lossSteps: true,
  signal: true,
};

/**
 * Trains a language model for a number of epochs. Losses stay on the device and are read at the end
 * of an epoch, before a checkpoint, and every 1024 steps. Timers, listeners and messages run
 * between two calls into the kernels.
 *
 * A training may stop at any moment. Continued from its last checkpoint with equal options, it ends
 * with the same bytes as a training without a stop: batches, dropout, moments, schedule and carried
 * states depend only on the checkpoint and the options. If `signal` is aborted, there is a
 * checkpoint of the last step.
 *
 * {@link fit} trains other models.
 *
 * @param model The model.
 * @param loss The loss that is minimized.
 * @param optimizer An optimizer of this model.
 * @param options The number of epochs, their batches, the validation and more.
 * @returns The records of all epochs.
 * @throws {InputError} If an argument or option is wrong or unknown, a loss is NaN or infinite, a
 * shape does not fit, no target of an epoch counts, the model has replicas, or the checkpoint is of
 * another model, of more epochs or of longer epochs.
 * @throws The reason of `signal`, if it is aborted before the steps of the last epoch are done, or
 *   if `validate` throws it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { AdamW, CrossEntropyLoss, Random, selectBackend } from "../../mod.ts";
 * import { languageModel, tokenLosses, trainLanguageModel } from "../text.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = languageModel({ vocabularySize: 8, embeddingDim: 4, hiddenSize: 16, random });
 * const optimizer = new AdamW(model, { learningRate: 0.01, clipGradNorm: 1 });
 * const x = { shape: [6, 1], data: Int32Array.of(2, 4, 5, 6, 4, 5) };
 * const target = { shape: [6, 1], data: Int32Array.of(4, 5, 6, 4, 5, 3) };
 * const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
 * const history = await trainLanguageModel(model, loss, optimizer, {
 *   epochs: 30,
 *   batches: () => [{ x, target }],
 *   validate: async () => (await tokenLosses(model, [{ x, target }], { ignoreIndex: 0 })).mean,
 * });
 * assert((history.at(-1)?.validationLoss ?? NaN) < (history[0]?.validationLoss ?? NaN));
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export async function trainLanguageModel(
  model: SavedModel,
  loss: CrossEntropyLoss,
  optimizer: Adam,
  options: TrainLanguageModelOptions,
): Promise<EpochRecord[]> {
  checkArguments(model, loss, optimizer, options);
  const { plateau, carryState = false, onProgress, onCheckpoint, signal } = options;
  const carries = ({ epoch, batch }: TrainingPosition): boolean =>
    carryState && (batch > 0 || epoch > 0 && (options.carryAcrossEpochs?.(epoch) ?? false));
  const epochs = positiveInteger("epochs", options.epochs);
  const { checkpointSteps = Infinity } = options;
  const every = checkpointSteps === Infinity
    ? checkpointSteps
    : positiveInteger("checkpointSteps", checkpointSteps);
  const { progressSteps } = options;
  const fixed = progressSteps === undefined
    ? undefined
    : Math.min(MAX_CALL_STEPS, positiveInteger("progressSteps", progressSteps));
  if (!canFuse(model, loss)) await loadTensors();
  const size = new CallSize(currentBackend() === "webgpu");
  const buffer = new BatchBuffer();
  const position = options.start
    ? resume(model, optimizer, options.start, options)
    : new TrainingPosition();
  const unread = new UnreadSteps(optimizer, position, options.lossSteps);
  let saved = options.start !== undefined;
  const random = options.random ? { random: options.random } : {};
  const rate = () => optimizer.learningRate * optimizer.schedule(Math.max(0, optimizer.steps - 1));
  // At the end of an epoch the plateau may have reduced the rate of the next step.
  const last = position.batch === 0 ? position.history.at(-1) : undefined;
  let learningRate = last?.learningRate ?? rate();
  let tokens = 0;
  const save = async (): Promise<void> => {
    await unread.read();
    position.plateau = plateau?.stateDict() ?? null;
    const weights = await model.stateDict();
    const { carried, ...state } = await optimizer.stateDict();
    // If the next batch starts from 0, no states are needed.
    const needed = carries(position) ? carried : null;
    const progress = position.toJson();
    await onCheckpoint?.({ weights, optimizer: { ...state, carried: needed }, progress });
    saved = true;
  };
  const stopIfAborted = async (): Promise<void> => {
    if (!signal?.aborted) return;
    if (onCheckpoint && !saved) await save();
    signal.throwIfAborted();
  };
  const validate = async (): Promise<number> => {
    try {
      return await options.validate();
    } catch (error) {
      // All steps of the epoch are done, so training continues with the validation.
      if (error === signal?.reason) await stopIfAborted();
      throw error;
    }
  };
  while (position.epoch < epochs) {
    const batches = options.batches(position.epoch);
    checkBatchList("batches of an epoch", batches);
    if (batches.length < 1) throw new InputError("batches of an epoch", "1 or more", 0);
    const reportProgress = async (step: number): Promise<void> =>
      await onProgress?.({
        ...{ epoch: position.epoch, epochs, step, steps: batches.length, tokens },
        ...{ learningRate, loss: position.loss, history: position.history },
      });
    await reportProgress(position.batch);
    while (position.batch < batches.length) {
      await letOthersRun();
      await stopIfAborted();
      const begin = performance.now();
      const { batch: next } = position;
      const carry = carries(position);
      // The first batch of carried states, which starts from 0, needs a call for itself.
      const most = carryState && !carry ? 1 : Math.min(fixed ?? size.steps, every - next % every);
      const count = Math.min(most, batches.length - next);
      const chunk = sliceBatches(batches, next, count, model, buffer);
      try {
        trainStep(model, loss, optimizer, chunk, { ...random, carryState: carry });
        learningRate = rate();
        tokens += await unread.add(chunk, loss.ignoreIndex);
      } finally {
        buffer.release();
      }
      position.batch += chunk.length;
      size.adjust(chunk.length, performance.now() - begin);
      saved = false;
      const isWithin = position.batch < batches.length;
      if (onCheckpoint && isWithin && position.batch % every === 0) await save();
      if (isWithin) await reportProgress(position.batch);
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
    await reportProgress(0);
  }
  return [...position.history];
}

/** Checks all arguments except counts and the checkpoint. */
function checkArguments(
  model: SavedModel,
  loss: CrossEntropyLoss,
  optimizer: Adam,
  options: TrainLanguageModelOptions,
): void {
  checkTraining(model, loss, optimizer);
  if (!(loss instanceof CrossEntropyLoss)) {
    throw new InputError("loss", "a CrossEntropyLoss", loss, "fit takes other losses");
  }
  if (typeof model.stateDict !== "function" || typeof model.loadStateDict !== "function") {
    throw new InputError("model", "one with stateDict and loadStateDict", model);
  }
  if (model.replicas !== undefined) {
    throw new InputError("replicas of the model", "left out", model.replicas);
  }
  checkOptions("trainLanguageModel", options, names);
  const { batches, validate, plateau, carryState, carryAcrossEpochs, random, signal } = options;
  checkFunction("batches", batches, "from an epoch's number to its batches");
  checkFunction("validate", validate, "that returns the loss on held-out tokens");
  const { onCheckpoint, onBest, onProgress } = options;
  const optional = { carryAcrossEpochs, onCheckpoint, onBest, onProgress };
  for (const [name, call] of Object.entries(optional)) {
    if (call !== undefined) checkFunction(name, call, "or left out");
  }
  if (plateau !== undefined && !(plateau instanceof ReduceLROnPlateau)) {
    throw new InputError("plateau", "a ReduceLROnPlateau", plateau);
  }
  if (random !== undefined) checkRandom("random", random);
  if (signal !== undefined) checkSignal(signal);
  checkFlags({ carryState });
}

/**
 * Loads a checkpoint into model, optimizer and plateau, after checking that training can continue.
 */
function resume(
  model: SavedModel,
  optimizer: Adam,
  start: Checkpoint,
  { epochs, batches, plateau }: Pick<TrainLanguageModelOptions, "epochs" | "batches" | "plateau">,
): TrainingPosition {
  if (!isPlainObject(start)) throw new InputError("start", "a checkpoint", start, helpFor(start));
  const position = TrainingPosition.of(start.progress);
  const { epoch, batch } = position;
  if (epoch > epochs) {
    throw new InputError("epochs", `at least ${epoch}, the epochs that are done`, epochs);
  }
  if (batch > 0) {
    if (epoch === epochs) {
      throw new InputError("epochs", `at least ${epoch + 1}, the epochs that have begun`, epochs);
    }
    const { length } = batches(epoch);
    if (batch > length) {
      throw new InputError("batches of an epoch", `at least the ${batch} that were done`, length);
    }
  }
  model.loadStateDict(start.weights);
  optimizer.loadStateDict(start.optimizer);
  if (position.plateau) plateau?.loadStateDict(position.plateau);
  return position;
}

/** Steps whose losses are still on the device, not yet added to the training position. */
class UnreadSteps {
  readonly #optimizer: Adam;
  readonly #position: TrainingPosition;
  readonly #most: number;
  /** The number of targets that count, by step. */
  #counts: number[] = [];

  constructor(optimizer: Adam, position: TrainingPosition, lossSteps = RING) {
    this.#optimizer = optimizer;
    this.#position = position;
    // Losses must be read before those of later steps replace them.
    const room = RING - MAX_CALL_STEPS + 1;
    this.#most = Math.min(room, positiveInteger("lossSteps", lossSteps));
  }

  /** Adds the last steps, at most {@link MAX_CALL_STEPS}, and returns how many targets count. */
  async add(batches: readonly Batch[], ignoreIndex: number | null): Promise<number> {
    const counts: number[] = [];
    for (const batch of batches) counts.push(await countTargets(batch, ignoreIndex));
    this.#counts.push(...counts);
    if (this.#counts.length >= this.#most) await this.read();
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Reads all losses and norms, and throws if a loss is not finite. */
  async read(): Promise<void> {
    const counts = this.#counts;
    if (counts.length === 0) return;
    const report = this.#optimizer.report(counts.length);
    const first = this.#optimizer.steps - counts.length;
    const losses = await report.losses();
    const norms = await report.gradNorms();
    const longest = this.#optimizer.clipGradNorm ?? Infinity;
    counts.forEach((count, i) => {
      const value = losses[i]?.[0] ?? NaN;
      if (!Number.isFinite(value)) {
        const help = "A smaller learningRate or clipGradNorm may help";
        throw new InputError(`the loss of step ${first + i + 1}`, "a finite number", value, help);
      }
      this.#position.add(value, count, (norms[i]?.[0] ?? 0) > longest);
    });
    this.#counts = [];
  }
}
