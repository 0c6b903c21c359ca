import { checkFunction, checkSignal } from "../core/arguments.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { Batch } from "./engine/batch.ts";
import { CallSize } from "./call_size.ts";
import { HeldBatches } from "./batch_list.ts";
import type { Loss } from "./engine/losses.ts";
import type { Adam } from "./optimizer.ts";
import { stepNames, type StepOptions } from "./engine/step_options.ts";
import { checkTraining, type StepReport, trainStep } from "./train_step.ts";

/** What {@link fit} is told besides what it trains. */
export interface FitOptions extends StepOptions {
  /** How many steps. */
  readonly steps: number;
  /**
   * Gives the batch of a step, from 0 on; all of one shape are trained fastest. It is called up to 64
   * steps ahead, and may refill the arrays, or dispose of the tensors, of the batch that it gave before.
   */
  readonly draw: (step: number) => Batch;
  /**
   * Called with the steps done after each call into the kernels, which does at most 64 steps, and
   * fewer if these take more than about 50 ms.
   */
  readonly onStep?: (done: number) => void;
  /** Stops training between two calls into the kernels. The model keeps the steps that were done. */
  readonly signal?: AbortSignal | undefined;
}

const names: OptionNames<FitOptions> = {
  ...stepNames,
  steps: true,
  draw: true,
  onStep: true,
  signal: true,
};

/**
 * Trains a model for many steps, with a batch for each. Losses stay on the device and are read once
 * in 1024 steps, and at the end. Timers, listeners and messages run between two calls into the
 * kernels.
 *
 * @param model What is trained.
 * @param loss What is made smaller.
 * @param optimizer Of this model.
 * @param options How many steps, what gives their batches, and more.
 * @returns The loss before each update, by step and replica.
 * @throws {InputError} On an unknown option, on a number of steps that is not a positive integer, and as
 *   {@link trainStep}.
 * @throws The reason of `signal`, if it is aborted.
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
  checkTraining(model, loss, optimizer);
  checkOptions("fit", options, names);
  const { steps: count, draw, onStep, signal, ...stepOptions } = options;
  checkFunction("draw", draw, "from a step's number to its batch");
  if (onStep !== undefined) checkFunction("onStep", onStep, "of the steps done");
  if (signal !== undefined) checkSignal(signal);
  const steps = positiveInteger("steps", count);
  const losses: Float32Array[] = [];
  let unread: StepReport[] = [];
  let read = 0;
  const readAll = async (done: number): Promise<void> => {
    for (const report of unread) losses.push(...await report.losses());
    unread = [];
    read = done;
  };
  const size = new CallSize();
  const held = new HeldBatches();
  for (let done = 0; done < steps;) {
    await letOthersRun(signal);
    const begin = performance.now();
    // The kernels remember the losses of so many steps; they are read before others replace them.
    const count = Math.min(size.steps, steps - done, read + RING - done);
    const first = done;
    const batches = held.collect(count, model, (i) => draw(first + i));
    try {
      unread.push(trainStep(model, loss, optimizer, batches, stepOptions));
    } finally {
      held.release();
    }
    done += count;
    size.took(count, performance.now() - begin);
    onStep?.(done);
    if (done === read + RING) await readAll(done);
  }
  await readAll(steps);
  return losses;
}
