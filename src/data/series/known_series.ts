import { gapsOf, type Series } from "./series.ts";
import { axisFrom } from "./time_axis.ts";

/** The contents of a file of this folder; `fixtures/series.py` writes them. */
interface SeriesFile {
  readonly title: string;
  readonly citation: string;
  readonly licence: string;
  readonly unit: string;
  /** The number by which the integers are divided. */
  readonly scale: number;
  /** The time of the first value. */
  readonly start: string;
  /** The values of each year; `null` is a missing value. */
  readonly years: readonly (readonly (number | null)[])[];
}

/**
 * Reads the CO2 concentration at Mauna Loa by month, from March 1958 to April 2020, as measured by
 * the Scripps CO2 Program (CC BY 4.0). Five of the 746 months are missing: June and October 1958, and
 * February to April 1964.
 *
 * @returns The series, in ppm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maunaLoaCo2 } from "./known_series.ts";
 *
 * const { values, gaps } = await maunaLoaCo2();
 * assertEquals([values.length, values[0], gaps[0]?.from], [746, 315.7, "1958-06"]);
 * ```
 */
export async function maunaLoaCo2(): Promise<Series> {
  const { default: file } = await import("./mauna_loa_co2.json", { with: { type: "json" } });
  return seriesOf("mauna-loa-co2", file);
}

/**
 * Reads the international airline passengers by month, from January 1949 to December 1960: series G
 * of Box, Jenkins & Reinsel (1976), `AirPassengers` in R.
 *
 * @returns The series of 144 values, in thousands of passengers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { airPassengers } from "./known_series.ts";
 *
 * const { values } = await airPassengers();
 * assertEquals([...values.subarray(0, 3)], [112, 118, 132]);
 * ```
 */
export async function airPassengers(): Promise<Series> {
  const { default: file } = await import("./air_passengers.json", { with: { type: "json" } });
  return seriesOf("air-passengers", file);
}

/**
 * Reads the births in the United States by day, from 2000 to 2014, as counted by the US Social
 * Security Administration (CC0 1.0). They have a season of 7 days and one of a year.
 *
 * @returns The series of 5,479 values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { usBirths } from "./known_series.ts";
 * import { timeLabel } from "./time_axis.ts";
 *
 * const { values, axis } = await usBirths();
 * assertEquals([values.length, timeLabel(axis, 5478)], [5479, "2014-12-31"]);
 * ```
 */
export async function usBirths(): Promise<Series> {
  const { default: file } = await import("./us_births.json", { with: { type: "json" } });
  return seriesOf("us-births", file);
}

function seriesOf(id: string, file: SeriesFile): Series {
  const values = Float64Array.from(
    file.years.flat(),
    (value) => value === null ? NaN : value / file.scale,
  );
  const axis = axisFrom(file.start);
  const { title, citation: origin, licence } = file;
  return { id, title, origin, licence, unit: file.unit, axis, values, gaps: gapsOf(values, axis) };
}
