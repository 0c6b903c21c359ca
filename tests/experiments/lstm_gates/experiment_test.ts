import { assert, assertEquals, assertRejects } from "@std/assert";
import { infer } from "../../../src/statistics/inference.ts";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import type { Result, Verdict } from "../../../src/result/result.ts";
import { compare, type Difference } from "../../../src/harness/compare.ts";
import { defineExperiment } from "../../../src/harness/experiment.ts";
import { lstmGates } from "../../../src/experiments/lstm_gates/experiment.ts";
import { parameters as shape } from "../../../src/experiments/lstm_gates/parameters.ts";
import { type Survival, survival } from "../../../src/experiments/lstm_gates/survival.ts";
import type { Training } from "../../../src/experiments/lstm_gates/training.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { forgetBias } from "../../../src/model/init/gate_bias_init.ts";
import { type BackendName, forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { rows } from "../rows.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const five = [1, 2, 3, 4, 5];

/**
 * Runs the experiment on a backend, and returns the result and its parts. The backend has the same
 * description in all results.
 */
function run(name: BackendName, set: Record<string, unknown>, seeds: readonly number[] = five) {
  const parameters = resolveParameters(lstmGates.parameters, set);
  return onBackend(name, async () => {
    const kept = new Map<string, string>();
    const { result } = await runExperiment(lstmGates, {
      parameters,
      seeds,
      backend,
      parts: {
        read: () => Promise.resolve(undefined),
        write: (part, value) => {
          kept.set(part, stableStringify(value));
          return Promise.resolve();
        },
      },
    });
    return { result, kept };
  });
}

const small = {
  ...{ hiddenSize: 6, length: 6, batch: 2, heldOut: 5 },
  ...{ trainingSteps: 3, trainingBatch: 4 },
};
const onCpu = await run("cpu", small);
const ten = Array.from({ length: 10 }, (_, i) => i + 1);
const hardlyTrained = await run("cpu", {
  ...small,
  heldOut: 40,
  trainingSteps: 1,
  learningRate: 1e-4,
}, ten);

function claim(result: Result, id: string) {
  const found = result.claims.find((one) => one.id === id);
  assert(found, `there is no claim ${id}`);
  return found;
}

function metric(result: Result, id: string) {
  const found = result.metrics.find((one) => one.id === id);
  assert(found, `there is no metric ${id}`);
  return found;
}

/**
 * Whether a difference is small compared with the largest magnitude in its column. States, their
 * changes and measures of them pass through 0, near which rounding is not relative to the number.
 */
function isSmallInColumn({ path, stated, found }: Difference): boolean {
  const [, table = "", column] =
    /^tables\.(\d+)\.(?:rows\.\d+\.(\d+)|samples\.values)/.exec(path) ?? [];
  const { rows: cells = [], samples } = onCpu.result.tables[Number(table)] ?? {};
  if (table === "" || typeof stated !== "number" || typeof found !== "number") return false;
  const all = column === undefined
    ? samples?.values.flat() ?? []
    : cells.map((row) => row[Number(column)]);
  const largest = Math.max(...all.map((value) => typeof value === "number" ? Math.abs(value) : 0));
  return Math.abs(stated - found) <= tolerance.flow.relative * largest;
}

forEachBackend("lstm-gates has the same numbers", async (name) => {
  const { result } = await run(name, small);
  // Backends differ in rounding, which checks measure, so it is enough that the checks hold.
  assert(result.checks.every(({ holds }) => holds));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify({ ...onCpu.result, checks: [] })),
    JSON.parse(stableStringify({ ...result, checks: [] })),
    tolerance.flow.relative,
  );
  assert(numbers > 4000);
  assertEquals(differences.filter((one) => !isSmallInColumn(one)), []);
});

Deno.test("lstm-gates: equal inputs give equal bytes", async () => {
  const again = await run("cpu", small);
  assertEquals(stableStringify(again.result), stableStringify(onCpu.result));
});

for (const name of ["cpu", "wasm"] as const) {
  Deno.test(`lstm-gates: the values of a seed do not depend on the other seeds [${name}]`, async () => {
    const together = await run(name, small, [1, 2, 3]);
    const alone = await run(name, small, [2]);
    const part = (kept: ReadonlyMap<string, string>, group: string, item: string) =>
      JSON.parse(kept.get(JSON.stringify([group, item])) ?? "null");
    for (const weights of ["joint", "separate"]) {
      const training: Training = part(together.kept, "training", weights);
      const single: Training = part(alone.kept, "training", weights);
      for (const field of ["untrained", "trained", "losses", "heldOut"] as const) {
        assertEquals(single[field].length, 1);
        assertEquals(training[field][1], single[field][0], `${weights}: ${field}`);
      }
      const { losses, gradients } = training.ablation;
      for (const [ablation, [only]] of Object.entries(single.ablation.losses)) {
        assertEquals(Object.entries(losses).find(([name]) => name === ablation)?.[1][1], only);
      }
      for (const fixed of ["forget", "bias"] as const) {
        assertEquals(gradients[fixed][1], single.ablation.gradients[fixed][0]);
      }
    }
    for (const kind of ["b = -4", "b = 0", "b = 1", "b = 4", "chrono", "b = 1, separate"]) {
      const survivals: Survival[] = part(together.kept, "forget bias", kind);
      assertEquals(survivals.slice(1, 2), part(alone.kept, "forget bias", kind), kind);
    }
  });
}

/** Measures networks with weights of 0, whose gates are the sigmoid of the bias. */
function withoutWeights(name: BackendName, bias: number): Promise<Survival[]> {
  let found: Survival[] = [];
  const experiment = defineExperiment({
    ...lstmGates,
    parameters: shape,
    hypotheses: { claims: {}, checks: {} },
    run: async (context) => {
      const init = forgetBias(
        bias,
        (_, size) => new Array(size.reduce((a, b) => a * b, 1)).fill(0),
      );
      found = await survival(context, {
        ...{ name: "no weights", weights: "joint", bias, init, factor: NaN, drawn: true },
      });
    },
  });
  const parameters = resolveParameters(shape, { hiddenSize: 3, length: 10, heldOut: 2 });
  return onBackend(name, async () => {
    await runExperiment(experiment, { parameters, seeds: [1, 2], backend });
    return found;
  });
}

forEachBackend(
  "survival() without weights is sigmoid(b)^k",
  async (name) => {
    for (const bias of [0, 1, 2]) {
      const factor = 1 / (1 + Math.exp(-bias));
      const seeds = await withoutWeights(name, bias);
      assertEquals(seeds.length, 2);
      for (
        const shares of seeds.flatMap(({ patterns, task, change }) => [
          patterns.survival,
          task.survival,
          change ?? [],
        ])
      ) {
        assertEquals(shares.length, 11);
        for (const [k, share] of shares.entries()) {
          assertClose([share], [factor ** k], tolerance.backend[name], {
            what: `b = ${bias}, k = ${k}`,
          });
        }
      }
    }
  },
);

Deno.test("lstm-gates: gates at marked and other steps average to their mean, with gaps without marks", () => {
  const { parameters } = onCpu.result;
  const marked = rows(onCpu.result, "gates-at-marks");
  assertEquals(marked.length, 2 * 3 * 2 * small.length);
  assertEquals(parameters.heldOut, 5);
  const { trained }: Training = JSON.parse(
    onCpu.kept.get(JSON.stringify(["training", "joint"])) ?? "null",
  );
  for (const { marks, task } of trained) {
    for (const gate of ["input", "forget", "output"] as const) {
      for (const [t, { mean }] of task.gates[gate].spread.entries()) {
        const [marked, unmarked] = [marks[gate].marked[t], marks[gate].unmarked[t]];
        const ends = [marked, unmarked].filter((value) => typeof value === "number");
        assert(Math.min(...ends) <= mean + 1e-12 && mean - 1e-12 <= Math.max(...ends));
      }
    }
  }
  // With 5 sequences, some seed has no mark at some step. There is a gap there, and no other gaps.
  const column = (kind: "marked" | "unmarked") =>
    marked.filter((row) => row[0] === "forget, trained" && row[1] === kind).map((row) => row[3]);
  for (const kind of ["marked", "unmarked"] as const) {
    const missing = Array.from(
      { length: small.length },
      (_, t) => trained.some(({ marks }) => marks.forget[kind][t] === null),
    );
    assertEquals(column(kind).map((cell) => cell === null), missing);
  }
  assert(column("marked").includes(null) && !column("unmarked").every((cell) => cell === null));
});

Deno.test("lstm-gates: a hardly trained network has not changed", () => {
  // A seed has 6 x 6 x 40 activations of each gate.
  for (const rise of metric(hardlyTrained.result, "saturation-rise").values) {
    assert(Math.abs(rise) < 0.01);
  }
  const { estimate } = metric(hardlyTrained.result, "gradient-ratio-training");
  assert(Number(estimate.low) < 1.25);
  assertEquals(metric(hardlyTrained.result, "learned").values, ten.map(() => 0));
  assertEquals(rows(hardlyTrained.result, "not-learned").map(([seed]) => seed), ten);
  const [before, after] = ["untrained", "trained"].map((network) =>
    metric(hardlyTrained.result, `stored-${network}`).values
  );
  assert(before?.length === ten.length);
  // A medium effect by the convention of Cohen (1988) is 0.13.
  for (const [i, share] of before.entries()) assert(Math.abs(Number(after?.[i]) - share) < 0.13);
});

Deno.test("lstm-gates: training learns the task, opens forget gates and stores the sum", async () => {
  const { result } = await run("wasm", { outputSize: 1, heldOut: 40 }, ten);
  const wanted: readonly [string, Verdict][] = [
    ...(["survival-theory", "forget-near-bias"] as const)
      .map((id): [string, Verdict] => [id, "supported"]),
  ];
  for (const [id, verdict] of wanted) assertEquals(claim(result, id).verdict, verdict, id);
  for (const id of ["gradient-ratio-training", "gradient-ratio-bias"]) {
    assert(Number(metric(result, id).estimate.low) > 1, id);
  }
  const shares = metric(result, "held-out-share").values;
  assertEquals(metric(result, "learned").values, shares.map((share) => share < 0.5 ? 1 : 0));
  assertEquals(
    rows(result, "not-learned").map(([, share]) => share),
    shares.filter((share) => share >= 0.5),
  );
  // At the deciding tolerance, the p value of nearness equals the level of the test.
  const [near = []] = rows(result, "tolerances");
  const { values } = claim(result, "forget-near-bias");
  const smallestEffect = Number(near[2]) / 100;
  const prediction = { relation: "near", value: 1, smallestEffect, reason: "the limit" } as const;
  const { equivalenceP } = infer(values, prediction, { statistic: "geometric-mean" });
  assertClose([equivalenceP ?? NaN], [0.05], tolerance.lapack);
  assert(result.checks.length === 2 && result.checks.every(({ holds }) => holds));
  const saturated = (network: string) => metric(result, `saturated-${network}`).values;
  const [before, after] = [saturated("untrained"), saturated("trained")];
  assert(Number(metric(result, "saturation-rise").estimate.low) > 0);
  const rises = after.map((share, i) => share - (before[i] ?? NaN));
  assertEquals(metric(result, "saturation-rise").values, rises);
  const share = metric(result, "held-out-share").estimate.value;
  assert(share < 0.1, `${share}`);
  const stored = (network: string) => metric(result, `stored-${network}`).estimate;
  assert(Number(stored("trained").low) > Number(stored("untrained").high));
});

Deno.test("lstm-gates: survival in a step, after all steps and as a time scale agree", () => {
  const { result } = onCpu;
  const { values, parts } = claim(result, "survival-near-bias");
  const kept = parts?.["kept by a step"] ?? [];
  const of = (id: string) => metric(result, id).values;
  assertEquals(kept.length, five.length);
  const percent = (left: number) => 100 * (1 - left);
  assertClose(of("survival-less-in-a-step"), values.map(percent), tolerance.rounding);
  const after = values.map((ratio) => percent(ratio ** small.length));
  assertClose(of("survival-less-in-all"), after, tolerance.rounding);
  const scales = kept.map((factor) => -1 / Math.log(factor));
  assertClose(of("time-scale-of-gates"), scales, tolerance.rounding);
  assertClose(
    of("time-scale-by-bias"),
    [-1 / Math.log(1 / (1 + Math.exp(-1)))],
    tolerance.rounding,
  );
});

Deno.test("lstm-gates: claims have time scales and Fisher's z as alternatives", () => {
  const scale = (factor: number) => -1 / Math.log(factor);
  const bias = 1 / (1 + Math.exp(-1));
  const alternative = (id: string, name: string) => {
    const found = claim(onCpu.result, id).alternatives.find((one) => one.name.startsWith(name));
    assert(found, `${id} has no alternative ${name}`);
    return [...found.values];
  };
  const part = (id: string, name: string) => claim(onCpu.result, id).parts?.[name] ?? [];
  const kept = part("survival-near-bias", "kept by a step");
  const gates = part("forget-near-bias", "mean forget gate");
  const predicted = part("survival-theory", "predicted");
  const ratios = [
    ["survival-near-bias", kept.map((factor) => scale(factor) / scale(bias))],
    ["forget-near-bias", gates.map((factor) => scale(factor) / scale(bias))],
    [
      "survival-theory",
      kept.map((factor, i) => scale(factor) / scale(predicted[i] ?? NaN)),
    ],
  ] as const;
  for (const [id, wanted] of ratios) {
    assertEquals(wanted.length, five.length);
    assertClose(alternative(id, "in time scales"), wanted, tolerance.rounding);
  }
  const z = (id: string, bias: number) => part(id, `b = ${bias}`).map(Math.atanh);
  const [open, own] = [z("retention-with-memory", 4), z("retention-with-memory", 1)];
  assertClose(
    alternative("retention-with-memory", "in Fisher's z"),
    open.map((one, i) => one - (own[i] ?? NaN)),
    tolerance.rounding,
  );
});

Deno.test("lstm-gates: the difference at marks is the marked minus the unmarked mean of each seed", () => {
  const column = (gate: string, kind: string) =>
    rows(onCpu.result, "gates-at-marks")
      .filter((row) => row[0] === `${gate}, trained` && row[1] === kind).map((row) => row[3]);
  const gaps = rows(onCpu.result, "gate-gaps-at-marks")
    .filter((row) => row[0] === "input" && row[1] === "trained").map((row) => row[3]);
  const [marked, unmarked] = [column("input", "marked"), column("input", "unmarked")];
  assertEquals(gaps.length, small.length);
  const known = gaps.flatMap((gap, t) => gap === null ? [] : [t]);
  assertEquals(known.length > 0, true);
  for (const t of known) {
    assertClose([Number(gaps[t])], [Number(marked[t]) - Number(unmarked[t])], tolerance.rounding);
  }
});

Deno.test("lstm-gates: both ways to draw weights have the stated limits", () => {
  const limits = rows(onCpu.result, "weight-limits");
  // 10 inputs and 6 units: joint sqrt(6 / (6 + 16)), separate sqrt(6 / 16) and sqrt(6 / 12).
  const numbers = limits.flatMap((row) => row.slice(1).map(Number));
  const joint = Math.sqrt(6 / 22);
  const wanted = [joint, joint, Math.sqrt(6 / 16), Math.sqrt(6 / 12)];
  assertClose(numbers, wanted, tolerance.rounding);
});

Deno.test("lstm-gates records the notebook's parameter counts and those with two biases", async () => {
  const { result } = await run("cpu", { ...small, hiddenSize: 20, trainingSteps: 1 }, [1]);
  const counts = rows(result, "parameter-counts");
  assertEquals(counts.map((row) => row.slice(1)), [[2480, 105, 2585], [2560, 105, 2665]]);
});

Deno.test("lstm-gates: the untrained network does not depend on the training", async () => {
  const { result } = await run("cpu", { ...small, trainingSteps: 1, learningRate: 1 });
  for (const id of ["forget-near-bias", "retention-without-memory"]) {
    assertEquals(claim(result, id), claim(onCpu.result, id));
  }
  const imbalance = (of: Result, network: string) => metric(of, `imbalance-${network}`).values;
  assertEquals(imbalance(result, "untrained"), imbalance(onCpu.result, "untrained"));
  assert(imbalance(result, "trained")[0] !== imbalance(onCpu.result, "trained")[0]);
});

Deno.test("lstm-gates: parameters at their limits give a result, with gaps for missing numbers", async (t) => {
  const few = { ...small, trainingSteps: 1 };
  const edges: readonly Record<string, unknown>[] = [
    { ...few, ...{ hiddenSize: 1, batch: 1, length: 2, inputSize: 3, outputSize: 1, heldOut: 1 } },
    { ...few, trainingBatch: 1, length: 60, hiddenSize: 1, inputSize: 3 },
    { ...few, forgetBias: -10, forgetBiases: [-10, 10] },
    { ...few, forgetBias: 10, forgetBiases: [10, 10] },
    { ...few, trainingSteps: 120, learningRate: 1, hiddenSize: 40 },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const { result } = await run("wasm", edge, [1, 2]);
      const of = ({ claims, unmeasured }: Result) => claims.length + unmeasured.length;
      assertEquals(of(result), of(onCpu.result));
      assertEquals(result.figures.length, onCpu.result.figures.length);
    });
  }
});

Deno.test("lstm-gates names the parameter to lower if sizes exceed the memory", async () => {
  const large = { length: 200, hiddenSize: 256, inputSize: 256 };
  await assertRejects(
    () => run("cpu", { ...large, heldOut: 1024 }),
    InputError,
    "heldOut must be at most 149 for these sizes of networks and sequences and this number of seeds",
  );
  await assertRejects(
    () => run("cpu", { ...large, trainingBatch: 256 }),
    InputError,
    "trainingBatch must be",
  );
});
