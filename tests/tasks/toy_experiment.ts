import { z } from "zod";
import type { Hypothesis } from "../../src/result/result.ts";
import { defineExperiment, type Experiment } from "../../src/harness/experiment.ts";
import { type Run, runExperiment } from "../../src/harness/run.ts";

function hypothesis(parts: Pick<Hypothesis, "statement" | "statistic" | "predicts" | "family">) {
  return {
    source: "this report",
    measure: "the draw of each seed",
    findings: {
      supported: "It is {estimate}.",
      refuted: "It is {estimate}, on the other side.",
      equivalent: "It is {estimate}, the same.",
      undecided: "It is {estimate}: undecided.",
    },
    frozen: { date: "2026-01-02", commit: null },
    revisions: [],
    ...parts,
  };
}

const reason = "A convention.";

/**
 * An experiment that records all kinds of values by seed: claims of each statistic in two families,
 * with parts, overlap and alternatives; a check, metrics and tables; and metrics and tables of the
 * machine.
 */
export const toyExperiment: Experiment = defineExperiment({
  id: "toy",
  title: "Toy",
  question: "Are draws what they should be?",
  version: 1,
  parameters: { size: z.int().min(1).default(3).describe("draws of a seed") },
  hypotheses: {
    claims: {
      "mean-above": hypothesis({
        statement: "The draw is above 0 on average.",
        statistic: "mean",
        predicts: { relation: "above", value: 0, smallestEffect: 0.1, reason },
        family: "draws",
      }),
      "ratio-near": hypothesis({
        statement: "The ratio of two draws is about 1.",
        statistic: "geometric-mean",
        predicts: { relation: "near", value: 1, smallestEffect: 0.2, reason },
        family: "draws",
      }),
      "ratio-below": hypothesis({
        statement: "The first draw is the smaller one.",
        statistic: "geometric-mean",
        predicts: { relation: "below", value: 1, smallestEffect: 0.1, reason },
        family: "draws",
      }),
      "share-above": hypothesis({
        statement: "Most draws are positive.",
        statistic: "share",
        predicts: { relation: "above", value: 0.5, smallestEffect: 0.1, reason },
        family: "shares",
      }),
      "left-out": hypothesis({
        statement: "A thousand draws agree.",
        statistic: "share",
        predicts: { relation: "above", value: 0.5, smallestEffect: 0.1, reason },
        family: "shares",
      }),
    },
    checks: {
      identity: {
        statement: "x - x is 0.",
        source: "arithmetic",
        measure: "the largest difference",
        limit: 1e-12,
        reason: "rounding",
      },
    },
  },
  run(context) {
    const draws = (name: string) =>
      context.seeds.map((seed) => context.random(seed, name).normal());
    const [first, second] = [draws("first"), draws("second")];
    const sizes = (values: readonly number[]) => values.map((value) => Math.exp(value / 10));
    const ratios = sizes(first).map((value, i) => value / (sizes(second)[i] ?? 1));
    const shifted = first.map((value) => value + 0.8);
    context.claim("mean-above", { values: shifted, overlap: 0.25 });
    context.claim("ratio-near", {
      values: ratios,
      parts: { "=first": sizes(first), second: sizes(second) },
      alternatives: [{ name: "twice as large", values: ratios.map((ratio) => 2 * ratio) }],
    });
    context.claim("ratio-below", { values: ratios.map((ratio) => ratio * 0.8) });
    context.claim("share-above", { values: shifted.map((value) => value > 0 ? 1 : 0) });
    context.unmeasured("left-out", "There are not as many draws.");
    context.check("identity", { cases: first.length, worst: 0 });
    context.metric({ id: "draw", label: "the draw", values: first });
    context.metric({
      ...{ id: "size", label: "the size", unit: "m", statistic: "geometric-mean" },
      ...{ values: sizes(first), overlap: 0.1 },
    });
    const columns = [
      { name: "lag", label: "lag" },
      { name: "value", label: "the draw", statistic: "mean" as const },
      { name: "kind", label: "kind" },
    ];
    const rows = [[0, first, "=a"], [1, second, "b"], [2, null, "c"]];
    context.table({ id: "by-lag", title: "Draws by lag", columns, rows });
    context.table({
      ...{ id: "plain", title: "Two numbers" },
      ...{ columns: [{ name: "a", label: "a" }, { name: "low", label: "b" }], rows: [[1, 2]] },
    });
    context.machine.metric({ id: "time", label: "time", unit: "ms", values: sizes(second) });
    context.machine.table({ id: "times", title: "Times by lag", columns, rows });
  },
});

/** Runs the toy experiment with a number of seeds. */
export async function runToy(seeds = 12): Promise<Run> {
  return await runExperiment(toyExperiment, {
    parameters: {},
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    backend: { name: "cpu", adapter: null, versions: {} },
  });
}
