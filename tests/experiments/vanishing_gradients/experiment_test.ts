import { assert, assertEquals } from "@std/assert";
import { meanField } from "../../../src/analysis/mean_field.ts";
import type { Result } from "../../../src/result/result.ts";
import { stableStringify } from "../../../src/core/json.ts";
import { compare } from "../../../src/harness/compare.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { vanishingGradients } from "../../../src/experiments/vanishing_gradients/experiment.ts";
import { boundShare } from "../../../src/experiments/vanishing_gradients/networks.ts";
import { edge } from "../../../src/experiments/vanishing_gradients/theory_claims.ts";
import { type BackendName, forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const seeds = [1, 2, 3, 4, 5];
const claimIds = Object.keys(vanishingGradients.hypotheses.claims);
const backend = { name: "cpu", adapter: null, versions: {} } as const;

/**
 * Runs the experiment on a backend. The backend has the same description in all results, so that
 * only measurements differ.
 */
function measure(name: BackendName, set: Record<string, unknown>): Promise<Result> {
  const parameters = resolveParameters(vanishingGradients.parameters, set);
  return onBackend(name, async () => {
    const { result } = await runExperiment(vanishingGradients, { parameters, seeds, backend });
    return result;
  });
}

const small = {
  hiddenSize: 6,
  lengths: [3, 8, 12],
  gains: [0.5, 1, 1.5],
  steps: 20,
  widths: [6, 12],
  draws: 2,
  repeats: 2,
};
const onCpu = await measure("cpu", small);

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

forEachBackend("vanishing-gradients has the same numbers", async (name) => {
  const found = await measure(name, small);
  // Backends differ in rounding, which checks measure, so it is enough that the checks hold.
  assert(found.checks.every(({ holds }) => holds));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify({ ...onCpu, checks: [] })),
    JSON.parse(stableStringify({ ...found, checks: [] })),
    tolerance.flow.relative,
  );
  assert(numbers > 500);
  assertEquals(differences, []);
});

Deno.test("vanishing-gradients: equal inputs give equal bytes", async () => {
  assertEquals(stableStringify(await measure("cpu", small)), stableStringify(onCpu));
});

Deno.test("vanishing-gradients passes its checks: g^k without tanh, and the bound of a contraction", () => {
  for (const { id, cases, holds } of onCpu.checks) assert(holds && cases > 100, id);
  const table = onCpu.tables.find(({ id }) => id === "gradient-by-gain");
  const linear = table?.rows.filter(([network]) => network === "linear network") ?? [];
  assertEquals(linear.length, small.gains.length * 13);
  for (const [, , , value, , , theory] of linear) {
    assert(Math.abs(Number(value) / Number(theory) - 1) < tolerance.float32.relative);
  }
});

Deno.test("boundShare() finds a single violation of the bound among all lags", () => {
  const logNorms = [0, -0.2, -0.4, -0.55];
  assertEquals(boundShare(logNorms.slice(0, 3), Math.exp(-0.2)), 1);
  assertClose([boundShare(logNorms, Math.exp(-0.2))], [Math.exp(0.05)], tolerance.rounding);
});

Deno.test("vanishing-gradients: the tanh network stays below g^k, which bounds its Jacobian", () => {
  const table = onCpu.tables.find(({ id }) => id === "singular-values-by-gain");
  const largest = table?.rows.filter(([, rank, lag]) => rank === "largest" && lag !== 0) ?? [];
  assertEquals(largest.length, small.gains.length * 12);
  for (const [gain, , lag, value, , , theory] of largest) {
    assert(Number(value) < Number(theory), `${gain}, lag ${lag}`);
  }
});

Deno.test("vanishing-gradients: a fraction that a seed does not reach has no mean lag", () => {
  const table = onCpu.tables.find(({ id }) => id === "lag-by-fraction");
  assert(table?.samples);
  const [first, last] = [table.rows[0], table.rows.at(-1)];
  assert(Number(first?.[1]) > 0 && last?.[1] === null);
  for (const [i, [, value]] of table.rows.entries()) {
    assertEquals(value === null, table.samples.values[i]?.includes(null));
  }
});

Deno.test("vanishing-gradients: the gradient of W_hh does not show vanishing", async () => {
  const result = await measure("cpu", { ...small, hiddenSize: 20, lengths: [5, 40] });
  const { value } = metric(result, "weight-gradient-ratio").estimate;
  assert(value > 0.5 && metric(result, "left-at-20").estimate.value < 0.01);
});

Deno.test("vanishing-gradients: the ratio of the weights' gradients agrees with the table of lengths", () => {
  const { samples, rows = [] } = onCpu.tables.find(({ id }) => id === "weight-gradients") ?? {};
  const of = (length: number) =>
    samples?.values[rows.findIndex((row) => row[0] === "W_hh" && row[1] === length)] ?? [];
  const [long, short] = [of(12), of(3)];
  const ratios = seeds.map((_, i) => Number(long[i]) / Number(short[i]));
  assertClose(metric(onCpu, "weight-gradient-ratio").values, ratios, tolerance.rounding);
});

Deno.test("vanishing-gradients: the notebook's rule uses the first draw", async () => {
  const drawn = metric(onCpu, "one-draw-ratio").values;
  assertEquals(metric(onCpu, "rule-detects").values, drawn.map((ratio) => ratio < 0.1 ? 1 : 0));
  const once = await measure("cpu", { ...small, draws: 1 });
  assertEquals(metric(once, "one-draw-ratio").values, drawn);
  assertClose(metric(once, "new-sequences-ratio").values, drawn, tolerance.rounding);
});

Deno.test("vanishing-gradients: time scales are -1/ln of the factors", () => {
  const { values, parts, alternatives } = claim(onCpu, "theory-default");
  const scale = (factor: number) => -1 / Math.log(factor);
  const factors = parts?.["measured factor"] ?? [];
  const ratios = factors.map((factor, i) => scale(factor) / scale(factor / (values[i] ?? NaN)));
  const found = alternatives.find(({ name }) => name.startsWith("in time scales"));
  assert(found);
  assertEquals(ratios.length, seeds.length);
  assertClose([...found.values], ratios, tolerance.rounding);
  assertEquals(metric(onCpu, "default-time-scale-ratio").values, found.values);
});

Deno.test("vanishing-gradients: the narrow network is compared at the default gain and over fewer gains", () => {
  const { samples, rows = [] } = onCpu.tables.find(({ id }) => id === "ratio-by-gain") ?? {};
  const upTo = (largest: number, least = 0) => {
    const logs = rows.flatMap(([units, gain], i) =>
      units === "N = 6" && Number(gain) <= largest && Number(gain) >= least
        ? [(samples?.values[i] ?? []).map((ratio) => Math.log(Number(ratio)))]
        : []
    );
    return seeds.map((_, seed) =>
      Math.exp(logs.reduce((sum, gain) => sum + (gain[seed] ?? NaN), 0) / logs.length)
    );
  };
  const { values, alternatives } = claim(onCpu, "narrow-decays-faster");
  assertClose([...values], upTo(2), tolerance.rounding);
  assertEquals(alternatives.length, 2);
  const [alone, fewer] = alternatives;
  assertClose([...alone?.values ?? []], upTo(1, 1), tolerance.rounding);
  assertClose([...fewer?.values ?? []], upTo(1.5), tolerance.rounding);
});

Deno.test("predictions() uses the sizes of each width", () => {
  const table = onCpu.tables.find(({ id }) => id === "factor-by-gain");
  // Glorot's input weights with 6 units of 10 inputs, and 12 units of 20 inputs: both 10/8.
  const inputVariance = 10 * 2 / 16;
  const rows = table?.rows.filter(([, gain]) => gain === 1.5) ?? [];
  assertEquals(rows.map(([units]) => units), ["N = 6", "N = 12"]);
  const { factor } = meanField({ recurrentVariance: 1.5 ** 2, inputVariance });
  assertClose(rows.map((row) => Number(row.at(-1))), [factor, factor], tolerance.rounding);
});

Deno.test("vanishing-gradients: the exponent of the width is the slope of the tabulated deviations", () => {
  const { samples, rows = [] } = onCpu.tables.find(({ id }) => id === "deviation-by-width") ?? {};
  const { values = [] } = onCpu.metrics.find(({ id }) => id === "deviation-exponent") ?? {};
  assertEquals([rows.length, values.length], [2, seeds.length]);
  const [narrow = [], wide = []] = samples?.values ?? [];
  const slopes = seeds.map((_, i) => Math.log2(Number(wide[i]) / Number(narrow[i])));
  assertClose(values, slopes, tolerance.rounding);
});

Deno.test("edge() interpolates the logarithm of factors between gains", () => {
  assertClose([edge([1, 2, 3], [0.25, 0.5, 2]) ?? NaN], [2.5], tolerance.rounding);
  assertEquals(edge([1, 2], [0.5, 1]), 2);
  assertEquals(edge([1, 2], [0.5, 0.9]), null);
  assertEquals(edge([1, 2], [1.5, 2]), null);
});

Deno.test("vanishing-gradients gives the reason for claims that the parameters exclude", async () => {
  const { unmeasured, claims, metrics } = await measure("cpu", {
    ...small,
    widths: [6],
    theoryGains: [0.5, 1],
  });
  assertEquals(
    unmeasured.map(({ id }) => id).sort(),
    ["edge-of-gain", "narrow-explodes"],
  );
  assert(unmeasured.every(({ reason }) => reason.length > 10));
  // A single width gives no exponent.
  assert(!metrics.some(({ id }) => id === "deviation-exponent"));
  assertEquals(claims.length + unmeasured.length, claimIds.length);
});

Deno.test("vanishing-gradients: parameters at their limits give a result, with gaps for missing numbers", async (t) => {
  const edges: readonly Record<string, unknown>[] = [
    { hiddenSize: 2, inputSize: 1, outputSize: 1, lengths: [2, 3], gains: [1] },
    { hiddenSize: 4, lengths: [2, 150], gains: [0.01, 4], steps: 150 },
    { hiddenSize: 2, lengths: [2, 600], gains: [4], theoryGains: [4, 0.1] },
    { hiddenSize: 3, lengths: [2, 400], gains: [0.01], contraction: 0.01, fittedLags: 200 },
    { hiddenSize: 40, lengths: [3, 4], gains: [1], warmUp: 0, inputVariances: [100, 0.001] },
    { hiddenSize: 4, lengths: [8, 3, 8], gains: [1, 0.5, 1], contraction: 0.01 },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const result = await measure("cpu", { ...small, ...edge });
      assertEquals(result.claims.length + result.unmeasured.length, claimIds.length);
      assert(result.checks.every(({ holds }) => holds));
      assertEquals(result.figures.length, onCpu.figures.length);
    });
  }
});
