import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Estimate } from "../core/result.ts";
import { positiveInteger } from "../core/shapes.ts";
import { MINIMUM_SEEDS, shareEstimate } from "./estimate.ts";
import { drawPlaces } from "./resample.ts";
import { assertValues, quantile } from "./statistics.ts";

/** What {@link probabilityOfImprovement} needs. */
export interface ImprovementOptions {
  /** Draws the resamples. */
  readonly random: Random;
  /** What the interval would cover; by default 0.95. */
  readonly confidence?: number;
  /** By default 10000. */
  readonly resamples?: number;
}

/**
 * The probability that a run of one method has a lower loss than a run of another: over all pairs
 * of runs the share in which it has, ties counted half, which is the Mann-Whitney statistic over
 * its largest value. The interval is a percentile bootstrap that resamples each method's runs.
 *
 * Where every pair agrees every resample does too, and the bootstrap would give no width: the
 * interval is then the Wilson score interval of as many seeds as the smaller side has. Where one
 * side has fewer than {@link MINIMUM_SEEDS} runs there is none.
 *
 * Source: Agarwal, Schwarzer, Castro, Courville & Bellemare (2021), section 4.3.
 *
 * @param losses A number for each seed of the method that would be better.
 * @param others A number for each seed of the other.
 * @returns 0.5 where neither is better; n is the number of seeds of the smaller side.
 * @throws {InputError} Where a side has no value, one is not finite, or an option is wrong.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { probabilityOfImprovement } from "./improvement.ts";
 *
 * const lstm = [0.01, 0.02, 0.03, 0.02, 0.2];
 * const rnn = [0.15, 0.17, 0.16, 0.18, 0.25];
 * const { value, low } = probabilityOfImprovement(lstm, rnn, { random: new Random(1) });
 * assert(value === 21 / 25 && Number(low) > 0.5);
 * ```
 */
export function probabilityOfImprovement(
  losses: readonly number[],
  others: readonly number[],
  options: ImprovementOptions,
): Estimate {
  const { random, confidence = 0.95, resamples = 10_000 } = options;
  assertValues(losses);
  assertValues(others);
  positiveInteger("resamples", resamples);
  if (!(confidence > 0 && confidence < 1)) {
    throw new InputError("confidence", "a number above 0 and below 1", confidence);
  }
  const wins = losses.map((loss) => others.map((other) => won(loss, other)));
  const value = shareOf(wins.flat());
  const n = Math.min(losses.length, others.length);
  if (n < MINIMUM_SEEDS) {
    const method = `share of pairs, no interval below ${MINIMUM_SEEDS} seeds`;
    return { value, low: null, high: null, n, confidence, method };
  }
  if (value === 0 || value === 1) {
    const { low, high } = shareEstimate(value * n, n, confidence);
    const method = "share of pairs, Wilson score interval since every pair agrees";
    return { value, low, high, n, confidence, method };
  }
  const found = resampledShares(wins, resamples, random);
  const tail = (1 - confidence) / 2;
  const [low, high] = [quantile(found, tail), quantile(found, 1 - tail)];
  const method = `share of pairs, percentile bootstrap, ${resamples} resamples`;
  return { value, low, high, n, confidence, method };
}

function won(loss: number, other: number): number {
  return loss < other ? 1 : loss > other ? 0 : 0.5;
}

function shareOf(wins: readonly number[]): number {
  return wins.reduce((a, b) => a + b, 0) / wins.length;
}

/** The share of each resample of rows and columns. */
function resampledShares(
  wins: readonly (readonly number[])[],
  resamples: number,
  random: Random,
): number[] {
  const [rows, columns] = [wins.length, wins[0]?.length ?? 0];
  const rowPlaces = drawPlaces(rows, resamples, random);
  const columnPlaces = drawPlaces(columns, resamples, random);
  return Array.from({ length: resamples }, (_, r) => {
    const drawn = columnPlaces.subarray(r * columns, (r + 1) * columns);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const row = wins[rowPlaces[r * rows + i] ?? 0];
      for (const place of drawn) sum += row?.[place] ?? NaN;
    }
    return sum / (rows * columns);
  });
}
