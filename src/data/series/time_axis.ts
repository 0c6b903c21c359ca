import { InputError } from "../../core/errors.ts";

/** What the times of a series count: months, days, seconds, or plain numbers such as years. */
export type TimeUnit = "month" | "day" | "second" | "number";

/** The regular times of a series: `start`, `start + step`, `start + 2 step`, ... */
export interface TimeAxis {
  /** The unit of `start` and `step`. */
  readonly unit: TimeUnit;
  /** The first time: months since January of year 0, or days or seconds since 1970-01-01. */
  readonly start: number;
  /** The distance of two times, above 0. */
  readonly step: number;
  /**
   * How a month is written: as `YYYY-MM`, or with the day that all months of the file have. `"last"`
   * is the last day of each month.
   */
  readonly dayOfMonth?: number | "last";
}

/** A time that was read from text. */
interface ParsedTime {
  readonly format: "month" | "date" | "datetime" | "number";
  /** In months, days, seconds or as the number. */
  readonly at: number;
}

const DAY = 86_400;

const units = { month: "month", date: "day", datetime: "second", number: "number" } as const;

/**
 * Writes a time of an axis.
 *
 * @param axis The axis.
 * @param index The index of the time, from 0; an index beyond the series gives a later time.
 * @returns `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ss` or a number, as the unit requires.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timeLabel } from "./time_axis.ts";
 *
 * const axis = { unit: "month", start: 1958 * 12 + 2, step: 1 } as const;
 * assertEquals([timeLabel(axis, 0), timeLabel(axis, 10)], ["1958-03", "1959-01"]);
 * ```
 */
export function timeLabel(axis: TimeAxis, index: number): string {
  const at = axis.start + index * axis.step;
  if (axis.unit === "number") return String(Number(at.toPrecision(12)));
  if (axis.unit === "month") {
    const [year, month] = [Math.floor(at / 12), at - 12 * Math.floor(at / 12) + 1];
    const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
    if (axis.dayOfMonth === undefined) return text;
    const last = daysInMonth(year, month);
    const day = axis.dayOfMonth === "last" ? last : Math.min(axis.dayOfMonth, last);
    return `${text}-${String(day).padStart(2, "0")}`;
  }
  const time = new Date((axis.unit === "day" ? at * DAY : at) * 1000).toISOString();
  return axis.unit === "day" ? time.slice(0, 10) : time.slice(0, 19);
}

/**
 * Makes the axis of a series with a value for each month, day, second or number.
 *
 * @param start The first time, in a format that {@link readTimes} reads.
 * @returns The axis, with step 1.
 * @throws {InputError} If `start` has another format or is no date of the calendar.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { axisFrom, timeLabel } from "./time_axis.ts";
 *
 * assertEquals(timeLabel(axisFrom("2000-02-28"), 1), "2000-02-29");
 * ```
 */
export function axisFrom(start: string): TimeAxis {
  if (typeof start !== "string") throw new InputError("start", "a text", start);
  const { format, at } = parseTime("start", start);
  return { unit: units[format], start: at, step: 1 };
}

/** The times of a table: their axis, and the index on it of each row. */
export interface ReadTimes {
  /** The axis. */
  readonly axis: TimeAxis;
  /** The index of each row on the axis, ascending from 0. */
  readonly indices: readonly number[];
}

/** A field of a time column. */
export interface TimeField {
  /** Where the field is, for messages: `row 3 of a.csv`. */
  readonly place: string;
  /** The text. */
  readonly text: string;
}

/**
 * Reads a column of times and finds their regular spacing, the smallest distance of two times.
 * Dates that all have the same day of the month, or are all the last day of a month, are months.
 *
 * @param column The name of the column, for messages.
 * @param fields The fields in the order of the rows: all `YYYY-MM`, all `YYYY-MM-DD`, all
 * `YYYY-MM-DDThh:mm[:ss][Z]`, or all numbers.
 * @returns The axis, and the index of each row. Indices without a row are gaps.
 * @throws {InputError} If there are fewer than 2 times, a time has another format than the first,
 * is no date of the calendar, is repeated or earlier than the one before, or if the distances are
 * not multiples of the smallest one. The message names the row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTimes } from "./time_axis.ts";
 *
 * const texts = ["2020-01-31", "2020-02-29", "2020-04-30"];
 * const fields = texts.map((text, i) => ({ place: `row ${i + 2}`, text }));
 * const { axis, indices } = readTimes("date", fields);
 * assertEquals([axis.unit, axis.dayOfMonth, indices], ["month", "last", [0, 1, 3]]);
 * ```
 */
export function readTimes(column: string, fields: readonly TimeField[]): ReadTimes {
  if (fields.length < 2) {
    throw new InputError(`column "${column}"`, "of at least 2 times", fields.length);
  }
  const parsed = fields.map(({ place, text }) => parseTime(`"${column}" in ${place}`, text));
  const format = parsed[0]?.format ?? "number";
  parsed.forEach((time, i) => {
    const what = `"${column}" in ${fields[i]?.place}`;
    if (time.format !== format) {
      throw new InputError(what, `${formats[format]}, as the first time`, fields[i]?.text);
    }
    const before = parsed[i - 1];
    if (before === undefined || time.at > before.at) return;
    const same = time.at === before.at;
    const help = same ? "Each time may occur once" : "Sort the rows by time";
    throw new InputError(what, `later than "${fields[i - 1]?.text}"`, fields[i]?.text, help);
  });
  const times = parsed.map(({ at }) => at);
  const monthly = format === "date" ? asMonths(times) : undefined;
  if (monthly !== undefined) {
    return spaced(column, fields, monthly.months, "month", monthly.dayOfMonth);
  }
  return spaced(column, fields, times, units[format], undefined);
}

function spaced(
  column: string,
  fields: readonly TimeField[],
  times: readonly number[],
  unit: TimeUnit,
  dayOfMonth: number | "last" | undefined,
): ReadTimes {
  const start = times[0] ?? 0;
  const distances = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const step = distances.reduce((least, distance) => Math.min(least, distance), Infinity);
  const indices = [0];
  distances.forEach((distance, i) => {
    const steps = distance / step;
    // Times such as 0.1, 0.2, 0.3 are rounded.
    if (Math.abs(steps - Math.round(steps)) > 1e-6 * steps) {
      const what = `"${column}" in ${fields[i + 1]?.place}`;
      const wanted = `a multiple of ${quantity(step, unit)} after "${fields[i]?.text}"`;
      throw new InputError(what, wanted, fields[i + 1]?.text, "Series need regular times");
    }
    indices.push((indices[i] ?? 0) + Math.round(steps));
  });
  const length = (indices.at(-1) ?? 0) + 1;
  if (length > 2 * times.length) {
    const wanted = `regular, with fewer than half of the times missing`;
    const found = `${times.length} times of ${length} at steps of ${quantity(step, unit)}`;
    throw new InputError(`column "${column}"`, wanted, found);
  }
  const axis = { unit, start, step, ...(dayOfMonth === undefined ? {} : { dayOfMonth }) };
  return { axis, indices };
}

function quantity(step: number, unit: TimeUnit): string {
  if (unit === "number") return String(Number(step.toPrecision(12)));
  return `${step} ${unit}${step === 1 ? "" : "s"}`;
}

const formats = {
  month: "a month such as 1958-03",
  date: "a date such as 1958-03-29",
  datetime: "a time such as 1958-03-29T12:00",
  number: "a number",
} as const;

function parseTime(what: string, text: string): ParsedTime {
  const trimmed = text.trim();
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : NaN;
  if (Number.isFinite(number)) return { format: "number", at: number };
  const found = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?Z?)?)?$/
    .exec(trimmed);
  if (!found) {
    const help = "Times are read as YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm or numbers";
    throw new InputError(what, "a date or a number", text, help);
  }
  const [year = 0, month = 0, day, hour, minute = 0, second = 0] = found.slice(1)
    .map((part) => part === undefined ? undefined : Number(part));
  if (month < 1 || month > 12) throw new InputError(what, "a month from 01 to 12", text);
  if (day === undefined) return { format: "month", at: year * 12 + month - 1 };
  if (day < 1 || day > daysInMonth(year, month)) {
    throw new InputError(what, "a date of the calendar", text);
  }
  const days = dayNumber(year, month, day);
  if (hour === undefined) return { format: "date", at: days };
  if (hour > 23 || minute > 59 || second > 59) {
    throw new InputError(what, "a time from 00:00:00 to 23:59:59", text);
  }
  return { format: "datetime", at: days * DAY + hour * 3600 + minute * 60 + second };
}

/** The days since 1970-01-01. `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function dayNumber(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / (DAY * 1000);
}

function daysInMonth(year: number, month: number): number {
  return dayNumber(year + Math.floor(month / 12), month % 12 + 1, 1) - dayNumber(year, month, 1);
}

/** The months of dates with one date a month; `undefined` if the dates are not such. */
function asMonths(
  days: readonly number[],
): { months: number[]; dayOfMonth: number | "last" } | undefined {
  const dates = days.map((day) => new Date(day * DAY * 1000));
  const numbers = new Set(dates.map((date) => date.getUTCDate()));
  const months = dates.map((date) => date.getUTCFullYear() * 12 + date.getUTCMonth());
  const [only] = numbers;
  if (numbers.size === 1 && only !== undefined) {
    // The 31st of January, March and May is the last day of each.
    return { months, dayOfMonth: only === 31 ? "last" : only };
  }
  const isLast = (date: Date) =>
    date.getUTCDate() === daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return dates.every(isLast) ? { months, dayOfMonth: "last" } : undefined;
}
