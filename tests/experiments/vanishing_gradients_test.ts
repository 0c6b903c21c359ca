import { assert, assertEquals } from "@std/assert";
import { meanField } from "../../src/analysis/mean_field.ts";
import type { Result } from "../../src/result/result.ts";
import { stableStringify } from "../../src/core/json.ts";
import { compare } from "../../src/experiments/compare.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { runExperiment } from "../../src/experiments/run.ts";
import { vanishingGradients } from "../../src/experiments/vanishing_gradients.ts";
import { boundShare } from "../../src/experiments/vanishing_gradients/measure.ts";
import { edge } from "../../src/experiments/vanishing_gradients/theory_claims.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const seeds = [1, 2, 3, 4, 5];
const claimIds = Object.keys(vanishingGradients.hypotheses.claims);
const backend = { name: "cpu", adapter: null, versions: {} } as const;

/** The result on a backend, described alike for all, so that only what was measured differs. */
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

forEachBackend("vanishing-gradients finds the same numbers", async (name) => {
  const found = await measure(name, small);
  // How far rounding goes is what backends differ in: that it is within its limit is enough.
  assert(found.checks.every(({ holds }) => holds));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify({ ...onCpu, checks: [] })),
    JSON.parse(stableStringify({ ...found, checks: [] })),
    tolerance.flow.relative,
  );
  assert(numbers > 500);
  assertEquals(differences, []);
});

Deno.test("equal inputs give equal bytes", async () => {
  assertEquals(stableStringify(await measure("cpu", small)), stableStringify(onCpu));
});

Deno.test("the checks of vanishing-gradients hold: g^k without tanh, and the bound of a contraction", () => {
  for (const { id, cases, holds } of onCpu.checks) assert(holds && cases > 100, id);
  const table = onCpu.tables.find(({ id }) => id === "gradient-by-gain");
  const linear = table?.rows.filter(([network]) => network === "linear network") ?? [];
  assertEquals(linear.length, small.gains.length * 13);
  for (const [, , , value, , , theory] of linear) {
    assert(Math.abs(Number(value) / Number(theory) - 1) < tolerance.float32.relative);
  }
});

Deno.test("boundShare() finds one violation of the bound among all lags", () => {
  const logNorms = [0, -0.2, -0.4, -0.55];
  assertEquals(boundShare(logNorms.slice(0, 3), Math.exp(-0.2)), 1);
  assertClose([boundShare(logNorms, Math.exp(-0.2))], [Math.exp(0.05)], tolerance.rounding);
});

Deno.test("the tanh network stays below g^k, which bounds its Jacobian", () => {
  const table = onCpu.tables.find(({ id }) => id === "singular-values-by-gain");
  const largest = table?.rows.filter(([, rank, lag]) => rank === "largest" && lag !== 0) ?? [];
  assertEquals(largest.length, small.gains.length * 12);
  for (const [gain, , lag, value, , , theory] of largest) {
    assert(Number(value) < Number(theory), `${gain}, lag ${lag}`);
  }
});

Deno.test("a fraction to which some seed never falls has no mean lag", () => {
  const table = onCpu.tables.find(({ id }) => id === "lag-by-fraction");
  assert(table?.samples);
  const [first, last] = [table.rows[0], table.rows.at(-1)];
  assert(Number(first?.[1]) > 0 && last?.[1] === null);
  for (const [i, [, value]] of table.rows.entries()) {
    assertEquals(value === null, table.samples.values[i]?.includes(null));
  }
});

Deno.test("the measure that cannot show vanishing does not: the gradient of W_hh", async () => {
  const result = await measure("cpu", { ...small, hiddenSize: 20, lengths: [5, 40] });
  const { estimate } = claim(result, "weight-gradient-falls");
  const left = result.metrics.find(({ id }) => id === "left-at-20")?.estimate.value;
  assert(estimate.value > 0.5 && Number(left) < 0.01);
});

Deno.test("a new sequence at each length: as many draws as asked for, the rule on the first", () => {
  const { values } = onCpu.metrics.find(({ id }) => id === "rule-detects") ?? {};
  assertEquals(values?.length, seeds.length);
  assert(values?.every((value) => value === 0 || value === 1));
});

Deno.test("the theory's factor is that of the widths' own sizes", () => {
  const table = onCpu.tables.find(({ id }) => id === "factor-by-gain");
  // Glorot's input weights with 6 units of 10 inputs, and 12 units of 20 inputs: both 10/8.
  const inputVariance = 10 * 2 / 16;
  const rows = table?.rows.filter(([, gain]) => gain === 1.5) ?? [];
  assertEquals(rows.map(([units]) => units), ["N = 6", "N = 12"]);
  const { factor } = meanField({ recurrentVariance: 1.5 ** 2, inputVariance });
  assertClose(rows.map((row) => Number(row.at(-1))), [factor, factor], tolerance.rounding);
});

Deno.test("the exponent of the width is the slope of the deviations that the table has", () => {
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

Deno.test("claims that the parameters exclude are named with the reason", async () => {
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
  // One width has no exponent.
  assert(!metrics.some(({ id }) => id === "deviation-exponent"));
  assertEquals(claims.length + unmeasured.length, claimIds.length);
});

Deno.test("edges of the parameters give a result, with gaps where there is no number", async (t) => {
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
