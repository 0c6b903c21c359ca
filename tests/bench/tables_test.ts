import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ratiosOf, type Result, type Row } from "../../bench/compare.ts";
import type { Finding } from "../../bench/contest.ts";
import {
  classifierText,
  commandsText,
  detailTable,
  learningText,
  number,
  ratioTable,
  renderReport,
  times,
  valueTable,
} from "../../bench/tables.ts";
import { workloads } from "../../bench/workload.ts";

const [workload] = workloads;
if (!workload) throw new Error("no workloads");

function result(name: string, kind: Result["kind"], seconds: number | null, more = {}): Result {
  return {
    ...{ name, kind, backend: kind === "peer" ? null : "wasm", failure: null, setting: "" },
    library: kind === "peer" ? "torch" : null,
    measured: seconds === null ? null : { seconds, spread: 0.0213, n: 5 },
    value: seconds === null ? null : 1 / seconds,
    ...{ tried: [], checks: [1, 2], agrees: true, floor: 0.00001 },
    ...more,
  };
}

const results = [
  result("Unroll wasm", "ours", 0.00004),
  result("Unroll cpu", "ours", 0.00016, { backend: "cpu" }),
  result("tfjs cpu", "stock", 0.0032, { backend: "cpu", agrees: false }),
  result("PyTorch 2", "peer", 0.001, { setting: "1 thread" }),
  result("JAX 0", "peer", null, { failure: "died | early", checks: [], agrees: null }),
];

const row: Row = {
  ...{ workload, operations: { flops: 1, bytes: 1 }, reference: "PyTorch 2" },
  ...{ results, ratios: ratiosOf(results) },
};

Deno.test("valueTable() has values, ratios, the floor and the distance from it", () => {
  assertEquals(valueTable([row]).split("\n"), [
    "| Workload | Unit | Unroll wasm | Unroll cpu | tfjs cpu | PyTorch 2 | JAX 0 | Floor | Distance |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    "| tiny LSTM | steps/s | 25,000 | 6,250 | 313 (20×) ≠ | 1,000 (25×) | failed | 100,000 | 4× |",
  ]);
});

Deno.test("valueTable() leaves the column of a competitor without the workload empty", () => {
  const fewer = { ...row, results: row.results.slice(0, 1) };
  assertEquals(
    valueTable([row, fewer]).split("\n").at(-1),
    "| tiny LSTM | steps/s | 25,000 | – | – | – | – | 100,000 | 4× |",
  );
});

Deno.test("detailTable() has spread, rounds, agreement, setting and failure", () => {
  const lines = detailTable([row]).split("\n");
  assertEquals(lines.slice(2), [
    "| tiny LSTM | Unroll wasm | 25,000 | steps/s | ±2.13 % | 5 | 4× | agree | – |",
    "| tiny LSTM | Unroll cpu | 6,250 | steps/s | ±2.13 % | 5 | 16× | agree | – |",
    "| tiny LSTM | tfjs cpu | 313 | steps/s | ±2.13 % | 5 | 320× | disagree | – |",
    "| tiny LSTM | PyTorch 2 | 1,000 | steps/s | ±2.13 % | 5 | 100× | reference | 1 thread |",
    "| tiny LSTM | JAX 0 | failed | steps/s | – | – | – | – | died \\| early |",
  ]);
});

const run = {
  ...{ date: "2026-11-27", commit: null, versions: { deno: "2.9.0" }, peers: ["PyTorch 2"] },
  machine: { processor: "A processor", threads: 2, os: "linux", adapters: [], load: 0.25 },
  ...{ seconds: 2, learning: null, classifier: null, commands: null },
} as const;

Deno.test("renderReport() has the machine, its speeds, the notes and all tables", () => {
  const text = renderReport({
    ...{ ...run, notes: ["JAX: left out"], rows: [row] },
    speeds: [{ name: "Unroll wasm", threads: 2, flopsPerSecond: 5.15e10 }],
    bandwidth: [
      { size: 65536, bytesPerSecond: 1.9e11 },
      { size: 2 ** 27, bytesPerSecond: 6.5e10 },
    ],
  });
  for (
    const part of [
      ...[
        "- A processor, 2 threads, linux; load average 0.3 before the bench",
        "- deno 2.9.0, PyTorch 2",
      ],
      ...["- Matrix product, Unroll wasm, 2 threads: 51.5 GFLOP/s"],
      ...["190 GB/s at 64 KiB, 65 GB/s at 128 MiB", "- JAX: left out", valueTable([row])],
      ...[ratioTable([row]) ?? "", detailTable([row])],
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("commandsText() has every rate, the losses and the memory", () => {
  const text = commandsText({
    backend: "wasm",
    train: { charactersPerSecond: [17_000, 16_500], bitsPerCharacter: [2.5, 2.25], peakBytes: 4e8 },
    generate: [{ samples: 20, characters: 5000, charactersPerSecond: [30_000, 31_000] }],
  });
  assertEquals(text.split("\n").slice(2), [
    "| train | 17,000, 16,500 | 2.500, 2.250 bits a character, at most 0.4 GB |",
    "| generate | 30,000, 31,000 | texts: 20 |",
  ]);
});

Deno.test("number() has three digits", () => {
  assertEquals([12345.6, 0.012345, 0, 999.9].map(number), ["12,300", "0.0123", "0", "1,000"]);
});

Deno.test("times() has at least two digits", () => {
  assertEquals([0.9996, 4, 0.45678, 1234.5].map(times), ["1.0×", "4.0×", "0.457×", "1,230×"]);
});

Deno.test("renderReport() has no table of peers without peers", () => {
  const alone = { ...row, results: results.slice(0, 3), ratios: [] };
  const text = renderReport({
    ...{ ...run, notes: [], rows: [alone], speeds: [], bandwidth: [] },
  });
  assert(!text.includes("fastest peer"));
});

function finding(name: string, kind: Finding["kind"], seconds: number | null, more = {}): Finding {
  return {
    ...{ name, kind, backend: kind === "peer" ? null : "wasm", failure: null, tried: [] },
    library: kind === "peer" ? "torch" : null,
    measured: seconds === null ? null : { seconds, spread: 0.0213, n: 3 },
    ...{ setting: "1 thread", checks: [2, 1, 0.5], agrees: true },
    ...more,
  };
}

const findings = [
  finding("Unroll wasm", "ours", 0.04, { setting: "10 seeds together" }),
  finding("Unroll cpu", "ours", 0.2, { setting: "10 seeds together", agrees: false }),
  finding("PyTorch 1", "peer", 6),
  finding("PyTorch 2", "peer", null, { failure: "died | early", checks: [], agrees: null }),
];

Deno.test("learningText() has seconds per seed and the ratio to the best of this library", () => {
  const text = learningText({
    seeds: 10,
    epochs: 50,
    sequences: 16,
    reference: "PyTorch 1",
    findings,
  });
  assertEquals(text.split("\n").slice(2, 6), [
    "| Unroll wasm | 0.04 | – | ±2.13 % | 3 | agree | 0.5 | 10 seeds together |",
    "| Unroll cpu | 0.2 | – | ±2.13 % | 3 | disagree | 0.5 | 10 seeds together |",
    "| PyTorch 1 | 6 | 150 times as fast (wanted: 50) | ±2.13 % | 3 | reference | 0.5 | 1 thread |",
    "| PyTorch 2 | failed | – | – | – | – | – | died \\| early |",
  ]);
  for (const part of ["10 seeds together", "first 10 epochs must agree to 0.1 %", "to 25 %"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("classifierText() has seconds per network, the multiple of the fastest Unroll and the accuracy", () => {
  const text = classifierText({
    ...{ networks: 10, epochs: 4, batchSize: 32, training: 2400, validation: 300 },
    reference: "PyTorch 1",
    findings: findings.map((finding) => ({ ...finding, accuracy: finding.checks.at(-1) ?? null })),
  });
  assertEquals(text.split("\n").slice(2, 6), [
    "| Unroll wasm | 0.04 | 1.0× | ±2.13 % | 3 | 0.5 | agree | 10 seeds together |",
    "| Unroll cpu | 0.2 | 5.0× | ±2.13 % | 3 | 0.5 | disagree | 10 seeds together |",
    "| PyTorch 1 | 6 | 150× | ±2.13 % | 3 | 0.5 | reference | 1 thread |",
    "| PyTorch 2 | failed | – | – | – | – | – | died \\| early |",
  ]);
  for (
    const part of ["2400 sentences in 4 epochs", "must agree to 0.1 %", "with dropout to 0.03"]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("learningText() has only this library without a peer", () => {
  const text = learningText({
    ...{ seeds: 10, epochs: 50, sequences: 16 },
    reference: "Unroll wasm",
    findings: findings.slice(0, 1),
  });
  assertEquals(text.split("\n").slice(2, 4), [
    "| Unroll wasm | 0.04 | – | ±2.13 % | 3 | reference | 0.5 | 10 seeds together |",
    "",
  ]);
});
