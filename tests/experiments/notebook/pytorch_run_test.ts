import { assert, assertEquals } from "@std/assert";
import { mean, sampleStandardDeviation } from "../../../src/statistics/descriptive.ts";
import { mends } from "../../../src/experiments/notebook/conclusions.ts";
import {
  earlyGradients,
  gateSummaries,
  variation,
  weightGradients,
} from "../../../src/experiments/notebook/sections.ts";
import { convergenceEpoch, learn } from "../../../src/experiments/notebook/learning.ts";
import pytorchRun from "../../../src/experiments/notebook/pytorch_run.json" with { type: "json" };
import { decayRate } from "../../../src/experiments/notebook/record_sections.ts";
import { networkKeys, taskKeys } from "../../../src/experiments/notebook/parameters.ts";
import { onBackend } from "../../backends.ts";
import { measuring, part } from "./context.ts";
import { readRun, type SeedNumbers, summaryOfRun } from "./pytorch_answers.ts";

const run = await readRun();

Deno.test("pytorch_run.json agrees with the fixture of the notebook's own run", async () => {
  assertEquals(pytorchRun, await summaryOfRun(run));
  assert(run.versions.torch.startsWith("1.13"));
});

Deno.test("notebook: printed numbers are rounded as in the fixture", () => {
  const value = (what: string) => pytorchRun.printed.find((one) => one.what === what)?.value ?? NaN;
  const lines = [
    `   Spectral radius: ${value("Spectral radius").toFixed(4)}`,
    `   Gradient decay rate: ${value("Gradient decay rate").toFixed(6)}`,
    `   Hidden-cell state correlation: ${value("Hidden-cell state correlation").toFixed(3)}`,
    `   Final perplexity: ${value("Final perplexity").toFixed(2)}`,
    `   Best perplexity: ${value("Best perplexity").toFixed(2)}`,
    ...networkKeys.map((key) =>
      `   ${key}: Avg test loss = ${value(`${key}: Avg test loss`).toFixed(4)}, ` +
      `Avg convergence = ${value(`${key}: Avg convergence`).toFixed(1)} epochs`
    ),
  ];
  for (const line of lines) assert(run.printed.includes(line), line);
});

Deno.test("mends are the changes with which the notebook's own code was run", () => {
  assertEquals(
    mends.map(({ line, crash, error }) => [line, crash, error.split(":")[0]]),
    run.mends.map(({ edits, crash }) => [edits[0]?.line, crash.line, crash.error]),
  );
});

Deno.test("notebook agrees over seeds with the notebook's own code", async () => {
  const others = Object.values(run.other_seeds);
  assertEquals(others.length, 30);
  const context = measuring(Array.from({ length: 60 }, (_, seed) => seed));
  const found: [name: string, ours: number[], theirs: (seed: SeedNumbers) => number][] = [];
  await onBackend("wasm", async () => {
    const weights = await weightGradients(context);
    found.push(
      ["decay", weights.map((w) => Math.log(decayRate(w))), (s) => Math.log(s.gradient_decay_rate)],
      ["radius", weights.map((w) => w.spectralRadius), (s) => s.spectral_radius],
    );
    const gates = await gateSummaries(context);
    found.push(
      ["forget", gates.map(({ means }) => means.forget), ({ gates: [gate = NaN] }) => gate],
      ["input", gates.map(({ means }) => means.input), ({ gates: [, gate = NaN] }) => gate],
      ["output", gates.map(({ means }) => means.output), ({ gates: [, , gate = NaN] }) => gate],
      ["correlation", gates.map(({ correlation }) => correlation), (s) => s.correlation],
    );
    for (const key of networkKeys) {
      const early = await earlyGradients(context, key);
      found.push([
        `${key}, variation`,
        early.map((norms) => variation(norms)),
        (s) => s.stability_scores[key] ?? NaN,
      ], [
        `${key}, early gradient`,
        early.map((norms) => Math.log(norms.at(-1) ?? NaN)),
        (s) => Math.log(s.early_gradients[key]?.at(-1) ?? NaN),
      ]);
      const learned = await learn(
        { ...context, seeds: context.seeds.slice(30) },
        key,
        "carried",
        part,
      );
      for (const task of taskKeys) {
        found.push([
          `${key}, ${task}, test loss`,
          learned[task].map(({ test }) => Math.log(test)),
          (s) => Math.log(s.test_losses[task]?.[key] ?? NaN),
        ], [
          `${key}, ${task}, training loss`,
          learned[task].map(({ losses }) => Math.log(losses.at(-1) ?? NaN)),
          (s) => Math.log(s.final_training_losses[task]?.[key] ?? NaN),
        ], [
          `${key}, ${task}, convergence`,
          learned[task].map(({ losses }) => convergenceEpoch(losses)),
          (s) => s.convergence_epochs[task]?.[key] ?? NaN,
        ]);
      }
    }
  });
  assertEquals(found.length, 39);
  for (const [name, ours, of] of found) {
    const theirs = others.map(of);
    const error = Math.hypot(
      sampleStandardDeviation(ours) / Math.sqrt(ours.length),
      sampleStandardDeviation(theirs) / Math.sqrt(theirs.length),
    );
    const difference = mean(ours) - mean(theirs);
    // By chance, one of 39 differences exceeds 4 standard errors in one of 400 runs. The seeds are
    // fixed.
    assert(Math.abs(difference) <= 4 * error, `${name}: ${mean(ours)} here, ${mean(theirs)} there`);
  }
});
