import type { Result } from "../../src/result/result.ts";
import type { RunInputs } from "../../src/harness/key.ts";
import type { StoredRun } from "../../tasks/report/store.ts";
import { sampleResult } from "../report/sample_result.ts";

/** A result with every kind of entry and few rows. */
export const smallResult: Result = {
  ...sampleResult("sample"),
  tables: sampleResult().tables.map((table) => ({ ...table, rows: table.rows.slice(0, 3) })),
};

const inputs: RunInputs = {
  experiment: "sample",
  version: 1,
  parameters: { size: 20 },
  seeds: [1],
  backend: { name: "cpu", adapter: null, versions: { deno: "2" } },
  source: { "src/a.ts": "1" },
  files: {},
  lock: "l",
};

/** A run in the form of the store. */
export const sampleRun: StoredRun = {
  ...{ inputs, result: smallResult, date: "2026-01-02T03:04:05.000Z", seconds: 1.5 },
  timings: { all: 1.5 },
  machine: { os: "linux", arch: "x86_64", cores: 2, metrics: [], tables: [], figures: [] },
  reason: "no earlier run is kept",
};
