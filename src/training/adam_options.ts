import { InputError } from "../core/errors.ts";
import type { OptionNames } from "../core/options.ts";

/** What an `Adam` is made from. */
export interface AdamOptions {
  /** The step's size; by default 0.001. */
  readonly learningRate?: number;
  /** How much of the moments is kept from step to step; by default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment; by default 1e-8. */
  readonly epsilon?: number;
  /** Pulls the parameters towards 0; by default 0 for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number;
  /** The largest norm of the gradient: a longer one is scaled down to it. By default none is. */
  readonly clipGradNorm?: number;
  /**
   * What each step's size is multiplied by, from the steps done before it: `cosineSchedule`,
   * or a function of your own. By default 1 throughout.
   */
  readonly schedule?: (steps: number) => number;
  /**
   * What the step's size of each replica is multiplied by besides, from the steps done before it: a
   * number for each. By default 1 for all.
   */
  readonly replicaSchedule?: (steps: number) => readonly number[];
}

/** The options of every optimizer. */
export const adamNames: OptionNames<AdamOptions> = {
  learningRate: true,
  betas: true,
  epsilon: true,
  weightDecay: true,
  clipGradNorm: true,
  schedule: true,
  replicaSchedule: true,
};

/**
 * A setting that fits, given back.
 *
 * @throws {InputError} On one that does not, or is not a finite number.
 */
export function within(
  name: string,
  value: number,
  fits: (value: number) => boolean,
  wanted: string,
): number {
  if (!Number.isFinite(value) || !fits(value)) throw new InputError(name, wanted, value);
  return value;
}
