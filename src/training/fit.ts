import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { Batch } from "./batch.ts";
import { CHUNK } from "./chunk.ts";
import type { Loss } from "./losses.ts";
import type { Adam } from "./optimizer.ts";
import type { StepOptions } from "./step_sources.ts";
import { type StepReport, trainStep } from "./train_step.ts";

/** What {@link fit} is told besides what it trains. */
export interface FitOptions extends StepOptions {
  /** How many steps. */
  readonly steps: number;
  /** Gives the batch of a step, from 0 on; all of one shape are trained fastest. */
  readonly draw: (step: number) => Batch;
  /** Called with the steps done after each call into the kernels. */
  readonly onStep?: (done: number) => void;
}

/**
 * Trains a model for many steps, with a batch for each. Losses stay on the device and are read once
 * in 1024 steps, and at the end.
 *
 * @returns The loss before each update, by step and replica.
 * @throws {InputError} On a number of steps that is no positive integer, and as {@link trainStep}.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Adam, addingProblem, fit, GRU, Linear, MSELoss, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new GRU({ inputSize: 2, hiddenSize: 8, random: random.fork("gru") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
 *   readout: "last",
 * });
 * const optimizer = new Adam(model, { learningRate: 0.01 });
 * const task = addingProblem({ steps: 4 });
 * const draw = (step: number) => task.draw(16, random.fork("data").fork(step));
 * const losses = await fit(model, new MSELoss(), optimizer, { steps: 200, draw });
 * assert(losses[199]![0]! < losses[0]![0]! / 4);
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export async function fit(
  model: Model,
  loss: Loss,
  optimizer: Adam,
  options: FitOptions,
): Promise<Float32Array[]> {
  const { draw, onStep, ...stepOptions } = options;
  const steps = positiveInteger("steps", options.steps);
  const losses: Float32Array[] = [];
  let unread: StepReport[] = [];
  const read = async (): Promise<void> => {
    for (const report of unread) losses.push(...await report.losses());
    unread = [];
  };
  for (let done = 0; done < steps;) {
    const count = Math.min(CHUNK, steps - done);
    const batches = Array.from({ length: count }, (_, i) => draw(done + i));
    unread.push(trainStep(model, loss, optimizer, batches, stepOptions));
    done += count;
    onStep?.(done);
    if (unread.length === RING / CHUNK) await read();
  }
  await read();
  return losses;
}
