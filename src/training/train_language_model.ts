import { checkFlags, checkFunction, checkRandom, checkSignal, helpFor } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";
import {
  type BatchList,
  checkBatchList,
  countTargets,
  HeldBatches,
  sliceBatches,
} from "./batch_list.ts";
import { CallSize, CHUNK } from "./call_size.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Batch } from "./engine/batch.ts";
import { CrossEntropyLoss } from "./engine/losses.ts";
import { type Adam, runnerOf } from "./optimizer.ts";
import { ReduceLROnPlateau } from "./reduce_lr_on_plateau.ts";
import { checkTraining, trainStep } from "./train_step.ts";
import { type EpochRecord, TrainingPosition } from "./training_position.ts";

/** A model whose parameters can be read and set: a {@link SequenceModel} is one. */
export interface SavedModel extends Model {
  /** The parameters' values by name. */
  stateDict(): Promise<StateDict>;
  /** Takes over the values of a state dict. */
  loadStateDict(dict: StateDict): void;
}

/** How far {@link train} has come. */
export interface TrainingProgress {
  /** Epochs that are done. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** Steps of the epoch that are done. */
  readonly step: number;
  /** Steps of the epoch in all. */
  readonly steps: number;
  /** Tokens that counted since this call began. */
  readonly tokens: number;
  /** The size of the last step. */
  readonly learningRate: number;
  /**
   * The mean loss of the epoch's tokens up to the step that was read last, in nats; `null` where
   * none was read.
   */
  readonly loss: number | null;
  /** The epochs that are done. */
  readonly history: readonly EpochRecord[];
}

/** What {@link train} is told. */
export interface TrainOptions {
  /** Passes over the batches. */
  readonly epochs: number;
  /**
   * The batches of an epoch from 0 on: at every call the same. Up to 64 are taken ahead; each may refill
   * the arrays, or dispose of the tensors, of the one before.
   */
  readonly batches: (epoch: number) => BatchList;
  /** The loss on held-out tokens, in nats: {@link tokenLosses} of them. */
  readonly validate: () => Promise<number>;
  /** Reduces the step's size where the held-out loss gets no better. */
  readonly plateau?: ReduceLROnPlateau;
  /** Whether a batch goes on from the last states of the one before; by default from 0. */
  readonly carryState?: boolean;
  /**
   * With `carryState`, whether an epoch goes on from the last states of the one before, as where
   * epochs are parts of one text; by default each begins from 0.
   */
  readonly goesOn?: (epoch: number) => boolean;
  /** What dropout draws from; wanted where the model drops. */
  readonly random?: Random;
  /** Where to go on from: what `onCheckpoint` was given. */
  readonly start?: Checkpoint;
  /** Called at each epoch's end, and after `checkpointSteps` steps within one. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
  /** Steps of an epoch after which there is a checkpoint; by default only at its end. */
  readonly checkpointSteps?: number;
  /** Called, before the checkpoint, with the parameters that have the lowest held-out loss so far. */
  readonly onBest?: (weights: StateDict, record: EpochRecord) => Promise<void>;
  /** Called after each call into the kernels, and at each epoch's end; it is waited for. */
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  /**
   * The most steps of a call into the kernels, during which nothing else runs: up to 64. By default as
   * many as take about 50 ms.
   */
  readonly progressSteps?: number;
  /**
   * Steps after which losses are read for {@link TrainingProgress.loss}, to the end of the call that
   * they are part of; by default as rarely as can be. It changes no number of the training.
   */
  readonly lossSteps?: number;
  /**
   * Stops training between two calls into the kernels, once `onCheckpoint` has what it takes to go on
   * from there. An epoch whose steps are all done is ended first, unless `validate` throws the
   * signal's reason, as {@link tokenLosses} does if it has the same signal.
   */
  readonly signal?: AbortSignal;
}

const names: OptionNames<TrainOptions> = {
  epochs: true,
  batches: true,
  validate: true,
  plateau: true,
  carryState: true,
  goesOn: true,
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
 * Checks what {@link train} is given, but for counts and for the checkpoint.
 *
 * @throws {InputError} On an argument or an option that is something else, on an unknown option, and on
 *   a model with replicas.
 */
export function checkTrain(
  model: SavedModel,
  loss: CrossEntropyLoss,
  optimizer: Adam,
  options: TrainOptions,
): void {
  checkTraining(model, loss, optimizer);
  if (!(loss instanceof CrossEntropyLoss)) {
    throw new InputError("loss", "a CrossEntropyLoss", loss, "fit trains by others");
  }
  if (typeof model.stateDict !== "function" || typeof model.loadStateDict !== "function") {
    throw new InputError("model", "one with stateDict and loadStateDict", model);
  }
  if (model.replicas !== undefined) {
    throw new InputError("replicas of the model", "left out", model.replicas);
  }
  checkOptions("train", options, names);
  const { batches, validate, plateau, carryState, goesOn, random, signal } = options;
  checkFunction("batches", batches, "from an epoch's number to its batches");
  checkFunction("validate", validate, "that gives the loss on held-out tokens");
  const { onCheckpoint, onBest, onProgress } = options;
  for (const [name, call] of Object.entries({ goesOn, onCheckpoint, onBest, onProgress })) {
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

/**
 * Gives model, optimizer and schedule what a checkpoint has of them, once it is known that training
 * can go on from it.
 *
 * @returns Where it goes on.
 * @throws {InputError} On a checkpoint of another model, of more epochs, or of more batches in one.
 */
export function resumeTraining(
  model: SavedModel,
  optimizer: Adam,
  start: Checkpoint,
  { epochs, batches, plateau }: Pick<TrainOptions, "epochs" | "batches" | "plateau">,
): TrainingPosition {
  if (!isPlainObject(start)) throw new InputError("start", "a checkpoint", start, helpFor(start));
  const position = TrainingPosition.of(start.progress);
  const { epoch, batch } = position;
  if (epoch > epochs) throw new InputError("epochs", `${epoch} or more, as were done`, epochs);
  if (batch > 0) {
    if (epoch === epochs) {
      throw new InputError("epochs", `${epoch + 1} or more, as were begun`, epochs);
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

/** Steps whose losses lie on the device until they are read into the position. */
export class UnreadSteps {
  readonly #optimizer: Adam;
  readonly #position: TrainingPosition;
  readonly #most: number;
  /** How many targets of each step count. */
  #counts: number[] = [];

  /**
   * Is told what does the steps, what takes them into account, and how many may stay unread.
   *
   * @throws {InputError} On a number that is none.
   */
  constructor(optimizer: Adam, position: TrainingPosition, lossSteps = RING) {
    this.#optimizer = optimizer;
    this.#position = position;
    // Before further steps take the place of the first.
    this.#most = Math.min(RING - CHUNK + 1, positiveInteger("lossSteps", lossSteps));
  }

  /**
   * Remembers the steps that were done last, on at most {@link CHUNK} batches.
   *
   * @returns How many of their targets count.
   */
  async add(batches: readonly Batch[], ignoreIndex: number | null): Promise<number> {
    const counts: number[] = [];
    for (const batch of batches) counts.push(await countTargets(batch, ignoreIndex));
    this.#counts.push(...counts);
    if (this.#counts.length >= this.#most) await this.read();
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Reads what is unread.
   *
   * @throws {InputError} On a loss that is no number.
   */
  async read(): Promise<void> {
    const counts = this.#counts;
    if (counts.length === 0) return;
    const { arena } = runnerOf(this.#optimizer);
    const first = arena.steps - counts.length;
    const losses = await arena.recall("losses", first, counts.length);
    const norms = await arena.recall("norms", first, counts.length);
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
