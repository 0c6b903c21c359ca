import { assert, assertEquals } from "@std/assert";
import type { Result } from "../../src/core/result.ts";
import { stableStringify } from "../../src/core/json.ts";
import { compare } from "../../src/experiments/compare.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { runExperiment } from "../../src/experiments/run.ts";
import { vanishingGradients } from "../../src/experiments/vanishing_gradients.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { tolerance } from "../tolerance.ts";

const seeds = [1, 2, 3, 4, 5];
const backend = { name: "cpu", adapter: null, versions: {} } as const;

/** The result on a backend, described alike for all, so that only what was measured differs. */
function measure(name: BackendName, set: Record<string, unknown>): Promise<Result> {
  const parameters = resolveParameters(vanishingGradients.parameters, set);
  return onBackend(name, async () => {
    const { result } = await runExperiment(vanishingGradients, { parameters, seeds, backend });
    return result;
  });
}

const small = { hiddenSize: 6, lengths: [3, 8, 12], gains: [0.5, 1, 1.5] };
const onCpu = await measure("cpu", small);

function claim(result: Result, id: string) {
  const found = result.claims.find((one) => one.id === id);
  assert(found, `there is no claim ${id}`);
  return found;
}

forEachBackend("vanishing-gradients finds the same numbers", async (name) => {
  const found = await measure(name, small);
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(onCpu)),
    JSON.parse(stableStringify(found)),
    tolerance.flow.relative,
  );
  assert(numbers > 500);
  assertEquals(differences, []);
});

Deno.test("equal inputs give equal bytes", async () => {
  assertEquals(stableStringify(await measure("cpu", small)), stableStringify(onCpu));
});

Deno.test("theory is met: g^k without the nonlinearity, and the bound of a contraction", () => {
  for (const id of ["linear-theory", "gain-decides", "bound-holds", "contraction-decays"]) {
    assertEquals(claim(onCpu, id).verdict, "supported", id);
  }
  const table = onCpu.tables.find(({ id }) => id === "gradient-by-gain");
  const linear = table?.rows.filter(([network]) => network === "linear network") ?? [];
  assertEquals(linear.length, small.gains.length * 13);
  for (const [, , , value, , , theory] of linear) {
    assert(Math.abs(Number(value) / Number(theory) - 1) < tolerance.float32.relative);
  }
});

Deno.test("the tanh network stays below g^k, which bounds its Jacobian", () => {
  const table = onCpu.tables.find(({ id }) => id === "singular-values-by-gain");
  const largest = table?.rows.filter(([, rank, lag]) => rank === "largest" && lag !== 0) ?? [];
  assertEquals(largest.length, small.gains.length * 12);
  for (const [gain, , lag, value, , , theory] of largest) {
    assert(Number(value) < Number(theory), `${gain}, lag ${lag}`);
  }
});

Deno.test("a lag that some seeds never reach has no interval, and decides nothing", async () => {
  const { estimate, verdict } = claim(
    await measure("cpu", { lengths: [2, 3], gains: [1] }),
    "fifteen-to-twenty",
  );
  assertEquals([estimate.low, estimate.high, verdict], [null, null, "inconclusive"]);
  assert(/with lag 3 for the \d of 5 seeds that lie beyond it/.test(estimate.method));
});

Deno.test("the measure that cannot show vanishing does not: the gradient of W_hh", async () => {
  const { claims } = await measure("cpu", { gains: [1] });
  const verdicts = new Map(claims.map(({ id, verdict }) => [id, verdict]));
  assertEquals(verdicts.get("gradient-vanishes"), "supported");
  assertEquals(verdicts.get("weight-gradient"), "refuted");
});

Deno.test("edges of the parameters give a result, with gaps where there is no number", async (t) => {
  const edges: readonly Record<string, unknown>[] = [
    { hiddenSize: 2, inputSize: 1, outputSize: 1, lengths: [2, 3], gains: [1] },
    { hiddenSize: 4, lengths: [2, 150], gains: [0.01, 4] },
    { hiddenSize: 2, lengths: [2, 600], gains: [4] },
    { hiddenSize: 3, lengths: [2, 400], gains: [0.01], contraction: 0.01 },
    { hiddenSize: 40, lengths: [3, 4], gains: [1] },
    { hiddenSize: 4, lengths: [8, 3, 8], gains: [1, 0.5, 1], contraction: 0.01 },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const result = await measure("cpu", edge);
      assertEquals(result.claims.length, onCpu.claims.length);
      assertEquals(result.figures.length, onCpu.figures.length);
    });
  }
});
