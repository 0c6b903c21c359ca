import { assert, assertEquals, assertRejects } from "@std/assert";
import { stableStringify } from "../../src/core/json.ts";
import type { Result } from "../../src/core/result.ts";
import { compare } from "../../src/experiments/compare.ts";
import { learningCapacity } from "../../src/experiments/learning_capacity.ts";
import { findLags } from "../../src/experiments/learning_capacity/found_lags.ts";
import { beats } from "../../src/experiments/learning_capacity/pairs.ts";
import { finite, type Outcome } from "../../src/experiments/learning_capacity/train.ts";
import { copyMemory } from "../../src/data/copy_memory.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { runExperiment } from "../../src/experiments/run.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { rows } from "./rows.ts";
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

Deno.test("ranking, losses and wins of a task agree with each other", () => {
  for (const group of ["memorising", "fresh", "copy-memory"]) {
    const ranking = rows(onCpu, `ranking-${group}`);
    for (let first = 0; first < ranking.length; first += 3) {
      const places = ranking.slice(first, first + 3);
      const losses = places.map((row) => Number(row[4]));
      assertEquals(places.map((row) => row[2]), [1, 2, 3]);
      assertEquals(losses, losses.toSorted((a, b) => a - b));
      assertEquals(new Set(places.map((row) => row[3])).size, 3);
      assertEquals(places[2]?.slice(5), [null, null, null], "the last has no next");
    }
  }
  for (const [name, like, , network, loss] of rows(onCpu, "ranking-fresh")) {
    const shown = like === "matched parameters" && network !== "LSTM"
      ? `${network}, matched`
      : network;
    const scored = rows(onCpu, "test-loss-fresh").find((row) =>
      row[0] === name && row[1] === shown
    );
    assertEquals(scored?.[2], loss, `${name}, ${shown}`);
  }
});

Deno.test("baselines are the tasks' own", () => {
  const levels = rows(onCpu, "baselines-copy-memory").map((row) => Number(row[2]));
  const wanted = small.lags.flatMap((lag) => {
    const { value } = copyMemory({ lag, length: 2, symbols: 3 }).memoryless;
    return [value, value];
  });
  assertEquals(levels, wanted);
  const [adding] = rows(onCpu, "baselines-adding");
  assertEquals([adding?.[2], adding?.[3]], [1 / 6, "guess the mean"]);
});

Deno.test("an interrupted run goes on to the same bytes", async () => {
  const parameters = resolveParameters(learningCapacity.parameters, small);
  const kept = new Map<string, string>();
  const store = (most: number) => ({
    read: (name: string) => {
      const text = kept.get(name);
      return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
    },
    write: (name: string, part: unknown) => {
      if (kept.size >= most) throw new Error("interrupted");
      kept.set(name, stableStringify(part));
      return Promise.resolve();
    },
  });
  const seeds = [1, 2, 3, 4, 5];
  const run = (most: number) =>
    onBackend(
      "cpu",
      () => runExperiment(learningCapacity, { parameters, seeds, backend, parts: store(most) }),
    );
  await assertRejects(() => run(20), Error, "interrupted");
  assertEquals(kept.size, 20);
  const { result } = await run(Infinity);
  assertEquals(stableStringify(result), stableStringify(onCpu));
});

Deno.test("training that leaves the numbers behind is counted, and is finite in tables", () => {
  assertEquals(finite([1, 2, 6]), 3);
  for (const beyond of [NaN, Infinity]) {
    assert(finite([1, beyond]) > 3e38 && Number.isFinite(finite([1, beyond])));
  }
  for (const row of rows(onCpu, "test-loss-fresh")) {
    assertEquals(row[5], row[1] === "without memory" ? null : 0);
  }
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
    assertEquals([reached, median, earliest], [5, 1, 1]);
  }
});

/** Outcomes of RNN and LSTM on copy memory, by lag: in how many of ten seeds the LSTM wins. */
function outcomesOf(lags: readonly number[], wins: readonly number[]): Outcome[] {
  return lags.flatMap((lag, i) =>
    (["RNN", "LSTM"] as const).map((architecture): Outcome => ({
      ...{
        setting: "learning",
        task: copyMemory({ lag }),
        lag,
        perStep: false,
        xs: [],
        curves: [],
      },
      ...{ fits: [], diverged: 0 },
      contender: { architecture, hiddenSize: 1, likeness: "both" },
      tests: Array.from(
        { length: 10 },
        (_, seed) => architecture === "RNN" ? 0.2 : seed < (wins[i] ?? 0) ? 0.1 : 0.3,
      ),
    }))
  );
}

Deno.test("lags are found as the longest run of those that are sure", () => {
  const lags = [1, 5, 10, 20, 40];
  const tasks = lags.map((lag) => copyMemory({ lag }).name);
  const found = (wins: readonly number[]) =>
    findLags(outcomesOf(lags, wins), tasks, ["LSTM", "RNN"], "same hidden size");
  const range = (wins: readonly number[]) => {
    const one = found(wins);
    return one && [one.from, one.to];
  };
  assertEquals(range([10, 10, 10, 10, 10]), [1, 40]);
  assertEquals(range([5, 10, 10, 10, 5]), [5, 20]);
  assertEquals(range([10, 5, 10, 10, 0]), [10, 20]);
  assertEquals(range([5, 5, 5, 5, 10]), [40, 40]);
  assertEquals(range([5, 5, 5, 5, 5]), null);
  // Nine of ten are not sure for all five lags at once, though they would be for one.
  assertEquals(range([9, 9, 10, 9, 9]), [10, 10]);
  const lowest = found([5, 10, 10, 10, 5])?.estimate;
  assertEquals([lowest?.value, lowest?.n], [1, 10]);
  assert(Math.abs((lowest?.confidence ?? 0) - 0.99) < 1e-12);
});

Deno.test("networks that are no better than without memory tie, and a tie is won by neither", () => {
  const lag = 5;
  const { name, memoryless } = copyMemory({ lag });
  const outcomes = outcomesOf([lag], [0]).map((one) => ({
    ...one,
    tests: one.tests.map((loss) => memoryless.value + loss),
  }));
  for (const pair of [["LSTM", "RNN"], ["RNN", "LSTM"]] as const) {
    assertEquals(beats(outcomes, name, pair, "same hidden size").value, 0);
  }
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
