import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import {
  type CrossedInterval,
  crossedIntervals,
  type CrossedOptions,
} from "../statistics/crossed_bootstrap.ts";
import { checkRuns, type ClassifierRuns } from "./classifier_runs.ts";

/** Options of {@link calibrationBand}. */
export interface CalibrationBandOptions extends Omit<CrossedOptions, "items"> {
  /** The class whose probability is judged; 1 by default. */
  readonly label?: number;
  /** The number of bins of equal width; 10 by default. */
  readonly bins?: number;
}

const names: OptionNames<CalibrationBandOptions> = {
  label: true,
  bins: true,
  groups: true,
  random: true,
  resamples: true,
  confidence: true,
};

/** A bin of a calibration curve with an interval. */
export interface CalibrationBandBin {
  /** The lower limit, which belongs to the bin before; 0 for the first, which it belongs to. */
  readonly low: number;
  /** The upper limit, which belongs to the bin. */
  readonly high: number;
  /** The mean predicted probability, over items and seeds; `NaN` if the bin is empty. */
  readonly predicted: number;
  /** The share of the items that are of the class, with its interval. */
  readonly observed: CrossedInterval;
  /** The mean number of items of a seed. */
  readonly count: number;
}

/**
 * Computes a calibration curve of a model that was trained with one or more seeds, with an interval
 * for each bin over the tested items and the seeds ({@link crossedIntervals}). The share of a bin is
 * that of all predictions of all seeds in the bin. A resample without predictions in a bin is left out
 * for this bin; `observed.resamples` counts the others.
 *
 * @param runs The labels and the predictions.
 * @param options The class, the bins, the groups of items and the resamples.
 * @returns The bins in ascending order, with the empty ones.
 * @throws {InputError} If labels and probabilities do not go together, or an option is wrong or
 * unknown.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { calibrationBand } from "./calibration_band.ts";
 *
 * const labels = [0, 1, 1, 0, 1, 0];
 * const probabilities = [0.2, 0.9, 0.4, 0.1, 0.8, 0.3].map((p) => [1 - p, p]);
 * const options = { bins: 2, random: new Random(1), resamples: 200 };
 * const [low, high] = calibrationBand({ labels, probabilities: [probabilities] }, options);
 * assertEquals([low?.count, low?.observed.value, high?.observed.value], [4, 0.25, 1]);
 * assert((low?.observed.high ?? 0) > 0.25);
 * ```
 */
export function calibrationBand(
  runs: ClassifierRuns,
  options: CalibrationBandOptions,
): CalibrationBandBin[] {
  checkOptions("calibrationBand", options, names);
  const { label = 1, bins = 10, ...crossed } = options;
  const classes = checkRuns(runs);
  if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
    throw new InputError("label", `a class from 0 to ${classes - 1}`, label);
  }
  const { labels, probabilities } = runs;
  positiveInteger("bins", bins);
  const scores = probabilities.map((run) => Float64Array.from(run, (row) => row[label] ?? NaN));
  // Bin m of M has the probabilities in ((m - 1) / M, m / M].
  const binOf = (score: number) => Math.min(bins, Math.max(1, Math.ceil(score * bins))) - 1;
  const places = scores.map((list) => Uint32Array.from(list, binOf));
  const sums = Array.from({ length: bins }, () => ({ predicted: 0, count: 0 }));
  for (const [seed, list] of scores.entries()) {
    for (const [i, score] of list.entries()) {
      const bin = sums[places[seed]?.[i] ?? 0];
      if (bin === undefined) continue;
      bin.predicted += score;
      bin.count += 1;
    }
  }
  const compute = (seed: number, weights: Float64Array): number[] => {
    const counts = new Array<number>(2 * bins).fill(0);
    const own = places[seed] ?? new Uint32Array();
    for (let i = 0; i < own.length; i++) {
      const weight = weights[i] ?? 0;
      const bin = own[i] ?? 0;
      counts[2 * bin + 1] = (counts[2 * bin + 1] ?? 0) + weight;
      if (labels[i] === label) counts[2 * bin] = (counts[2 * bin] ?? 0) + weight;
    }
    return counts;
  };
  const ratio = (means: readonly number[]) =>
    sums.map((_, bin) => (means[2 * bin] ?? NaN) / (means[2 * bin + 1] ?? NaN));
  const observed = crossedIntervals({ seeds: scores.length, compute, finish: ratio }, {
    ...crossed,
    items: labels.length,
  });
  return sums.map(({ predicted, count }, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    predicted: predicted / count,
    observed: observed[bin] ?? { value: NaN, low: NaN, high: NaN, resamples: 0 },
    count: count / scores.length,
  }));
}
