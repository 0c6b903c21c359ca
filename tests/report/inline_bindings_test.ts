import { assert, assertEquals } from "@std/assert";
import { viewOf } from "../../src/report/view.ts";
import { manifest, render, result, text, textAt, view } from "./rendered_page.ts";

Deno.test("bindings give values, verdicts and the run's facts", async () => {
  const table: readonly (readonly [string, string])[] = [
    ["metric:half-life", "6.7 [6.5, 6.9] steps"],
    ["metric:half-life.value", "6.7"],
    ["metric:half-life.low", "6.5"],
    ["metric:half-life.high", "6.9"],
    ["metric:half-life.interval", "[6.5, 6.9]"],
    ["metric:half-life.n", "10"],
    ["metric:half-life.unit", "steps"],
    ["claim:stable", "✗ refuted"],
    ["claim:stable.verdict", "refuted"],
    ["claim:lag.statement", "The half-life at gain 0.9 is that of theory."],
    ["claim:vanishing.estimate", "1.2 [0.9, 1.5] × 10⁻⁵"],
    ["claim:lag.threshold", "from 6 to 7 steps"],
    ["parameter:hiddenSize", "64"],
    ["parameter:gains", "0.5, 0.9, 1, 1.5"],
    ["metric:step-time", "4.2 [3.6, 4.8] ms"],
    ["run:seeds", "10"],
    ["run:backend", "webgpu"],
    ["run:adapter", "llvmpipe (LLVM 19.1.7, 256 bits)"],
    ["run:command", "deno task vanishing-gradients --seeds 10"],
  ];
  for (const [binding, wanted] of table) assertEquals(await text(`{{${binding}}}`), wanted);
});

Deno.test("an estimate in the text says its confidence where it is not 95 %", async () => {
  const [half, ...others] = result.metrics;
  const [first, ...claims] = result.claims;
  assert(half && first);
  const of = viewOf(
    {
      ...result,
      metrics: [{ ...half, estimate: { ...half.estimate, confidence: 0.99 } }, ...others],
      claims: [{ ...first, estimate: { ...first.estimate, confidence: 0.999 } }, ...claims],
    },
    manifest,
    view().draw,
    "",
  );
  const source = "{{metric:half-life}}; {{metric:half-life.interval}}; {{metric:radius}}; " +
    "{{claim:vanishing.estimate}}";
  const [found = ""] = await textAt(render(`# T\n\n${source}\n`, of), "p");
  assertEquals(
    found.replace(/[\u202f\u00a0]/g, " "),
    "6.7 [6.5, 6.9] steps (99 % interval); [6.5, 6.9]; 0.61 [0.59, 0.63]; " +
      "1.2 [0.9, 1.5] × 10⁻⁵ (99.9 % interval)",
  );
});
