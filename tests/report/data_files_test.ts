import { assert, assertEquals } from "@std/assert";
import { csvParse, csvParseRows } from "d3-dsv";
import type { Table } from "../../src/result/result.ts";
import { parseJson } from "../../src/core/schema.ts";
import { resultSchema } from "../../src/result/result_schema.ts";
import {
  claimCsv,
  claimsCsv,
  metricCsv,
  resultText,
  seedsCsv,
  tableCsv,
  tableJson,
} from "../../src/report/data_files.ts";
import { claim } from "./sample_claims.ts";
import { sampleResult } from "./sample_result.ts";

const table: Table = {
  id: "t",
  title: "A, b",
  columns: [{ name: "a,b", label: "A" }, { name: "c", label: "C", unit: "s" }],
  rows: [['x "y"', 1e-9], ["two\nlines", null], ["=1+1", -0.5]],
};

Deno.test("tableCsv() quotes commas, quotation marks and line breaks, and leaves missing values empty", () => {
  assertEquals(tableCsv(table), '"a,b",c\n"x ""y""",1e-9\n"two\nlines",\n\'=1+1,-0.5\n');
  assertEquals(tableCsv({ ...table, rows: [] }), '"a,b",c\n');
});

Deno.test("tableCsv() adds an apostrophe to text that a spreadsheet would run, and tableJson() does not", () => {
  const texts = ["=1", "+1", "-1", "@a", "\ta", "a=1", "'=1", ""];
  const formulas: Table = {
    ...table,
    columns: [{ name: "=a", label: "A" }, { name: "n", label: "N" }],
    rows: texts.map((text) => [text, -1]),
  };
  assertEquals(
    tableCsv(formulas),
    "'=a,n\n'=1,-1\n'+1,-1\n'-1,-1\n'@a,-1\n'\ta,-1\na=1,-1\n'=1,-1\n,-1\n",
  );
  const { rows } = JSON.parse(tableJson(formulas));
  assertEquals(rows.map((row: Record<string, unknown>) => row["=a"]), texts);
});

Deno.test("tableCsv() adds it to formulas after spaces, in full width, and after separators of other programs", () => {
  const csv = (text: string) => {
    const one = { ...table, columns: [{ name: "n", label: "N" }], rows: [[text]] };
    const [cell] = tableCsv(one).slice(2, -1).split("\0end");
    return cell?.replace(/^"([^]*)"$/, "$1").replaceAll('""', '"');
  };
  const guarded: [string, string][] = [
    ["\n=1", "'\n'=1"],
    ["\u00a0=1", "'\u00a0=1"],
    ["\u00a0a", "'\u00a0a"],
    ["  =1", "'  =1"],
    ["\u200b\ufeff@a", "'\u200b\ufeff@a"],
    ["\uff1d1", "'\uff1d1"],
    ["\uff0b1", "'\uff0b1"],
    ["\uff0d1", "'\uff0d1"],
    ["\uff20a", "'\uff20a"],
    ["a;=1", "a;'=1"],
    ["a; \uff0b1;-2", "a;' \uff0b1;'-2"],
    ["a\n+1", "a\n'+1"],
    ["a\r\n\n@b", "a\r\n\n'@b"],
    ["a\t-1", "a\t'-1"],
    ['";=1', "\";'=1"],
  ];
  for (const [text, cell] of guarded) assertEquals(csv(text), cell);
  for (
    const text of [
      " a",
      "a;b",
      "a = 1; b",
      "a-b",
      "x, -1",
      "\u22121",
      "\u201c=1\u201d",
      "\u{1f600}",
    ]
  ) {
    assertEquals(csv(text), text);
  }
});

Deno.test("tableCsv() leaves numbers as they are", () => {
  const rows = [[-0.5], [1e-9], [-1e300], [-0], [null]];
  const numbers = { ...table, columns: [{ name: "n", label: "N" }], rows };
  assertEquals(tableCsv(numbers), "n\n-0.5\n1e-9\n-1e+300\n-0\n\n");
});

Deno.test("claimCsv() has labels, values, parts and alternatives, with all digits", () => {
  const values = [0.1 + 0.2, 5e-324, -0];
  const labels = [1, 2, "=x"];
  const [other] = sampleResult().claims.flatMap(({ alternatives }) => alternatives);
  assert(other);
  const csv = claimCsv(claim({
    id: "a",
    statement: "S.",
    labels,
    values,
    parts: { "a, b": [1, 2, 3] },
    alternatives: [{ ...other, name: "H = 128", values: [1 / 3, 2, 1.7976931348623157e308] }],
  }));
  const parse: (text: string) => string[][] = csvParseRows;
  const [head, ...rows] = parse(csv);
  assertEquals(head, ["label", "value", "a, b", "alternative: H = 128"]);
  assertEquals(rows.map((row) => row[0]), ["1", "2", "'=x"]);
  assertEquals(rows.map((row) => Number(row[1])), values);
  assertEquals(rows.map((row) => Number(row[3])), [1 / 3, 2, 1.7976931348623157e308]);
});

Deno.test("metricCsv() has seed and value, or label and value", () => {
  assertEquals(metricCsv({ labels: [1, 2], values: [0.1, 3] }), "seed,value\n1,0.1\n2,3\n");
  assertEquals(metricCsv({ labels: ["a", 2], values: [0.1, 3] }), "label,value\na,0.1\n2,3\n");
});

Deno.test("seedsCsv() has the other columns of a table, then one for each label", () => {
  const names = ["low", "lag", "value", "high"];
  const columns = names.map((name) => ({ name, label: name }));
  const samples = {
    ...{ statistic: "mean" as const, labels: [1, 2] },
    values: [[0.1, null], [-2, 3e-7]],
  };
  const rows = [[null, 5, null, null], [-9, "=6", -1, 2]];
  assertEquals(
    seedsCsv({ ...table, columns, rows, samples }),
    "lag,1,2\n5,0.1,\n'=6,-2,3e-7\n",
  );
  assertEquals(seedsCsv(table), null);
});

Deno.test("tableJson() has an object for each row, and the labels and units of the columns", () => {
  const { title, columns, rows } = JSON.parse(tableJson(table));
  assertEquals(title, "A, b");
  assertEquals(columns[1], { name: "c", label: "C", unit: "s" });
  assertEquals(rows[1], { "a,b": "two\nlines", c: null });
});

Deno.test("resultText() can be parsed back to the result", () => {
  const result = sampleResult();
  assertEquals(parseJson(resultSchema, resultText(result), "result"), result);
});

Deno.test("claimsCsv() has the prediction and the numbers of the verdict of every claim", () => {
  const results = ["vanishing-gradients", "lstm-gates"].map(sampleResult);
  const rows = csvParse(claimsCsv(results));
  const claims = results.flatMap(({ experiment, claims }) =>
    claims.map((claim) => ({ experiment, claim }))
  );
  assertEquals(rows.length, claims.length);
  for (const [i, { experiment, claim }] of claims.entries()) {
    const row = rows[i];
    const number = (value: number | null | undefined) => value === null ? "" : String(value ?? "");
    assertEquals(
      [row?.experiment, row?.claim, row?.family, row?.verdict, row?.relation, row?.statistic],
      [
        ...[experiment.id, claim.id, claim.family, claim.verdict],
        ...[claim.predicts.relation, claim.statistic],
      ],
    );
    assertEquals(
      [row?.value, row?.smallest_effect, row?.overlap, row?.estimate, row?.low, row?.adjusted_p],
      [
        ...[claim.predicts.value, claim.predicts.smallestEffect, claim.overlap],
        ...[claim.estimate.value, claim.estimate.low, claim.adjustedP],
      ].map(number),
    );
  }
});
