import { InputError } from "../../core/errors.ts";
import type { NumberAxis } from "../../core/figure.ts";

/** The range of values that an axis covers. */
export type Domain = readonly [number, number];

/** Where values lie in pixels. */
export interface Scale {
  readonly type: "linear" | "log";
  readonly domain: Domain;
  readonly range: Domain;
  /** The pixel of a value. */
  readonly at: (value: number) => number;
}

/**
 * The domain of an axis: as the figure says, or else the values' own, out to round numbers.
 *
 * @param count About how many ticks there will be.
 * @throws {InputError} Where the figure's domain is empty, or not positive on a log axis.
 */
export function axisDomain(axis: NumberAxis, values: readonly number[], count: number): Domain {
  if (axis.domain) return checked(axis, axis.domain);
  const finite = values.filter((value) => Number.isFinite(value));
  const log = axis.scale === "log";
  if (finite.length === 0) return log ? [0.1, 10] : [0, 1];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  if (log) return low === high ? roundLog(low / 2, low * 2) : roundLog(low, high);
  if (low === high) {
    const pad = Math.abs(low) / 2 || 1;
    return roundLinear(low - pad, high + pad, count);
  }
  return roundLinear(low, high, count);
}

/** A linear or logarithmic map from the domain to pixels. */
export function makeScale(type: "linear" | "log", domain: Domain, range: Domain): Scale {
  const place = type === "log" ? Math.log : (value: number) => value;
  const [from, to] = [place(domain[0]), place(domain[1])];
  const at = (value: number) =>
    range[0] + (place(value) - from) / (to - from) * (range[1] - range[0]);
  return { type, domain, range, at };
}

/** Whether a value lies outside a scale's domain. */
export function isBeyond(value: number, { domain: [low, high] }: Scale): boolean {
  // Round numbers at the ends of a domain may be off by their last bit.
  const slack = Math.abs(high - low) * 1e-9;
  return value < low - slack || value > high + slack;
}

/** About `count` round values in the domain. */
export function axisTicks(type: "linear" | "log", domain: Domain, count: number): number[] {
  return type === "log" ? logTicks(domain, count) : linearTicks(domain, count);
}

function checked(axis: NumberAxis, domain: Domain): Domain {
  const [low, high] = domain;
  if (low < high && (axis.scale === "linear" || low > 0)) return domain;
  const wanted = axis.scale === "log" ? "two positive numbers in order" : "two numbers in order";
  throw new InputError(`the domain of axis "${axis.label}"`, wanted, domain);
}

// `10 ** power` is not always the nearest number to the power of ten.
function tenTo(power: number): number {
  return Number(`1e${power}`);
}

function linearTicks([low, high]: Domain, count: number): number[] {
  const step = roundStep((high - low) / Math.max(1, count));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // A step below one is divided by its inverse, so that 3 * 0.1 is 0.3.
  const inverse = Math.round(1 / step);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const multiple = first + i;
    return step < 1 ? multiple / inverse : multiple * step;
  });
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
  const within: number[] = [];
  for (let power = first - 1; power <= last; power++) {
    for (const mantissa of [1, 2, 5]) {
      const value = Number(`${mantissa}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) within.push(value);
    }
  }
  if (within.length >= 2) return within;
  return linearTicks([low, high], count).filter((tick) => tick > 0);
}

function roundLinear(low: number, high: number, count: number): Domain {
  const step = roundStep((high - low) / Math.max(1, count));
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

function roundLog(low: number, high: number): Domain {
  if (high / low > 1e4) {
    return [
      tenTo(Math.floor(Math.log10(low) + 1e-9)),
      tenTo(Math.ceil(Math.log10(high) - 1e-9)),
    ];
  }
  return [roundMantissa(low, Math.floor), roundMantissa(high, Math.ceil)];
}

function roundMantissa(value: number, round: (value: number) => number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  const mantissa = value / 10 ** power;
  const steps = [1, 2, 5, 10];
  const wanted = round === Math.floor
    ? steps.filter((step) => step <= mantissa + 1e-9).at(-1)
    : steps.find((step) => step >= mantissa - 1e-9);
  return (wanted ?? 1) * 10 ** power;
}

/** The step of 1, 2 or 5 times a power of ten that is nearest on a log scale. */
function roundStep(step: number): number {
  const power = Math.floor(Math.log10(step));
  const error = step / 10 ** power;
  const factor = error >= Math.sqrt(50)
    ? 10
    : error >= Math.sqrt(10)
    ? 5
    : error >= Math.SQRT2
    ? 2
    : 1;
  return Number(`${factor}e${power}`);
}
