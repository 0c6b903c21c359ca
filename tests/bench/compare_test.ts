import { assertEquals } from "@std/assert";
import { compare } from "./compare.ts";
import type { Competitor } from "./competitor.ts";
import type { Ready } from "./ready.ts";
import { workloads } from "./workload.ts";

const [workload] = workloads;
if (!workload) throw new Error("no workloads");
const job = { workload, drawn: [], file: "" };

function competitor(
  name: string,
  kind: Competitor["kind"],
  ready: Partial<Ready>,
): Competitor {
  return {
    ...{ name, kind, backend: kind === "peer" ? null : "cpu" },
    ...{ library: kind === "peer" ? "torch" : null, takes: () => true },
    prepare: () =>
      Promise.resolve({
        ...{ checks: [2, 1], setting: "", tried: [], time: () => Promise.resolve(0.5) },
        dispose: () => Promise.resolve(),
        ...ready,
      }),
  };
}

async function run(competitors: readonly Competitor[]) {
  const failures: string[] = [];
  const row = await compare(job, competitors, {
    ...{ seconds: 0.1, floor: () => 0.25, progress: () => {} },
    failed: (line) => failures.push(line),
  });
  return { row, failures };
}

Deno.test("losses are compared with those of a peer where there is one", async () => {
  const { row } = await run([
    competitor("Unroll cpu", "ours", { checks: [2, 1.0001] }),
    competitor("tfjs cpu", "stock", { checks: [2, 1.1] }),
    competitor("PyTorch", "peer", {}),
  ]);
  assertEquals(row.reference, "PyTorch");
  assertEquals(row.results.map(({ agrees }) => agrees), [true, false, true]);
  assertEquals(row.results.map(({ value }) => value), [2, 2, 2]);
  assertEquals(row.ratios.map(({ fastestOf, times }) => [fastestOf, times]), [
    ["peers", 1],
    ["torch", 1],
  ]);
});

Deno.test("one that cannot prepare, or crashes later, is in the table as failed", async () => {
  const { row, failures } = await run([
    competitor("Unroll cpu", "ours", {}),
    {
      ...competitor("tfjs cpu", "stock", {}),
      prepare: () => Promise.reject(new Error("no kernel\nwith a stack")),
    },
    competitor("PyTorch", "peer", { time: () => Promise.reject(new Error("died with SIGSEGV")) }),
  ]);
  assertEquals(row.results.map(({ failure }) => failure), [null, "no kernel", "died with SIGSEGV"]);
  assertEquals(row.results.map(({ measured }) => measured !== null), [true, false, false]);
  assertEquals(failures, [
    "tiny LSTM, tfjs cpu: no kernel",
    "tiny LSTM, PyTorch: died with SIGSEGV",
  ]);
});

Deno.test("one that does not take a workload is not in its row", async () => {
  const { row } = await run([
    competitor("Unroll cpu", "ours", {}),
    { ...competitor("JAX", "peer", {}), takes: () => false },
  ]);
  assertEquals(row.results.map(({ name }) => name), ["Unroll cpu"]);
});
