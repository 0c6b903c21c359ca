import { checkFlags, checkFunction, checkRandom, checkSignal } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import type { Model } from "../model/model.ts";
import type { StateDict } from "../model/state_dict.ts";
import type { BatchList } from "./batch_list.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CrossEntropyLoss } from "./losses.ts";
import type { Adam } from "./optimizer.ts";
import { ReduceLROnPlateau } from "./reduce_lr_on_plateau.ts";
import { checkTraining } from "./train_step.ts";
import type { EpochRecord } from "./training_position.ts";

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
