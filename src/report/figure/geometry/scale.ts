import { checkDomain } from "../../../result/figure_check.ts";
import type { NumberAxis } from "../../../result/axes.ts";
import { greatest, smallest } from "../../format/numbers.ts";

/** The largest distance of a pixel from the range of its axis, in widths of the range. */
const farthest = 1e4;

/** A relative difference below this is drawn as 0. */
const resolution = 1e-9;

/** The range of values that an axis covers. */
export type Domain = readonly [number, number];

/** A map from values to pixels. */
export interface Scale {
  readonly type: "linear" | "log";
  readonly domain: Domain;
  readonly range: Domain;
  /** The pixel of a value. */
  readonly at: (value: number) => number;
}

/**
 * Returns the domain of an axis: the domain that the figure sets, or else the range of the values,
 * extended to round numbers.
 *
 * @param axis The axis.
 * @param values The values on the axis.
 * @param count The approximate number of ticks.
 * @returns The domain.
 * @throws {InputError} If the domain of the figure is empty, or not positive on a log axis.
 */
export function axisDomain(axis: NumberAxis, values: readonly number[], count: number): Domain {
  if (axis.domain) return checkDomain(axis, axis.domain);
  const finite = values.filter((value) => Number.isFinite(value));
  const log = axis.scale === "log";
  if (finite.length === 0) return log ? [0.1, 10] : [0, 1];
  const low = smallest(finite);
  const high = greatest(finite);
  return log ? roundLog(low, high) : roundLinear(low, high, count);
}

/**
 * Makes a linear or logarithmic map from the domain to pixels.
 *
 * Every value of the axis has a finite pixel, at most 10,000 widths of the range outside the range.
 */
export function makeScale(type: "linear" | "log", domain: Domain, range: Domain): Scale {
  // Values are halved if the distance between the ends overflows.
  const unit = Number.isFinite(domain[1] - domain[0]) ? 1 : 0.5;
  // A very narrow log domain is linear, because the logarithms of its ends may be equal.
  const straight = type === "linear" || domain[1] / domain[0] < 1 + resolution;
  const place = straight ? (value: number) => unit * value : Math.log;
  const [from, to] = [place(domain[0]), place(domain[1])];
  const at = (value: number) => {
    const share = Math.max(-farthest, Math.min(farthest, (place(value) - from) / (to - from)));
    return range[0] * (1 - share) + range[1] * share;
  };
  return { type, domain, range, at };
}

/** Whether a value lies outside a scale's domain. */
export function isBeyond(value: number, { domain: [low, high] }: Scale): boolean {
  // Round numbers at the ends of a domain may have an error in the last bit.
  const slack = spanOf([low, high]) * 1e-9;
  return value < low - slack || value > high + slack;
}

/** The width of a domain, at most the largest number. */
export function spanOf([low, high]: Domain): number {
  return Math.min(high - low, Number.MAX_VALUE);
}

/** Approximately `count` round values in the domain. */
export function axisTicks(type: "linear" | "log", domain: Domain, count: number): number[] {
  return type === "log" ? logTicks(domain, count) : linearTicks(domain, count);
}

// `10 ** power` is not always the number nearest to the power of ten.
function tenTo(power: number): number {
  return Number(`1e${power}`);
}

function linearTicks(domain: Domain, count: number): number[] {
  const [low, high] = domain;
  const step = roundStep(spanOf(domain) / Math.max(1, count));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Division by the inverse of a step below 1 is exact: 3 / 10 is 0.3, but 3 * 0.1 is not.
  const inverse = Math.round(1 / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    const multiple = first + i;
    return step < 1 && Number.isFinite(inverse) ? multiple / inverse : multiple * step;
  });
  // In a very narrow domain, multiples of the step may be equal, or outside the domain.
  const slack = spanOf(domain) * 1e-6;
  return ticks.filter((tick, i) =>
    tick !== ticks[i - 1] && tick >= low - slack && tick - slack <= high && Number.isFinite(tick)
  );
}

function logTicks([low, high]: Domain, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const powers = last - first + 1;
  if (powers >= 3 || (powers === 2 && high / low > 50)) {
    const stride = [1, 2, 3, 5, 10, 20, 50, 100].find((n) => powers / n <= count + 1.5) ?? 100;
    const start = Math.ceil(first / stride) * stride;
    const length = Math.max(1, Math.floor((last - start) / stride) + 1);
    return Array.from({ length }, (_, i) => tenTo(start + i * stride));
  }
  const within = (mantissas: readonly number[]) => {
    const powers = Array.from({ length: last - first + 2 }, (_, i) => first - 1 + i);
    const values = powers.flatMap((power) =>
      mantissas.map((mantissa) => Number(`${mantissa}e${power}`))
    );
    // Multiples of the smallest numbers may be equal.
    return [...new Set(values)].filter((value) =>
      value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) && value > 0 && Number.isFinite(value)
    );
  };
  const few = within([1, 2, 5]);
  if (few.length >= 4) return few;
  // A domain of less than a decade has ticks at more integer multiples, if they fit.
  const more = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7]].map(within)
    .find((ticks) => ticks.length > few.length && ticks.length <= count + 1);
  if (more) return more;
  if (few.length >= 2) return few;
  return linearTicks([low, high], count).filter((tick) => tick > 0);
}

function roundLinear(low: number, high: number, count: number): Domain {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= largest * resolution) {
    const pad = largest / 2 || 1;
    return roundLinear(
      Math.max(low - pad, -Number.MAX_VALUE),
      Math.min(high + pad, Number.MAX_VALUE),
      count,
    );
  }
  const step = roundStep(spanOf([low, high]) / Math.max(1, count));
  const [from, to] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  return [Math.max(from, -Number.MAX_VALUE), Math.min(to, Number.MAX_VALUE)];
}

function roundLog(low: number, high: number): Domain {
  const [from, to] = high / low > 1e4
    ? [tenTo(Math.floor(Math.log10(low) + 1e-9)), tenTo(Math.ceil(Math.log10(high) - 1e-9))]
    : [roundMantissa(low, Math.floor), roundMantissa(high, Math.ceil)];
  // There are no round numbers below the smallest number or above the largest.
  const domain: Domain = [from > 0 ? from : low, Number.isFinite(to) ? to : high];
  if (domain[1] > domain[0] * (1 + resolution)) return domain;
  return roundLog(Math.max(low / 2, Number.MIN_VALUE), Math.min(high * 2, Number.MAX_VALUE));
}

function roundMantissa(value: number, round: (value: number) => number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  const mantissa = value / tenTo(power);
  const steps = [1, 2, 5, 10];
  const wanted = round === Math.floor
    ? steps.filter((step) => step <= mantissa + 1e-9).at(-1)
    : steps.find((step) => step >= mantissa - 1e-9);
  return (wanted ?? 1) * tenTo(power);
}

/** The step of 1, 2, 5 or 10 times a power of ten that is nearest on a log scale. */
function roundStep(step: number): number {
  const power = Math.floor(Math.log10(step));
  const error = step / tenTo(power);
  const factor = error >= Math.sqrt(50)
    ? 10
    : error >= Math.sqrt(10)
    ? 5
    : error >= Math.SQRT2
    ? 2
    : 1;
  // The power of ten below the smallest number underflows.
  return Number(`${factor}e${power}`) || Number.MIN_VALUE;
}
