import { checkFlags, checkRandom, checkSources } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { isTensor } from "../../core/tfjs.ts";
import { HYPER, hyperColumn } from "../../kernels/instructions.ts";
import { type NamedShape, networkShapes } from "../../kernels/network.ts";
import { RING } from "../../kernels/training_program.ts";
import type { Target } from "../../kernels/values.ts";
import type { Model } from "../../model/model.ts";
import { type Moments, TrainingArena } from "./arena.ts";
import { type Batch, checkedBatch } from "./batch.ts";
import { canFuse, checkFusedBatch, FusedStep } from "./fused_step.ts";
import { checkLoss, type Loss } from "./losses.ts";
import { PlainStep } from "./plain_step.ts";
import { checkCarry, stepNames, type StepOptions, stepSources } from "./step_options.ts";

/**
 * Returns the hyperparameters of a step as rows of the kernels: one for each replica, or one for
 * all.
 *
 * @param step The number of the step, from 1.
 */
export type HyperRows = (step: number) => readonly Float32Array[];

/** What training needs to continue, besides the parameters. */
export interface RunnerState {
  /** The number of steps that were done. */
  readonly steps: number;
  /** Adam's moments; `null` before the first step. */
  readonly moments: Moments | null;
  /** The states that the next batch may start from; `null` before the first step. */
  readonly carried: Carried | null;
}

/** Recurrent states that the next batch may start from. */
export interface Carried {
  /** Whether a fused step computed the states; a plain step has another layout of states. */
  readonly fused: boolean;
  /** The states, in the order of the step that computed them. */
  readonly states: readonly Float32Array[];
}

const carriedNames: OptionNames<Carried> = { fused: true, states: true };

/**
 * Throws unless a value has the form of states that a batch may start from.
 *
 * @param carried The value.
 * @throws {InputError} If `carried` has another form.
 */
export function checkCarried(carried: Carried): void {
  checkOptions("carried states", carried, carriedNames, "field");
  const { fused, states } = carried;
  checkFlags({ fused: fused ?? null });
  const areStates = Array.isArray(states) && states.every((part) => part instanceof Float32Array);
  if (!areStates) throw new InputError("carried states", "an array of Float32Array", states);
}

/**
 * The losses and gradient norms of some steps, which stay on the device until they are read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Adam, GRU, MSELoss, Random, selectBackend, SequenceModel, trainStep } from "../../../mod.ts";
 *
 * await selectBackend("cpu");
 * const recurrent = new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(1) });
 * const model = new SequenceModel({ recurrent });
 * const optimizer = new Adam(model);
 * const x = { shape: [5, 4, 2], data: new Float32Array(40) };
 * const target = { shape: [5, 4, 3], data: new Float32Array(60) };
 * const report = trainStep(model, new MSELoss(), optimizer, [{ x, target }, { x, target }]);
 * const [losses, norms] = [await report.losses(), await report.gradNorms()];
 * assertEquals([report.fused, losses.length, norms.length], [true, 2, 2]);
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export class StepReport {
  /** Whether the steps were fused: computed by the kernels, without the gradients of tfjs. */
  readonly fused: boolean;
  readonly #arena: TrainingArena;
  readonly #first: number;
  readonly #count: number;
  readonly #resumes: number;

  /** @ignore {@link trainStep} returns one. */
  constructor(arena: TrainingArena, count: number, fused: boolean) {
    this.fused = fused;
    this.#arena = arena;
    this.#first = arena.steps - count;
    this.#count = count;
    this.#resumes = arena.resumes;
  }

  /**
   * Reads the loss of each step, before its update.
   *
   * @returns The losses by step and replica.
   * @throws {InputError} If more than 1024 steps were done since the first of them, or if the
   *   optimizer has loaded another state or was disposed of.
   */
  losses(): Promise<Float32Array[]> {
    return this.#read("losses");
  }

  /**
   * Reads the Euclidean norm of each network's gradient, before clipping.
   *
   * @returns The norms by step and replica.
   * @throws {InputError} Under the same conditions as {@link StepReport.losses}.
   */
  gradNorms(): Promise<Float32Array[]> {
    return this.#read("norms");
  }

  async #read(what: "losses" | "norms"): Promise<Float32Array[]> {
    // Steps after a resume have other numbers, and may have overwritten these values.
    if (this.#arena.resumes !== this.#resumes) {
      throw new InputError(what, "read before loadStateDict of the optimizer", "read after it");
    }
    return await this.#arena.read(what, this.#first, this.#count);
  }
}

/**
 * Runs the training steps of one model, fused if possible, and keeps what they need to continue.
 */
export class StepRunner {
  readonly #model: Model;
  readonly #replicas: number;
  #arena: TrainingArena | null = null;
  #fused: FusedStep | null = null;
  #plain: PlainStep | null = null;
  /**
   * The object that did the last step; `null` before the first step and after
   * {@link StepRunner.restore}.
   */
  #last: FusedStep | PlainStep | null = null;
  /** Restored states that no step has started from yet. */
  #carried: Carried | null = null;
  #disposed = false;

  /**
   * Creates a runner; memory is allocated at the first step.
   *
   * @param model The model that is trained.
   */
  constructor(model: Model) {
    this.#model = model;
    this.#replicas = model.replicas ?? 1;
  }

  /** The shapes of the parameters in order, without the replica axis. */
  get shapes(): readonly NamedShape[] {
    return this.#trainingArena.shapes;
  }

  get #trainingArena(): TrainingArena {
    this.#arena ??= new TrainingArena(shapesOf(this.#model), this.#replicas);
    return this.#arena;
  }

  /** The number of steps that were done. */
  get steps(): number {
    return this.#arena?.steps ?? 0;
  }

  /**
   * Does a step for each batch.
   *
   * @param loss The loss.
   * @param hyper Returns the hyperparameters of a step.
   * @param given The batches.
   * @param options The source of dropout masks, and whether states are carried.
   * @returns The report of these steps.
   * @throws {InputError} If an option is wrong, there are no batches or more than 1024, a batch
   *   does not fit the model or the loss, or the runner was disposed of.
   */
  run(
    loss: Loss,
    hyper: HyperRows,
    given: readonly Batch[],
    options: StepOptions,
  ): StepReport {
    checkLoss(loss);
    checkStepOptions(options, this.#model.replicas);
    if (given.length < 1 || given.length > RING) {
      throw new InputError("batches", `1 to ${RING}`, given.length);
    }
    this.#checkInUse();
    const arena = this.#trainingArena;
    arena.checkBackend();
    const batches = given.map((batch) => checkedBatch(batch, this.#model));
    if (options.carryState === true) checkCarry(this.#model);
    const { network } = this.#model;
    const drops = network && (network.dropout > 0 || network.stack.dropout > 0);
    if (drops && !options.random) {
      throw new InputError("random", "given if dropout is active in training", options.random);
    }
    const rows = (first: number, count: number): Float32Array =>
      this.#rows(hyper, first, count, drops ? options.random : undefined);
    const known = network && canFuse(this.#model, loss) ? loss.fused : null;
    if (network && known) {
      for (const batch of batches) checkFusedBatch(this.#model, network, known, batch);
    }
    if (known && this.#allTrainable()) {
      const step = this.#fused ??= new FusedStep(this.#model, arena);
      this.#handOver(step, options);
      step.run(known, batches, rows, options.carryState ?? false);
      return new StepReport(arena, batches.length, true);
    }
    const step = this.#plain ??= new PlainStep(this.#model, arena);
    this.#handOver(step, options);
    step.run(loss, batches, rows, options);
    return new StepReport(arena, batches.length, false);
  }

  /**
   * Reports the last steps.
   *
   * @param count The number of steps.
   * @returns The report of these steps.
   * @throws {InputError} If fewer steps were done, or their values are no longer on the device.
   */
  report(count: number): StepReport {
    const most = Math.min(this.steps, RING);
    if (!(Number.isSafeInteger(count) && count >= 1 && count <= most)) {
      throw new InputError(
        "count",
        `an integer from 1 to ${most}, the number of steps that can be reported`,
        count,
      );
    }
    const fused = this.#last !== null && this.#last === this.#fused;
    return new StepReport(this.#trainingArena, count, fused);
  }

  /** Reads what training needs to continue. */
  async state(): Promise<RunnerState> {
    this.#checkInUse();
    const arena = this.#trainingArena;
    const moments = await arena.moments();
    return { steps: arena.steps, moments, carried: this.#carried ?? await this.#lastStates() };
  }

  /**
   * Continues from the state of another training.
   *
   * @param state The result of {@link StepRunner.state}.
   */
  restore({ steps, moments, carried }: RunnerState): void {
    this.#checkInUse();
    this.#trainingArena.resume(steps, moments);
    this.#last?.forget();
    this.#last = null;
    this.#carried = carried;
  }

  /** Reads the final states of the last step. */
  async #lastStates(): Promise<Carried | null> {
    const step = this.#last;
    return step && { fused: step === this.#fused, states: await step.carried() };
  }

  /**
   * Prepares a fused or plain step to run after the last one. If the step carries states, it gets
   * the restored states; states of the other kind of step are dropped.
   */
  #handOver(step: FusedStep | PlainStep, { carryState = false }: StepOptions): void {
    const name = (fused: boolean): string => fused ? "fused" : "plain";
    const fused = step === this.#fused;
    const from = this.#carried?.fused ?? (this.#last ? this.#last === this.#fused : fused);
    if (carryState && from !== fused) {
      throw new InputError("carried states", `those of a ${name(fused)} step`, name(from));
    }
    if (this.#last !== step) this.#last?.forget();
    this.#last = step;
    if (this.#carried && carryState) step.restore(this.#carried.states);
    this.#carried = null;
  }

  #allTrainable(): boolean {
    // Reading the parameters of the model would end the loan, so a loan's own parameters are read.
    const parameters = this.#trainingArena.borrowed ??
      (this.#model.stores ?? []).flatMap((store) => Object.values<Target>(store.contents));
    return parameters.every((parameter) => !isTensor(parameter) || parameter.trainable);
  }

  #checkInUse(): void {
    if (this.#disposed) throw new InputError("optimizer", "in use", "one that was disposed of");
  }

  /** Frees the memory; the number of steps can still be read. */
  dispose(): void {
    this.#disposed = true;
    this.#plain?.forget();
    this.#arena?.dispose();
  }

  /** Hyperparameters [replica, step, column], with seeds of dropout if there is a source. */
  #rows(
    hyper: HyperRows,
    first: number,
    count: number,
    random: StepOptions["random"],
  ): Float32Array {
    const width = HYPER.length;
    const rows = new Float32Array(this.#replicas * count * width);
    for (let step = 0; step < count; step++) {
      const own = hyper(first + step + 1);
      const sources = random ? stepSources(random, this.#model, first + step) : [];
      for (let r = 0; r < this.#replicas; r++) {
        const offset = (r * count + step) * width;
        rows.set(own[r] ?? own[0] ?? [], offset);
        const source = sources[r]?.fork("dropout");
        if (!source) continue;
        rows[offset + hyperColumn.seedLow] = source.integer(0, 2 ** 24 - 1);
        rows[offset + hyperColumn.seedHigh] = source.integer(0, 2 ** 24 - 1);
      }
    }
    return rows;
  }
}

function checkStepOptions(options: StepOptions, replicas: number | undefined): void {
  checkOptions("trainStep", options, stepNames);
  const { random, carryState } = options;
  if (random !== undefined && replicas === undefined) checkRandom("random", random);
  if (random !== undefined) checkSources("random", random, replicas);
  if (carryState !== undefined) checkFlags({ carryState });
}

/** The shapes of a model's parameters, without the replica axis. */
function shapesOf(model: Model): NamedShape[] {
  const { network, replicas } = model;
  if (network) return [...networkShapes(network)];
  return Object.entries(model.parameters).map(([name, { shape }]) => {
    return { name, shape: replicas === undefined ? shape : shape.slice(1) };
  });
}
