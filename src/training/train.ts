import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { StateDict } from "../model/state_dict.ts";
import { type BatchList, countTargets, sliceBatches } from "./batch_list.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CHUNK } from "./chunk.ts";
import type { CrossEntropyLoss } from "./losses.ts";
import { type Adam, runnerOf } from "./optimizer.ts";
import type { ReduceLROnPlateau } from "./reduce_lr_on_plateau.ts";
import { type EpochRecord, TrainingPosition } from "./training_position.ts";
import { trainStep } from "./train_step.ts";

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
  /** The epochs that are done. */
  readonly history: readonly EpochRecord[];
}

/** What {@link train} is told. */
export interface TrainOptions {
  /** Passes over the batches. */
  readonly epochs: number;
  /** The batches of an epoch from 0 on: at every call the same. */
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
  /** The most steps of a call into the kernels, between which nothing else runs; by default 64. */
  readonly progressSteps?: number;
}

/**
 * Trains a language model for some epochs. Losses stay on the device and are read at an epoch's
 * end, before a checkpoint, and once in 1024 steps.
 *
 * Stopped at any moment and started again from its last checkpoint, with equal options, it ends
 * with the same bytes as in one go: batches, dropout, moments, schedule and carried states depend on
 * nothing else.
 *
 * @returns What each epoch gave.
 * @throws {InputError} On a loss that is no number, on shapes that do not fit, and on a checkpoint of
 *   another model or of more epochs.
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
  const { plateau, start, carryState = false, onProgress, onCheckpoint } = options;
  const carries = ({ epoch, batch }: TrainingPosition): boolean =>
    carryState && (batch > 0 || epoch > 0 && (options.goesOn?.(epoch) ?? false));
  const epochs = positiveInteger("epochs", options.epochs);
  const { checkpointSteps = Infinity } = options;
  const every = checkpointSteps === Infinity
    ? checkpointSteps
    : positiveInteger("checkpointSteps", checkpointSteps);
  const longest = Math.min(CHUNK, positiveInteger("progressSteps", options.progressSteps ?? CHUNK));
  const position = start ? TrainingPosition.of(start.progress) : new TrainingPosition();
  if (start) {
    model.loadStateDict(start.weights);
    optimizer.loadStateDict(start.optimizer);
    if (position.plateau) plateau?.loadStateDict(position.plateau);
    if (position.epoch > epochs) {
      throw new InputError("epochs", `${position.epoch} or more, as were done`, epochs);
    }
  }
  const { arena } = runnerOf(optimizer);
  const random = options.random ? { random: options.random } : {};
  let tokens = 0;
  let unread: number[] = [];
  const read = async (): Promise<void> => {
    if (unread.length === 0) return;
    const first = arena.steps - unread.length;
    const losses = await arena.recall("losses", first, unread.length);
    const norms = await arena.recall("norms", first, unread.length);
    unread.forEach((count, i) => {
      const value = losses[i]?.[0] ?? NaN;
      if (!Number.isFinite(value)) {
        const help = "A smaller learningRate or clipGradNorm may help";
        throw new InputError(`the loss of step ${first + i + 1}`, "a finite number", value, help);
      }
      position.add(value, count, (norms[i]?.[0] ?? 0) > (optimizer.clipGradNorm ?? Infinity));
    });
    unread = [];
  };
  const rate = () => optimizer.learningRate * optimizer.schedule(Math.max(0, arena.steps - 1));
  const save = async (): Promise<void> => {
    await read();
    position.plateau = plateau?.stateDict() ?? null;
    const weights = await model.stateDict();
    const { carried, ...state } = await optimizer.stateDict();
    // Where the next batch begins from 0 there is nothing to go on from.
    const kept = carries(position) ? carried : null;
    const progress = position.toJson();
    await onCheckpoint?.({ weights, optimizer: { ...state, carried: kept }, progress });
  };
  while (position.epoch < epochs) {
    const batches = options.batches(position.epoch);
    if (batches.length < 1) throw new InputError("batches of an epoch", "1 or more", 0);
    const tell = async (step: number): Promise<void> =>
      await onProgress?.({
        ...{ epoch: position.epoch, epochs, step, steps: batches.length, tokens },
        ...{ learningRate: rate(), history: position.history },
      });
    await tell(position.batch);
    while (position.batch < batches.length) {
      const { batch: next } = position;
      const goesOn = carries(position);
      // A batch that begins from 0 where others go on is a call of its own.
      const most = carryState && !goesOn ? 1 : Math.min(longest, every - next % every);
      const chunk = sliceBatches(batches, next, Math.min(most, batches.length - next));
      trainStep(model, loss, optimizer, chunk, { ...random, carryState: goesOn });
      const counts = chunk.map((batch) => countTargets(batch, loss.ignoreIndex));
      unread.push(...counts);
      tokens += counts.reduce((sum, count) => sum + count, 0);
      position.batch += chunk.length;
      if (unread.length > RING - CHUNK) await read();
      const within = position.batch < batches.length;
      if (onCheckpoint && within && position.batch % every === 0) await save();
      if (within) await tell(position.batch);
    }
    await read();
    const learningRate = rate();
    const validationLoss = await options.validate();
    plateau?.step(validationLoss);
    const record = position.endEpoch({ validationLoss, learningRate });
    if (position.isBest) await options.onBest?.(await model.stateDict(), record);
    if (onCheckpoint) await save();
    await onProgress?.({
      ...{ epoch: position.epoch, epochs, step: 0, steps: batches.length, tokens },
      ...{ learningRate, history: position.history },
    });
  }
  return [...position.history];
}
