import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Adam } from "./optimizer.ts";

/** Options for {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** The better values: `"min"`, the default, for lower ones, `"max"` for higher ones. */
  readonly mode?: "min" | "max";
  /** The factor by which the learning rate is reduced, in (0, 1); by default 0.1. */
  readonly factor?: number;
  /**
   * The number of values in a row without improvement that are tolerated before a reduction; by
   * default 10.
   */
  readonly patience?: number;
  /** The smallest change that counts as an improvement; by default 1e-4. */
  readonly threshold?: number;
  /**
   * The meaning of the threshold: `"rel"`, the default, is relative to the best value, `"abs"`
   * absolute.
   */
  readonly thresholdMode?: "rel" | "abs";
  /**
   * The number of values after a reduction that do not count against the patience; by default 0.
   */
  readonly cooldown?: number;
  /** The lowest learning rate; by default 0. */
  readonly minLR?: number;
  /**
   * The learning rate stays if a reduction would change it by this much or less; by default 1e-8.
   */
  readonly epsilon?: number;
}

const names: OptionNames<ReduceLROnPlateauOptions> = {
  mode: true,
  factor: true,
  patience: true,
  threshold: true,
  thresholdMode: true,
  cooldown: true,
  minLR: true,
  epsilon: true,
};

/** The state of a {@link ReduceLROnPlateau}. */
export interface PlateauState {
  /** The best value so far; `null` before the first. */
  readonly best: number | null;
  /** The number of values in a row that brought no improvement. */
  readonly badSteps: number;
  /** The number of next values that do not count against the patience. */
  readonly cooldown: number;
}

const stateNames: OptionNames<PlateauState> = { best: true, badSteps: true, cooldown: true };

/**
 * Reduces the learning rate if a value, such as the validation loss, stops improving. It computes
 * the same rates as PyTorch's `torch.optim.lr_scheduler.ReduceLROnPlateau`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Adam, GRU, Random, ReduceLROnPlateau, selectBackend } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const model = new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(1) });
 * const optimizer = new Adam(model, { learningRate: 0.5 });
 * const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * const reduced = [3, 2, 2, 2, 1].map((loss) => plateau.step(loss));
 * assertEquals(reduced, [false, false, false, true, false]);
 * assertEquals(optimizer.learningRate, 0.25);
 * optimizer.dispose();
 * model.dispose();
 * ```
 */
export class ReduceLROnPlateau {
  readonly #optimizer: Pick<Adam, "learningRate">;
  readonly #options: Required<ReduceLROnPlateauOptions>;
  #best: number | null = null;
  #badSteps = 0;
  #cooldown = 0;

  /**
   * Creates a scheduler for an optimizer.
   *
   * @param optimizer The optimizer whose learning rate is reduced.
   * @param options The definition of an improvement, and the size of reductions.
   * @throws {InputError} If `optimizer` is not an optimizer, or an option is unknown or out of
   * range.
   */
  constructor(optimizer: Pick<Adam, "learningRate">, options: ReduceLROnPlateauOptions = {}) {
    const given: unknown = optimizer;
    const isOptimizer = typeof given === "object" && given !== null && "learningRate" in given &&
      typeof given.learningRate === "number";
    if (!isOptimizer) throw new InputError("optimizer", "an Adam or AdamW", given);
    checkOptions("ReduceLROnPlateau", options, names);
    this.#optimizer = optimizer;
    const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4 } = options;
    const { thresholdMode = "rel", cooldown = 0, minLR = 0, epsilon = 1e-8 } = options;
    const limits = { cooldown, minLR, epsilon };
    this.#options = { mode, factor, patience, threshold, thresholdMode, ...limits };
    oneOf("mode", mode, ["min", "max"]);
    oneOf("thresholdMode", thresholdMode, ["rel", "abs"]);
    if (!(Number.isFinite(factor) && factor > 0 && factor < 1)) {
      throw new InputError("factor", "in (0, 1)", factor);
    }
    for (const [name, value] of Object.entries({ patience, cooldown })) {
      if (Number.isSafeInteger(value) && value >= 0) continue;
      throw new InputError(name, "an integer of 0 or more", value);
    }
    for (const [name, value] of Object.entries({ threshold, minLR, epsilon })) {
      if (!(Number.isFinite(value) && value >= 0)) throw new InputError(name, "0 or more", value);
    }
  }

  /**
   * Adds a value. PyTorch counts NaN as no improvement; here it is an error, because a lower
   * learning rate does not repair a training whose loss is NaN.
   *
   * @param value The loss or another value, which may be infinite.
   * @returns Whether the learning rate was reduced.
   * @throws {InputError} If the value is not a number or is NaN.
   */
  step(value: number): boolean {
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new InputError("value", "a number", value, helpFor(value));
    }
    if (this.#isBetter(value)) {
      this.#best = value;
      this.#badSteps = 0;
    } else {
      this.#badSteps += 1;
    }
    if (this.#cooldown > 0) {
      this.#cooldown -= 1;
      this.#badSteps = 0;
    }
    const { patience, cooldown, factor, minLR, epsilon } = this.#options;
    if (this.#badSteps <= patience) return false;
    this.#cooldown = cooldown;
    this.#badSteps = 0;
    const before = this.#optimizer.learningRate;
    const reduced = Math.max(before * factor, minLR);
    if (before - reduced <= epsilon) return false;
    this.#optimizer.learningRate = reduced;
    return true;
  }

  /**
   * Returns the state of the scheduler. The learning rate is part of the optimizer's state instead.
   *
   * @returns The state, for {@link ReduceLROnPlateau.loadStateDict}.
   */
  stateDict(): PlateauState {
    return { best: this.#best, badSteps: this.#badSteps, cooldown: this.#cooldown };
  }

  /**
   * Continues from the state of another scheduler.
   *
   * @param state The result of {@link ReduceLROnPlateau.stateDict}.
   * @throws {InputError} If a field is missing, unknown or wrong.
   */
  loadStateDict(state: PlateauState): void {
    checkOptions("a plateau's state", state, stateNames, "field");
    const { best, badSteps, cooldown } = state;
    if (best !== null && (typeof best !== "number" || Number.isNaN(best))) {
      throw new InputError("best", "a number or null", best);
    }
    for (const [name, count] of Object.entries({ badSteps, cooldown })) {
      if (Number.isSafeInteger(count) && count >= 0) continue;
      throw new InputError(name, "an integer of 0 or more", count);
    }
    this.#best = best;
    this.#badSteps = badSteps;
    this.#cooldown = cooldown;
  }

  #isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    // As in PyTorch, no first value improves on infinity if a relative threshold is 1 or more.
    const best = this.#best ?? (mode === "min" ? Infinity : -Infinity);
    const sign = mode === "min" ? -1 : 1;
    const bound = thresholdMode === "rel" ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === "min" ? value < bound : value > bound;
  }
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new InputError(name, known.map((one) => `"${one}"`).join(" or "), value);
}
