import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding } from "./contest.ts";
import { learningText } from "./learning_table.ts";

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

Deno.test("the learning comparison has seconds a seed, and how much faster ours is at best", () => {
  const text = learningText({ seeds: 10, reference: "PyTorch 1", findings });
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

Deno.test("without a peer ours is alone in the learning comparison", () => {
  const text = learningText({
    seeds: 10,
    reference: "Unroll wasm",
    findings: findings.slice(0, 1),
  });
  assertEquals(text.split("\n").slice(2, 4), [
    "| Unroll wasm | 0.04 | – | ±2.13 % | 3 | reference | 0.5 | 10 seeds together |",
    "",
  ]);
});
