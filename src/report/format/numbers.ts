import { type Json, stableStringify } from "../../core/json.ts";

// Only this file and estimates.ts turn a number into text for a reader.

/** The text of a missing value. */
export const none = "\u2014";
/** The minus sign. */
export const minus = "\u2212";
/** A narrow space without a line break. */
export const thin = "\u202f";

/**
 * Formats a number with `digits` significant digits. Integers below a million keep all digits.
 *
 * @param value The number; `null` is a dash.
 * @param digits The number of significant digits.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { formatNumber } from "./numbers.ts";
 *
 * assert(formatNumber(-0.01234, 2) === "\u22120.012");
 * assert(formatNumber(null) === "\u2014");
 * ```
 */
export function formatNumber(value: number | null, digits = 4): string {
  if (value === null || Number.isNaN(value)) return none;
  if (!Number.isFinite(value)) return value < 0 ? `${minus}\u221e` : "\u221e";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return fixed(value, 0);
  const [factor, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power < -3 || power > 5) return fixed(Number(factor), digits - 1, true) + times(power);
  const rounded = Number(value.toPrecision(digits));
  // Trailing zeros are significant in a rounded number, and are left out of an exact one.
  return fixed(rounded, Math.max(0, digits - 1 - power), rounded === value);
}

/** A number without rounding: a parameter, a threshold. */
export function formatExact(value: number): string {
  const power = decade(Math.abs(value));
  if (value !== 0 && (power < -3 || power > 14)) {
    const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
    return mantissa.replace("-", minus) + times(Number(exponent));
  }
  return grouped(String(value));
}

/** The largest denominator of a fraction in a text. */
const LARGEST_DENOMINATOR = 64;

/**
 * Formats a declared number with at most six digits, or as a fraction if it equals a simple one.
 *
 * @param value The number.
 * @returns `"0.05"`; `"1/3"` if the number is one third; `"7"` for 0.07 times 100.
 */
export function formatDeclared(value: number): string {
  const short = Number(value.toPrecision(6));
  if (Math.abs(value - short) > 1e-12 * Math.abs(value)) {
    for (let below = 2; below <= LARGEST_DENOMINATOR; below++) {
      const above = Math.round(value * below);
      if (Math.abs(value - above / below) <= 1e-12 * Math.abs(value)) {
        return `${fixed(above, 0)}/${below}`;
      }
    }
  }
  return formatExact(short);
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
  // A share near 1 has more decimals, so that it is not rounded to 100 %.
  const decimals = Math.max(1, -decade(1 - share) - 2);
  return `${fixed(share * 100, decimals, true)}\u00a0%`;
}

/** The number of values of an estimate: `"n = 10"`. */
export function formatSize(n: number): string {
  return `n\u00a0=\u00a0${formatExact(n)}`;
}

/** A duration: `"3.2 s"`, `"4 min 10 s"`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds, 2)}\u00a0s`;
  const whole = Math.round(seconds);
  return `${fixed(Math.floor(whole / 60), 0)}\u00a0min ${whole % 60}\u00a0s`;
}

/** The power of ten of a size; 0 for 0. */
export function decade(size: number): number {
  return size > 0 && Number.isFinite(size) ? Number(size.toExponential().split("e")[1]) : 0;
}

/** A number over a power of ten, even if the power underflows. */
export function mantissa(value: number, power: number): number {
  return power < -300 ? value * 1e300 / 10 ** (power + 300) : value / 10 ** power;
}

/** A number with a number of decimals; `short` leaves out trailing zeros. */
export function fixed(value: number, decimals: number, short = false): string {
  const text = value.toFixed(decimals);
  const trimmed = short && text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  // The sign of a rounded negative zero has no meaning.
  return grouped(Number(trimmed) === 0 ? trimmed.replace("-", "") : trimmed);
}

/** Digits in groups of three. */
export function grouped(text: string): string {
  const [whole = "", ...rest] = text.split(".");
  const digits = whole.replace("-", "");
  const spaced = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, thin) : digits;
  return [(whole.startsWith("-") ? minus : "") + spaced, ...rest].join(".");
}

/** " × 10⁵" for 5. */
export function times(power: number): string {
  return `${thin}\u00d7${thin}${tenTo(power)}`;
}

/** "10⁵" for 5. */
export function tenTo(power: number): string {
  const digits = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
  const raised = String(Math.abs(power)).replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
  return `10${power < 0 ? "\u207b" : ""}${raised}`;
}

/** A unit after a number, with the space before it. */
export function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "" ? "" : `\u00a0${unit}`;
}

/** The ticks of an axis, all with the same number of decimals; powers of ten on a log axis. */
export function formatTicks(ticks: readonly number[], scale: "linear" | "log"): string[] {
  if (scale === "log") {
    const plain = ticks.every((tick) => tick >= 0.01 && tick <= 1000);
    return ticks.map((tick) =>
      plain ? formatExact(Number(tick.toPrecision(3))) : formatPower(tick)
    );
  }
  const step = smallest(ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0)));
  const largest = greatest(ticks.map(Math.abs));
  const power = decade(largest);
  const shift = power < -3 || power > 5 ? power : 0;
  const decimals = Number.isFinite(step)
    ? Math.max(0, Math.min(12, shift - Math.floor(Math.log10(step) + 1e-9)))
    : 2;
  return ticks.map((tick) => {
    if (tick === 0) return "0";
    return fixed(mantissa(tick, shift), decimals) + (shift ? times(shift) : "");
  });
}

/** A coordinate in SVG, with at most two decimals. */
export function formatCoordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/**
 * Formats the cells of a column. Numbers have the same decimals if their magnitudes are similar.
 */
export function formatColumn(cells: readonly (number | string | null)[]): string[] {
  const sizes = cells.filter((cell) => typeof cell === "number" && cell !== 0)
    .map((cell) => Math.abs(Number(cell)));
  const largest = Math.max(0, greatest(sizes));
  const power = decade(largest);
  const alike = largest < 1000 * smallest(sizes) && power >= -3 && power < 6;
  const integers = sizes.every(Number.isInteger);
  const wanted = integers || !alike ? 0 : Math.max(0, 3 - power);
  // Decimals that are zero in every cell are left out.
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

function formatPower(value: number): string {
  const power = decade(value);
  const factor = mantissa(value, power);
  if (Math.abs(factor - 1) < 1e-9) return tenTo(power);
  return fixed(factor, 1, true) + times(power);
}

// `Math.min(...values)` throws a RangeError for more values than a call can have arguments.

/** The smallest of any number of values; `Infinity` if there are no values. */
export function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** The greatest of any number of values; `-Infinity` if there are no values. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
