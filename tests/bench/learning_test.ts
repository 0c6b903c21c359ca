import { assert, assertEquals } from "@std/assert";
import type { Library } from "../../bench/contest.ts";
import {
  CHECKED_EPOCHS,
  compareLearning,
  drawLearning,
  learn,
  learnedTheSame,
  learningChecks,
} from "../../bench/learning.ts";
import { type Peer, startPeer } from "../../bench/peers.ts";
import { PythonPeer } from "../../bench/python_peer.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { onBackend } from "../backends.ts";

/** A small learning comparison. */
const small = {
  ...{ hiddenSize: 3, size: 2, steps: 4, trainSequences: 5, testSequences: 2, epochs: 12 },
} as const;

const { description: backend } = await selectBackend("cpu");

Deno.test("learn() trains three networks on three tasks, each seed as it would alone", async () => {
  const [together, alone] = await onBackend("cpu", async () => [
    await learn(backend, small, [4, 5]),
    await learn(backend, small, [4]),
  ]);
  assertEquals(
    together?.map(({ task, architecture }) => `${task.name}: ${architecture}`),
    ["copy", "cumulative sum", "alternating sign"].flatMap((task) =>
      ["RNN", "LSTM", "GRU"].map((architecture) => `${task}: ${architecture}`)
    ),
  );
  for (const [i, { curves, tests }] of together?.entries() ?? []) {
    assertEquals(curves[0]?.length, small.epochs);
    assertEquals([curves[0], tests[0]], [alone?.[i]?.curves[0], alone?.[i]?.tests[0]]);
  }
});

Deno.test("drawLearning() has the weights of every network and the sequences of every task", async () => {
  const drawn = await onBackend("cpu", () => drawLearning(backend, small));
  const of = (name: string) => drawn.filter((one) => one.name.startsWith(name));
  const shapes = (name: string) => of(name).map(({ name, shape }) => [name, shape]);
  assertEquals(shapes("cumulative sum/LSTM/"), [
    ["cumulative sum/LSTM/recurrent.weight_ih_l0", [12, 2]],
    ["cumulative sum/LSTM/recurrent.weight_hh_l0", [12, 3]],
    ["cumulative sum/LSTM/recurrent.bias_ih_l0", [12]],
    ["cumulative sum/LSTM/recurrent.bias_hh_l0", [12]],
    ["cumulative sum/LSTM/head.weight", [2, 3]],
    ["cumulative sum/LSTM/head.bias", [2]],
  ]);
  assertEquals([...shapes("copy/x"), ...shapes("copy/target"), ...shapes("copy/test")], [
    ["copy/x", [5, 4, 1, 2]],
    ["copy/target", [5, 4, 1, 2]],
    ["copy/test_x", [4, 2, 2]],
    ["copy/test_target", [4, 2, 2]],
  ]);
  const values = (name: string) => of(name)[0]?.values;
  assertEquals(values("copy/target"), values("copy/x"));
  assertEquals(drawn.length, 9 * 6 + 3 * 4);
  assertEquals(drawn.filter(({ parameter }) => parameter).length, 9 * 6);
});

Deno.test("learningChecks() are the first seed's first epochs and its means at the end", () => {
  const curve = Array.from({ length: CHECKED_EPOCHS + 1 }, (_, i) => 2 ** -i);
  const end = 2 ** -CHECKED_EPOCHS;
  const outcomes = [
    { curves: [curve, curve.map(() => 7)], tests: [1, 7] },
    { curves: [curve.map((loss) => 4 * loss)], tests: [4] },
  ];
  const wanted = [curve, curve.map((loss) => 4 * loss)].flatMap((losses) => losses.slice(0, -1));
  assertEquals(learningChecks(outcomes), [...wanted, 2 * end, 2]);
});

Deno.test("learnedTheSame() compares first epochs closely and final losses roughly, and nothing agrees with NaN", () => {
  const reference = [2, 1, 0.1, 0.4];
  assertEquals(learnedTheSame([2, 1.0005, 0.12, 0.33], reference), true);
  assertEquals(learnedTheSame([2, 1.002, 0.1, 0.4], reference), false);
  assertEquals(learnedTheSame([2, 1, 0.13, 0.4], reference), false);
  assertEquals(learnedTheSame([2, 1, 0.1, 0.29], reference), false);
  assertEquals(learnedTheSame([2, 1, 0.1, NaN], reference), false);
  assertEquals(learnedTheSame([1, 0.1, 0.4], reference), false);
});

/**
 * Compares learning with a peer that behaves as `behaviour` says; without a peer if it is absent.
 */
async function compare(behaviour?: string, library: Library = "torch") {
  const script = new URL("fake_peer.ts", import.meta.url);
  const processes = behaviour === undefined
    ? []
    : [await PythonPeer.start(Deno.execPath(), script, [behaviour])];
  const peers: Peer[] = processes.map((process) => ({
    ...{ library, title: "PyTorch 1.0", device: null, processes: [process] },
  }));
  const failures: string[] = [];
  try {
    const report = await onBackend("cpu", () =>
      compareLearning({
        ...{ backends: [backend], peers, given: small, seconds: 0.01, progress: () => {} },
        failed: (line) => failures.push(line),
      }));
    return { report, failures };
  } finally {
    for (const process of processes) await process.close();
  }
}

Deno.test("compareLearning() returns seconds per seed, for all seeds together and for PyTorch's single seed", async () => {
  const { report: { seeds, reference, findings }, failures } = await compare("well");
  assertEquals([seeds, reference, failures], [10, "PyTorch 1.0", []]);
  const [ours, peer] = findings;
  assert(ours?.measured);
  assertEquals([ours.name, ours.setting], ["Unroll cpu", "10 seeds together"]);
  assertEquals(ours.checks.length, 9 * CHECKED_EPOCHS + 2);
  assertEquals([peer?.name, peer?.setting, peer?.measured?.seconds], [
    "PyTorch 1.0",
    "1 thread",
    2,
  ]);
  // The fake peer's numbers are invented.
  assertEquals([ours.agrees, peer?.agrees], [false, true]);
});

Deno.test("compareLearning() names the failure of a peer", async () => {
  const { report, failures } = await compare("error");
  assertEquals(report.findings.map(({ failure }) => failure), [
    null,
    "RuntimeError: out of memory",
  ]);
  assertEquals(report.reference, "Unroll cpu");
  assertEquals(failures, ["learning comparison, PyTorch 1.0: RuntimeError: out of memory"]);
});

Deno.test("compareLearning() has no comparison without PyTorch", async () => {
  for (const { report, failures } of [await compare(), await compare("well", "jax")]) {
    assertEquals(report.findings.map(({ name, agrees }) => [name, agrees]), [["Unroll cpu", true]]);
    assertEquals([report.reference, failures], ["Unroll cpu", []]);
  }
});

/** Finds a Python with PyTorch; `null` if there is none. */
async function findPython(): Promise<string | null> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      const args = ["-c", "import torch"];
      const { success } = await new Deno.Command(python, { args, stderr: "null" }).output();
      if (success) return python;
    } catch {
      // This Python does not exist.
    }
  }
  return null;
}

const python = await findPython();

Deno.test({
  name: `the notebook's networks in PyTorch reach the losses of learning-capacity${
    python === null ? " [ignored: no python3 with PyTorch]" : ""
  }`,
  ignore: python === null,
  async fn() {
    const { description: backend } = await selectBackend("cpu");
    const peer = await startPeer("torch", python ?? "");
    try {
      const { findings, reference } = await onBackend("cpu", () =>
        compareLearning({
          ...{ backends: [backend], peers: [peer], given: small, seconds: 0.01 },
          ...{ progress: () => {}, failed: () => {} },
        }));
      assertEquals(reference, peer.title);
      assertEquals(findings.map(({ failure, agrees }) => [failure, agrees]), [
        [null, true],
        [null, true],
      ]);
    } finally {
      for (const process of peer.processes) await process.close();
    }
  },
});
