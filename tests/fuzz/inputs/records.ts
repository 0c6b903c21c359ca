/** JSON of results and manifests, kept runs, and the tables that readers can download. */
import { assert, assertEquals } from "@std/assert";
import { csvParseRows } from "d3-dsv";
import fc from "fast-check";
import { pathToFileURL } from "node:url";
import { InputError } from "../../../src/core/errors.ts";
import { countKeys, type Json, stableStringify } from "../../../src/core/json.ts";
import type { Table } from "../../../src/result/result.ts";
import { manifestSchema, resultSchema } from "../../../src/result/result_schema.ts";
import { parseJson } from "../../../src/core/schema.ts";
import { resultText, tableCsv, tableJson } from "../../../src/report/data_files.ts";
import { manifestOf } from "../../../src/report/manifest.ts";
import { filesBelow } from "../../../tasks/cli/files.ts";
import { Store } from "../../../tasks/report/store.ts";
import { editedText, finiteNumber, jsonText, oddJson, oddText, oddValue } from "../generators.ts";
import { sampleRun, smallResult } from "../sample_run.ts";
import { inputTarget, type Target } from "../target.ts";

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value));

const json = inputTarget({
  name: "json",
  inputs: fc.oneof(oddJson, oddValue),
  errors: [TypeError, InputError],
  read: (value) => stableStringify(value),
  check(text) {
    const again: unknown = JSON.parse(text);
    assertEquals(stableStringify(again), text);
    assertEquals(countKeys(text), keysIn(again));
  },
});

function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, entry) => sum + keysIn(entry), own);
}

const results = inputTarget({
  name: "results",
  inputs: jsonText(fc.constant(plain(smallResult))),
  errors: [SyntaxError],
  read: (text) => parseJson(resultSchema, text, "a result"),
  check(found) {
    const text = resultText(found);
    assertEquals(resultText(parseJson(resultSchema, text, "it")), text);
    assert(found.seeds.length > 0 && found.metrics.every(({ estimate }) => estimate.n >= 1));
  },
});

const manifests = inputTarget({
  name: "manifests",
  inputs: jsonText(fc.constant(plain(manifestOf([smallResult])))),
  errors: [SyntaxError],
  read: (text) => parseJson(manifestSchema, text, "a manifest"),
  check(found) {
    const text = stableStringify(found);
    assertEquals(stableStringify(parseJson(manifestSchema, text, "it")), text);
    assert(!Number.isNaN(Date.parse(found.date)), "its date is not a date");
  },
});

/** The text of the file in which the store keeps {@link sampleRun}. */
let kept = "";

const keptRuns = inputTarget({
  name: "kept-runs",
  inputs: fc.constant(null).chain(() => {
    return fc.oneof(editedText(fc.constant(kept)), jsonText(fc.constant(JSON.parse(kept || "0"))));
  }),
  errors: [],
  async prepare() {
    await withStore(async (store, folder) => {
      await store.keep(sampleRun);
      const [file = ""] = await filesBelow(folder);
      kept = await Deno.readTextFile(new URL(file, folder));
    });
  },
  read: (text) =>
    withStore(async (store, folder) => {
      await store.keep(sampleRun);
      const [file = ""] = await filesBelow(folder);
      await Deno.writeTextFile(new URL(file, folder), text);
      const found = await store.find(sampleRun.inputs);
      await store.find({ ...sampleRun.inputs, lock: "m" });
      return found;
    }),
  check(found) {
    if (found.run === null) assert(found.reason.length > 10, "no reason is given");
    else assertEquals(stableStringify(found.run), stableStringify(sampleRun));
  },
});

async function withStore<T>(use: (store: Store, folder: URL) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempDir({ prefix: "unroll-" });
  const folder = pathToFileURL(`${path}/`);
  try {
    return await use(new Store(folder, (error) => assert(false, `${error}`)), folder);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

const cell = fc.oneof(oddText, finiteNumber, fc.constant(null));
const table: fc.Arbitrary<Table> = fc.uniqueArray(oddText, { minLength: 1, maxLength: 4 }).chain(
  (names) =>
    fc.record({
      id: fc.constant("t"),
      title: oddText,
      columns: fc.constant(names.map((name) => ({ name, label: name }))),
      rows: fc.array(fc.array(cell, { minLength: names.length, maxLength: names.length }), {
        maxLength: 5,
      }),
    }),
);

/** A text that a spreadsheet reads as a formula, or as the start of another cell. */
const formula = /^[\s\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/;

const csv = inputTarget({
  name: "csv",
  inputs: table,
  errors: [InputError],
  read: (table) => ({ csv: tableCsv(table), json: tableJson(table) }),
  check({ csv, json }, table) {
    const parse: (text: string) => readonly (readonly string[])[] = csvParseRows;
    const [, ...rows] = parse(csv.slice(0, -1));
    // A row with one empty cell is an empty line, which CSV cannot distinguish from a missing row.
    if (table.columns.length > 1) assertEquals(rows.length, table.rows.length);
    for (const [i, row] of rows.entries()) {
      for (const [j, text] of row.entries()) {
        const cell = table.rows[i]?.[j];
        if (typeof cell === "number") assertEquals(Number(text), cell);
        else assert(!formula.test(text), `a cell that is a formula: ${JSON.stringify(text)}`);
      }
    }
    const back = JSON.parse(json);
    assertEquals(back.rows.length, table.rows.length);
    // UTF-8 cannot contain lone surrogates, and V8 15.0 reads such a key as "\\".
    if (!table.columns.every(({ name }) => name.isWellFormed())) return;
    const well = (value: unknown) => typeof value === "string" ? value.toWellFormed() : value;
    for (const [i, row] of table.rows.entries()) {
      for (const [j, { name }] of table.columns.entries()) {
        const found = Object.getOwnPropertyDescriptor(back.rows[i], name)?.value;
        assertEquals(well(found), row[j] === 0 ? 0 : well(row[j]), `column ${name} of the JSON`);
      }
    }
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [json, results, manifests, keptRuns, csv];
