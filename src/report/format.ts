import type { Estimate, Threshold } from "../core/result.ts";
import type { Json } from "../core/json.ts";
import { stableStringify } from "../core/json.ts";

// The only place where a number becomes text for a reader.

/** What stands where there is no value. */
export const none = "\u2014";
const minus = "\u2212";
const thin = "\u202f";

/** An estimate in parts that agree with each other in decimals and power of ten. */
export interface EstimateText {
  /** `"0.93"`. */
  readonly value: string;
  /** `"0.90"`, or a dash. */
  readonly low: string;
  /** `"0.95"`, or a dash. */
  readonly high: string;
  /** `"[0.90, 0.95]"`; `"(no interval)"` where n is too small for one. */
  readonly interval: string;
  /** `"0.93 [0.90, 0.95] steps"`. */
  readonly whole: string;
}

/**
 * An estimate as text: the interval's width decides how many digits are worth showing.
 *
 * @param unit The unit, to follow the numbers.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { formatEstimate } from "./format.ts";
 *
 * const estimate = { value: 0.9312, low: 0.9023, high: 0.9541, n: 10, confidence: 0.95, method: "" };
 * assert(formatEstimate(estimate).whole === "0.93 [0.90, 0.95]");
 * ```
 */
export function formatEstimate(estimate: Estimate, unit?: string): EstimateText {
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
  // An interval over decades has no digits in common: each number has its own.
  if (largest > 30 * Math.min(...sizes) && low * high > 0) {
    const [v, l, h] = [value, low, high].map((number) => formatNumber(number, 2));
    return joined(v ?? none, l ?? none, h ?? none, "", after);
  }
  const power = decade(largest);
  const shift = largest > 0 && (power < -3 || power > 5) ? power : 0;
  if (low === high) {
    const [v, l, h] = numbers.map((number) => formatNumber(number));
    return joined(v ?? none, l ?? none, h ?? none, "", after);
  }
  // The shorter arm decides, so that rounding does not move the end that is near; two digits more
  // than the whole width is worth are enough.
  const arms = [value - low, high - value].filter((arm) => arm > 0);
  const digits = Math.min(digitsOf(2 * Math.min(...arms)), digitsOf(high - low) + 2);
  const decimals = Math.min(12, Math.max(0, digits + shift));
  const [v, l, h] = numbers.map((number) => fixed(number / 10 ** shift, decimals));
  return joined(v ?? none, l ?? none, h ?? none, shift ? times(shift) : "", after);
}

/**
 * A number with so many significant digits; integers below a million keep all of theirs.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { formatNumber } from "./format.ts";
 *
 * assert(formatNumber(-0.01234, 2) === "\u22120.012");
 * assert(formatNumber(null) === "\u2014");
 * ```
 */
export function formatNumber(value: number | null, digits = 4): string {
  if (value === null || Number.isNaN(value)) return none;
  if (!Number.isFinite(value)) return value < 0 ? `${minus}\u221e` : "\u221e";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return fixed(value, 0);
  const rounded = Number(value.toPrecision(digits));
  const power = decade(Math.abs(rounded));
  if (power < -3 || power > 5) {
    return fixed(rounded / 10 ** power, digits - 1, true) + times(power);
  }
  // Zeros at the end are digits of a rounded number, but only padding of an exact one.
  return fixed(rounded, Math.max(0, digits - 1 - power), rounded === value);
}

/** A number as it was given, without rounding: a parameter, a threshold. */
export function formatExact(value: number): string {
  const power = decade(Math.abs(value));
  if (value !== 0 && (power < -3 || power > 14)) {
    const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
    return mantissa.replace("-", minus) + times(Number(exponent));
  }
  return grouped(String(value));
}

/** The cells of a table's column: numbers alike in decimals where their sizes allow it. */
export function formatColumn(cells: readonly (number | string | null)[]): string[] {
  const sizes = cells.filter((cell) => typeof cell === "number" && cell !== 0)
    .map((cell) => Math.abs(Number(cell)));
  const largest = Math.max(0, ...sizes);
  const power = decade(largest);
  const alike = largest < 1000 * Math.min(Infinity, ...sizes) && power >= -3 && power < 6;
  const integers = sizes.every(Number.isInteger);
  const wanted = integers ? 0 : Math.max(0, 3 - power);
  // Decimals that every cell has as a zero say nothing.
  let decimals = wanted;
  const ends = (places: number) =>
    sizes.every((s) => Number(s.toFixed(wanted)) * 10 ** places % 1 < 1e-9);
  while (decimals > 0 && ends(decimals - 1)) decimals -= 1;
  return cells.map((cell) => {
    if (typeof cell === "string") return cell;
    if (cell === null || !alike || !Number.isFinite(cell)) return formatNumber(cell);
    return fixed(cell, decimals);
  });
}

/** The ticks of an axis: one number of decimals for all, powers of ten on a log axis. */
export function formatTicks(ticks: readonly number[], scale: "linear" | "log"): string[] {
  if (scale === "log") {
    const plain = ticks.every((tick) => tick >= 0.01 && tick <= 1000);
    return ticks.map((tick) =>
      plain ? formatExact(Number(tick.toPrecision(3))) : formatPower(tick)
    );
  }
  const step = Math.min(...ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0)));
  const largest = Math.max(...ticks.map(Math.abs));
  const power = decade(largest);
  const shift = power < -3 || power > 5 ? power : 0;
  const decimals = Number.isFinite(step)
    ? Math.max(0, Math.min(12, shift - Math.floor(Math.log10(step) + 1e-9)))
    : 2;
  return ticks.map((tick) => {
    if (tick === 0) return "0";
    return fixed(tick / 10 ** shift, decimals) + (shift ? times(shift) : "");
  });
}

/** A threshold in words: `"below 1"`, `"from 15 to 20 steps"`. */
export function formatThreshold(threshold: Threshold, unit?: string): string {
  const range = threshold.relation === "within"
    ? `from ${formatExact(threshold.low)} to ${formatExact(threshold.high)}`
    : `${threshold.relation} ${formatExact(threshold.value)}`;
  return range + unitText(unit);
}

/** A parameter's value. */
export function formatJson(value: Json): string {
  if (typeof value === "number") return formatExact(value);
  if (typeof value === "string") return value;
  if (value === null) return none;
  if (Array.isArray(value)) return value.map((entry: Json) => formatJson(entry)).join(", ");
  return stableStringify(value);
}

/** A share as a percentage: `0.95` is `"95 %"`. */
export function formatPercent(share: number): string {
  return `${formatNumber(share * 100, 3)}\u00a0%`;
}

/** How many values an estimate rests on: `"n = 10"`. */
export function formatSize(n: number): string {
  return `n\u00a0=\u00a0${formatExact(n)}`;
}

/** A duration: `"3.2 s"`, `"4 min 10 s"`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds, 2)}\u00a0s`;
  const whole = Math.round(seconds);
  return `${fixed(Math.floor(whole / 60), 0)}\u00a0min ${whole % 60}\u00a0s`;
}

/** A coordinate in SVG: short, and the same on every run. */
export function formatCoordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
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

/** Decimals that show a width with two digits where the first is small, else with one. */
function digitsOf(width: number): number {
  const power = decade(width);
  return (width / 10 ** power < 3 ? 1 : 0) - power;
}

function decade(size: number): number {
  return size > 0 && Number.isFinite(size) ? Number(size.toExponential().split("e")[1]) : 0;
}

function fixed(value: number, decimals: number, short = false): string {
  const text = value.toFixed(decimals);
  const trimmed = short && text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  // A rounded negative zero has no sign worth reading.
  return grouped(Number(trimmed) === 0 ? trimmed.replace("-", "") : trimmed);
}

function grouped(text: string): string {
  const [whole = "", ...rest] = text.split(".");
  const digits = whole.replace("-", "");
  const spaced = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, thin) : digits;
  return [(whole.startsWith("-") ? minus : "") + spaced, ...rest].join(".");
}

function times(power: number): string {
  return `${thin}\u00d7${thin}${tenTo(power)}`;
}

function formatPower(value: number): string {
  const power = decade(value);
  const mantissa = value / 10 ** power;
  if (Math.abs(mantissa - 1) < 1e-9) return tenTo(power);
  return fixed(mantissa, 1, true) + times(power);
}

function tenTo(power: number): string {
  const digits = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
  const raised = String(Math.abs(power)).replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
  return `10${power < 0 ? "\u207b" : ""}${raised}`;
}

function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "" ? "" : `\u00a0${unit}`;
}
