import { checkNumbers } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";

/** Options of {@link trainingWindow}. */
export interface TrainingWindowOptions {
  /** The index of the first value; 0 by default. */
  readonly start?: number;
  /** The origin: the index after the last value; by default the length of the series. */
  readonly end?: number;
}

const names: OptionNames<TrainingWindowOptions> = { start: true, end: true };

/**
 * The values of a series that are known at an origin. Only {@link trainingWindow} makes one; it
 * copies the values, so that nothing that is fitted to a window can read a later value.
 */
export class TrainingWindow {
  /** The values before the origin, in the order of time; `NaN` if one is missing. */
  readonly values: Float64Array;
  /** The index of the first value in the series. */
  readonly start: number;
  /** The origin: the index in the series of the first value that is not known. */
  readonly end: number;
  readonly #series: object;

  /** @ignore Use {@link trainingWindow}. */
  constructor(series: ArrayLike<number>, start: number, end: number) {
    this.values = Float64Array.from({ length: end - start }, (_, i) => series[start + i] ?? NaN);
    this.start = start;
    this.end = end;
    this.#series = series;
  }

  /**
   * Whether another window has values of the same series: of the same array, not of an equal one.
   *
   * @param other The other window.
   * @returns `true` if it has.
   */
  isOfSameSeries(other: TrainingWindow): boolean {
    return this.#series === other.#series;
  }
}

/**
 * Takes the values of a series that are known at an origin.
 *
 * @param series The whole series; `NaN` is a missing value.
 * @param options The bounds of the window.
 * @returns The window.
 * @throws {InputError} If the bounds are not integers with `0 <= start < end <= length`, or a value
 * of the window is infinite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { trainingWindow } from "./training_window.ts";
 *
 * const { values, end } = trainingWindow([1, 2, 3, 4], { end: 3 });
 * assertEquals([[...values], end], [[1, 2, 3], 3]);
 * ```
 */
export function trainingWindow(
  series: ArrayLike<number>,
  options: TrainingWindowOptions = {},
): TrainingWindow {
  checkOptions("trainingWindow", options, names);
  checkNumbers("series", series);
  const { start = 0, end = series.length } = options;
  const fits = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end &&
    end <= series.length;
  if (!fits) {
    const wanted = `two integers in order, from 0 to ${series.length}`;
    throw new InputError("start and end", wanted, [start, end]);
  }
  const window = new TrainingWindow(series, start, end);
  const infinite = window.values.findIndex((value) => Math.abs(value) === Infinity);
  if (infinite < 0) return window;
  throw new InputError(
    `series[${start + infinite}]`,
    "finite, or NaN if it is missing",
    window.values[infinite],
  );
}

/**
 * Throws unless a value is a {@link TrainingWindow}.
 *
 * @param name The name of the input, for the message.
 * @param value The value.
 * @throws {InputError} If `value` is another object, such as an array of a whole series.
 */
export function checkWindow(name: string, value: unknown): asserts value is TrainingWindow {
  if (value instanceof TrainingWindow) return;
  const help = "trainingWindow(series, { end }) makes one, so that no later value is used";
  throw new InputError(name, "a TrainingWindow", value, help);
}
