import type { Estimate } from "../../result/result.ts";
import {
  decade,
  fixed,
  formatNumber,
  formatPercent,
  mantissa,
  none,
  times,
  unitText,
} from "./numbers.ts";
import { html, type Safe } from "./html.ts";

/** The confidence of an interval that is not stated. */
export const usualConfidence = 0.95;

/** The parts of an estimate, with the same decimals and power of ten. */
export interface EstimateText {
  /** `"0.93"`. */
  readonly value: string;
  /** `"0.90"`, or a dash. */
  readonly low: string;
  /** `"0.95"`, or a dash. */
  readonly high: string;
  /** `"[0.90, 0.95]"`; `"(no interval)"` if n is too small. */
  readonly interval: string;
  /** `"0.93 [0.90, 0.95] steps"`. */
  readonly whole: string;
}

/**
 * An estimate as text: the width of the interval determines the number of digits.
 *
 * @param estimate The estimate.
 * @param unit The unit, to follow the numbers.
 * @param reference The value that the estimate is compared with: the rounded ends of the interval stay
 * on the same side of it, if six digits are enough.
 * @returns The parts of the text.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { formatEstimate } from "./estimates.ts";
 *
 * const estimate = { value: 0.9312, low: 0.9023, high: 0.9541, n: 10, confidence: 0.95, method: "" };
 * assert(formatEstimate(estimate).whole === "0.93 [0.90, 0.95]");
 * ```
 */
export function formatEstimate(
  estimate: Estimate,
  unit?: string,
  reference?: number,
): EstimateText {
  const { value, low, high } = estimate;
  const after = unitText(unit);
  if (low === null || high === null) {
    const text = formatNumber(value, 3);
    const interval = "(no interval)";
    return { value: text, low: none, high: none, interval, whole: `${text}${after} ${interval}` };
  }
  const numbers = [value, low, high];
  const sizes = numbers.map(Math.abs);
  const largest = Math.max(...sizes);
  // If an interval spans decades, its numbers do not share a power of ten.
  if (largest > 30 * Math.min(...sizes) && low * high > 0) {
    const sides = (digits: number) => (number: number) => Number(number.toPrecision(digits));
    const digits = fewest(
      2,
      MOST_DIGITS,
      (count) => keepsSides(sides(count), [low, high], reference),
    );
    const [v, l, h] = [value, low, high].map((number) => formatNumber(number, digits));
    return joined(v ?? none, l ?? none, h ?? none, "", after);
  }
  const power = decade(largest);
  const shift = largest > 0 && (power < -3 || power > 5) ? power : 0;
  if (low === high) {
    const [v, l, h] = numbers.map((number) => formatNumber(number));
    return joined(v ?? none, l ?? none, h ?? none, "", after);
  }
  // The shorter side of the interval determines the digits, so that rounding does not move the
  // nearer end. At most two digits more than for the whole width are used.
  const arms = [value - low, high - value].filter((arm) => arm > 0);
  const digits = Math.min(digitsOf(2 * Math.min(...arms)), digitsOf(high - low) + 2);
  // The data files have all digits.
  const most = Math.max(0, MOST_DIGITS - 1 - power + shift);
  const sides = (decimals: number) => (number: number) =>
    Number(mantissa(number, shift).toFixed(decimals)) * 10 ** shift;
  const decimals = fewest(
    Math.max(0, Math.min(digits + shift, most)),
    most,
    (count) => keepsSides(sides(count), [low, high], reference),
  );
  const [v, l, h] = numbers.map((number) => fixed(mantissa(number, shift), decimals));
  return joined(v ?? none, l ?? none, h ?? none, shift ? times(shift) : "", after);
}

/** The largest number of digits of an estimate in a text. */
const MOST_DIGITS = 6;

/** Returns the smallest count that is enough; if none is, the first count. */
function fewest(from: number, to: number, enough: (count: number) => boolean): number {
  for (let count = from; count <= to; count++) {
    if (enough(count)) return count;
  }
  return from;
}

/** Whether numbers stay on the same side of the reference when they are rounded. */
function keepsSides(
  round: (number: number) => number,
  numbers: readonly number[],
  reference: number | undefined,
): boolean {
  return reference === undefined ||
    numbers.every((number) =>
      Math.sign(round(number) - reference) === Math.sign(number - reference)
    );
}

/** `"99 % interval"` if the confidence of an estimate is not the usual one, else `null`. */
export function ownConfidence({ low, confidence }: Estimate): string | null {
  if (low === null || confidence === usualConfidence) return null;
  return `${formatPercent(confidence)} interval`;
}

function joined(v: string, l: string, h: string, power: string, unit: string): EstimateText {
  const interval = `[${l}, ${h}]`;
  if (power === "") {
    return { value: v, low: l, high: h, interval, whole: `${v} ${interval}${unit}` };
  }
  return {
    value: v + power,
    low: l + power,
    high: h + power,
    interval: interval + power,
    whole: `${v} ${interval}${power}${unit}`,
  };
}

/**
 * Returns the number of decimals that show a width with one digit, or with two if the first digit
 * is small.
 */
function digitsOf(width: number): number {
  const power = decade(width);
  return (mantissa(width, power) < 3 ? 1 : 0) - power;
}

/** Returns a text that is broken across lines only if it is wider than a line. */
export function unbroken(text: string): Safe {
  return text.includes(" ") ? html`<span class="estimate">${text}</span>` : html`${text}`;
}

/** The largest number of characters of an estimate with its unit on one line. */
const LONGEST = 24;

/**
 * An estimate in a line of text, with its interval and unit.
 *
 * @param estimate The estimate.
 * @param unit The unit, if it has one.
 * @param reference The value that it is compared with; see {@link formatEstimate}.
 */
export function estimateText(
  estimate: Estimate,
  unit: string | undefined,
  reference?: number,
): Safe {
  const own = ownConfidence(estimate);
  const { whole } = formatEstimate(estimate, unit, reference);
  const text = unit === undefined || whole.length <= LONGEST
    ? unbroken(whole)
    : html`${unbroken(formatEstimate(estimate, undefined, reference).whole)} ${unit}`;
  return html`${text}${own !== null && ` (${own})`}`;
}
