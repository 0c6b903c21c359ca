import { assert, assertEquals } from "@std/assert";
import { stableStringify } from "../../src/core/json.ts";
import type { Result } from "../../src/core/result.ts";
import { architectureComparison } from "../../src/experiments/architecture_comparison.ts";
import { countFor } from "../../src/experiments/architecture_comparison/cost.ts";
import { compare } from "../../src/experiments/compare.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { type Run, runExperiment } from "../../src/experiments/run.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = { hiddenSize: 4, inputSize: 3, outputSize: 2, lengths: [4, 6, 12], repeats: 1 };

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

function rows(result: Pick<Result, "tables">, id: string) {
  const table = result.tables.find((one) => one.id === id);
  assert(table, `there is no table ${id}`);
  return table.rows;
}

const onCpu = await measure("cpu");

forEachBackend("architecture-comparison finds the same numbers", async (name) => {
  const { result } = await measure(name);
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(onCpu.result)),
    JSON.parse(stableStringify(result)),
    tolerance.flow.relative,
  );
  assert(numbers > 300);
  assertEquals(differences, []);
});

Deno.test("equal inputs give equal bytes, though times differ", async () => {
  const { result } = await measure("cpu");
  assertEquals(stableStringify(result), stableStringify(onCpu.result));
});

Deno.test("times and memory are of the machine, by network and length", () => {
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
  // Longer sequences keep more, and weights are the least there is.
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = NaN, b = NaN, c = NaN] = bytes.slice(i, i + 3);
    assert(0 < a && a < b && b < c);
  }
  assertEquals(rows(machine, "efficiency").length, 5);
  assert(!result.tables.some(({ id }) => /time|bytes|efficiency/.test(id)));
});

Deno.test("a time is taken over as many runs as it takes, beyond a wait that is always there", async () => {
  const run = {
    async times(count: number) {
      await new Promise((done) => setTimeout(done, 5));
      for (const end = performance.now() + count * 0.05; performance.now() < end;);
    },
  };
  // 0.05 ms a run: 40 ms with the wait want some 700, by powers of two.
  const count = await countFor(run, 40);
  assert([256, 512, 1024].includes(count), `${count}`);
});

Deno.test("a seed finds among others what it finds alone", async () => {
  const [both, first, second] = [
    await measure("cpu", small, [3, 8]),
    await measure("cpu", small, [3]),
    await measure("cpu", small, [8]),
  ].map(({ result }) => rows(result, "decay").map((row) => Number(row[2])));
  both?.forEach((value, i) => {
    const wanted = Math.sqrt((first?.[i] ?? NaN) * (second?.[i] ?? NaN));
    assertClose([value], [wanted], tolerance.rounding, { what: `row ${i}` });
  });
});

Deno.test("the gradient at lag 0 is 1 of itself, and parameters add up", () => {
  const starts = rows(onCpu.result, "gradient-by-lag").filter(([, , lag]) => lag === 0);
  assertEquals(starts.map((row) => row[3]), [1, 1, 1, 1, 1, 1]);
  const parts = rows(onCpu.result, "parameters-by-part");
  const total = (network: string) =>
    parts.filter(([name]) => name === network).reduce((sum, row) => sum + Number(row[3]), 0);
  // An LSTM of 4 units: 16 rows of 3 + 4 + 2, and a head of 5 by 2.
  assertEquals(total("LSTM"), 16 * 9 + 10);
  assertEquals(total("RNN"), 4 * 9 + 10);
});

Deno.test("beside the tutorial's measure stands how a mean over T steps falls", () => {
  const measure = rows(onCpu.result, "tutorial-measure");
  for (const [network, length, , , , share] of measure) {
    const first = measure.find((row) => row[0] === network && row[1] === 6);
    assertClose([Number(share)], [Number(first?.[2]) * 6 / Number(length)], tolerance.rounding);
  }
  // The lengths at which the tutorial's step exists, for three networks and two losses.
  assertEquals(rows(onCpu.result, "early-gradient").length, 2 * 3 * 2);
});

Deno.test("edges of the parameters give a result", async (t) => {
  const edges: readonly Record<string, unknown>[] = [
    { hiddenSize: 1, inputSize: 1, outputSize: 1, batch: 1, lengths: [6, 7], repeats: 1 },
    { hiddenSize: 2, lengths: [300, 6, 300], repeats: 1 },
  ];
  for (const edge of edges) {
    await t.step(JSON.stringify(edge), async () => {
      const { result, machine } = await measure("cpu", { ...small, ...edge });
      assertEquals(result.claims.length, onCpu.result.claims.length);
      assertEquals(result.figures.length, onCpu.result.figures.length);
      assertEquals(machine.figures.length, onCpu.machine.figures.length);
    });
  }
});
