import { checkFunction } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { HYPER, hyperColumn } from "../kernels/hyper.ts";
import { checkModel, type Model } from "../model/model.ts";
import { adamNames, type AdamOptions, within } from "./adam_options.ts";
import {
  flatMoments,
  namedMoments,
  type OptimizerState,
  optimizerStateNames,
} from "./optimizer_state.ts";
import { checkCarried, StepRunner } from "./step_runner.ts";

export type { AdamOptions } from "./adam_options.ts";

/** What runs the steps of an optimizer, and holds what they remember: for {@link trainStep}. */
export let runnerOf: (optimizer: Adam) => StepRunner;

/**
 * Adam, as PyTorch has it: of g, the gradient after clipping plus `weightDecay` times the
 * parameter, at step t = 1, 2, ...
 *
 *     m = beta1 m + (1 - beta1) g
 *     v = beta2 v + (1 - beta2) g^2
 *     p = p - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Source: Kingma & Ba (2015), algorithm 1. Clipping is by the norm of all gradients of a network
 * together (Pascanu et al., 2013, algorithm 1), each replica's by its own.
 *
 * An optimizer belongs to one model and owns its moments until {@link Adam.dispose}.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { GRU, Random, selectBackend } from "../../mod.ts";
 * import { Adam } from "./optimizer.ts";
 *
 * await selectBackend("cpu");
 * const model = new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(1) });
 * const adam = new Adam(model, { learningRate: 0.01 });
 * adam.learningRate /= 10;
 * assert(Math.abs(adam.learningRate - 0.001) < 1e-12);
 * adam.dispose();
 * model.dispose();
 * ```
 */
export class Adam {
  /** How much of the first and of the second moment is kept from step to step. */
  readonly betas: readonly [number, number];
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Pulls the parameters towards 0. */
  readonly weightDecay: number;
  /** The largest norm of the gradient; `null` where any will do. */
  readonly clipGradNorm: number | null;
  /** What a step's size is multiplied by, from the steps done before it. */
  readonly schedule: (steps: number) => number;
  /** What the step's size of each replica is multiplied by besides; `null` if all have the same. */
  readonly replicaSchedule: ((steps: number) => readonly number[]) | null;
  /** What it trains. */
  readonly model: Model;
  readonly #runner: StepRunner;
  #learningRate = 0;

  static {
    runnerOf = (optimizer) => optimizer.#runner;
  }

  /**
   * Takes the settings.
   *
   * @param model What it trains.
   * @param options The settings.
   * @throws {InputError} On a model that is something else, on an unknown option, and on a setting
   * outside its range.
   */
  constructor(model: Model, options: AdamOptions = {}) {
    checkModel(model);
    checkOptions(new.target.name, options, adamNames);
    const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, clipGradNorm } = options;
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw new InputError("betas", "two numbers in [0, 1)", betas);
    }
    for (const beta of betas) {
      within("betas", beta, (given) => given >= 0 && given < 1, "in [0, 1)");
    }
    this.betas = betas;
    this.epsilon = within("epsilon", epsilon, isNotNegative, "0 or more");
    this.weightDecay = within("weightDecay", weightDecay, isNotNegative, "0 or more");
    this.clipGradNorm = clipGradNorm === undefined
      ? null
      : within("clipGradNorm", clipGradNorm, (given) => given > 0, "above 0");
    this.schedule = options.schedule ?? (() => 1);
    checkFunction(
      "schedule",
      this.schedule,
      "from the steps done to a factor, such as cosineSchedule gives",
    );
    const { replicaSchedule } = options;
    if (replicaSchedule !== undefined) {
      const takes = "from the steps done to a factor for each replica";
      checkFunction("replicaSchedule", replicaSchedule, takes);
    }
    this.replicaSchedule = replicaSchedule ?? null;
    this.learningRate = options.learningRate ?? 1e-3;
    this.model = model;
    this.#runner = new StepRunner(model);
  }

  /** How many steps were done. */
  get steps(): number {
    return this.#runner.steps;
  }

  /** The step's size before the schedule, which may be changed between steps. */
  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(value: number) {
    this.#learningRate = within("learningRate", value, isNotNegative, "0 or more");
  }

  /** Whether the decay acts on the parameters alone, past the moments. */
  protected get decoupled(): boolean {
    return false;
  }

  /**
   * The kernels' rows of hyperparameters: one for each replica, or one for all if they do not differ.
   *
   * @param step 1 for the first step.
   * @throws {InputError} On a schedule that gives something else than it is to.
   */
  rows(step: number): Float32Array[] {
    const factor = this.schedule(step - 1);
    within("schedule", factor, isNotNegative, "0 or more");
    const learningRate = this.learningRate * factor;
    const factors = this.replicaSchedule?.(step - 1);
    if (factors === undefined) return [this.#row(step, learningRate)];
    const { replicas = 1 } = this.model;
    if (!Array.isArray(factors) || factors.length !== replicas) {
      throw new InputError("replicaSchedule", `${replicas} numbers, one for each replica`, factors);
    }
    return factors.map((own: number) => {
      return this.#row(
        step,
        learningRate * within("replicaSchedule", own, isNotNegative, "0 or more"),
      );
    });
  }

  #row(step: number, learningRate: number): Float32Array {
    const { betas: [beta1, beta2], weightDecay, decoupled } = this;
    const row = new Float32Array(HYPER.length);
    const values: Partial<Record<(typeof HYPER)[number], number>> = {
      rate: learningRate / (1 - beta1 ** step),
      root: 1 / Math.sqrt(1 - beta2 ** step),
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      epsilon: this.epsilon,
      decay: decoupled ? 1 - learningRate * weightDecay : 1,
      l2: decoupled ? 0 : weightDecay,
      maxNorm: this.clipGradNorm ?? 0,
    };
    for (const name of HYPER) row[hyperColumn[name]] = values[name] ?? 0;
    return row;
  }

  /**
   * What it remembers, for another run to go on from; the parameters are the model's.
   *
   * @throws {InputError} After {@link Adam.dispose}.
   */
  async stateDict(): Promise<OptimizerState> {
    const { steps, moments, carried } = await this.#runner.remembered();
    const { shapes } = this.#runner.arena;
    const named = namedMoments(moments, shapes, this.model.replicas);
    return { step: steps, learningRate: this.learningRate, moments: named, carried };
  }

  /**
   * Goes on from what another remembered: with its parameters and equal batches, the steps to come
   * are those that it would do, bit for bit. Reports of steps before it can be read no more.
   *
   * @param state What {@link Adam.stateDict} gave.
   * @throws {InputError} On what it did not give: unknown fields, moments of another model, and numbers
   * out of range.
   */
  loadStateDict(state: OptimizerState): void {
    checkOptions("an optimizer's state", state, optimizerStateNames, "field");
    const { step, learningRate, moments, carried } = state;
    if (!isPlainObject(moments)) {
      throw new InputError("moments", "an object of moments by name", moments);
    }
    if (carried !== null) checkCarried(carried);
    within(
      "step",
      step,
      (given) => Number.isSafeInteger(given) && given >= 0,
      "an integer of 0 or more",
    );
    const { shapes } = this.#runner.arena;
    // Before the first step there are none.
    const flat = step === 0 && Object.keys(moments).length === 0
      ? null
      : flatMoments(moments, shapes, this.model.replicas);
    this.learningRate = learningRate;
    this.#runner.remember({ steps: step, moments: flat, carried });
  }

  /** Frees the moments; the parameters stay with the model. */
  dispose(): void {
    this.#runner.dispose();
  }
}

/**
 * Adam with decoupled weight decay: before its step, each parameter is multiplied by
 * 1 - learningRate * weightDecay, and the moments know nothing of it.
 *
 * Source: Loshchilov & Hutter (2019), algorithm 2, as in PyTorch.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { GRU, Random, selectBackend } from "../../mod.ts";
 * import { AdamW } from "./optimizer.ts";
 *
 * await selectBackend("cpu");
 * const model = new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(1) });
 * const optimizer = new AdamW(model, { learningRate: 0.002, clipGradNorm: 1 });
 * assert(optimizer.weightDecay === 0.01);
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export class AdamW extends Adam {
  /**
   * Takes the settings.
   *
   * @param model What it trains.
   * @param options The settings.
   * @throws {InputError} On a model that is something else, on an unknown option, and on a setting
   * outside its range.
   */
  constructor(model: Model, options: AdamOptions = {}) {
    checkOptions(new.target.name, options, adamNames);
    super(model, { ...options, weightDecay: options.weightDecay ?? 0.01 });
  }

  /** It does. */
  protected override get decoupled(): boolean {
    return true;
  }
}

function isNotNegative(value: number): boolean {
  return value >= 0;
}
