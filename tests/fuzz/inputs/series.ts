/** Tables of series, from bytes to values at regular times. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import { readSeries } from "../../../src/data/series/read_series.ts";
import { readTimes, timeLabel } from "../../../src/data/series/time_axis.ts";
import { cutAt, cuts, editedBytes } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** The text of the n-th time, in each format. */
const formats: readonly ((n: number) => string)[] = [
  (n) => `${2000 + Math.floor(n / 12)}-${String(n % 12 + 1).padStart(2, "0")}`,
  (n) => new Date(n * 86_400_000).toISOString().slice(0, 10),
  (n) => new Date(n * 3_600_000).toISOString().slice(0, 16),
  (n) => String(n / 10),
];

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("", "NA", "-0", ".5", "1e400", "1,5", "x") },
);

const table = fc.record({
  format: fc.constantFrom(...formats),
  rows: fc.array(fc.record({ skip: fc.constantFrom(0, 0, 0, 1, 2), a: value, b: value }), {
    maxLength: 8,
  }),
}).map(({ format, rows }) => {
  let n = 0;
  const lines = rows.map(({ skip, a, b }) => `${format(n += 1 + skip)},"${a}","${b}"`);
  return new TextEncoder().encode(["t,a,b", ...lines].join("\n"));
});

const series = inputTarget({
  name: "series",
  inputs: fc.record({ bytes: fc.oneof(table, editedBytes(table)), cuts }),
  errors: [InputError],
  async read({ bytes, cuts }) {
    const whole = await readSeries("d.csv", bytes, { time: "t" });
    const parts = await readSeries("d.csv", each(cutAt(bytes, cuts)), { time: "t" });
    return { whole, parts };
  },
  check({ whole, parts }) {
    assertEquals(parts, whole);
    for (const { values, axis, gaps } of whole) {
      const missing = values.filter(Number.isNaN).length;
      assert(values.length - missing >= 2, "there are fewer than 2 values");
      assertEquals(gaps.reduce((sum, { count }) => sum + count, 0), missing);
      assert(values.every((value) => Math.abs(value) !== Infinity), "a value is infinite");
      assert(axis.step > 0 && Number.isFinite(axis.start));
      // The times that are written are read again as the same times.
      const fields = Array.from(values, (_, i) => ({ place: "", text: timeLabel(axis, i) }));
      const { indices } = readTimes("t", fields);
      assertEquals(indices, Array.from(values, (_, i) => i));
    }
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [series];
