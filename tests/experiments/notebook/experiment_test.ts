import { assert, assertEquals } from "@std/assert";
import { stableStringify } from "../../../src/core/json.ts";
import type { Result } from "../../../src/result/result.ts";
import { compare } from "../../../src/harness/compare.ts";
import { notebook } from "../../../src/experiments/notebook/experiment.ts";
import { conclusions } from "../../../src/experiments/notebook/conclusions.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { type BackendName, forEachBackend, onBackend } from "../../backends.ts";
import { rows } from "../rows.ts";
import { tolerance } from "../../tolerance.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = { epochs: 2, learningSeeds: 2, textSeeds: 1, textEpochs: 2 };

/**
 * Runs the experiment on a backend. The backend has the same description in all results, so that
 * only measurements differ.
 */
function measure(
  name: BackendName,
  set: Record<string, unknown> = small,
  seeds: readonly number[] = [1, 2, 3],
): Promise<Result> {
  const parameters = resolveParameters(notebook.parameters, set);
  return onBackend(name, async () => {
    const { result } = await runExperiment(notebook, { parameters, seeds, backend });
    return result;
  });
}

const onWasm = await measure("wasm");

forEachBackend("notebook has the same numbers", async (name) => {
  const found = await measure(name);
  const measured = (result: Result) =>
    result.tables.filter(({ id }) =>
      /^(weight-gradients|gate-means|early-gradients|learning-curves|average-test-loss|perplexity)/
        .test(id)
    );
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(measured(onWasm))),
    JSON.parse(stableStringify(measured(found))),
    tolerance.steps.relative,
  );
  assert(numbers > 300);
  assertEquals(differences, []);
});

Deno.test("notebook: equal inputs give equal bytes", async () => {
  assertEquals(stableStringify(await measure("wasm")), stableStringify(onWasm));
});

Deno.test("notebook: every conclusion is a metric by seed and a row with its share", () => {
  const table = [...rows(onWasm, "conclusions"), ...rows(onWasm, "computed")];
  assertEquals(table.length, conclusions.length);
  for (const [i, { id, name, line }] of conclusions.entries()) {
    const metric = onWasm.metrics.find((one) => one.id === id);
    assert(metric !== undefined && metric.statistic === "share", id);
    assert(metric.values.every((value) => value === 0 || value === 1), id);
    const [label, place, share] = table[i] ?? [];
    assertEquals([label, place, share], [name, line, metric.estimate.value]);
  }
  // Exactly one network wins in each seed.
  for (const prefix of ["best-flow-", "lowest-loss-"]) {
    const best = onWasm.metrics.filter(({ id }) => id.startsWith(prefix));
    const [first] = best;
    assert(best.length === 3 && first !== undefined);
    assertEquals(
      first.values.map((_, seed) => best.reduce((sum, one) => sum + (one.values[seed] ?? 0), 0)),
      first.values.map(() => 1),
    );
  }
});

Deno.test("notebook: memory retention is compared with that of shut gates within each seed", () => {
  const [own, shut, difference] = ["memory-retention", "retention-shut", "retention-difference"]
    .map((id) => onWasm.metrics.find((one) => one.id === id)?.values ?? []);
  assertEquals(difference, own?.map((value, seed) => value - (shut?.[seed] ?? NaN)));
});

Deno.test("notebook passes its checks", () => {
  assertEquals(onWasm.checks.map(({ id, holds }) => [id, holds]), [
    ["zero-keeps-the-winner", true],
    ["parameter-counts", true],
    ["initial-limit", true],
  ]);
  assertEquals(onWasm.unmeasured, []);
});

Deno.test("notebook: texts are of the first seed, four prompts by five strategies", () => {
  assertEquals(rows(onWasm, "samples").length, 20);
  assertEquals(rows(onWasm, "samples-during").map(([epoch]) => epoch), [1]);
  const byLeak = rows(onWasm, "perplexity-by-leak");
  assertEquals(byLeak.filter(([run]) => run === "here").map(([, seed]) => seed), [1]);
});

Deno.test("notebook: the vocabulary by smallest frequency agrees with the notebook's class", () => {
  // By Python 3.11's Counter, 17 of 145 different words occur at least twice.
  assertEquals(rows(onWasm, "vocabulary").slice(0, 2).map((row) => row.slice(0, 4)), [
    [1, 191, 145, 145],
    [2, 191, 145, 17],
  ]);
});
