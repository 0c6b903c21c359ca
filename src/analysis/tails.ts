import { binomialCdf, binomialTail, studentTail } from "./distributions.ts";
import { effectiveTrials, type Spread } from "./seed_statistic.ts";

/** How probable a measure as the one that was found would be, if the truth were known. */
export interface Tails {
  /**
   * The probability of a measure at least as high.
   *
   * @param truth What the measure is in truth.
   */
  atLeast(truth: number): number;
  /**
   * The probability of a measure at most as high.
   *
   * @param truth What the measure is in truth.
   */
  atMost(truth: number): number;
  /**
   * The probability of a measure at least as far from a value, on either side.
   *
   * @param truth What the measure is in truth.
   * @param value From where the distance counts.
   */
  asFar(truth: number, value: number): number;
}

/**
 * The tails of Student's t distribution. Without spread every truth but the centre is impossible: its
 * probabilities are exactly 0 and 1.
 *
 * @param spread Of the values.
 * @returns Its truths are in the units of the values.
 */
export function studentTails({ centre, error, scale, freedom }: Spread): Tails {
  const tail = (distance: number) => {
    if (error > 0) return studentTail(distance / error, freedom);
    return distance > 0 ? 0 : 1;
  };
  return {
    atLeast: (truth) => tail(centre - truth / scale),
    atMost: (truth) => tail(truth / scale - centre),
    asFar(truth, value) {
      const found = Math.abs(centre - value / scale);
      const shift = truth / scale - value / scale;
      return Math.min(1, tail(found - shift) + tail(found + shift));
    },
  };
}

/**
 * The tails of the binomial distribution. A truth that no share can have has probability 0.
 *
 * @param count How many seeds have it.
 * @param n How many seeds there are.
 * @param overlap The size of a test set over that of its training set.
 * @returns Its truths are shares.
 */
export function binomialTails(count: number, n: number, overlap: number): Tails {
  const { successes, trials } = effectiveTrials(count, n, overlap);
  const within = (truth: number) => truth >= 0 && truth <= 1;
  const tails = {
    atLeast: (truth: number) => within(truth) ? binomialTail(successes, trials, truth) : 0,
    atMost: (truth: number) => within(truth) ? binomialCdf(successes, trials, truth) : 0,
  };
  return {
    ...tails,
    asFar(truth, value) {
      // As many successes on the other side. Rounding must not make 4 of 3.9999.
      const other = 2 * value * n - count;
      const isHigh = count > value * n;
      const nearest = isHigh ? Math.floor(other + 1e-9) : Math.ceil(other - 1e-9);
      const side = isHigh ? tails.atLeast(truth) : tails.atMost(truth);
      if (nearest < 0 || nearest > n) return side;
      const mirrored = binomialTails(nearest, n, overlap);
      return Math.min(1, side + (isHigh ? mirrored.atMost(truth) : mirrored.atLeast(truth)));
    },
  };
}
