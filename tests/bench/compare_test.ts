import { assert, assertEquals } from "@std/assert";
import { compare, type Competitor, ratiosOf, type Result, type Row } from "../../bench/compare.ts";
import type { Ready } from "../../bench/contest.ts";
import { ratioTable } from "../../bench/tables.ts";
import { workloads } from "../../bench/workload.ts";

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

Deno.test("compare() compares losses with those of a peer if there is one", async () => {
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

Deno.test("compare() lists a competitor that cannot prepare, or crashes, as failed", async () => {
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

Deno.test("compare() leaves out a competitor that does not support the workload", async () => {
  const { row } = await run([
    competitor("Unroll cpu", "ours", {}),
    { ...competitor("JAX", "peer", {}), takes: () => false },
  ]);
  assertEquals(row.results.map(({ name }) => name), ["Unroll cpu"]);
});

const [text] = workloads.filter(({ id }) => id === "text");

function result(name: string, seconds: number | null, more: Partial<Result> = {}): Result {
  return {
    ...{ name, kind: "peer", backend: null, library: null, failure: null, setting: "1 thread" },
    measured: seconds === null ? null : { seconds, spread: 0.01, n: 5 },
    ...{ value: seconds, tried: [], checks: [1], agrees: true, floor: 0.001 },
    ...more,
  };
}

const ours = [
  result("Unroll wasm", 0.01, { kind: "ours", backend: "wasm" }),
  result("Unroll cpu", 0.2, { kind: "ours", backend: "cpu", agrees: false }),
  result("Unroll webgpu", null, { kind: "ours", backend: "webgpu" }),
];

const all = [
  ...ours,
  result("tfjs wasm", 0.001, { kind: "stock", backend: "wasm" }),
  result("PyTorch 1", 0.02, { library: "torch" }),
  result("PyTorch 2", 0.004, { library: "torch", setting: "2 threads" }),
  result("PyTorch 3", null, { library: "torch" }),
  result("JAX 0", 0.025, { library: "jax" }),
];

function rowOf(results: readonly Result[]): Row {
  assert(text);
  const operations = { flops: 1, bytes: 1 };
  return { workload: text, operations, reference: null, results, ratios: ratiosOf(results) };
}

Deno.test("ratiosOf() compares with the fastest peer and with the fastest of each library", () => {
  const wasm = { name: "Unroll wasm", agrees: true };
  const cpu = { name: "Unroll cpu", agrees: false };
  const best = { peer: "PyTorch 2", setting: "2 threads" };
  const jax = { peer: "JAX 0", setting: "1 thread" };
  assertEquals(ratiosOf(all), [
    { ...wasm, ...best, fastestOf: "peers", times: 0.4 },
    { ...wasm, ...best, fastestOf: "torch", times: 0.4 },
    { ...wasm, ...jax, fastestOf: "jax", times: 2.5 },
    { ...cpu, ...best, fastestOf: "peers", times: 0.02 },
    { ...cpu, ...best, fastestOf: "torch", times: 0.02 },
    { ...cpu, ...jax, fastestOf: "jax", times: 0.125 },
  ]);
});

Deno.test("ratiosOf() counts neither plain tfjs nor this library as a peer", () => {
  assertEquals(ratiosOf(all.slice(0, 4)), []);
  assertEquals(ratioTable([rowOf(all.slice(0, 4))]), null);
});

Deno.test("ratioTable() names the fastest peer, and has a column for each library", () => {
  assertEquals(ratioTable([rowOf(all), rowOf(ours)])?.split("\n"), [
    "| Workload | Times as fast as | The fastest peer | PyTorch | JAX |",
    "| --- | --- | --- | --- | --- |",
    "| text | Unroll wasm | 0.40× PyTorch 2 | 0.40× | 2.5× |",
    "| text | Unroll cpu | 0.020× PyTorch 2 ≠ | 0.020× ≠ | 0.125× ≠ |",
    "| text | Unroll webgpu | – | – | – |",
  ]);
});

Deno.test("ratioTable() has no column for an absent library, and an empty one for a library that failed", () => {
  const torch = all.filter(({ library }) => library === "torch");
  const failed = result("JAX 0", null, { library: "jax" });
  const lines = (results: readonly Result[]) => ratioTable([rowOf(results)])?.split("\n");
  assertEquals(lines([...ours.slice(0, 1), ...torch])?.slice(2), [
    "| text | Unroll wasm | 0.40× PyTorch 2 | 0.40× |",
  ]);
  assertEquals(lines([...ours.slice(0, 1), ...torch, failed])?.slice(2), [
    "| text | Unroll wasm | 0.40× PyTorch 2 | 0.40× | – |",
  ]);
});
