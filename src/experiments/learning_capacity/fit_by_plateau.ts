import type { Sample } from "../../data/sequence_task.ts";
import type { Model } from "../../model/model.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit, type FitOptions } from "../../training/fit.ts";
import type { Loss } from "../../training/engine/losses.ts";
import type { Adam } from "../../training/optimizer.ts";
import {
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from "../../training/reduce_lr_on_plateau.ts";

/** The learning rates of networks side by side, each under a `ReduceLROnPlateau` of its own. */
export class Plateaus {
  readonly #rates: readonly { learningRate: number }[];
  readonly #plateaus: readonly ReduceLROnPlateau[];

  /**
   * Begins with one learning rate for all.
   *
   * @param networks How many networks there are.
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

  /** Takes the next validation loss of each network; one that is NaN is no better, as in PyTorch. */
  step(losses: ArrayLike<number>): void {
    this.#plateaus.forEach((plateau, i) => {
      const loss = losses[i] ?? NaN;
      plateau.step(Number.isNaN(loss) ? Infinity : loss);
    });
  }
}

/** How networks are trained with {@link Plateaus}. */
export interface PlateauFitOptions extends FitOptions {
  /** How many epochs of as many updates each, to within one, there are. */
  readonly epochs: number;
  /** What the networks are validated on after each epoch, each on its own sequences. */
  readonly validation: Sample;
  /** What takes the losses. */
  readonly plateaus: Plateaus;
}

/**
 * Trains networks side by side whose learning rates may fall after each epoch.
 *
 * @param model The networks.
 * @param loss What is made smaller.
 * @param adam Of these networks, with a learning rate of 1 and the `rates` of the plateaus as its
 *   `replicaSchedule`.
 * @param options How many updates, what gives their batches, and the schedule.
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
 * @param updates How many there are.
 * @param epochs How many epochs; if there are fewer updates, as many as these.
 */
export function epochsOf(updates: number, epochs: number): [start: number, end: number][] {
  const count = Math.min(updates, epochs);
  const end = (epoch: number) => Math.round(epoch * updates / count);
  return Array.from({ length: count }, (_, i) => [end(i), end(i + 1)]);
}
