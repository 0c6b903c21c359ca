import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";
import { checkObject } from "./checks.ts";
import { checkIntervals, type IntervalForecasts } from "./coverage.ts";

/** Options of {@link conformalMargins}. */
export interface ConformalOptions {
  /** The share of later values that the intervals are to contain, in (0, 1). */
  readonly coverage: number;
}

const names: OptionNames<ConformalOptions> = { coverage: true };

/**
 * Computes by how much intervals must be widened to contain a share of later values: split conformal
 * prediction (Lei et al., 2018, doi:10.1080/01621459.2017.1307116) or, for intervals of quantiles,
 * conformalized quantile regression (Romano, Patterson & Candes, 2019, arXiv:1905.03222).
 *
 * The score of a calibration forecast is the distance of the actual value from its interval, below 0
 * within it. The margin at each step ahead is the score of rank `ceil((n + 1) coverage)` of the n
 * scores at this step. If the later score and these n are exchangeable, the widened interval contains
 * the value with at least this probability. With so few scores that the rank exceeds n, only an
 * infinite interval does, and the margin is `Infinity`: a coverage of 0.9 needs 9 origins.
 *
 * Scores of a series are exchangeable only approximately, so measure the coverage on later origins
 * with `intervalCoverage`. Calibrate with origins that neither trained nor chose the method:
 * `validation` of `rollingOrigins`, if nothing else was chosen by them.
 *
 * @param calibration The intervals of the calibration origins. For a margin around point forecasts,
 * `low` and `high` are both the point forecasts.
 * @param options The coverage.
 * @returns The margins [horizon]. A negative one narrows the intervals.
 * @throws {InputError} If the shapes differ, the ends of an interval are infinite or out of order, no
 * actual value at a step is known, or `coverage` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conformalMargins, widenIntervals } from "./conformal.ts";
 *
 * const forecast = Array.from({ length: 9 }, () => [10]);
 * const actual = forecast.map(([value = 0], i) => [value + (i % 2 ? i : -i)]);
 * const calibration = { actual, low: forecast, high: forecast };
 * const margins = conformalMargins(calibration, { coverage: 0.8 });
 * assertEquals([...margins], [7]); // The 8th of the distances 0, 1, ..., 8.
 * const { low, high } = widenIntervals({ low: [20], high: [20] }, margins);
 * assertEquals([low[0], high[0]], [13, 27]);
 * ```
 */
export function conformalMargins(
  calibration: IntervalForecasts,
  options: ConformalOptions,
): Float64Array {
  checkOptions("conformalMargins", options, names);
  const { coverage } = options;
  if (typeof coverage === "number" && coverage > 1 && coverage < 100) {
    throw new InputError("coverage", "in (0, 1)", coverage, `Write ${coverage / 100}`);
  }
  checkNumber("coverage", coverage, "in (0, 1)", (value) => value > 0 && value < 1);
  const horizon = checkIntervals(calibration);
  const { actual, low, high } = calibration;
  return Float64Array.from({ length: horizon }, (_, h) => {
    const scores = actual.map((values, o) => {
      const y = values[h] ?? NaN;
      return Math.max((low[o]?.[h] ?? NaN) - y, y - (high[o]?.[h] ?? NaN));
    }).filter((score) => !Number.isNaN(score)).sort((a, b) => a - b);
    if (scores.length === 0) {
      throw new InputError("actual", `values of which one is known at step ${h + 1}`, "none");
    }
    if (!scores.every(Number.isFinite)) {
      throw new InputError("low and high", "finite for calibration", "an infinite end");
    }
    // Rounding lifts some products above an integer: 100 * 0.55 is 55.00000000000001.
    const rank = Math.max(1, Math.ceil((scores.length + 1) * coverage - 1e-9));
    return scores[rank - 1] ?? Infinity;
  });
}

/** The ends of interval forecasts from one origin. */
export interface IntervalEnds {
  /** The lower ends [horizon]. */
  readonly low: ArrayLike<number>;
  /** The upper ends [horizon]. */
  readonly high: ArrayLike<number>;
}

/**
 * Widens intervals by margins.
 *
 * @param intervals The intervals from one origin.
 * @param margins The margins, of {@link conformalMargins}.
 * @returns The widened intervals. If a negative margin would put the ends out of order, both are the
 * middle of the interval.
 * @throws {InputError} If the lengths differ, or ends are out of order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { widenIntervals } from "./conformal.ts";
 *
 * const { low, high } = widenIntervals({ low: [1, 1], high: [5, 5] }, [1, -3]);
 * assertEquals([[...low], [...high]], [[0, 3], [6, 3]]);
 * ```
 */
export function widenIntervals(
  intervals: IntervalEnds,
  margins: ArrayLike<number>,
): { low: Float64Array; high: Float64Array } {
  checkObject("intervals", intervals, "an object with low and high");
  const { low, high } = intervals;
  const horizon = checkIntervals({ actual: [margins], low: [low], high: [high] });
  const ends = Array.from({ length: horizon }, (_, h) => {
    const [from, to, margin] = [low[h] ?? NaN, high[h] ?? NaN, margins[h] ?? NaN];
    if (Number.isNaN(margin)) throw new InputError(`margins[${h}]`, "a number", margin);
    const middle = from / 2 + to / 2;
    return to - from + 2 * margin < 0 ? [middle, middle] : [from - margin, to + margin];
  });
  return {
    low: Float64Array.from(ends, ([from = NaN]) => from),
    high: Float64Array.from(ends, ([, to = NaN]) => to),
  };
}
