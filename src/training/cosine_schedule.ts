import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";

/** What a {@link cosineSchedule} is made from. */
export interface CosineScheduleOptions {
  /** Steps in all. */
  readonly steps: number;
  /** Steps at the start in which the size rises in equal parts to its full value; by default 0. */
  readonly warmUp?: number;
  /** The share of the full size that is left at the end; by default 0. */
  readonly floor?: number;
}

const names: OptionNames<CosineScheduleOptions> = { steps: true, warmUp: true, floor: true };

/**
 * A step's size that rises linearly and then falls by half a period of the cosine; past the end it
 * stays. With s steps done, w of warm-up, n in all and a floor f, its share of the full size is
 *
 *     (s + 1) / w                                         where s < w
 *     f + (1 - f) (1 + cos(pi (s - w) / (n - w))) / 2     after it
 *
 * Sources: Loshchilov & Hutter (2017), equation 5, without restarts; Goyal et al. (2017), section
 * 2.2, for the warm-up.
 *
 * @param options How many steps there are, and how the size begins and ends.
 * @returns What an {@link Adam}'s `schedule` takes: the share, from the steps done.
 * @throws {InputError} On an unknown option, on counts that are not integers or out of order, and on a
 *   floor outside of [0, 1].
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { cosineSchedule } from "./cosine_schedule.ts";
 *
 * const share = cosineSchedule({ steps: 100, warmUp: 10 });
 * assertAlmostEquals(share(4), 0.5);
 * assertAlmostEquals(share(10), 1);
 * assertAlmostEquals(share(55), 0.5);
 * assertAlmostEquals(share(100), 0);
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
