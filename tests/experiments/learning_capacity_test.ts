import { assert, assertEquals } from "@std/assert";
import { stableStringify } from "../../src/core/json.ts";
import { Random } from "../../src/core/random.ts";
import type { Result } from "../../src/core/result.ts";
import { compare } from "../../src/experiments/compare.ts";
import { learningCapacity } from "../../src/experiments/learning_capacity.ts";
import { findLag } from "../../src/experiments/learning_capacity/found_lag.ts";
import type { Outcome } from "../../src/experiments/learning_capacity/train.ts";
import { copyMemory } from "../../src/data/copy_memory.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { runExperiment } from "../../src/experiments/run.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { tolerance } from "../tolerance.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = {
  ...{ hiddenSize: 3, size: 2, steps: 4, trainSequences: 3, testSequences: 2, epochs: 4 },
  ...{ trainingSteps: 6, shortSteps: 6, trainingBatch: 2, testBatch: 4, addingSteps: 4 },
  ...{ lags: [1, 3], copyLength: 2, symbols: 3 },
};

/** The result on a backend, described alike for all, so that only what was measured differs. */
function measure(
  name: BackendName,
  set: Record<string, unknown> = small,
  seeds: readonly number[] = [1, 2, 3, 4, 5],
): Promise<Result> {
  const parameters = resolveParameters(learningCapacity.parameters, set);
  return onBackend(name, async () => {
    const { result } = await runExperiment(learningCapacity, { parameters, seeds, backend });
    return result;
  });
}

function rows(result: Result, id: string) {
  const table = result.tables.find((one) => one.id === id);
  assert(table, `there is no table ${id}`);
  return table.rows;
}

const onCpu = await measure("cpu");

forEachBackend("learning-capacity finds the same numbers", async (name) => {
  const found = await measure(name);
  // Probabilities jump where two losses change places, so losses are what is compared.
  const losses = (result: Result) =>
    result.tables.filter(({ id }) => /^(curves|test-loss|baselines)/.test(id));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(losses(onCpu))),
    JSON.parse(stableStringify(losses(found))),
    tolerance.steps.relative,
  );
  assert(numbers > 500);
  assertEquals(differences, []);
});

Deno.test("equal inputs give equal bytes", async () => {
  assertEquals(stableStringify(await measure("cpu")), stableStringify(onCpu));
});

Deno.test("a seed finds among others what it finds alone", async () => {
  for (const name of ["cpu", "wasm"] as const) {
    const [together, alone] = [await measure(name, small, [4, 2]), await measure(name, small, [2])];
    // Of one seed, and of the second of two by the geometric mean of both.
    const first = await measure(name, small, [4]);
    for (const id of ["test-loss-memorising", "test-loss-fresh", "curves-copy-memory"]) {
      const column = id.startsWith("curves") ? 3 : 2;
      rows(together, id).forEach((row, i) => {
        const parts = [first, alone].map((result) => Number(rows(result, id)[i]?.[column]));
        const wanted = Math.sqrt((parts[0] ?? NaN) * (parts[1] ?? NaN));
        const value = Number(row[column]);
        assert(
          Math.abs(value - wanted) <= tolerance.rounding.relative * wanted,
          `${name}, ${id}, row ${i}: ${value}, ${wanted}`,
        );
      });
    }
  }
});

Deno.test("figures, tables and claims are there for every task", () => {
  assertEquals(rows(onCpu, "ranking-memorising").length, 6);
  assertEquals(rows(onCpu, "ranking-fresh").length, 8);
  assertEquals(rows(onCpu, "ranking-copy-memory").length, 4);
  assertEquals(onCpu.claims.length, 12);
  for (const [, , , , , first, second] of rows(onCpu, "ranking-fresh")) {
    assert(Number(first) >= 0 && Number(second) <= 1);
  }
  const levels = rows(onCpu, "baselines-copy-memory").map((row) => Number(row[2]));
  assertEquals(new Set(levels).size, 2, "a level for each lag");
});

Deno.test("never is said as never", async () => {
  const [hard, easy] = await Promise.all([
    measure("cpu", { ...small, solved: 1e-9 }),
    measure("cpu", { ...small, solved: 10 }),
  ]);
  for (const [, , reached, seeds, ...epochs] of rows(hard, "first-epoch")) {
    assertEquals([reached, seeds, ...epochs], [0, 5, "never", "never", "never"]);
  }
  for (const [, , reached, , median, earliest] of rows(easy, "first-epoch")) {
    assertEquals([reached, median, earliest], [5, "1", "1"]);
  }
});

Deno.test("the lag is the shortest from which on all intervals are above a half", () => {
  const losses = { worse: [5, 6, 7, 8, 9, 10, 11], better: [1, 2, 1.5, 2.5, 3, 3.5, 4] };
  const lags = [1, 5, 10];
  const tasks = lags.map((lag) => copyMemory({ lag }));
  const outcomes = (better: readonly boolean[]): Outcome[] =>
    tasks.flatMap((task, i) =>
      (["RNN", "LSTM"] as const).map((architecture): Outcome => ({
        ...{ setting: "learning", task, lag: lags[i] ?? null, short: false, xs: [], curves: [] },
        contender: { architecture, hiddenSize: 1, likeness: "both" },
        tests: architecture === "LSTM" && better[i] ? losses.better : losses.worse,
      }))
    );
  const lagOf = (better: readonly boolean[]) =>
    findLag(
      outcomes(better),
      tasks.map(({ name }) => name),
      ["LSTM", "RNN"],
      "same hidden size",
      new Random(1),
    );
  assertEquals(lagOf([true, true, true]).lag, 1);
  assertEquals(lagOf([false, true, true]).lag, 5);
  assertEquals(lagOf([true, false, true]).lag, 10);
  const none = lagOf([true, true, false]);
  assertEquals([none.lag, none.estimate.value], [null, 0.5]);
  assert(Math.abs(none.estimate.confidence - (1 - 0.05 / 3)) < 1e-12);
});

Deno.test("edges of the parameters give a result", async (t) => {
  const edges: readonly Record<string, unknown>[] = [
    { hiddenSize: 1, size: 1, steps: 2, addingSteps: 2, lags: [1], copyLength: 1, symbols: 2 },
    { trainSequences: 1, testSequences: 1, trainingBatch: 1, testBatch: 1, epochs: 2 },
    { trainingSteps: 2, shortSteps: 3, lags: [3, 1, 3], learningRate: 1 },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const result = await measure("cpu", { ...small, ...edge });
      assertEquals(result.claims.length, onCpu.claims.length);
      assertEquals(result.figures.length, onCpu.figures.length);
    });
  }
});
