import { type TimeAxis, timeLabel } from "./time_axis.ts";

/** Consecutive missing values of a series. */
export interface SeriesGap {
  /** The index of the first missing value. */
  readonly index: number;
  /** The number of missing values. */
  readonly count: number;
  /** The time of the first missing value. */
  readonly from: string;
  /** The time of the last missing value. */
  readonly to: string;
}

/** Values at regular times. */
export interface Series {
  /** The identifier: `"mauna-loa-co2"`, or the name of the column of a file. */
  readonly id: string;
  /** The title in figures and tables. */
  readonly title: string;
  /** Where the numbers come from. */
  readonly origin: string;
  /** The licence of the numbers; `null` if it is not known. */
  readonly licence: string | null;
  /** The unit of the values; `null` if it is not known. */
  readonly unit: string | null;
  /** The times of the values. */
  readonly axis: TimeAxis;
  /** The values in the order of time; `NaN` if one is missing. */
  readonly values: Float64Array;
  /** The missing values. */
  readonly gaps: readonly SeriesGap[];
}

/**
 * Finds the missing values of a series.
 *
 * @param values The values, with `NaN` for missing ones.
 * @param axis The times.
 * @returns The gaps in the order of time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gapsOf } from "./series.ts";
 *
 * const axis = { unit: "month", start: 1958 * 12, step: 1 } as const;
 * const gaps = gapsOf([1, NaN, NaN, 4], axis);
 * assertEquals(gaps, [{ index: 1, count: 2, from: "1958-02", to: "1958-03" }]);
 * ```
 */
export function gapsOf(values: ArrayLike<number>, axis: TimeAxis): SeriesGap[] {
  const gaps: SeriesGap[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    let end = i;
    while (end + 1 < values.length && Number.isNaN(values[end + 1])) end++;
    const [from, to] = [timeLabel(axis, i), timeLabel(axis, end)];
    gaps.push({ index: i, count: end - i + 1, from, to });
    i = end;
  }
  return gaps;
}
