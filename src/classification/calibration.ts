import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import {
  checkPredictions,
  checkWeights,
  predictedShares,
  type Probabilities,
} from "./predictions.ts";

/** Options of {@link expectedCalibrationError}. */
export interface CalibrationErrorOptions {
  /** The number of bins of equal width; 15 by default. */
  readonly bins?: number;
  /** How often each item counts; once by default. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Computes the expected calibration error: the mean distance, over bins of the largest predicted
 * probability, between this probability and the accuracy, weighted by the number of items (Naeini,
 * Cooper & Hauskrecht, 2015; Guo, Pleiss, Sun & Weinberger, 2017, arXiv:1706.04599, equation 3). Bin
 * m of M has the probabilities in ((m - 1) / M, m / M].
 *
 * It is biased upwards if there are few items: even of perfectly calibrated predictions it is above
 * 0. Compare models on the same items.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param options The number of bins and the weights.
 * @returns The error, from 0 to 1; `NaN` if all weights are 0.
 * @throws {InputError} If labels, probabilities and weights do not go together, or an option is wrong
 * or unknown.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { expectedCalibrationError } from "./calibration.ts";
 *
 * const probabilities = [[0.1, 0.9], [0.1, 0.9], [0.1, 0.9], [0.9, 0.1]];
 * assertAlmostEquals(expectedCalibrationError([1, 1, 0, 0], probabilities), 0.9 - 0.75);
 * ```
 */
export function expectedCalibrationError(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  options: CalibrationErrorOptions = {},
): number {
  checkOptions("expectedCalibrationError", options, { bins: true, weights: true });
  const { bins = 15, weights } = options;
  checkPredictions(labels, probabilities);
  positiveInteger("bins", bins);
  const confidences = confidencesOf(labels, probabilities, bins);
  return calibrationErrorOf(confidences, checkWeights(weights, labels.length));
}

/** The largest probability of each item, its bin, and the share of the item that is right. */
export interface Confidences {
  /** The number of bins. */
  readonly bins: number;
  /** The bin of each item, from 0. */
  readonly bin: Uint32Array;
  /** The largest probability of each item. */
  readonly confidence: Float64Array;
  /** 1 if the predicted class is right, 0 if it is wrong, 1/k if it is one of k equal ones. */
  readonly hit: Float64Array;
}

/**
 * Computes what the calibration error needs of each item, from checked input.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param bins The number of bins.
 * @returns The confidences.
 */
export function confidencesOf(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  bins: number,
): Confidences {
  const shares = predictedShares(probabilities);
  const confidence = Float64Array.from(probabilities, (row) => Math.max(...row));
  const hit = Float64Array.from(shares, (row, i) => row[labels[i] ?? 0] ?? 0);
  const bin = Uint32Array.from(
    confidence,
    (p) => Math.min(bins, Math.max(1, Math.ceil(p * bins))) - 1,
  );
  return { bins, bin, confidence, hit };
}

/**
 * Computes the calibration error as {@link expectedCalibrationError} does.
 *
 * @param confidences The confidences.
 * @param weights How often each item counts.
 * @returns The error; `NaN` if all weights are 0.
 */
export function calibrationErrorOf(
  { bins, bin, confidence, hit }: Confidences,
  weights: ArrayLike<number>,
): number {
  const gaps = new Float64Array(bins);
  let total = 0;
  for (let i = 0; i < bin.length; i++) {
    const weight = weights[i] ?? 0;
    const m = bin[i] ?? 0;
    gaps[m] = (gaps[m] ?? 0) + weight * ((confidence[i] ?? 0) - (hit[i] ?? 0));
    total += weight;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
}

/** Options of {@link calibrationCurve}. */
export interface CalibrationCurveOptions {
  /** The class whose probability is judged; 1 by default. */
  readonly label?: number;
  /** The number of bins; 10 by default. */
  readonly bins?: number;
  /**
   * The bins: `"uniform"`, of equal width, or `"quantile"`, of nearly equal numbers of items. The
   * default is `"uniform"`.
   */
  readonly strategy?: "uniform" | "quantile";
  /** How often each item counts; once by default. The limits of the bins do not depend on it. */
  readonly weights?: ArrayLike<number>;
}

/** A bin of a calibration curve. */
export interface CalibrationBin {
  /** The lower limit, which belongs to the bin before; 0 for the first, which it belongs to. */
  readonly low: number;
  /** The upper limit, which belongs to the bin. */
  readonly high: number;
  /** The mean predicted probability; `NaN` if the bin is empty. */
  readonly predicted: number;
  /** The share of the items that are of the class; `NaN` if the bin is empty. */
  readonly observed: number;
  /** The number of items. */
  readonly count: number;
}

/**
 * Computes a calibration curve (reliability diagram): in bins of the predicted probability of a
 * class, how often the class occurs. Of calibrated predictions both are equal. The bins are those of
 * `calibration_curve` of scikit-learn, which leaves out empty ones.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param options The class, the bins and the weights.
 * @returns The bins in ascending order, with the empty ones.
 * @throws {InputError} If labels, probabilities and weights do not go together, or an option is wrong
 * or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { calibrationCurve } from "./calibration.ts";
 *
 * const probabilities = [[0.8, 0.2], [0.8, 0.2], [0.3, 0.7]];
 * const [low, high] = calibrationCurve([0, 1, 1], probabilities, { bins: 2 });
 * assertEquals([low?.predicted, low?.observed], [0.2, 0.5]);
 * assertEquals([high?.predicted, high?.observed, high?.count], [0.7, 1, 1]);
 * ```
 */
export function calibrationCurve(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  options: CalibrationCurveOptions = {},
): CalibrationBin[] {
  const names = { label: true, bins: true, strategy: true, weights: true } as const;
  checkOptions("calibrationCurve", options, names);
  const { label = 1, bins = 10, strategy = "uniform" } = options;
  const classes = checkPredictions(labels, probabilities);
  positiveInteger("bins", bins);
  if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
    throw new InputError("label", `a class from 0 to ${classes - 1}`, label);
  }
  if (strategy !== "uniform" && strategy !== "quantile") {
    throw new InputError("strategy", '"uniform" or "quantile"', strategy);
  }
  const weights = checkWeights(options.weights, labels.length);
  const scores = Float64Array.from(probabilities, (row) => row[label] ?? NaN);
  const limits = limitsOf(scores, bins, strategy);
  const sums = Array.from({ length: bins }, () => ({ predicted: 0, observed: 0, count: 0 }));
  for (const [i, score] of scores.entries()) {
    const weight = weights[i] ?? 0;
    const place = limits.slice(1, -1).findIndex((limit) => score <= limit);
    const bin = sums[place < 0 ? bins - 1 : place];
    if (bin === undefined) continue;
    bin.predicted += weight * score;
    bin.observed += labels[i] === label ? weight : 0;
    bin.count += weight;
  }
  return sums.map(({ predicted, observed, count }, b) => ({
    low: limits[b] ?? 0,
    high: limits[b + 1] ?? 1,
    predicted: predicted / count,
    observed: observed / count,
    count,
  }));
}

/** Returns the limits of bins, one more than there are bins. */
function limitsOf(
  scores: Float64Array,
  bins: number,
  strategy: "uniform" | "quantile",
): number[] {
  const sorted = scores.toSorted();
  return Array.from({ length: bins + 1 }, (_, b) => {
    if (strategy === "uniform") return b / bins;
    const index = (sorted.length - 1) * b / bins;
    const [low, high] = [sorted[Math.floor(index)] ?? 0, sorted[Math.ceil(index)] ?? 1];
    return low + (high - low) * (index - Math.floor(index));
  });
}
