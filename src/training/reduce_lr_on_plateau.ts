import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Adam } from "./optimizer.ts";

/** What a {@link ReduceLROnPlateau} is made from. */
export interface ReduceLROnPlateauOptions {
  /** Whether less or more is better; by default `"min"`. */
  readonly mode?: "min" | "max";
  /** What the step's size is multiplied by; by default 0.1. */
  readonly factor?: number;
  /** How many values in a row may be no better before it is; by default 10. */
  readonly patience?: number;
  /** What counts as better: by this share, or by this much; by default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best value or a difference; by default `"rel"`. */
  readonly thresholdMode?: "rel" | "abs";
  /** How many values after a reduction do not count; by default 0. */
  readonly cooldown?: number;
  /** The smallest step's size; by default 0. */
  readonly minLR?: number;
  /** The smallest reduction that is made; by default 1e-8. */
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

/** What a {@link ReduceLROnPlateau} remembers. */
export interface PlateauState {
  /** The best value; `null` before the first. */
  readonly best: number | null;
  /** Values since that were no better. */
  readonly badSteps: number;
  /** Values that do not count yet. */
  readonly cooldown: number;
}

const stateNames: OptionNames<PlateauState> = { best: true, badSteps: true, cooldown: true };

/**
 * Reduces the step's size when a value, such as the validation loss, gets no better: PyTorch's
 * `torch.optim.lr_scheduler.ReduceLROnPlateau`, number by number.
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
   * Watches over an optimizer's step size.
   *
   * @param optimizer Whose step size it is.
   * @param options What counts as better, and how much the size is reduced.
   * @throws {InputError} On an optimizer that is something else, on an unknown option, and on an option
   * outside its range.
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
   * Takes the next value into account. PyTorch counts NaN as no better; here it is refused, since a
   * loss that is NaN is a fault of the training, which a smaller step does not mend.
   *
   * @param value The loss, or what else is watched: a number, which may be infinite.
   * @returns Whether the step's size was reduced.
   * @throws {InputError} If the value is not a number, or NaN.
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

  /** What it remembers, as JSON; the step's size is the optimizer's. */
  stateDict(): PlateauState {
    return { best: this.#best, badSteps: this.#badSteps, cooldown: this.#cooldown };
  }

  /**
   * Goes on from what another remembered.
   *
   * @param state What {@link ReduceLROnPlateau.stateDict} gave.
   * @throws {InputError} On an unknown field, and on values that it did not give.
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
    // As in PyTorch: with a relative threshold of 1 or more nothing is below the infinite first best.
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
