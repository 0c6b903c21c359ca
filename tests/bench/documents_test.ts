import { assert, assertEquals, assertThrows } from "@std/assert";
import { DOCUMENTS, documentWithTables, fillTables, readResults } from "../../bench/documents.ts";
import { type KeptReport, keptReportSchema, keptTables, sizesOf } from "../../bench/kept_report.ts";
import { workloads } from "../../bench/workload.ts";
import { InputError } from "../../src/core/errors.ts";
import { parseJson } from "../../src/core/schema.ts";

const root = new URL("../../", import.meta.url);

for (const document of DOCUMENTS) {
  Deno.test(`${document} has the tables of bench/results: deno task tables`, async () => {
    const text = await Deno.readTextFile(new URL(document, root));
    assertEquals(await documentWithTables(text, await readResults()), text);
    assert(/<!-- bench: /.test(text));
  });

  Deno.test(`${document} has no measured number outside of its tables`, async () => {
    const text = await Deno.readTextFile(new URL(document, root));
    const prose = text.replaceAll(/<!-- bench: [^]*?<!-- end -->/g, "").replaceAll(
      /```[^]*?```/g,
      "",
    );
    // A number with a unit of time, rate or memory, or a multiple.
    const typed = prose.match(
      /\d[\d,.]*\s*(?:ms|s|min|[kMGT]?B|[GT]FLOP\/s|\w+\/s|bits a \w+|×)(?!\w)/g,
    );
    assertEquals(typed, null);
  });
}

const finding = { library: null, setting: "", agrees: true };
const [tiny] = workloads;
if (!tiny) throw new Error("no workloads");

const report: KeptReport = {
  ...{ date: "2026-11-27", commit: "0123456789", versions: { deno: "2.9.0", tfjs: "4.22.0" } },
  machine: { processor: "A processor", threads: 2, os: "linux", adapters: [], load: 0.25 },
  peers: ["PyTorch 2.13.0"],
  speeds: [
    { name: "Unroll wasm", threads: 1, flopsPerSecond: 6e10 },
    { name: "Unroll wasm", threads: 2, flopsPerSecond: 1.2e11 },
    { name: "tfjs wasm", threads: 1, flopsPerSecond: 3e10 },
  ],
  rows: [{
    workload: tiny,
    results: [
      {
        ...{ ...finding, name: "Unroll wasm", kind: "ours", value: 100_000, floor: 1e-6 },
        measured: { seconds: 1e-5, spread: 0.01, n: 5 },
      },
      {
        ...{ ...finding, name: "tfjs wasm", kind: "stock", value: 1000, floor: 1e-6 },
        ...{ agrees: false, measured: { seconds: 1e-3, spread: 0.2, n: 3 } },
      },
      {
        ...{ ...finding, name: "PyTorch 2.13.0", kind: "peer", library: "torch" },
        ...{ value: null, floor: 1e-6, measured: null },
      },
    ],
  }],
  learning: {
    ...{ seeds: 10, epochs: 50, sequences: 16 },
    findings: [
      {
        ...{ ...finding, name: "Unroll wasm", kind: "ours", setting: "10 seeds together" },
        measured: { seconds: 0.04, spread: 0.02, n: 5 },
      },
      {
        ...{ ...finding, name: "PyTorch 2.13.0", kind: "peer", library: "torch" },
        ...{ setting: "1 thread", measured: { seconds: 8, spread: 0.01, n: 3 } },
      },
    ],
  },
  classifier: {
    ...{ networks: 10, epochs: 4, batchSize: 32, training: 2400, validation: 300 },
    findings: [
      {
        ...{ ...finding, name: "Unroll wasm", kind: "ours", setting: "10 networks side by side" },
        ...{ accuracy: 0.8317, measured: { seconds: 0.1, spread: 0.02, n: 5 } },
      },
      {
        ...{ ...finding, name: "Unroll wasm, one network", kind: "ours" },
        ...{ accuracy: 0.8317, measured: { seconds: 0.2, spread: 0.03, n: 5 } },
      },
      {
        ...{ ...finding, name: "PyTorch 2.13.0", kind: "peer", library: "torch" },
        ...{ setting: "1 thread", accuracy: 0.83, measured: { seconds: 0.6, spread: 0.01, n: 3 } },
      },
    ],
  },
  commands: {
    backend: "wasm",
    train: {
      charactersPerSecond: [17_000, 16_000],
      bitsPerCharacter: [2.516, 2.25],
      peakBytes: 4e8,
    },
    generate: [
      { samples: 1, charactersPerSecond: [20_000] },
      { samples: 20, charactersPerSecond: [30_000, 32_000, 31_000] },
    ],
  },
};

const run =
  "Measured on 2026-11-27, commit `0123456`: A processor, 2 threads, linux, load average " +
  "0.3 before the bench; Deno 2.9.0, tfjs 4.22.0, PyTorch 2.13.0.";

function tableOf(kind: string, from = report): string[] {
  const lines = fillTables(`<!-- bench: a ${kind} -->\n<!-- end -->`, () => from).split("\n");
  return lines.slice(2, -2);
}

Deno.test("fillTables() writes workloads with ratios, spread, machine and versions", () => {
  assertEquals(tableOf("workloads"), [
    "| workload | network and data | unit | Unroll | tfjs ops | PyTorch | floor | distance |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    "| tiny LSTM | LSTM 10-20-10, batch 1, 10 steps | steps/s | 100,000 | 1,000 (100×) ≠ | – | " +
    "1,000,000 | 10× |",
    "",
    "In brackets: how many times as fast Unroll is. Medians of 3 to 5 rounds; half their range is " +
    `at most 20 % of them. ${run}`,
  ]);
});

Deno.test("fillTables() writes matrix products by threads", () => {
  assertEquals(tableOf("products").slice(2), [
    "| Unroll wasm | 60 | 120 |",
    "| tfjs wasm | 30 | – |",
  ]);
});

Deno.test("fillTables() writes the learning comparison with the ratio to PyTorch", () => {
  const lines = tableOf("learning");
  assertEquals(lines.slice(2, 4), [
    "| Unroll wasm | 0.04 | – | ±2 % | agree | 10 seeds together |",
    "| PyTorch 2.13.0 | 8 | 200 times as fast | ±1 % | agree | 1 thread |",
  ]);
  assert(lines.at(-1)?.endsWith(run));
});

Deno.test("fillTables() writes the training of classifiers with the ratios to PyTorch", () => {
  const lines = tableOf("classifier");
  assertEquals(lines.slice(2, 5), [
    "| Unroll wasm | 0.1 | – | – | ±2 % | 0.832 | agree | 10 networks side by side |",
    "| Unroll wasm, one network | 0.2 | – | – | ±3 % | 0.832 | agree | – |",
    "| PyTorch 2.13.0 | 0.6 | 6.0× | 3.0× | ±1 % | 0.830 | agree | 1 thread |",
  ]);
  assert(lines.at(-1)?.endsWith(run));
});

Deno.test("fillTables() writes the rates of the commands as medians", () => {
  assertEquals(tableOf("commands").slice(2), [
    "| training | 16,500 characters/s |",
    "| held-out loss after 1 epoch | 2.52 bits a character |",
    "| held-out loss after 2 epochs | 2.25 bits a character |",
    "| memory of training, at most | 0.4 GB |",
    "| generating a text | 20,000 characters/s |",
    "| generating 20 texts together | 31,000 characters/s |",
    "",
    run,
  ]);
});

Deno.test("fillTables() leaves out what a copied file does not know, and names its source", () => {
  const rows = report.rows.map(({ workload, results }) => ({
    workload,
    results: results.map((one) => ({
      ...{ ...one, floor: null, setting: null },
      measured: one.measured && { ...one.measured, spread: null },
    })),
  }));
  const machine = { ...report.machine, load: null };
  const lines = tableOf("workloads", { ...report, rows, machine, source: "copied from a page" });
  assert(lines[2]?.endsWith("| 1,000 (100×) ≠ | – | – | – |"));
  assertEquals(
    lines.at(-1),
    "In brackets: how many times as fast Unroll is. Medians of 3 to 5 rounds. Measured on " +
      "2026-11-27, commit `0123456`: A processor, 2 threads, linux; Deno 2.9.0, tfjs 4.22.0, " +
      "PyTorch 2.13.0; copied from a page.",
  );
});

Deno.test("fillTables() says that a part was not measured", () => {
  const without = { ...report, learning: null, classifier: null, commands: null };
  for (const kind of ["learning", "classifier", "commands"]) {
    assertEquals(tableOf(kind, without), ["Not measured."]);
  }
});

Deno.test("fillTables() refuses an unknown table", () => {
  const error = assertThrows(() => tableOf("speeds"), InputError);
  const kinds = keptTables.map(({ kind }) => kind).join(", ");
  assertEquals(
    error.message,
    `a comment of a document must be bench: NAME, then one of ${kinds}, found "bench: a speeds"`,
  );
});

Deno.test("readResults() refuses a file that does not exist", async () => {
  const read = await readResults();
  assertThrows(() => read("none"), InputError, "must be bench: and a file in bench/results");
});

Deno.test("keptReportSchema accepts what it gives", () => {
  assertEquals(parseJson(keptReportSchema, JSON.stringify(report), "a.json").rows.length, 1);
});

Deno.test("sizesOf() names the sizes of every workload", () => {
  const text = workloads.find(({ id }) => id === "text");
  const generation = workloads.find(({ id }) => id === "generation-x20");
  assert(text && generation);
  assertEquals([text, generation].map(sizesOf), [
    "vocabulary 180, 2 × LSTM 256, batch 16, 12 steps",
    "vocabulary 180, 2 × LSTM 256, batch 20",
  ]);
});
