import { linearRegression } from "simple-statistics";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";

/** An exponential decay of norms with the lag: a straight line through their logarithms. */
export interface Decay {
  /** The factor by which the norm changes for each step back, exp(slope). */
  readonly rate: number;
  /** The slope of ln norm for each step back. */
  readonly slope: number;
  /** The value of the line at lag 0. */
  readonly intercept: number;
}

/** The first and the last lag of a fit, both included. */
interface LagRange {
  readonly from?: number;
  readonly to?: number;
}

const rangeNames: OptionNames<LagRange> = { from: true, to: true };

/**
 * Fits norm = exp(intercept) rate^lag by least squares on ln norm.
 *
 * @param norms The norms by lag, from lag 0.
 * @param range The first and the last lag of the fit. By default the fit is from lag 0 to the last
 * lag before the first norm of 0, since such a norm results from underflow.
 * @returns The fitted decay.
 * @throws {InputError} If the range is not within the norms, has fewer than 2 lags or an unknown
 * option, or a norm in it is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { fitDecay } from "./decay.ts";
 *
 * assert(Math.abs(fitDecay([3, 1.5, 0.75, 0.375]).rate - 0.5) < 1e-12);
 * ```
 */
export function fitDecay(
  norms: readonly number[],
  range: { readonly from?: number; readonly to?: number } = {},
): Decay {
  checkOptions("the range of fitDecay", range, rangeNames);
  checkArray("norms", norms, "an array of numbers");
  const zero = norms.indexOf(0);
  const { from = 0, to = (zero < 0 ? norms.length : zero) - 1 } = range;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to >= norms.length) {
    throw new InputError("range", `two lags from 0 to ${norms.length - 1}`, [from, to]);
  }
  if (to - from < 1) {
    throw new InputError("range", "of at least 2 lags, before the first norm of 0", [from, to]);
  }
  const points = Array.from(norms.slice(from, to + 1), (norm, i) => {
    if (!(Number.isFinite(norm) && norm > 0)) {
      throw new InputError(`norms[${from + i}]`, "a finite number above 0", norm);
    }
    return [from + i, Math.log(norm)];
  });
  const { m: slope, b: intercept } = linearRegression(points);
  return { rate: Math.exp(slope), slope, intercept };
}

/**
 * Finds the lag at which norms first fall to a fraction of the norm at lag 0, with linear
 * interpolation of ln norm between two lags.
 *
 * @param norms The norms by lag, from lag 0.
 * @param fraction A number in (0, 1).
 * @returns The lag in steps; `null` if all norms are larger than this fraction of the norm at lag
 * 0.
 * @throws {InputError} If `fraction` is not in (0, 1), a norm is negative or not finite, or the
 * first norm is 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { lagAtFraction } from "./decay.ts";
 *
 * assert(Math.abs((lagAtFraction([1, 0.5, 0.25], 0.5 ** 1.5) ?? 0) - 1.5) < 1e-12);
 * assert(lagAtFraction([1, 0.5], 0.1) === null);
 * ```
 */
export function lagAtFraction(norms: readonly number[], fraction: number): number | null {
  const wanted = "a number above 0 and below 1";
  checkNumber("fraction", fraction, wanted, (value) => value > 0 && value < 1);
  checkArray("norms", norms, "an array of numbers");
  for (const [lag, norm] of norms.entries()) {
    const least = lag === 0 ? "above 0" : "at least 0";
    if (Number.isFinite(norm) && (lag === 0 ? norm > 0 : norm >= 0)) continue;
    throw new InputError(`norms[${lag}]`, `a finite number, ${least}`, norm);
  }
  const first = norms[0] ?? NaN;
  const target = Math.log(first) + Math.log(fraction);
  const lag = norms.findIndex((norm) => Math.log(norm) <= target);
  if (lag < 0) return null;
  const before = Math.log(norms[lag - 1] ?? NaN);
  const after = Math.log(norms[lag] ?? NaN);
  return after === -Infinity ? lag : lag - 1 + (before - target) / (before - after);
}
