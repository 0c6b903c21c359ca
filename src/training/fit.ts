import { checkFunction, checkSignal } from "../core/arguments.ts";
import { currentBackend } from "../core/current_backend.ts";
import { loadTensors } from "../core/backend.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/training_program.ts";
import type { Model } from "../model/model.ts";
import { BatchBuffer } from "./batch_list.ts";
import { CallSize } from "./call_size.ts";
import type { Batch } from "./engine/batch.ts";
import { canFuse } from "./engine/fused_step.ts";
import type { Loss } from "./engine/losses.ts";
import { stepNames, type StepOptions } from "./engine/step_options.ts";
import type { StepReport } from "./engine/step_runner.ts";
import type { Adam } from "./optimizer.ts";
import { checkTraining, trainStep } from "./train_step.ts";

/** Options for {@link fit}. */
export interface FitOptions extends StepOptions {
  /** The number of steps. */
  readonly steps: number;
  /**
   * Returns the batch of a step; steps are numbered from 0. Batches of one shape are trained
   * fastest. The function is called up to 64 steps ahead. It may refill the arrays of the previous
   * batch, or dispose of its tensors.
   */
  readonly draw: (step: number) => Batch;
  /**
   * Called after each call into the kernels, with the number of steps done so far. A call does as
   * many steps as take about 50 ms, at most 64.
   */
  readonly onStep?: (done: number) => void;
  /**
   * Stops training between two calls into the kernels. The model keeps what it has learnt so far.
   */
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
 * Trains a model for a number of steps, each on a batch of its own. Losses stay on the device and
 * are read every 1024 steps and at the end. Timers, listeners and messages run between two calls
 * into the kernels.
 *
 * @param model The model.
 * @param loss The loss that is minimized.
 * @param optimizer An optimizer of this model.
 * @param options The number of steps, their batches and more.
 * @returns The loss before each update, by step and replica.
 * @throws {InputError} If an option is unknown or wrong, or under the conditions of
 *   {@link trainStep}.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Adam, fit, GRU, Linear, MSELoss, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { addingProblem } from "../data.ts";
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
  if (!canFuse(model, loss)) await loadTensors();
  const losses: Float32Array[] = [];
  let unread: StepReport[] = [];
  let read = 0;
  const readAll = async (done: number): Promise<void> => {
    for (const report of unread) losses.push(...await report.losses());
    unread = [];
    read = done;
  };
  const size = new CallSize(currentBackend() === "webgpu");
  const buffer = new BatchBuffer();
  for (let done = 0; done < steps;) {
    await letOthersRun(signal);
    const begin = performance.now();
    // The device keeps the losses of the last 1024 steps; they are read before others replace them.
    const count = Math.min(size.steps, steps - done, read + RING - done);
    const first = done;
    const batches = buffer.collect(count, model, (i) => draw(first + i));
    try {
      unread.push(trainStep(model, loss, optimizer, batches, stepOptions));
    } finally {
      buffer.release();
    }
    done += count;
    size.adjust(count, performance.now() - begin);
    onStep?.(done);
    if (done === read + RING) await readAll(done);
  }
  await readAll(steps);
  return losses;
}
