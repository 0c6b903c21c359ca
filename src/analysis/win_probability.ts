import { InputError } from "../core/errors.ts";
import type { Estimate } from "../result/result.ts";
import { shareEstimate } from "./estimate.ts";
import { assertValues } from "./statistics.ts";

/**
 * The probability that one method has a lower loss than another on the same seed: the share of seeds
 * in which it has, with its interval by Clopper & Pearson. A tie is won by neither.
 *
 * Runs of one seed share their data, so seeds and not runs are what is independent: comparing all
 * runs of the one with all of the other would take the spread of data for a spread of methods. And
 * a bootstrap of the share would have no width where every seed agrees.
 *
 * Source: Agarwal, Schwarzer, Castro, Courville & Bellemare (2021), "Deep reinforcement learning at the
 * edge of the statistical precipice", arXiv:2108.13264, section 4.3.
 *
 * @param losses A number for each seed of the method that would be better.
 * @param others A number for each seed of the other, in the same order.
 * @param confidence What the interval would cover, above 0 and below 1.
 * @returns Without an interval below `MINIMUM_SEEDS`, as {@link shareEstimate}.
 * @throws {InputError} If there is no seed, the sides differ in number, a value is not finite, or the
 * confidence is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { winProbability } from "./win_probability.ts";
 *
 * const lstm = [0.01, 0.02, 0.03, 0.02, 0.2, 0.01, 0.02, 0.01, 0.03, 0.02];
 * const rnn = [0.15, 0.17, 0.16, 0.18, 0.19, 0.16, 0.15, 0.18, 0.17, 0.16];
 * const { value, low } = winProbability(lstm, rnn);
 * assert(value === 0.9 && Number(low) > 0.5);
 * ```
 */
export function winProbability(
  losses: readonly number[],
  others: readonly number[],
  confidence = 0.95,
): Estimate {
  assertValues(losses, 1, "losses");
  assertValues(others, 1, "others");
  if (losses.length !== others.length) {
    throw new InputError("others", `${losses.length} numbers, one for each seed`, others.length);
  }
  const won = losses.filter((loss, seed) => loss < (others[seed] ?? NaN)).length;
  const found = shareEstimate(won, losses.length, confidence);
  return { ...found, method: found.method.replace("share", "share of seeds won") };
}
