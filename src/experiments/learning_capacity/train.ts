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

/** When the learning rate of a network is reduced, and by how much. */
export interface PlateauOptions {
  /** The number of epochs, which have equal numbers of updates to within one. */
  readonly epochs: number;
  /** The factor of the learning rate. */
  readonly factor: number;
  /** The epochs in a row without a better validation loss that are allowed before a reduction. */
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
  /** Returns the factor of the learning rate after some updates. Default: 1. */
  readonly schedule?: ((steps: number) => number) | undefined;
  /**
   * Reduces the learning rate of each network if its validation loss gets no better. Default: no
   * reduction.
   */
  readonly plateau?: PlateauOptions | undefined;
  /** The number of updates. */
  readonly updates: number;
  /** The sequences of an update. */
  readonly draw: (update: number) => Sample;
  /** The updates over which a point of the curve is a mean. Default: a fiftieth of all. */
  readonly group?: number;
  /** The sequences of the test after training. */
  readonly test: Sample;
  /** Sequences whose mean losses are computed after training. Default: none. */
  readonly known?: readonly Sample[];
}

/** The outcome of training, as JSON: every loss is finite, see {@link finite}. */
export interface Trained {
  /** Updates done at each point of the curves. */
  readonly xs: readonly number[];
  /** Training losses [network][point], before each update, each the mean since the point before. */
  readonly curves: readonly (readonly number[])[];
  /** Test losses [network]. */
  readonly tests: readonly number[];
  /** Mean losses on `known`, of shape [network]; empty without `known`. */
  readonly known: readonly number[];
}

/**
 * Trains networks side by side by Adam, and tests them.
 *
 * @param options The networks, and the options of their training.
 * @param part Stops it, and takes its progress.
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

/** The networks before training, side by side; the caller's to dispose. */
export function networksOf(
  { task, architecture, hiddenSize, init, weights }: TrainOptions,
): SequenceModel<tf.TensorContainer> {
  const { inputSize, outputSize, readout } = task;
  return sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout, random: weights },
    ...(init ? { init } : {}),
  });
}

/** The mean of losses; if one is not a finite number, the largest 32-bit float. */
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

/** Divides the updates from start to before end into groups of a size; the last may be smaller. */
function groups(updates: number, group: number): [start: number, end: number][] {
  return Array.from(
    { length: Math.ceil(updates / group) },
    (_, i) => [i * group, Math.min(updates, (i + 1) * group)],
  );
}

/** The learning rates of networks side by side, each reduced by another `ReduceLROnPlateau`. */
export class Plateaus {
  readonly #rates: readonly { learningRate: number }[];
  readonly #plateaus: readonly ReduceLROnPlateau[];

  /**
   * Begins with one learning rate for all.
   *
   * @param networks The number of networks.
   * @param learningRate With which they begin.
   * @param options When it is reduced, and by how much.
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
   * Takes the next validation loss of each network; one that is NaN is no better, as in PyTorch.
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
  /** The number of epochs, which have equal numbers of updates to within one. */
  readonly epochs: number;
  /** The sequences on which each network is validated after each epoch. */
  readonly validation: Sample;
  /** Receives the losses. */
  readonly plateaus: Plateaus;
}

/**
 * Trains networks side by side whose learning rates may fall after each epoch.
 *
 * @param model The networks.
 * @param loss The loss that is minimised.
 * @param adam Of these networks, with a learning rate of 1 and the `rates` of the plateaus as its
 *   `replicaSchedule`.
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
 * The updates of each epoch, from start to before end.
 *
 * @param updates The number of updates.
 * @param epochs The number of epochs; if there are fewer updates, one for each update.
 */
export function epochsOf(updates: number, epochs: number): [start: number, end: number][] {
  const count = Math.min(updates, epochs);
  const end = (epoch: number) => Math.round(epoch * updates / count);
  return Array.from({ length: count }, (_, i) => [end(i), end(i + 1)]);
}
