import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { axisFrom, readTimes, timeLabel } from "../../../src/data/series/time_axis.ts";

function read(...texts: string[]) {
  return readTimes("t", texts.map((text, i) => ({ place: `row ${i + 2}`, text })));
}

const formats: readonly { texts: string[]; unit: string; step: number; next: string }[] = [
  { texts: ["1958-11", "1958-12"], unit: "month", step: 1, next: "1959-01" },
  { texts: ["2020-01", "2020-04"], unit: "month", step: 3, next: "2020-07" },
  { texts: ["2020-01-15", "2020-02-15"], unit: "month", step: 1, next: "2020-03-15" },
  { texts: ["2020-01-30", "2020-03-30"], unit: "month", step: 2, next: "2020-05-30" },
  { texts: ["2020-01-31", "2020-02-29"], unit: "month", step: 1, next: "2020-03-31" },
  { texts: ["2020-03-31", "2020-06-30"], unit: "month", step: 3, next: "2020-09-30" },
  { texts: ["2020-02-28", "2020-02-29"], unit: "day", step: 1, next: "2020-03-01" },
  { texts: ["2019-12-25", "2020-01-01"], unit: "day", step: 7, next: "2020-01-08" },
  { texts: ["0001-01-01", "0001-01-02"], unit: "day", step: 1, next: "0001-01-03" },
  {
    texts: ["2020-03-29 22:30", "2020-03-29T23:00:00Z"],
    unit: "second",
    step: 1800,
    next: "2020-03-29T23:30:00",
  },
  { texts: ["1949", "1950"], unit: "number", step: 1, next: "1951" },
  { texts: ["-0.1", "0", "0.1", "0.2"], unit: "number", step: 0.1, next: "0.3" },
];

for (const { texts, unit, step, next } of formats) {
  Deno.test(`readTimes() reads ${texts.join(", ")} as steps of ${step} ${unit}`, () => {
    const { axis, indices } = read(...texts);
    assertEquals([axis.unit, axis.step, timeLabel(axis, texts.length)], [unit, step, next]);
    assertEquals(indices, texts.map((_, i) => i));
  });
}

Deno.test("timeLabel() writes the days of months that are too short as their last", () => {
  const { axis } = read("2019-12-30", "2020-01-30");
  assertEquals(timeLabel(axis, 2), "2020-02-29");
});

Deno.test("readTimes() leaves a gap for each missing time", () => {
  assertEquals(read("2020-01-03", "2020-01-06", "2020-01-07").indices, [0, 3, 4]);
});

const wrong: readonly [string[], string][] = [
  [["2020-01"], 'column "t" must be of at least 2 times, found 1'],
  [["2020-01", "2020-01"], '"t" in row 3 must be later than "2020-01", found "2020-01"'],
  [["2020-02", "2020-01"], 'found "2020-01". Sort the rows by time'],
  [["2020-01-01", "2020-02"], '"t" in row 3 must be a date such as 1958-03-29, as the first time'],
  [["2020-01-01", "2020-02-30"], '"t" in row 3 must be a date of the calendar'],
  [["2021-02-29", "2021-03-01"], '"t" in row 2 must be a date of the calendar'],
  [["2020-13", "2021-01"], '"t" in row 2 must be a month from 01 to 12'],
  [["2020-01-01T24:00", "2020-01-02T01:00"], "must be a time from 00:00:00 to 23:59:59"],
  [["1/2/2020", "1/3/2020"], '"t" in row 2 must be a date or a number, found "1/2/2020"'],
  [["", "2020-01"], '"t" in row 2 must be a date or a number, found ""'],
  [["0", "2", "5"], '"t" in row 4 must be a multiple of 2 after "2", found "5"'],
  [["0", "1", "1000"], 'column "t" must be regular, with fewer than half'],
];

for (const [texts, message] of wrong) {
  Deno.test(`readTimes() refuses ${texts.map((text) => `"${text}"`).join(", ")}`, () => {
    assertThrows(() => read(...texts), InputError, message);
  });
}

Deno.test("axisFrom() refuses what is no time", () => {
  assertThrows(() => axisFrom("spring"), InputError, "start must be a date or a number");
});
