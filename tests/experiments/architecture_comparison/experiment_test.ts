import { assert, assertEquals, assertThrows } from "@std/assert";
import { populationStandardDeviation } from "../../../src/statistics/descriptive.ts";
import {
  correlationValues,
  rankCorrelation,
  rankCorrelationValues,
} from "../../../src/statistics/correlation.ts";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import type { Result, Table } from "../../../src/result/result.ts";
import { architectureComparison } from "../../../src/experiments/architecture_comparison/experiment.ts";
import { countFor } from "../../../src/experiments/architecture_comparison/cost.ts";
import {
  cappedTimeScale,
  inCappedTimeScales,
} from "../../../src/experiments/architecture_comparison/record_training.ts";
import {
  checkpoints,
  notebookSeeds,
} from "../../../src/experiments/architecture_comparison/parameters.ts";
import { stepsBelow } from "../../../src/experiments/architecture_comparison/train.ts";
import { compare } from "../../../src/harness/compare.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { type Run, runExperiment } from "../../../src/harness/run.ts";
import { type BackendName, forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = {
  ...{ hiddenSize: 4, inputSize: 3, outputSize: 2, lengths: [4, 6, 12], repeats: 1 },
  notebookSeeds: 7,
  ...{ addingSteps: 6, trainingSteps: 4, trainingBatch: 2, testBatch: 3, probes: 2 },
  ...{ checkpointEvery: 2, decayAt: 2, lossAt: 4, gruDecayAt: 0, gruLossAt: 2 },
};

function measure(
  name: BackendName,
  set: Record<string, unknown> = small,
  seeds: readonly number[] = [1, 2, 3, 4, 5],
): Promise<Run> {
  const parameters = resolveParameters(architectureComparison.parameters, set);
  return onBackend(
    name,
    () => runExperiment(architectureComparison, { parameters, seeds, backend }),
  );
}

function tableOf(result: Pick<Result, "tables">, id: string): Table {
  const table = result.tables.find((one) => one.id === id);
  assert(table, `there is no table ${id}`);
  return table;
}

function rows(result: Pick<Result, "tables">, id: string) {
  return tableOf(result, id).rows;
}

/** Returns the values by seed behind the rows of a table. */
function samples(result: Pick<Result, "tables">, id: string): number[][] {
  const { samples } = tableOf(result, id);
  assert(samples, `table ${id} has no values of seeds`);
  return samples.values.map((values) => values.map(Number));
}

function claimOf(result: Result, id: string) {
  const claim = result.claims.find((one) => one.id === id);
  assert(claim, `there is no claim ${id}`);
  return claim;
}

function metricOf(result: Result, id: string) {
  const metric = result.metrics.find((one) => one.id === id);
  assert(metric, `there is no metric ${id}`);
  return metric;
}

const onCpu = await measure("cpu");

forEachBackend("architecture-comparison has the same numbers", async (name) => {
  const { result } = await measure(name);
  assert(result.checks.every(({ holds }) => holds));
  // The measure of a check is rounding, which differs between backends.
  const [wanted, found] = [onCpu.result, result].map((one) =>
    JSON.parse(stableStringify({ ...one, checks: [] }))
  );
  const { numbers, differences } = compare(wanted, found, tolerance.flow.relative);
  assert(numbers > 300);
  assertEquals(differences, []);
});

Deno.test("architecture-comparison: equal inputs give equal bytes, although times differ", async () => {
  const { result } = await measure("cpu");
  assertEquals(stableStringify(result), stableStringify(onCpu.result));
});

Deno.test("architecture-comparison records times and memory of the machine by network and length", () => {
  const { machine, result } = onCpu;
  assertEquals(rows(machine, "time-by-length").length, 3 * 3);
  assertEquals(rows(machine, "time-by-length-matched").length, 2 * 3);
  for (const id of ["time-by-length", "time-by-length-matched"]) {
    for (const [, , median, low, high] of rows(machine, id)) {
      assert(Number(low) > 0 && Number(low) <= Number(median) && Number(median) <= Number(high));
    }
  }
  const bytes = rows(machine, "bytes-by-length").map(([, , kilobytes]) => Number(kilobytes));
  assertEquals(bytes.length, 15);
  // Longer sequences need more memory, and every network at least has its weights.
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = NaN, b = NaN, c = NaN] = bytes.slice(i, i + 3);
    assert(0 < a && a < b && b < c);
  }
  assertEquals(rows(machine, "efficiency").length, 5);
  assert(!result.tables.some(({ id }) => /time-by|bytes|efficiency/.test(id)));
  assertEquals(machine.metrics.map(({ id }) => id), [
    "time-power-rnn",
    "time-power-lstm",
    "time-power-gru",
  ]);
});

Deno.test("countFor() returns enough runs to make a wait negligible", async () => {
  let clock = 0;
  const run = {
    times(count: number) {
      clock += 5 + count * 0.05;
      return Promise.resolve();
    },
  };
  // A run takes 0.05 ms and the wait 5 ms, so 40 ms need 700 runs. The next power of two is 1024.
  assertEquals(await countFor(run, 40, () => clock), 1024);
});

Deno.test("architecture-comparison: the values of a seed do not depend on the other seeds", async () => {
  const both = await measure("cpu", { ...small, notebookSeeds: 2 }, [3, 8]);
  const one = { ...small, notebookSeeds: 1 };
  const alone = [await measure("cpu", one, [3]), await measure("cpu", one, [8])];
  for (
    const id of ["decay", "training-loss", "training-decay", "training-exponent", "notebook-norms"]
  ) {
    const parts = alone.map(({ result }) => samples(result, id));
    const joined = samples(both.result, id).map((_, row) => parts.map((part) => part[row]?.[0]));
    assertEquals(samples(both.result, id), joined, id);
  }
});

Deno.test("architecture-comparison: gradients are relative to lag 0, and parameters add up", () => {
  const starts = rows(onCpu.result, "gradient-by-lag").filter(([, , lag]) => lag === 0);
  assertEquals(starts.map((row) => row[3]), [1, 1, 1, 1, 1, 1]);
  const parts = rows(onCpu.result, "parameters-by-part");
  const total = (network: string) =>
    parts.filter(([name]) => name === network).reduce((sum, row) => sum + Number(row[3]), 0);
  // An LSTM of 4 units: 16 rows of 3 + 4 + 2, and a head of 5 by 2.
  assertEquals(total("LSTM"), 16 * 9 + 10);
  assertEquals(total("RNN"), 4 * 9 + 10);
  // The notebook's own classes have one bias for each gate, and PyTorch's have two.
  assertEquals(rows(onCpu.result, "parameters-notebook").map((row) => row.slice(0, 3)), [
    ["RNN", 4 * 8 + 10, 4 * 9 + 10],
    ["LSTM", 16 * 8 + 10, 16 * 9 + 10],
    ["GRU", 12 * 9 + 10, 12 * 9 + 10],
  ]);
});

Deno.test("architecture-comparison: main effects and interactions agree with the table of the design", () => {
  const { result } = onCpu;
  const names = rows(result, "reach").map(([start, network]) => `${network}: ${start}`);
  const logs = samples(result, "reach").map((values) => values.map(Math.log));
  for (const architecture of ["LSTM", "GRU"]) {
    const own = logs.filter((_, i) => names[i]?.startsWith(architecture));
    const glorot = logs.filter((_, i) => {
      return names[i]?.startsWith(architecture) && names[i]?.includes("Glorot");
    });
    assertEquals([own.length, glorot.length], [4, 2]);
    const total = (cells: readonly number[][], seed: number) =>
      cells.reduce((sum, values) => sum + (values[seed] ?? NaN), 0);
    const interaction = claimOf(result, `reach-${architecture.toLowerCase()}-interaction`);
    const half = metricOf(result, `reach-${architecture.toLowerCase()}-glorot`);
    for (const [seed, value] of interaction.values.entries()) {
      const wanted = Math.exp((2 * total(glorot, seed) - total(own, seed)) / 2);
      assertClose([value], [wanted], tolerance.rounding);
      const ofHalf = Math.exp(total(glorot, seed) / 2);
      assertClose([half.values[seed] ?? NaN], [ofHalf], tolerance.rounding);
    }
    if (architecture === "GRU") continue;
    for (const [seed, value] of claimOf(result, "reach-lstm-effect").values.entries()) {
      assertClose([value], [Math.exp(total(own, seed) / 4)], tolerance.rounding);
    }
  }
});

Deno.test("architecture-comparison: claims on reach have time scales as alternatives", () => {
  const { result } = onCpu;
  const most = Math.max(...small.lengths);
  // Rows of the table of decay before training, by initial weights and network.
  const scales = new Map(
    rows(result, "decay").map(([start, network], i) => [
      `${String(start).startsWith("Glorot") ? "Glorot" : "PyTorch"} ${network}`,
      samples(result, "decay")[i]?.map((factor) => cappedTimeScale(factor, most)) ?? [],
    ]),
  );
  const of = (name: string, seed: number): number => Math.log(scales.get(name)?.[seed] ?? NaN);
  const ratio = (start: string, network: string, rnn: string, seed: number): number =>
    of(`${start} ${network}`, seed) - of(`${start} ${rnn}`, seed);
  /** The mean over both sizes of the logarithm of the ratio. */
  const half = (start: string, network: "LSTM" | "GRU", seed: number): number => {
    const matched = network === "LSTM" ? "LSTM" : "GRU, matched";
    return (ratio(start, network, "RNN", seed) + ratio(start, matched, "RNN, matched", seed)) / 2;
  };
  const wanted: Readonly<Record<string, (seed: number) => number>> = {
    "reach-lstm-effect": (seed) =>
      (half("Glorot", "LSTM", seed) + half("PyTorch", "LSTM", seed)) / 2,
    "reach-lstm-interaction": (seed) =>
      half("Glorot", "LSTM", seed) - half("PyTorch", "LSTM", seed),
    "reach-gru-interaction": (seed) => half("Glorot", "GRU", seed) - half("PyTorch", "GRU", seed),
    "reach-gru-null": (seed) => ratio("Glorot", "GRU", "RNN", seed),
  };
  for (const [id, logOf] of Object.entries(wanted)) {
    const { alternatives } = claimOf(result, id);
    const found = alternatives.find(({ name }) => name === inCappedTimeScales(most))?.values ?? [];
    assertClose(found, [0, 1, 2, 3, 4].map((seed) => Math.exp(logOf(seed))), tolerance.rounding);
    assertEquals(metricOf(result, `${id}-scale`).values, found);
  }
});

Deno.test("notebookSeeds() returns the seeds of the run, and more if there are few", () => {
  const of = (seeds: readonly number[], notebookSeeds_: number) =>
    notebookSeeds({
      seeds,
      parameters: resolveParameters(architectureComparison.parameters, {
        ...{ ...small, notebookSeeds: notebookSeeds_ },
      }),
    });
  assertEquals(of([1, 2, 3], 5), [1, 2, 3, 4, 5]);
  assertEquals(of([4, 2, 9], 6), [4, 2, 9, 1, 3, 5]);
  assertEquals(of([4, 2, 9], 2), [4, 2]);
});

Deno.test("architecture-comparison: the notebook's measure of a seed does not depend on other seeds", async () => {
  const { result } = await measure("cpu", { ...small, notebookSeeds: 5 });
  for (const id of ["notebook-norms", "variability"]) {
    assertEquals(samples(result, id), samples(onCpu.result, id).map((own) => own.slice(0, 5)), id);
  }
  const [few, more] = [result, onCpu.result].map((one) => claimOf(one, "notebook-key"));
  assertEquals(few?.values, more?.values.slice(0, 5));
  assertEquals(more?.labels, [1, 2, 3, 4, 5, 6, 7]);
  assertEquals(metricOf(onCpu.result, "named-most-slowly-few").values, few?.values);
});

Deno.test("architecture-comparison: rank correlations are also computed with each network left out", () => {
  const { result } = onCpu;
  const all = samples(result, "ranks-left-out");
  const names = rows(result, "ranks-left-out").map(([without]) => without);
  assertEquals(names, [
    ...["none left out", "RNN", "RNN, matched", "LSTM", "GRU", "LSTM, PyTorch's weights"],
  ]);
  // Three checkpoints for each of five networks; the first is before training, the last after it.
  const decay = samples(result, "training-decay").filter((_, i) => i % 3 === 0);
  const loss = samples(result, "training-loss").filter((_, i) => i % 3 === 2);
  for (const [row, values] of all.entries()) {
    const of = (lists: readonly number[][], seed: number): number[] =>
      lists.filter((_, i) => i !== row - 1).map((list) => list[seed] ?? NaN);
    for (const [seed, value] of values.entries()) {
      const wanted = rankCorrelation(of(decay, seed), of(loss, seed));
      assertClose([value], [wanted], tolerance.rounding);
    }
  }
  assertEquals(metricOf(result, "ranks").values, all[0]);
  assertEquals(metricOf(result, "ranks-without-gru").values, all[4]);
});

Deno.test("cappedTimeScale() is -1 / ln of the factor, at most the length of the sequences", () => {
  assertClose([cappedTimeScale(Math.exp(-1 / 7), 50)], [7], tolerance.rounding);
  for (const factor of [0.999, 1, 1.2]) assertEquals(cappedTimeScale(factor, 50), 50);
});

Deno.test("architecture-comparison: the variability agrees with the notebook's code", () => {
  const { result } = onCpu;
  const norms = samples(result, "notebook-norms");
  const found = samples(result, "variability");
  // Six lengths for each of three networks; and each network twice, with and without the 0.
  assertEquals([norms.length, found.length], [18, 6]);
  for (const network of [0, 1, 2]) {
    const lengths = norms.slice(6 * network, 6 * network + 6);
    for (const seed of [0, 1, 2, 3, 4, 5, 6]) {
      const own = lengths.map((values) => values[seed] ?? NaN);
      assert(own[0] === 0 && own.slice(1).every((norm) => norm > 0));
      for (const [place, counted] of [own, own.slice(1)].entries()) {
        const centre = counted.reduce((sum, norm) => sum + norm, 0) / counted.length;
        const wanted = populationStandardDeviation(counted) / (centre + 1e-8);
        assertClose([found[3 * place + network]?.[seed] ?? NaN], [wanted], tolerance.rounding);
      }
    }
  }
  const shares = rows(result, "named").map((row) => row.slice(1).map(Number));
  for (const column of [0, 1]) {
    const sum = shares.reduce((total, row) => total + (row[column] ?? NaN), 0);
    assertClose([sum], [1], tolerance.rounding);
  }
});

Deno.test("architecture-comparison: the line of a mean over T steps falls as 1/T", () => {
  const measured = rows(onCpu.result, "loss-over-all-steps");
  for (const [network, length, , , , share] of measured) {
    const first = measured.find((row) => row[0] === network && row[1] === 6);
    assertClose([Number(share)], [Number(first?.[2]) * 6 / Number(length)], tolerance.rounding);
  }
  // Two lengths beyond the notebook's step, for three networks and two losses.
  assertEquals(rows(onCpu.result, "early-gradient").length, 2 * 3 * 2);
});

Deno.test("architecture-comparison: losses in training are relative to a prediction of the mean", () => {
  const { result } = onCpu;
  const steps = checkpoints({
    parameters: resolveParameters(architectureComparison.parameters, small),
  });
  assertEquals(steps, [0, 2, 4]);
  const networks = [...new Set(rows(result, "training-loss").map(([network]) => network))];
  assertEquals(networks, ["RNN", "RNN, matched", "LSTM", "GRU", "LSTM, PyTorch's weights"]);
  // Before training an output is near 0 and the target is 1 on average, so the loss is several
  // times the baseline.
  const before = samples(result, "training-loss").filter((_, i) => i % steps.length === 0);
  assert(before.flat().every((loss) => loss > 1));
  // The check covers every step of every sequence of every measurement.
  assertEquals(result.checks.map(({ cases, holds }) => [cases, holds]), [[
    networks.length * steps.length * 5 * small.probes * small.addingSteps,
    true,
  ]]);
});

Deno.test("architecture-comparison: claims on training agree with the tables of training", () => {
  const { result } = onCpu;
  const decay = samples(result, "training-decay");
  const loss = samples(result, "training-loss");
  // Three checkpoints for each of RNN, matched RNN, LSTM, GRU and PyTorch's LSTM.
  const over = (a?: number[], b?: number[]) => a?.map((value, i) => value / (b?.[i] ?? NaN));
  const ratios = {
    "training-rnn": over(decay[2], decay[0]),
    "training-lstm": over(decay[8], decay[6]),
    "training-gru": over(decay[11], decay[9]),
    "task-gru-rnn": over(decay[9], decay[0]),
    "premise-forget-bias": over(loss[8], loss[14]),
  };
  for (const [id, wanted] of Object.entries(ratios)) {
    assertEquals(claimOf(result, id).values, wanted, id);
  }
  assertEquals(metricOf(result, "trained-gru-over-rnn").values, over(decay[11], decay[2]));
  assertEquals(metricOf(result, "loss-gru-over-rnn").values, over(loss[11], loss[2]));
  assertEquals(metricOf(result, "loss-gru-over-matched").values, over(loss[11], loss[5]));
  for (const [network, place] of [["rnn", 2], ["lstm-pytorch-s-weights", 14]] as const) {
    const learned = loss[place]?.map((value) => value < 0.5 ? 1 : 0) ?? [];
    assertEquals(metricOf(result, `learned-${network}`).values, learned);
  }
  assertEquals(claimOf(result, "predicts-gru").parts, {
    decay: decay[9] ?? [],
    "loss then": loss[9] ?? [],
    "later loss": loss[10] ?? [],
  });
});

Deno.test("architecture-comparison: claims have other inputs, sizes and units as alternatives", () => {
  const { result } = onCpu;
  const decay = samples(result, "training-decay");
  const alternatives = (id: string): Map<string, readonly number[]> =>
    new Map(claimOf(result, id).alternatives.map(({ name, values }) => [name, values]));
  const over = (a?: readonly number[], b?: readonly number[]) =>
    a?.map((value, i) => value / (b?.[i] ?? NaN));
  const effect = alternatives("reach-lstm-effect");
  const onTask = "inputs of the adding problem, Glorot weights,";
  assertEquals(effect.get(`${onTask} same hidden size`), over(decay[6], decay[0]));
  assertEquals(effect.get(`${onTask} matched parameters`), over(decay[6], decay[3]));
  // The interaction is the geometric mean of the interactions in both matchings.
  for (const network of ["lstm", "gru"]) {
    const id = `reach-${network}-interaction`;
    const [same, matched] = ["same hidden size alone", "matched parameters alone"].map((name) =>
      alternatives(id).get(name)
    );
    const wanted = same?.map((value, i) => Math.sqrt(value * (matched?.[i] ?? NaN)));
    assertClose(claimOf(result, id).values, wanted ?? [], tolerance.rounding);
  }
  const scale = (factors?: readonly number[]) =>
    factors?.map((factor) => cappedTimeScale(factor, small.addingSteps));
  assertEquals(
    alternatives("task-gru-rnn").get(inCappedTimeScales(small.addingSteps)),
    over(scale(decay[9]), scale(decay[0])),
  );
  for (const [network, place] of [["rnn", 0], ["lstm", 6], ["gru", 9]] as const) {
    const wanted = over(scale(decay[place + 2]), scale(decay[place]));
    const name = inCappedTimeScales(small.addingSteps);
    assertEquals(alternatives(`training-${network}`).get(name), wanted);
    assertEquals(metricOf(result, `time-scale-ratio-${network}`).values, wanted);
  }
});

Deno.test("architecture-comparison counts seeds that learned separately", () => {
  const { result } = onCpu;
  const decay = samples(result, "training-decay");
  const loss = samples(result, "training-loss");
  const groups = rows(result, "learned");
  const names = ["RNN", "RNN, matched", "LSTM", "GRU", "LSTM, PyTorch's weights"];
  for (const [i, name] of names.entries()) {
    const id = name.toLowerCase().replaceAll(/[^a-z]+/g, "-");
    const [before, after] = [decay[3 * i], decay[3 * i + 2]].map((factors) =>
      factors?.map((factor) => cappedTimeScale(factor, small.addingSteps)) ?? []
    );
    const learned = loss[3 * i + 2]?.map((value) => value < 0.5) ?? [];
    const changes = after?.map((value, seed) => value - (before?.[seed] ?? NaN)) ?? [];
    assertEquals(
      metricOf(result, `further-learned-${id}`).values,
      changes.map((change, seed) => learned[seed] && change > 0 ? 1 : 0),
    );
    assertEquals(
      metricOf(result, `shorter-not-learned-${id}`).values,
      changes.map((change, seed) => !learned[seed] && change < 0 ? 1 : 0),
    );
    assertEquals(
      metricOf(result, `capped-${id}`).values,
      after?.map((value) => value === small.addingSteps ? 1 : 0),
    );
    for (const [group, wanted] of [["learned", true], ["did not learn", false]] as const) {
      const own = after?.filter((_, seed) => learned[seed] === wanted) ?? [];
      const row = groups.find(([network, which]) => network === name && which === group);
      const found = row ? [row[2], row[6], row[7]] : [0, Infinity, -Infinity];
      assertEquals(found, [own.length, Math.min(...own), Math.max(...own)]);
    }
  }
});

Deno.test("architecture-comparison: correlations in groups use only the seeds of the group", () => {
  const { result } = onCpu;
  const found = rows(result, "predictions-in-groups");
  for (const network of ["RNN", "LSTM", "GRU"]) {
    const { decay = [], "later loss": later = [] } =
      claimOf(result, `predicts-${network.toLowerCase()}`)
        .parts ?? {};
    const pearson = metricOf(result, `pearson-${network.toLowerCase()}`).values;
    assertEquals(pearson, correlationValues(decay, later.map(Math.log)));
    for (
      const [group, isOwn] of [
        ["learned", (loss: number) => loss < 0.5],
        ["did not learn", (loss: number) => !(loss < 0.5)],
      ] as const
    ) {
      const own = (list: readonly number[]) => list.filter((_, i) => isOwn(later[i] ?? NaN));
      const row = found.find(([name, which]) => name === network && which === group);
      assertEquals(row?.[2] ?? 0, own(decay).length);
      if (!row || own(decay).length < 3) continue;
      const values = rankCorrelationValues(own(decay), own(later));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      assertEquals(row[4], rankCorrelation(own(decay), own(later)));
      assertClose([Number(row[5])], [mean], tolerance.rounding);
    }
  }
});

Deno.test("architecture-comparison: the order of learning counts seeds at the cap separately", () => {
  const { result } = onCpu;
  const { LSTM = [] } = claimOf(result, "premise-order").parts ?? {};
  const capped = LSTM.map((steps) => steps === small.trainingSteps ? 1 : 0);
  assertEquals(metricOf(result, "order-capped-lstm").values, capped);
  const atCap = capped.filter((one) => one === 1).length;
  const counts = rows(result, "order").map((
    [group, count],
  ) => [String(group).startsWith("counts"), count]);
  const wanted = [[false, capped.length - atCap], [true, atCap]].filter(([, count]) => count !== 0);
  assertEquals(counts, wanted);
});

Deno.test("architecture-comparison: the ratio of GRU to RNN is also at the length nearest to the task's", () => {
  const { result } = onCpu;
  const { name, values } = claimOf(result, "reach-gru-null").alternatives[1] ?? {};
  assertEquals(metricOf(result, "reach-gru-null-shorter").values, [...values ?? []]);
  const length = Number(name?.split("= ")[1]);
  const distances = small.lengths.map((one) => Math.abs(one - small.addingSteps));
  assertEquals(Math.abs(length - small.addingSteps), Math.min(...distances));
  const at = (network: string) =>
    rows(result, "decay-by-length").find(([weights, name, x]) =>
      String(weights).startsWith("Glorot") && name === network && x === length
    )?.[3];
  const logs = (values ?? []).map(Math.log);
  const found = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  assertClose([found], [Number(at("GRU")) / Number(at("RNN"))], tolerance.flow);
});

Deno.test("architecture-comparison: the notebook's measure uses the notebook's lengths", () => {
  const { values, label } = metricOf(onCpu.result, "left-rnn-over-lstm");
  assert(label.includes("at length 6 that is left at length 12"));
  const measured = rows(onCpu.result, "loss-over-all-steps");
  const left = (network: string): number => {
    const at = (length: number) => measured.find((row) => row[0] === network && row[1] === length);
    return Number(at(12)?.[2]) / Number(at(6)?.[2]);
  };
  const logs = values.map(Math.log);
  const found = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  assertClose([found], [left("RNN") / left("LSTM")], tolerance.flow);
});

Deno.test("stepsBelow() is the end of the first group of updates below the bound", () => {
  const losses = Array.from({ length: 75 }, (_, i) => i < 30 ? 1 : 0);
  // The second group has 5 ones among 25.
  assertEquals(stepsBelow(losses, 0.5), 50);
  assertEquals(stepsBelow(losses, 0.1), 75);
  assertEquals(stepsBelow(losses, 0), 75);
});

Deno.test("architecture-comparison refuses inconsistent parameters of training", () => {
  const wrong = [
    [{ trainingSteps: 5 }, "trainingSteps must be a multiple of checkpointEvery (2), found 5"],
    [
      { decayAt: 1 },
      "decayAt must be a multiple of checkpointEvery (2), at most trainingSteps (4)",
    ],
    [{ lossAt: 6 }, "lossAt must be a multiple of checkpointEvery (2), at most trainingSteps (4)"],
    [{ gruDecayAt: 2 }, "gruDecayAt must be below gruLossAt (2), found 2"],
    [{ trainingBatch: 1024, addingSteps: 1000 }, "trainingBatch must be"],
    [{ notebookSeeds: 10_000, lengths: [6, 2000] }, "notebookSeeds must be at most"],
  ] as const;
  for (const [set, message] of wrong) {
    const parameters = resolveParameters(architectureComparison.parameters, { ...small, ...set });
    const seeds = Array.from({ length: 100 }, (_, i) => i);
    assertThrows(() => architectureComparison.check?.({ parameters, seeds }), InputError, message);
  }
});

Deno.test("architecture-comparison: parameters at their limits give a result", async (t) => {
  const edges: readonly Record<string, unknown>[] = [
    { hiddenSize: 1, inputSize: 1, outputSize: 1, batch: 1, lengths: [6, 7] },
    { hiddenSize: 2, lengths: [300, 6, 300], addingSteps: 4, probes: 1, trainingBatch: 1 },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const { result, machine } = await measure("cpu", { ...small, ...edge });
      const declared = ({ claims, unmeasured }: Result) => claims.length + unmeasured.length;
      assertEquals(declared(result), declared(onCpu.result));
      assertEquals(result.figures.length, onCpu.result.figures.length);
      assertEquals(machine.figures.length, onCpu.machine.figures.length);
    });
  }
});
