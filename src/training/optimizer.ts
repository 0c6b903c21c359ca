import { checkFunction } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber, sizeOf } from "../core/shapes.ts";
import { HYPER, hyperColumn } from "../kernels/instructions.ts";
import type { NamedShape } from "../kernels/network.ts";
import { checkModel, type Model } from "../model/model.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";
import type { Moments } from "./engine/arena.ts";
import type { Batch } from "./engine/batch.ts";
import type { Loss } from "./engine/losses.ts";
import type { StepOptions } from "./engine/step_options.ts";
import { type Carried, checkCarried, type StepReport, StepRunner } from "./engine/step_runner.ts";

/** Options for {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** The learning rate; by default 0.001. */
  readonly learningRate?: number;
  /** The decay rates of the first and the second moment, in [0, 1); by default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** The number added to the root of the second moment; by default 1e-8. */
  readonly epsilon?: number;
  /** The weight decay; by default 0 for Adam and 0.01 for AdamW. */
  readonly weightDecay?: number;
  /**
   * The largest norm of the gradient of a network; a gradient with a larger norm is scaled down to
   * this norm. By default gradients are not clipped.
   */
  readonly clipGradNorm?: number;
  /**
   * A function from the number of steps done to a factor of the learning rate, such as
   * `cosineSchedule` returns; by default the factor is 1.
   */
  readonly schedule?: (steps: number) => number;
  /**
   * A function from the number of steps done to further factors of the learning rate, one for each
   * replica; by default all of them are 1.
   */
  readonly replicaSchedule?: (steps: number) => readonly number[];
}

const names: OptionNames<AdamOptions> = {
  learningRate: true,
  betas: true,
  epsilon: true,
  weightDecay: true,
  clipGradNorm: true,
  schedule: true,
  replicaSchedule: true,
};

/** What an optimizer needs to continue, besides the parameters. */
export interface OptimizerState {
  /** The number of steps that were done. */
  readonly step: number;
  /** The learning rate, without the factor of a schedule. */
  readonly learningRate: number;
  /**
   * The moments by PyTorch's names, `exp_avg.NAME` and `exp_avg_sq.NAME`, in the parameters'
   * shapes.
   */
  readonly moments: StateDict;
  /** The states that the next batch may start from; `null` before the first step. */
  readonly carried: Carried | null;
}

/** The fields of {@link OptimizerState}. */
export const optimizerStateNames: OptionNames<OptimizerState> = {
  step: true,
  learningRate: true,
  moments: true,
  carried: true,
};

/**
 * The Adam optimizer, as in PyTorch. In step t = 1, 2, ... it updates a parameter p by its gradient
 * g, after clipping and with `weightDecay` times p added:
 *
 *     m = beta1 m + (1 - beta1) g
 *     v = beta2 v + (1 - beta2) g^2
 *     p = p - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Clipping is by the norm of all gradients of a network together; the gradient of each replica is
 * clipped by its own norm.
 *
 * An optimizer trains one model. Dispose of it, or declare it with `using`, to free its moments.
 *
 * Sources: Kingma & Ba (2015), "Adam: A method for stochastic optimization", ICLR, algorithm 1,
 * https://arxiv.org/abs/1412.6980; Pascanu et al. (2013), "On the difficulty of training recurrent
 * neural networks", ICML, algorithm 1, https://arxiv.org/abs/1211.5063, for the clipping.
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
  /** The decay rates of the first and the second moment. */
  readonly betas: readonly [number, number];
  /** The number added to the root of the second moment. */
  readonly epsilon: number;
  /** The weight decay. */
  readonly weightDecay: number;
  /** The largest norm of a gradient; `null` if gradients are not clipped. */
  readonly clipGradNorm: number | null;
  /** The factor of the learning rate, by the number of steps done. */
  readonly schedule: (steps: number) => number;
  /**
   * The further factors of the learning rate, one for each replica, by the number of steps done;
   * `null` if all replicas have the same learning rate.
   */
  readonly replicaSchedule: ((steps: number) => readonly number[]) | null;
  /** The model that is trained. */
  readonly model: Model;
  readonly #runner: StepRunner;
  #learningRate = 0;

  /**
   * Creates an optimizer.
   *
   * @param model The model that it trains.
   * @param options The learning rate and other settings.
   * @throws {InputError} If `model` is not a model, or an option is unknown or out of range.
   */
  constructor(model: Model, options: AdamOptions = {}) {
    checkModel(model);
    checkOptions(new.target.name, options, names);
    const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, clipGradNorm } = options;
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw new InputError("betas", "two numbers in [0, 1)", betas);
    }
    for (const beta of betas) {
      checkNumber("betas", beta, "in [0, 1)", (value) => value >= 0 && value < 1);
    }
    this.betas = betas;
    this.epsilon = checkNotNegative("epsilon", epsilon);
    this.weightDecay = checkNotNegative("weightDecay", weightDecay);
    const isPositive = (value: number) => value > 0 && value < Infinity;
    this.clipGradNorm = clipGradNorm === undefined
      ? null
      : checkNumber("clipGradNorm", clipGradNorm, "above 0", isPositive);
    this.schedule = options.schedule ?? (() => 1);
    checkFunction(
      "schedule",
      this.schedule,
      "from the steps done to a factor, such as cosineSchedule returns",
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

  /** The number of steps that were done. */
  get steps(): number {
    return this.#runner.steps;
  }

  /** The learning rate before the schedule's factor. It may be set between steps. */
  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(value: number) {
    this.#learningRate = checkNotNegative("learningRate", value);
  }

  /** Whether weight decay is applied to the parameters instead of the gradients. */
  protected get decoupled(): boolean {
    return false;
  }

  /**
   * Trains the model for a step on a batch, or for n steps on n batches, like {@link trainStep}.
   *
   * @param loss The loss that is minimized.
   * @param batch One batch, or up to 1024.
   * @param options The source of dropout masks, and whether states are carried from batch to batch.
   * @returns The report of these steps.
   * @throws {InputError} If an argument or option is wrong, or a batch does not fit the model or
   *   the loss.
   */
  step(loss: Loss, batch: Batch | readonly Batch[], options: StepOptions = {}): StepReport {
    const batches = isList(batch) ? batch : [batch];
    return this.#runner.run(loss, (step) => this.#hyperRows(step), batches, options);
  }

  /**
   * Reports the last steps, of one call or of several.
   *
   * @param count The number of steps, at most 1024.
   * @returns The report of these steps.
   * @throws {InputError} If `count` is not an integer from 1 to the number of steps done, or is
   * above 1024.
   */
  report(count: number): StepReport {
    return this.#runner.report(count);
  }

  /**
   * Returns the hyperparameters of a step as rows of the kernels: one for each replica, or one if
   * all replicas have the same. Steps are numbered from 1.
   */
  #hyperRows(step: number): readonly Float32Array[] {
    const factor = checkNotNegative("schedule", this.schedule(step - 1));
    const learningRate = this.learningRate * factor;
    const factors = this.replicaSchedule?.(step - 1);
    if (factors === undefined) return [this.#hyperRow(step, learningRate)];
    const { replicas = 1 } = this.model;
    if (!Array.isArray(factors) || factors.length !== replicas) {
      throw new InputError("replicaSchedule", `${replicas} numbers, one for each replica`, factors);
    }
    return factors.map((own: number) => {
      return this.#hyperRow(
        step,
        learningRate * checkNotNegative("replicaSchedule", own),
      );
    });
  }

  #hyperRow(step: number, learningRate: number): Float32Array {
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
   * Reads the state of the optimizer. The parameters are not part of it.
   *
   * @returns The state, for {@link Adam.loadStateDict}.
   * @throws {InputError} If the optimizer was disposed of.
   */
  async stateDict(): Promise<OptimizerState> {
    const { steps, moments, carried } = await this.#runner.state();
    const named = namedMoments(moments, this.#runner.shapes, this.model.replicas);
    return { step: steps, learningRate: this.learningRate, moments: named, carried };
  }

  /**
   * Continues from the state of another optimizer. If the model has the parameters that the other
   * model had when the state was read, and gets equal batches, the next steps equal those of the
   * other optimizer bit for bit. Reports of earlier steps can no longer be read.
   *
   * @param state The result of {@link Adam.stateDict}.
   * @throws {InputError} If a field is missing, unknown or out of range, or if the moments are of
   *   another model.
   */
  loadStateDict(state: OptimizerState): void {
    checkOptions("an optimizer's state", state, optimizerStateNames, "field");
    const { step, learningRate, moments, carried } = state;
    if (!isPlainObject(moments)) {
      throw new InputError("moments", "an object of moments by name", moments);
    }
    if (carried !== null) checkCarried(carried);
    const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
    checkNumber("step", step, "an integer of 0 or more", isCount);
    // Before the first step there are no moments.
    const flat = step === 0 && Object.keys(moments).length === 0
      ? null
      : flatMoments(moments, this.#runner.shapes, this.model.replicas);
    this.learningRate = learningRate;
    this.#runner.restore({ steps: step, moments: flat, carried });
  }

  /** Frees the moments. The model keeps its parameters. */
  dispose(): void {
    this.#runner.dispose();
  }

  /** Frees the moments at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * The Adam optimizer with decoupled weight decay: each parameter is multiplied by
 * 1 - learningRate * weightDecay before its step, and the moments do not depend on the decay.
 *
 * Source: Loshchilov & Hutter (2019), "Decoupled weight decay regularization", ICLR, algorithm 2,
 * https://arxiv.org/abs/1711.05101, as in PyTorch.
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
   * Creates an optimizer.
   *
   * @param model The model that it trains.
   * @param options The learning rate and other settings.
   * @throws {InputError} If `model` is not a model, or an option is unknown or out of range.
   */
  constructor(model: Model, options: AdamOptions = {}) {
    checkOptions(new.target.name, options, names);
    super(model, { ...options, weightDecay: options.weightDecay ?? 0.01 });
  }

  /** Whether weight decay is applied to the parameters instead of the gradients: true for AdamW. */
  protected override get decoupled(): boolean {
    return true;
  }
}

function checkNotNegative(name: string, value: number): number {
  return checkNumber(name, value, "0 or more", (given) => given >= 0 && given < Infinity);
}

function isList(batch: Batch | readonly Batch[]): batch is readonly Batch[] {
  return Array.isArray(batch);
}

/** PyTorch's names of the moments. */
const parts = { m: "exp_avg", v: "exp_avg_sq" } as const;

/**
 * Splits moments by parameter.
 *
 * @param moments The moments of all parameters; `null` before the first step.
 * @param shapes The shapes of the parameters in order, without the replica axis.
 * @param replicas The size of the replica axis, if there is one.
 * @returns The moments by name; empty before the first step.
 */
export function namedMoments(
  moments: Moments | null,
  shapes: readonly NamedShape[],
  replicas: number | undefined,
): StateDict {
  if (!moments) return {};
  return Object.fromEntries(
    (["m", "v"] as const).flatMap((part) =>
      rangesOf(shapes).map(({ name, shape, offset, size, all }) => {
        const count = replicas ?? 1;
        const data = new Float32Array(count * size);
        for (let r = 0; r < count; r++) {
          const from = r * all + offset;
          data.set(moments[part].subarray(from, from + size), r * size);
        }
        const axes = replicas === undefined ? shape : [replicas, ...shape];
        return [`${parts[part]}.${name}`, { shape: [...axes], data }] as const;
      })
    ),
  );
}

/**
 * Joins the moments of all parameters, the inverse of {@link namedMoments}.
 *
 * @param named The moments by name.
 * @param shapes The shapes of the parameters in order, without the replica axis.
 * @param replicas The size of the replica axis, if there is one.
 * @returns The moments of all parameters.
 * @throws {InputError} If a name is missing or unknown, or a shape is wrong.
 */
export function flatMoments(
  named: StateDict,
  shapes: readonly NamedShape[],
  replicas: number | undefined,
): Moments {
  const count = replicas ?? 1;
  const wanted = new Set(
    Object.values(parts).flatMap((part) => shapes.map(({ name }) => `${part}.${name}`)),
  );
  const wrong = Object.keys(named).find((name) => !wanted.has(name));
  if (wrong !== undefined) throw new InputError("moments", "those of the model", wrong);
  const flat = (part: "m" | "v"): Float32Array => {
    const ranges = rangesOf(shapes);
    const all = ranges[0]?.all ?? 0;
    const values = new Float32Array(count * all);
    for (const { name, shape, offset, size } of ranges) {
      const key = `${parts[part]}.${name}`;
      const entry = named[key];
      const axes = replicas === undefined ? shape : [replicas, ...shape];
      if (String(entry?.shape) !== axes.join() || entry?.data?.length !== count * size) {
        throw new InputError(key, `of shape [${axes.join(", ")}]`, entry?.shape);
      }
      if (!(entry.data instanceof Float32Array)) {
        throw new InputError(`data of ${key}`, "a Float32Array", entry.data);
      }
      for (let r = 0; r < count; r++) {
        values.set(entry.data.subarray(r * size, (r + 1) * size), r * all + offset);
      }
    }
    return values;
  };
  return { m: flat("m"), v: flat("v") };
}

/** Returns the range of each parameter among the `all` numbers of a replica. */
function rangesOf(shapes: readonly NamedShape[]) {
  let offset = 0;
  const all = shapes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return shapes.map(({ name, shape }) => {
    const size = sizeOf(shape);
    offset += size;
    return { name, shape, size, all, offset: offset - size };
  });
}
