/**
 * How far the training of classifiers has come.
 *
 * @module
 */
import type { StateDict } from "../model/parameters/state_dict.ts";
import type { OptimizerState } from "../training/optimizer.ts";

/** A position within an epoch. */
export interface StepPosition {
  /** The number of epochs that are done. */
  readonly epoch: number;
  /** The number of steps of the next epoch that are done. */
  readonly step: number;
  /** The number of steps of an epoch. */
  readonly steps: number;
}

/** The weights that a trained network has, and the epoch after which it had them. */
export interface TrainedNetwork {
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The weights by name, without a replica axis. */
  readonly weights: StateDict;
}

/** How far a network has come. */
export interface LearnerState {
  /** The best epoch so far, with its validation loss; `NaN` without validation. */
  readonly best: (TrainedNetwork & { readonly loss: number }) | null;
  /** The number of epochs since the best one. */
  readonly waited: number;
  /** Whether it is no longer trained. */
  readonly finished: boolean;
}

/** What a training needs to continue after an epoch. */
export interface TrainingState {
  /** The number of epochs that are done. */
  readonly epoch: number;
  /** The weights of all networks by name, with a replica axis. */
  readonly weights: StateDict;
  /** The state of the optimizer. */
  readonly optimizer: OptimizerState;
  /** How far each network has come. */
  readonly learners: readonly LearnerState[];
}
