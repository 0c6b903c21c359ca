import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { checkRandom } from "../../core/arguments.ts";
import { checkNumber, positiveInteger } from "../../core/shapes.ts";

/** Options of {@link mackeyGlass}. */
export interface MackeyGlassOptions {
  /** The number of values. */
  readonly length: number;
  /** The delay tau; 17 by default, with which the series is mildly chaotic. */
  readonly delay?: number;
  /** The constant value of x at all times up to 0. Without it `random` draws it from [0.8, 1.6). */
  readonly start?: number;
  /** The source of `start`. */
  readonly random?: Random;
  /** The distance in time of two values, a multiple of 0.1; 1 by default. */
  readonly interval?: number;
  /** The time before the first value; 0 by default. The attractor is reached after some 200. */
  readonly transient?: number;
}

const names: OptionNames<MackeyGlassOptions> = {
  length: true,
  delay: true,
  start: true,
  random: true,
  interval: true,
  transient: true,
};

/** Integration steps in a unit of time. */
const STEPS = 10;

/**
 * Generates the series of Mackey & Glass (1977, doi:10.1126/science.267326),
 * dx/dt = 0.2 x(t - tau) / (1 + x(t - tau)^10) - 0.1 x(t).
 *
 * The classical Runge-Kutta method of order 4 integrates it with steps of 0.1. The delayed value in
 * the middle of a step is that of the cubic Hermite polynomial through the ends of its step, whose
 * error is of order 4 too. `tau` must be a multiple of 0.1, so that the kinks of the solution at the
 * multiples of tau are ends of steps.
 *
 * @param options The number of values, the start and the equation.
 * @returns The values at the times `transient`, `transient + interval`, ...
 * @throws {InputError} If neither or both of `start` and `random` are given, `start` is not above 0,
 * `delay`, `interval` or `transient` is not a multiple of 0.1 in its range, or an option is wrong.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mackeyGlass } from "./mackey_glass.ts";
 *
 * const values = mackeyGlass({ length: 500, start: 1.2, transient: 200 });
 * assert(values.every((value) => value > 0.2 && value < 1.4));
 * ```
 */
export function mackeyGlass(options: MackeyGlassOptions): Float64Array {
  checkOptions("mackeyGlass", options, names);
  const { length, delay = 17, random, interval = 1, transient = 0 } = options;
  positiveInteger("length", length);
  if ((options.start === undefined) === (random === undefined)) {
    throw new InputError("mackeyGlass", "called with either start or random", options);
  }
  if (random !== undefined) checkRandom("random", random);
  const start = options.start ?? random?.uniform(0.8, 1.6) ?? 1.2;
  checkNumber("start", start, "a finite number above 0", (value) => value > 0 && value < Infinity);
  const lag = steps("delay", delay, 1);
  const every = steps("interval", interval, 1);
  const first = steps("transient", transient, 0);
  const count = first + (length - 1) * every;
  if (count > 1e8) throw new InputError("length", "of at most 10 million units of time", length);
  const x = integrate(start, lag, count);
  return Float64Array.from({ length }, (_, i) => x[lag + first + i * every] ?? NaN);
}

function steps(name: string, time: number, least: number): number {
  const wanted = `a multiple of ${1 / STEPS}, at least ${least / STEPS}`;
  checkNumber(name, time, wanted, (value) => {
    const count = Math.round(value * STEPS);
    return Math.abs(value * STEPS - count) < 1e-9 * Math.max(1, count) && count >= least &&
      count <= 1e8;
  });
  return Math.round(time * STEPS);
}

/** Returns x at the ends of all steps, from -tau. */
function integrate(start: number, lag: number, count: number): Float64Array {
  const h = 1 / STEPS;
  const x = new Float64Array(lag + count + 1).fill(start, 0, lag + 1);
  const slope = new Float64Array(lag + count + 1); // dx/dt, 0 up to time 0.
  for (let i = lag; i < lag + count; i++) {
    const now = x[i] ?? 0;
    const [old, next] = [x[i - lag] ?? 0, x[i - lag + 1] ?? 0];
    // From time 0 on, the slope to the right of a kink is that which the step begins with.
    const [oldSlope, nextSlope] = [slope[i - lag] ?? 0, slopeAtEnd(slope, i - lag + 1, lag)];
    const middle = (old + next) / 2 + h * (oldSlope - nextSlope) / 8;
    const k1 = derivative(now, old);
    const k2 = derivative(now + h * k1 / 2, middle);
    const k3 = derivative(now + h * k2 / 2, middle);
    const k4 = derivative(now + h * k3, next);
    slope[i] = k1;
    x[i + 1] = now + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6;
    slope[i + 1] = derivative(x[i + 1] ?? 0, next);
  }
  return x;
}

/** The slope at the end of a step: up to time 0, at index `lag`, x is constant. */
function slopeAtEnd(slope: Float64Array, index: number, lag: number): number {
  return index <= lag ? 0 : slope[index] ?? 0;
}

function derivative(x: number, delayed: number): number {
  return 0.2 * delayed / (1 + delayed ** 10) - 0.1 * x;
}
