import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { readSeries, type ReadSeriesOptions } from "../../../src/data/series/read_series.ts";

function read(text: string, options: ReadSeriesOptions = {}, name = "a.csv") {
  return readSeries(name, new TextEncoder().encode(text), options);
}

Deno.test("readSeries() reads every column but the times as a series", async () => {
  const found = await read(
    "date,a, b\n2020-01-01,1,-2.5e1\n2020-01-03,NA,.5\n2020-01-05,3,0\n",
    { time: "date" },
  );
  assertEquals(found.map(({ id, values }) => [id, ...values]), [
    ["a", 1, NaN, 3],
    ["b", -25, 0.5, 0],
  ]);
});

Deno.test("readSeries() counts rows without a time column, and reads TSV", async () => {
  const [series] = await read("a\tb\n1\t2\n3\t4\n", { columns: ["b"] }, "a.TSV");
  assertEquals([series?.id, ...series?.values ?? []], ["b", 2, 4]);
  assertEquals(series?.axis, { unit: "number", start: 1, step: 1 });
});

Deno.test("readSeries() reports times without a row and fields without a value alike", async () => {
  const [series] = await read("m,y\n2020-01,1\n2020-02,\n2020-03,3\n2020-05,5\n", { time: "m" });
  assertEquals([...series?.values ?? []], [1, NaN, 3, NaN, 5]);
  assertEquals(series?.gaps.map(({ from }) => from), ["2020-02", "2020-04"]);
});

Deno.test("readSeries() takes the given texts for missing values, and no others", async () => {
  const [series] = await read("y\n1\n-99.99\n2\n", { missing: ["-99.99"] });
  assertEquals([...series?.values ?? []], [1, NaN, 2]);
  await assertRejects(() => read("y\n1\nNA\n2\n", { missing: ["-"] }), InputError, '"NA"');
});

const wrong: readonly [string, string, ReadSeriesOptions, string][] = [
  ["a text", "y\n1\nhigh\n", {}, '"y" in row 3 of a.csv must be a number, found "high"'],
  ["a decimal comma", 'y\n1\n"2,5"\n', {}, "Write a decimal point"],
  ["an infinite value", "y\n1\n1e999\n", {}, '"y" in row 3 of a.csv must be a finite number'],
  ["Infinity", "y\n1\nInfinity\n", {}, "must be a number"],
  ["a hexadecimal number", "y\n1\n0x10\n", {}, "must be a number"],
  ["an unknown column", "y\n1\n2\n", { columns: ["Y"] }, 'Did you mean "y"?'],
  ["an unknown time", "y\n1\n2\n", { time: "t" }, 'columns of a.csv must be some with "t"'],
  ["a column twice", "y,y\n1,2\n2,3\n", { columns: ["y"] }, "must be there once, found 2"],
  ["too few values", "y\n1\n\n", {}, 'column "y" of a.csv must be of at least 2 values, found 1'],
  ["too short a row", "t,y\n1,2\n2\n", {}, "row 3 of a.csv must be of 2 fields"],
  ["no rows", "t,y\n", {}, "a.csv must be a table with rows after its header"],
  ["only times", "t\n1\n2\n", { time: "t" }, "a.csv must be a table with a column of values"],
  ["times as values", "t\n1\n2\n", { time: "t", columns: ["t"] }, 'columns must be without "t"'],
  ["a repeated time", "t,y\n1,2\n1,3\n", { time: "t" }, '"t" in row 3 of a.csv must be later than'],
  ["a repeated column", "y\n1\n2\n", { columns: ["y", "y"] }, "must be different columns"],
  ["no columns", "y\n1\n2\n", { columns: [] }, "columns must be at least one column"],
];

for (const [what, text, options, message] of wrong) {
  Deno.test(`readSeries() refuses ${what}`, async () => {
    await assertRejects(() => read(text, options), InputError, message);
  });
}
