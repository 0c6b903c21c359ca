import { checkFlags } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { HYPER, hyperColumn } from "../kernels/hyper.ts";
import { networkShapes } from "../kernels/network.ts";
import type { Model } from "../model/model.ts";
import { TrainingArena } from "./arena.ts";
import type { Moments } from "./arena_program.ts";
import { type Batch, checkedBatch } from "./batch.ts";
import { canFuse } from "./can_fuse.ts";
import { checkCarry } from "./carry.ts";
import { FusedStep } from "./fused_step.ts";
import type { Loss } from "./losses.ts";
import { checkNetworkBatch } from "./network_batch.ts";
import { PlainStep } from "./plain_step.ts";
import { type StepOptions, stepSources } from "./step_sources.ts";

/** What gives the hyperparameters of a step: 1 for the first. */
export interface Schedule {
  /** The kernels' rows, one for each replica, or one for all. */
  rows(step: number): readonly Float32Array[];
}

/** What the steps that were done leave for those to come, besides the parameters. */
export interface Remembered {
  /** How many steps were done. */
  readonly steps: number;
  /** What Adam remembers; `null` before the first step. */
  readonly moments: Moments | null;
  /** The states that the next batch may go on from; `null` before the first step. */
  readonly carried: Carried | null;
}

/** States that a batch may go on from. */
export interface Carried {
  /** Whether they are those of the step in one call into the kernels, whose layout differs. */
  readonly fused: boolean;
  /** The states in the order of the step that made them. */
  readonly states: readonly Float32Array[];
}

const carriedNames: OptionNames<Carried> = { fused: true, states: true };

/**
 * Checks states that a batch may go on from.
 *
 * @throws {InputError} If they are something else.
 */
export function checkCarried(carried: Carried): void {
  checkOptions("carried states", carried, carriedNames, "field");
  const { fused, states } = carried;
  checkFlags({ fused: fused ?? null });
  const areStates = Array.isArray(states) && states.every((part) => part instanceof Float32Array);
  if (!areStates) throw new InputError("carried states", "an array of Float32Array", states);
}

/** Runs training steps of one model, and holds what they remember. */
export class StepRunner {
  readonly #model: Model;
  readonly #replicas: number;
  #arena: TrainingArena | null = null;
  #fused: FusedStep | null = null;
  #plain: PlainStep | null = null;
  /** What did the last step; `null` where none was done since something was remembered. */
  #last: FusedStep | PlainStep | null = null;
  /** What was remembered and not gone on from yet. */
  #carried: Carried | null = null;
  #disposed = false;

  /** Trains this model. */
  constructor(model: Model) {
    this.#model = model;
    this.#replicas = model.replicas ?? 1;
  }

  /** What is trained, once the first step was asked for. */
  get arena(): TrainingArena {
    this.#arena ??= new TrainingArena(shapesOf(this.#model), this.#replicas);
    return this.#arena;
  }

  /** How many steps were done. */
  get steps(): number {
    return this.#arena?.steps ?? 0;
  }

  /**
   * Does a step for each batch; gives whether they were one call into the kernels.
   *
   * @throws {InputError} On batches that do not fit the model or the loss.
   */
  run(loss: Loss, schedule: Schedule, given: readonly Batch[], options: StepOptions): boolean {
    this.#check();
    this.arena.checkBackend();
    const batches = given.map((batch) => checkedBatch(batch, this.#model));
    if (options.carryState === true) checkCarry(this.#model);
    const { network } = this.#model;
    const drops = network && (network.dropout > 0 || network.stack.dropout > 0);
    if (drops && !options.random) {
      throw new InputError("random", "given where dropout acts in training", options.random);
    }
    const rows = (first: number, count: number): Float32Array =>
      this.#rows(schedule, first, count, drops ? options.random : undefined);
    const known = network && canFuse(this.#model, loss) ? loss.fused : null;
    if (network && known) {
      for (const batch of batches) checkNetworkBatch(this.#model, network, known, batch);
    }
    if (known && this.#allTrainable()) {
      const step = this.#fused ??= new FusedStep(this.#model, this.arena);
      this.#handOver(step, options);
      step.run(known, batches, rows, options.carryState ?? false);
      return true;
    }
    const step = this.#plain ??= new PlainStep(this.#model, this.arena);
    this.#handOver(step, options);
    step.run(loss, batches, rows, options);
    return false;
  }

  /** What is remembered of the steps that were done. */
  async remembered(): Promise<Remembered> {
    this.#check();
    const moments = await this.arena.moments();
    return { steps: this.arena.steps, moments, carried: this.#carried ?? await this.#left() };
  }

  /** Goes on from what was remembered, and from nothing else. */
  remember({ steps, moments, carried }: Remembered): void {
    this.#check();
    this.arena.resume(steps, moments);
    this.#last?.forget();
    this.#last = null;
    this.#carried = carried;
  }

  /** The states that the last step left. */
  async #left(): Promise<Carried | null> {
    const step = this.#last;
    return step && { fused: step === this.#fused, states: await step.carried() };
  }

  /**
   * Hands the states that the next batch goes on from to the step that does it. Where it goes on
   * from none, those of the other kind of step are dropped.
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

  /** Whether every parameter is trained. */
  #allTrainable(): boolean {
    // A look at the parameters would take them back from the kernels: while they are there, the
    // arena knows the variables.
    const variables = this.arena.borrowed ?? Object.values(this.#model.parameters);
    return variables.every(({ trainable }) => trainable);
  }

  #check(): void {
    if (this.#disposed) throw new InputError("optimizer", "in use", "one that was disposed of");
  }

  /** Frees everything. */
  dispose(): void {
    this.#disposed = true;
    this.#plain?.forget();
    // It is kept, since it tells how many steps were done.
    this.#arena?.dispose();
  }

  /** Hyperparameters by replica, then by step, with seeds of dropout where there is a source. */
  #rows(
    schedule: Schedule,
    first: number,
    count: number,
    random: Random | undefined,
  ): Float32Array {
    const width = HYPER.length;
    const rows = new Float32Array(this.#replicas * count * width);
    for (let step = 0; step < count; step++) {
      const own = schedule.rows(first + step + 1);
      const sources = random ? stepSources(random, this.#model, first + step) : [];
      for (let r = 0; r < this.#replicas; r++) {
        const place = (r * count + step) * width;
        rows.set(own[r] ?? own[0] ?? [], place);
        const draws = sources[r]?.fork("dropout");
        if (!draws) continue;
        rows[place + hyperColumn.seedLow] = draws.integer(0, 2 ** 24 - 1);
        rows[place + hyperColumn.seedHigh] = draws.integer(0, 2 ** 24 - 1);
      }
    }
    return rows;
  }
}

/** The shapes of a model's parameters, without any axis of replicas. */
function shapesOf({ network, parameters, replicas }: Model) {
  if (network) return networkShapes(network);
  return Object.entries(parameters).map(([name, { shape }]) => {
    return { name, shape: replicas === undefined ? shape : shape.slice(1) };
  });
}
