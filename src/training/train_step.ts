import { checkFlags, checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { RING } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { TrainingArena } from "./engine/arena.ts";
import type { Batch } from "./engine/batch.ts";
import { checkLoss, type Loss } from "./engine/losses.ts";
import { Adam, runnerOf } from "./optimizer.ts";
import { stepNames, type StepOptions } from "./engine/step_options.ts";

/** What the steps of one call gave, read from the device when it is asked for. */
export class StepReport {
  /** Whether the steps were one call into the kernels. */
  readonly fused: boolean;
  readonly #arena: TrainingArena;
  readonly #first: number;
  readonly #count: number;
  readonly #resumes: number;

  /** @ignore Made by {@link trainStep}. */
  constructor(arena: TrainingArena, first: number, count: number, fused: boolean) {
    this.fused = fused;
    this.#arena = arena;
    this.#first = first;
    this.#count = count;
    this.#resumes = arena.resumes;
  }

  /**
   * The loss before each update, by step and replica.
   *
   * @throws {InputError} If more than 1024 steps were done since the first of them, or the optimizer
   * was given another state or disposed of.
   */
  losses(): Promise<Float32Array[]> {
    return this.#recall("losses");
  }

  /**
   * The Euclidean norm of each network's gradient before clipping, by step and replica.
   *
   * @throws {InputError} As {@link StepReport.losses}.
   */
  gradNorms(): Promise<Float32Array[]> {
    return this.#recall("norms");
  }

  async #recall(what: "losses" | "norms"): Promise<Float32Array[]> {
    // Steps after it are numbered anew, and may have taken the places of these.
    if (this.#arena.resumes !== this.#resumes) {
      throw new InputError(
        what,
        "asked for before loadStateDict of the optimizer",
        "asked for after",
      );
    }
    return await this.#arena.recall(what, this.#first, this.#count);
  }
}

/**
 * Trains a model for a step on a batch, or for n steps on n batches: forward and backward pass,
 * clipping and update. It reads nothing back from the device and leaves no tensor behind.
 *
 * For a {@link SequenceModel} with {@link MSELoss} or {@link CrossEntropyLoss}, all steps of a call on
 * batches of one shape are one call into the kernels, past tfjs's engine and tape; the parameters
 * then live with the kernels until someone looks at the model's. Any other model or loss, and where
 * {@link SequenceModel.network} is `null` or a parameter is not trainable, takes the way of tfjs's
 * ops, with the same results; {@link StepReport.fused} tells. A new shape of batch makes the arena
 * anew, so sort batches of several lengths.
 *
 * @param model What is trained.
 * @param loss What is made smaller.
 * @param optimizer Of this model.
 * @param batch One batch or, up to 1024, several.
 * @param options What dropout draws from, and whether states are carried from batch to batch.
 * @returns What to ask for losses and norms of the gradient.
 * @throws {InputError} On an argument that is something else, on unknown options or fields of a batch,
 *   and on shapes that do not fit, before anything is computed, or, where the kernels
 *   do not know the composition, before the step that they are found at changes anything; on an
 *   optimizer of another model; and with `carryState` where the last step went the other way.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Adam, Linear, LSTM, MSELoss, Random, selectBackend, SequenceModel, trainStep } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 3, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
 * });
 * const optimizer = new Adam(model, { learningRate: 0.01 });
 * const batch = {
 *   x: { shape: [5, 2, 3], data: random.array(30) },
 *   target: { shape: [5, 2, 1], data: new Float32Array(10).fill(0.5) },
 * };
 * const report = trainStep(model, new MSELoss(), optimizer, Array(50).fill(batch));
 * const losses = await report.losses();
 * assert(losses[49]![0]! < losses[0]![0]! / 2);
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export function trainStep(
  model: Model,
  loss: Loss,
  optimizer: Adam,
  batch: Batch | readonly Batch[],
  options: StepOptions = {},
): StepReport {
  checkTraining(model, loss, optimizer);
  checkStepOptions(options);
  const batches = isList(batch) ? batch : [batch];
  if (batches.length < 1 || batches.length > RING) {
    throw new InputError("batches", `1 to ${RING}`, batches.length);
  }
  const runner = runnerOf(optimizer);
  const fused = runner.run(loss, optimizer, batches, options);
  const { arena } = runner;
  return new StepReport(arena, arena.steps - batches.length, batches.length, fused);
}

/**
 * Checks what is trained, by what.
 *
 * @throws {InputError} On an optimizer that is something else, or of another model, and on a loss that
 *   is something else.
 */
export function checkTraining(model: Model, loss: Loss, optimizer: Adam): void {
  checkLoss(loss);
  if (!(optimizer instanceof Adam)) {
    const help = "Optimizers of tf.train do not fit: new Adam(model) makes one";
    throw new InputError("optimizer", "an Adam or AdamW", optimizer, help);
  }
  if (optimizer.model !== model) {
    throw new InputError("optimizer", "one that was made for this model", "one of another model");
  }
}

/** Checks the options of steps. */
function checkStepOptions(options: StepOptions): void {
  checkOptions("trainStep", options, stepNames);
  const { random, carryState } = options;
  if (random !== undefined) checkRandom("random", random);
  if (carryState !== undefined) checkFlags({ carryState });
}

function isList(batch: Batch | readonly Batch[]): batch is readonly Batch[] {
  return Array.isArray(batch);
}
