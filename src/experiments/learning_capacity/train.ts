import type * as tf from "@tensorflow/tfjs";
import { mean } from "../../statistics/descriptive.ts";
import type { Random } from "../../core/random.ts";
import { type Sample, type SequenceTask, stackSamples } from "../../data/sequence_task.ts";
import type { RecurrentInit } from "../../model/init/recurrent_init.ts";
import type { SequenceModel } from "../../model/sequence_model.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit, type FitOptions } from "../../training/fit.ts";
import { CrossEntropyLoss, type Loss, MSELoss } from "../../training/engine/losses.ts";
import { Adam } from "../../training/optimizer.ts";
import type { Architecture } from "../architectures.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { sequenceNetwork } from "../sequence_network.ts";
import type { Model } from "../../model/model.ts";
import {
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from "../../training/reduce_lr_on_plateau.ts";

/** The most points of a learning curve. */
const POINTS = 50;

/** The largest 32-bit float. */
const LARGEST_FLOAT = 2 ** 127 * (2 - 2 ** -23);

/** The rule by which the learning rate of a network is reduced. */
export interface PlateauOptions {
  /** The number of epochs. Their numbers of updates differ by at most one. */
  readonly epochs: number;
  /** The factor of a reduction. */
  readonly factor: number;
  /** The number of epochs in a row without a better validation loss before a reduction. */
  readonly patience: number;
  /** The sequences on which each network is validated after each epoch. */
  readonly validation: Sample;
}

/** Options for {@link trainNetworks}. The networks are trained side by side. */
export interface TrainOptions {
  readonly task: SequenceTask;
  readonly architecture: Architecture;
  readonly hiddenSize: number;
  /** Draws the recurrent layer's weights. Default: PyTorch's. */
  readonly init?: RecurrentInit | undefined;
  /** The source of the initial weights of each network. */
  readonly weights: readonly Random[];
  readonly learningRate: number;
  /** The largest norm of the gradient. Default: gradients are not clipped. */
  readonly clipGradNorm?: number | undefined;
  /** Returns the factor of the learning rate after a number of updates. Default: 1. */
  readonly schedule?: ((steps: number) => number) | undefined;
  /**
   * The rule that reduces the learning rate of each network if its validation loss does not
   * improve. Default: no reduction.
   */
  readonly plateau?: PlateauOptions | undefined;
  /** The number of updates. */
  readonly updates: number;
  /** Draws the sequences of an update. */
  readonly draw: (update: number) => Sample;
  /**
   * The number of updates over which a point of the curve is a mean. Default: a fiftieth of all
   * updates.
   */
  readonly group?: number;
  /** The sequences of the test after training. */
  readonly test: Sample;
  /** More sequences whose mean losses are computed after training. Default: none. */
  readonly known?: readonly Sample[];
}

/** The outcome of training. It is JSON, so every loss is finite: see {@link finite}. */
export interface Trained {
  /** The number of updates at each point of the curves. */
  readonly xs: readonly number[];
  /**
   * The training losses of shape [network][point]: the mean of the losses before each update since
   * the last point.
   */
  readonly curves: readonly (readonly number[])[];
  /** The test losses, of shape [network]. */
  readonly tests: readonly number[];
  /** The mean losses on `known`, of shape [network]; empty without `known`. */
  readonly known: readonly number[];
}

/**
 * Trains networks side by side by Adam, and tests them.
 *
 * @param options The networks, and the options of their training.
 * @param part The part of the run, which has the signal and receives the progress.
 * @returns Losses during and after training.
 */
export async function trainNetworks(
  options: TrainOptions,
  { signal, progress }: Pick<PartProgress, "signal" | "progress">,
): Promise<Trained> {
  const { task, updates, draw, test, known = [] } = options;
  const { learningRate, clipGradNorm, schedule, plateau } = options;
  const { group = Math.ceil(updates / POINTS) } = options;
  const model = networksOf(options);
  const plateaus = plateau && new Plateaus(options.weights.length, learningRate, {
    factor: plateau.factor,
    patience: plateau.patience,
  });
  const adam = new Adam(model, {
    ...(plateaus ? { learningRate: 1, replicaSchedule: () => plateaus.rates } : { learningRate }),
    ...(clipGradNorm === undefined ? {} : { clipGradNorm }),
    ...(schedule === undefined ? {} : { schedule }),
  });
  const loss = task.loss === "squaredError" ? new MSELoss() : new CrossEntropyLoss();
  try {
    const fitting = {
      ...{ steps: updates, draw, signal },
      onStep: (done: number) => progress(done, updates),
    };
    const losses = plateau && plateaus
      ? await fitByPlateau(model, loss, adam, {
        ...{ ...fitting, epochs: plateau.epochs, validation: plateau.validation, plateaus },
      })
      : await fit(model, loss, adam, fitting);
    const tests = await evaluate(model, loss, test);
    const fits: Float32Array[] = [];
    for (const sequence of known) fits.push(await evaluate(model, loss, sequence));
    const meanOf = (rows: readonly Float32Array[], r: number): number =>
      finite(rows.map((row) => row[r] ?? NaN));
    const points = groups(updates, group);
    return {
      xs: points.map(([, end]) => end),
      curves: options.weights.map((_, r) =>
        points.map(([start, end]) => meanOf(losses.slice(start, end), r))
      ),
      tests: options.weights.map((_, r) => meanOf([tests], r)),
      known: fits.length === 0 ? [] : options.weights.map((_, r) => meanOf(fits, r)),
    };
  } finally {
    adam.dispose();
    model.dispose();
  }
}

/** Creates the networks side by side. The caller disposes of them. */
export function networksOf(
  { task, architecture, hiddenSize, init, weights }: TrainOptions,
): SequenceModel<tf.TensorContainer> {
  const { inputSize, outputSize, readout } = task;
  return sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout, random: weights },
    ...(init ? { init } : {}),
  });
}

/** Computes the mean of losses; the largest 32-bit float if the mean is not finite. */
export function finite(losses: readonly number[]): number {
  return losses.every(Number.isFinite) ? mean(losses) : LARGEST_FLOAT;
}

/** Draws fresh sequences of a task for networks side by side, each from its own source. */
export function drawing(
  task: SequenceTask,
  batch: number,
  sources: readonly Random[],
): () => Sample {
  return () => stackSamples(sources.map((source) => task.draw(batch, source)));
}

/**
 * Divides the updates into groups of a size, each from `start` up to but excluding `end`. The last
 * group may be smaller.
 */
function groups(updates: number, group: number): [start: number, end: number][] {
  return Array.from(
    { length: Math.ceil(updates / group) },
    (_, i) => [i * group, Math.min(updates, (i + 1) * group)],
  );
}

/**
 * The learning rates of networks side by side. A `ReduceLROnPlateau` for each network reduces its
 * rate.
 */
export class Plateaus {
  readonly #rates: readonly { learningRate: number }[];
  readonly #plateaus: readonly ReduceLROnPlateau[];

  /**
   * Sets one learning rate for all networks.
   *
   * @param networks The number of networks.
   * @param learningRate The learning rate of all networks at the beginning.
   * @param options The rule that reduces a learning rate.
   */
  constructor(networks: number, learningRate: number, options: ReduceLROnPlateauOptions) {
    this.#rates = Array.from({ length: networks }, () => ({ learningRate }));
    this.#plateaus = this.#rates.map((rate) => new ReduceLROnPlateau(rate, options));
  }

  /** The learning rate of each network. */
  get rates(): number[] {
    return this.#rates.map(({ learningRate }) => learningRate);
  }

  /**
   * Takes the next validation loss of each network. A loss of NaN counts as no improvement, as in
   * PyTorch.
   */
  step(losses: ArrayLike<number>): void {
    this.#plateaus.forEach((plateau, i) => {
      const loss = losses[i] ?? NaN;
      plateau.step(Number.isNaN(loss) ? Infinity : loss);
    });
  }
}

/** Options for {@link fitByPlateau}. */
export interface PlateauFitOptions extends FitOptions {
  /** The number of epochs. Their numbers of updates differ by at most one. */
  readonly epochs: number;
  /** The sequences on which each network is validated after each epoch. */
  readonly validation: Sample;
  /** The learning rates, which depend on the validation losses. */
  readonly plateaus: Plateaus;
}

/**
 * Trains networks side by side, and reduces the learning rate of each network on a plateau of its
 * validation loss.
 *
 * @param model The networks.
 * @param loss The loss that is minimised.
 * @param adam The optimizer of the networks. Its learning rate must be 1, and its `replicaSchedule`
 *   must return the `rates` of the plateaus.
 * @param options The number of updates, their batches, and the schedule.
 * @returns The loss before each update, by update and network.
 */
export async function fitByPlateau(
  model: Model,
  loss: Loss,
  adam: Adam,
  { epochs, validation, plateaus, steps, draw, onStep, ...rest }: PlateauFitOptions,
): Promise<Float32Array[]> {
  const losses: Float32Array[] = [];
  for (const [start, end] of epochsOf(steps, epochs)) {
    const own = await fit(model, loss, adam, {
      ...rest,
      steps: end - start,
      draw: (step) => draw(start + step),
      onStep: (done) => onStep?.(start + done),
    });
    losses.push(...own);
    plateaus.step(await evaluate(model, loss, validation));
  }
  return losses;
}

/**
 * Divides the updates into epochs, each from `start` up to but excluding `end`.
 *
 * @param updates The number of updates.
 * @param epochs The number of epochs. If there are fewer updates, each update is an epoch.
 */
export function epochsOf(updates: number, epochs: number): [start: number, end: number][] {
  const count = Math.min(updates, epochs);
  const end = (epoch: number) => Math.round(epoch * updates / count);
  return Array.from({ length: count }, (_, i) => [end(i), end(i + 1)]);
}
