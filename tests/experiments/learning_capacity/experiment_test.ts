import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import type { Result, Table } from "../../../src/result/result.ts";
import { addingProblem } from "../../../src/data/adding_problem.ts";
import { copyMemory } from "../../../src/data/copy_memory.ts";
import { compare } from "../../../src/harness/compare.ts";
import { learningCapacity } from "../../../src/experiments/learning_capacity/experiment.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { type BackendName, forEachBackend, onBackend } from "../../backends.ts";
import { rows } from "../rows.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = {
  ...{ hiddenSize: 3, rates: [0.02, 0.01], validationSeeds: 2, trainingBatch: 2, testBatch: 4 },
  ...{ addingSteps: 4, trainingSteps: 6, copyTrainingSteps: 5, copyLength: 2, symbols: 3 },
  ...{ shortLag: 1, longLag: 3, moreLags: [2] },
  ...{ stabilitySteps: 3, stabilityTrainingSteps: 4, stabilityRates: [0.01, 0.1] },
  ...{ plateauEpochs: 3, plateauPatience: 0, plateauSequences: 4, divergenceSeeds: 7 },
  ...{ size: 2, steps: 4, trainSequences: 3, testSequences: 2, epochs: 4 },
};
const seeds = [1, 2, 3, 4, 5];

/**
 * Runs the experiment on a backend. The backend has the same description in all results, so that
 * only measurements differ.
 */
function measure(
  name: BackendName,
  set: Record<string, unknown> = small,
  of: readonly number[] = seeds,
): Promise<Result> {
  const parameters = resolveParameters(learningCapacity.parameters, set);
  return onBackend(name, async () => {
    const { result } = await runExperiment(learningCapacity, { parameters, seeds: of, backend });
    return result;
  });
}

const onCpu = await measure("cpu");

/** Returns a table of a result with the values behind its intervals. */
function table(result: Result, id: string): Table {
  const found = result.tables.find((one) => one.id === id);
  assert(found, `there is no table ${id}`);
  return found;
}

/** Returns the values by seed of the row that begins with these cells. */
function valuesOf(result: Result, id: string, ...cells: (string | number)[]): number[] {
  const { rows, samples } = table(result, id);
  const i = rows.findIndex((row) => cells.every((cell, c) => row[c] === cell));
  assert(i >= 0, `${id} has no row of ${cells.join(", ")}`);
  return (samples?.values[i] ?? []).map(Number);
}

function metric(result: Result, id: string): Result["metrics"][number] {
  const found = result.metrics.find((one) => one.id === id);
  assert(found, `there is no metric ${id}`);
  return found;
}

function claim(result: Result, id: string): Result["claims"][number] {
  const found = result.claims.find((one) => one.id === id);
  assert(found, `there is no claim ${id}`);
  return found;
}

function assertNear(found: readonly number[], wanted: readonly number[], what: string): void {
  assertEquals(found.length, wanted.length, what);
  found.forEach((value, i) => {
    const error = Math.abs(value - (wanted[i] ?? NaN));
    assert(error <= tolerance.rounding.relative * Math.abs(value), `${what}: ${found}, ${wanted}`);
  });
}

forEachBackend("learning-capacity has the same losses", async (name) => {
  // A software WebGPU adapter takes seconds to compile the kernels of each shape.
  const fewer = { ...small, rates: [0.01], stabilityRates: [0.01], moreLags: [] };
  const [wanted, found] = [await measure("cpu", fewer), await measure(name, fewer)];
  const losses = (result: Result) =>
    result.tables.filter(({ id }) => /^(curves|test-loss|grid|new-sequences)/.test(id));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(losses(wanted))),
    JSON.parse(stableStringify(losses(found))),
    tolerance.steps.relative,
  );
  assert(numbers > 500);
  assertEquals(differences, []);
});

Deno.test("learning-capacity: equal inputs give equal bytes", async () => {
  assertEquals(stableStringify(await measure("cpu")), stableStringify(onCpu));
});

Deno.test("learning-capacity: the values of a seed do not depend on the other seeds", async () => {
  for (const name of ["cpu", "wasm"] as const) {
    const [together, alone] = [await measure(name, small, [4, 2]), await measure(name, small, [2])];
    for (const { id, samples } of together.tables) {
      if (samples === undefined) continue;
      const own = table(alone, id).samples;
      const isGrid = id.startsWith("grid");
      assertEquals(samples.labels, isGrid ? own?.labels : [4, 2], id);
      samples.values.forEach((values, row) => {
        assertEquals(isGrid ? values : [values[1]], [...own?.values[row] ?? []], `${name}, ${id}`);
      });
    }
    for (const { id, values } of together.claims) {
      assertEquals(values[1], claim(alone, id).values[0], `${name}, ${id}`);
    }
  }
});

Deno.test("learning-capacity: an interrupted run continues to the same bytes", async () => {
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
  const run = (most: number) =>
    onBackend(
      "cpu",
      () => runExperiment(learningCapacity, { parameters, seeds, backend, parts: store(most) }),
    );
  // The run is stopped while it measures stability, during validation, and while it trains the
  // networks of seeds.
  for (const most of [20, 36, 80, 120]) {
    await assertRejects(() => run(most), Error, "interrupted");
    assertEquals(kept.size, most);
  }
  const { result } = await run(Infinity);
  assertEquals(stableStringify(result), stableStringify(onCpu));
});

Deno.test("learning-capacity: the chosen cell has the lowest validation loss of its grid", () => {
  const names: Record<string, string> = {
    "adding problem": "grid-adding",
    "copy memory, lag 1": "grid-copy-short",
    "copy memory, lag 2": "grid-copy-lag-2",
    "copy memory, lag 3": "grid-copy-long",
  };
  const chosen = rows(onCpu, "chosen");
  assertEquals(chosen.length, 4 * 4);
  for (const [task, network, initialisation, rate, edge] of chosen) {
    const grid = rows(onCpu, names[String(task)] ?? "").filter((row) => row[0] === network);
    const lowest = Math.min(...grid.map((row) => Number(row[3])));
    const cell = grid.find((row) => row[3] === lowest);
    assertEquals([initialisation, rate], [cell?.[1], cell?.[2]], `${task}, ${network}`);
    assertEquals(edge, rate === 0.01 ? "lowest" : "highest");
  }
});

Deno.test("learning-capacity: validation networks do not depend on the seeds of the run", async () => {
  const other = await measure("cpu", small, [6, 7]);
  for (const id of ["grid-adding", "grid-copy-short", "grid-copy-long", "chosen"]) {
    assertEquals(table(other, id), table(onCpu, id));
  }
});

Deno.test("learning-capacity: losses are shares of the task's memoryless baseline", () => {
  const options = { length: small.copyLength, symbols: small.symbols };
  const wanted = [
    addingProblem({ steps: small.addingSteps }),
    ...[1, 2, 3].map((lag) => copyMemory({ lag, ...options })),
  ];
  for (const { name, memoryless } of wanted) {
    const own = rows(onCpu, "test-loss").filter((row) => row[0] === name);
    assertEquals(own.map((row) => row[3]), Array.from({ length: 8 }, () => memoryless.value));
  }
});

Deno.test("learning-capacity: claims on losses are ratios of the losses of their setting", () => {
  const wanted = {
    "adding-lstm-loss-matched": ["adding problem", "LSTM", "RNN, matched"],
    "adding-gru-loss-matched": ["adding problem", "GRU", "RNN, matched"],
    "adding-gru-lstm-loss": ["adding problem", "GRU", "LSTM"],
    "copy-memory-lstm-short-lag": ["copy memory, lag 1", "LSTM", "RNN, matched"],
    "copy-memory-lstm-long-lag": ["copy memory, lag 3", "LSTM", "RNN, matched"],
    "copy-memory-gru-short-lag": ["copy memory, lag 1", "GRU", "RNN, matched"],
    "copy-memory-gru-long-lag": ["copy memory, lag 3", "GRU", "RNN, matched"],
  } as const;
  for (const [id, [task, first, second]] of Object.entries(wanted)) {
    const { values, alternatives } = claim(onCpu, id);
    const ratios = (setting: string, most = Infinity): number[] => {
      const [above, below] = [first, second].map((network) =>
        valuesOf(onCpu, "test-loss", task, network, setting).map((share) => Math.min(share, most))
      );
      return (above ?? []).map((share, i) => share / (below?.[i] ?? NaN));
    };
    assertNear(values, ratios("best of the grid"), id);
    assertNear(alternatives[0]?.values ?? [], ratios("reference"), `${id}, reference`);
    assertNear(alternatives[1]?.values ?? [], ratios("best of the grid", 1), `${id}, capped`);
  }
});

Deno.test("learning-capacity: an RNN of the same hidden size is an alternative on the adding problem", () => {
  for (const network of ["LSTM", "GRU"]) {
    const id = `adding-${network.toLowerCase()}-loss-matched`;
    const found = claim(onCpu, id).alternatives.find(({ name }) => name.includes("hidden size"));
    const [above, below] = [network, "RNN"].map((one) =>
      valuesOf(onCpu, "test-loss", "adding problem", one, "best of the grid")
    );
    assertNear(found?.values ?? [], (above ?? []).map((loss, i) => loss / (below?.[i] ?? NaN)), id);
  }
});

Deno.test("learning-capacity: the trend is the ratio at the longer lag divided by the ratio at the shorter", () => {
  const { values } = metric(onCpu, "copy-trend");
  const [long, short] = ["long", "short"].map((lag) => {
    return claim(onCpu, `copy-memory-lstm-${lag}-lag`).values;
  });
  assertNear(
    values.map(Number),
    (long ?? []).map((ratio, i) => ratio / (short?.[i] ?? NaN)),
    "trend",
  );
});

Deno.test("learning-capacity: the GRU is ahead of the LSTM in seeds with a ratio below 1", () => {
  const { values } = claim(onCpu, "adding-gru-lstm-loss");
  assertEquals(metric(onCpu, "adding-gru-ahead").values, values.map((ratio) => ratio < 1 ? 1 : 0));
});

Deno.test("learning-capacity: wins are the seeds with a ratio below 1", () => {
  const { rows, samples } = table(onCpu, "ratios");
  assertEquals(rows.length, 4 * 5 * 2);
  rows.forEach((row, i) => {
    const wins = (samples?.values[i] ?? []).filter((value) => Number(value) < 1).length;
    assertEquals(row.slice(-2), [wins, seeds.length]);
  });
});

Deno.test("learning-capacity: ratios by update agree with the curves", () => {
  for (const [task, pair, x] of rows(onCpu, "ratios-by-update")) {
    const [first, second] = pair === "LSTM / RNN, matched"
      ? ["LSTM", "RNN, matched"]
      : ["GRU", "RNN, matched"];
    const [above, below] = [first, second].map((network) =>
      valuesOf(onCpu, "curves-memory", String(task), String(network), Number(x))
    );
    assertNear(
      valuesOf(onCpu, "ratios-by-update", String(task), String(pair), Number(x)),
      (above ?? []).map((loss, i) => loss / (below?.[i] ?? NaN)),
      `${task}, ${pair}, ${x}`,
    );
  }
});

Deno.test("learning-capacity: every run of the stability grid ends in one of three ways", () => {
  const ends = rows(onCpu, "endings");
  assertEquals(ends.length, 3 * 6);
  for (const [network, condition, runs, ...counts] of ends) {
    assertEquals(runs, small.stabilityRates.length * seeds.length, `${network}, ${condition}`);
    assertEquals(counts.reduce<number>((sum, count) => sum + Number(count), 0), runs);
  }
  const share = (network: string): number => {
    const own = ends.filter((row) => row[0] === network && !String(row[1]).includes("plateau"));
    const failed = own.reduce((sum, row) => sum + Number(row[3]) + Number(row[4]), 0);
    return failed / own.reduce((sum, row) => sum + Number(row[2]), 0);
  };
  const { estimate } = claim(onCpu, "rnn-fails-more");
  assert(Math.abs(estimate.value - (share("RNN") - share("LSTM"))) < 1e-12);
});

Deno.test("learning-capacity: the claimed difference is on the curve over limits", () => {
  for (
    const [id, name] of [
      ["clipping-prevents-failure", "without clipping less with it"],
      ["schedule-prevents-failure", "constant rate less cosine"],
      ["plateau-prevents-failure", "constant rate less plateau"],
      ["rnn-fails-more", "RNN less LSTM"],
    ] as const
  ) {
    assertEquals(valuesOf(onCpu, "stalled-limit", name, 0.9), [...claim(onCpu, id).values], id);
  }
});

Deno.test("learning-capacity writes 'never' for a task that is not solved", async () => {
  const hard = await measure("cpu", { ...small, solved: 1e-9 });
  const easy = await measure("cpu", { ...small, solved: 10 });
  for (const [, , reached, of, ...epochs] of rows(hard, "first-epoch")) {
    assertEquals([reached, of, ...epochs], [0, 5, "never", "never", "never"]);
  }
  for (const [, , reached, , median, earliest] of rows(easy, "first-epoch")) {
    assertEquals([reached, median, earliest], [5, 1, 1]);
  }
  for (const [, , share] of rows(easy, "share-solved")) assertEquals(share, 1);
});

Deno.test("learning-capacity refuses lags that are not in order", () => {
  for (const longLag of [1, 3]) {
    const set = { ...small, shortLag: 3, longLag };
    const parameters = resolveParameters(learningCapacity.parameters, set);
    assertThrows(
      () => learningCapacity.check?.({ parameters, seeds }),
      InputError,
      `longLag must be above shortLag, 3, found ${longLag}`,
    );
  }
});

Deno.test("learning-capacity: parameters at their limits give a result", async (t) => {
  const edges: readonly Record<string, unknown>[] = [
    { hiddenSize: 1, size: 1, steps: 2, addingSteps: 2, copyLength: 1, symbols: 2 },
    { trainSequences: 1, testSequences: 1, trainingBatch: 1, testBatch: 1, epochs: 2 },
    { rates: [0.5], validationSeeds: 1, learningRate: 1, stabilityRates: [1, 1], moreLags: [] },
    { learningRate: 0.01, trainingSteps: 2, copyTrainingSteps: 3, moreLags: [3, 1, 3] },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const result = await measure("cpu", { ...small, ...edge });
      assertEquals(result.claims.length, onCpu.claims.length);
      assertEquals(result.unmeasured, []);
    });
  }
});

Deno.test("learning-capacity: a network has learned the adding problem below half of the baseline", () => {
  for (
    const [id, network, setting] of [
      ["adding-learned-lstm", "LSTM", "best of the grid"],
      ["adding-learned-rnn-matched-reference", "RNN, matched", "reference"],
    ] as const
  ) {
    const shares = valuesOf(onCpu, "test-loss", "adding problem", network, setting);
    assertEquals(metric(onCpu, id).values, shares.map((share) => share < 0.5 ? 1 : 0), id);
  }
  // Each cell of the grid counts with each of its validation networks.
  const grid = rows(onCpu, "grid-adding").filter(([network]) => network === "GRU");
  const { values } = metric(onCpu, "adding-learned-gru-grid");
  assertEquals(values.length, grid.length * small.validationSeeds);
});

Deno.test("learning-capacity: losses beside ratios agree with the table of losses", () => {
  const wanted = valuesOf(onCpu, "test-loss", "copy memory, lag 1", "LSTM", "best of the grid");
  assertEquals(metric(onCpu, "copy-short-loss-lstm").values, wanted);
  const adding = valuesOf(onCpu, "test-loss", "adding problem", "RNN", "best of the grid");
  assertEquals(metric(onCpu, "adding-loss-rnn").values, adding);
});

Deno.test("learning-capacity records the notebook's average of losses beside the geometric one", () => {
  const tasks = ["copy", "cumulative sum", "alternating sign"];
  assert(onCpu.claims.every(({ id }) => !id.startsWith("notebook")));
  const ratios = valuesOf(onCpu, "ratios-notebook", "mean over tasks", "LSTM / RNN");
  assertNear(
    metric(onCpu, "notebook-tasks-geometric").values.map(Number),
    ratios,
    "geometric mean",
  );
  // A ratio of sums lies between the smallest and the largest ratio of the summands.
  const byTask = tasks.map((task) => valuesOf(onCpu, "ratios-notebook", task, "LSTM / RNN"));
  metric(onCpu, "notebook-tasks-mean").values.forEach((value, seed) => {
    const own = byTask.map((values) => values[seed] ?? NaN);
    assert(Number(value) > Math.min(...own) && Number(value) < Math.max(...own));
    assert(value !== ratios[seed]);
  });
  for (const task of tasks) {
    const own = valuesOf(onCpu, "ratios-notebook", task, "LSTM / RNN");
    assertNear(metric(onCpu, `notebook-${task.replace(" ", "-")}`).values, own, task);
  }
});

Deno.test("learning-capacity: shares of diverged runs agree with the table of endings", () => {
  for (const [condition, end] of [["neither", ""], ["clipping", "-clipped"]] as const) {
    for (const network of ["RNN", "LSTM", "GRU"]) {
      const row = rows(onCpu, "endings").find((row) => row[0] === network && row[1] === condition);
      const { estimate } = metric(onCpu, `diverged-${network.toLowerCase()}${end}`);
      assert(Math.abs(estimate.value - Number(row?.[3]) / Number(row?.[2])) < 1e-12);
    }
  }
  const { labels, values } = claim(onCpu, "rnn-divergence");
  assertEquals(labels, [...seeds, 6, 7]);
  assertEquals(values.slice(0, seeds.length), [...metric(onCpu, "diverged-rnn").values]);
});

Deno.test("learning-capacity: the runs of a seed do not depend on further seeds", async () => {
  const [more, own] = [
    await measure("cpu", { ...small, divergedAbove: 1 }, [1, 2, 3]),
    await measure(
      "cpu",
      { ...small, divergedAbove: 1 },
      [4, 5, 6, 7],
    ),
  ];
  assertEquals(claim(more, "rnn-divergence").labels, [1, 2, 3, 4, 5, 6, 7]);
  assertEquals(
    claim(more, "rnn-divergence").values.slice(3),
    claim(own, "rnn-divergence").values.slice(0, 4),
  );
});

Deno.test("learning-capacity: RNN and LSTM at their best rates agree with the table", () => {
  const all = rows(onCpu, "best-rates");
  assertEquals(all.length, 3 * 6);
  const share = (network: string): number => {
    const own = all.filter((row) => row[0] === network && !String(row[1]).includes("plateau"));
    return own.reduce((sum, row) => sum + Number(row[3]) / Number(row[4]), 0) / own.length;
  };
  const { estimate } = metric(onCpu, "rnn-fails-more-best-rate");
  assert(Math.abs(estimate.value - (share("RNN") - share("LSTM"))) < 1e-12);
});

Deno.test("learning-capacity: differences under other conventions are alternatives of the claims on failed runs", () => {
  for (const name of ["clipping-prevents", "schedule-prevents", "plateau-prevents", "rnn-fails"]) {
    const id = name.endsWith("prevents") ? `${name}-failure` : `${name}-more`;
    const { alternatives } = claim(onCpu, id);
    for (const [end, words] of [["best-rate", "best"], ["low-rates", "0.01 and 0.1"]] as const) {
      const found = alternatives.find((one) => one.name.includes(words));
      assertEquals(metric(onCpu, `${id}-${end}`).values, [...found?.values ?? []], id);
    }
  }
});

Deno.test("learning-capacity: claims on failed runs are the averages of the networks alone", () => {
  for (const name of ["clipping", "schedule", "plateau"]) {
    const id = `${name}-prevents-failure`;
    const { alternatives, values } = claim(onCpu, id);
    const alone = ["RNN", "LSTM", "GRU"].map((network) => {
      const found = alternatives.find((one) => one.name === `of the ${network} alone`)?.values ??
        [];
      assertEquals(metric(onCpu, `${id}-${network.toLowerCase()}`).values, [...found], id);
      return found;
    });
    const means = values.map((_, seed) =>
      alone.reduce((sum, own) => sum + (own[seed] ?? NaN), 0) / 3
    );
    assertClose([...values], means, tolerance.rounding);
  }
});

Deno.test("learning-capacity: the earlier ratio is on the curve of ratios by update", () => {
  const updates = metric(onCpu, "adding-earlier-updates").values[0] ?? NaN;
  const logs = metric(onCpu, "adding-lstm-loss-earlier").values.map(Math.log);
  const wanted = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  const shown = rows(onCpu, "ratios-by-update").filter(([task, pair]) =>
    String(task).startsWith("adding") && pair === "LSTM / RNN, matched"
  );
  const nearest = shown.reduce((best, row) =>
    Math.abs(Number(row[2]) - 0.4) < Math.abs(Number(best[2]) - 0.4) ? row : best
  );
  assertClose([Number(nearest[3])], [wanted], tolerance.rounding);
  assertClose([Number(nearest[2])], [updates / small.trainingSteps], tolerance.rounding);
  for (const [id, network] of [["rnn", "RNN"], ["rnn-matched", "RNN, matched"]] as const) {
    const best = rows(onCpu, "chosen").find(([task, name]) =>
      String(task).startsWith("adding") && name === network
    );
    assertEquals(metric(onCpu, `adding-best-rate-${id}`).values, [Number(best?.[3])]);
  }
});
