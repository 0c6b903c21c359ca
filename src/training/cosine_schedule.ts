import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";

/** Options for {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /** The number of steps in all. */
  readonly steps: number;
  /** The number of steps at the start in which the factor rises linearly to 1; by default 0. */
  readonly warmUp?: number;
  /** The factor at the end, in [0, 1]; by default 0. */
  readonly floor?: number;
}

const names: OptionNames<CosineScheduleOptions> = { steps: true, warmUp: true, floor: true };

/**
 * Creates a schedule of the learning rate that rises linearly and then falls by half a period of
 * the cosine. After s steps, with w steps of warm-up, n steps in all and a floor f, the factor is
 *
 *     (s + 1) / w                                         if s < w
 *     f + (1 - f) (1 + cos(pi (s - w) / (n - w))) / 2     if w <= s <= n
 *     f                                                   if s > n
 *
 * Sources: Loshchilov & Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts",
 * ICLR, equation 5, https://arxiv.org/abs/1608.03983, without restarts; Goyal et al. (2017),
 * "Accurate, large minibatch SGD", section 2.2, https://arxiv.org/abs/1706.02677, for the warm-up.
 *
 * @param options The number of steps, the warm-up and the floor.
 * @returns A function from the number of steps done to the factor, as {@link Adam} takes it.
 * @throws {InputError} If an option is unknown, `steps` is not a positive integer, `warmUp` is not
 *   an integer in [0, steps), or `floor` is not in [0, 1].
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { cosineSchedule } from "./cosine_schedule.ts";
 *
 * const factor = cosineSchedule({ steps: 100, warmUp: 10 });
 * assertAlmostEquals(factor(4), 0.5);
 * assertAlmostEquals(factor(10), 1);
 * assertAlmostEquals(factor(55), 0.5);
 * assertAlmostEquals(factor(100), 0);
 * ```
 */
export function cosineSchedule(options: CosineScheduleOptions): (steps: number) => number {
  checkOptions("cosineSchedule", options, names);
  const { steps, warmUp = 0, floor = 0 } = options;
  positiveInteger("steps", steps);
  if (!Number.isSafeInteger(warmUp) || warmUp < 0 || warmUp >= steps) {
    throw new InputError("warmUp", `an integer from 0 to ${steps - 1}`, warmUp);
  }
  if (!(Number.isFinite(floor) && floor >= 0 && floor <= 1)) {
    throw new InputError("floor", "in [0, 1]", floor);
  }
  return (done) => {
    if (done < warmUp) return (done + 1) / warmUp;
    const part = Math.min(1, (done - warmUp) / (steps - warmUp));
    return floor + (1 - floor) * (1 + Math.cos(Math.PI * part)) / 2;
  };
}
