import { assert, assertEquals } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { onBackend } from "../backends.ts";
import { CHECKED_EPOCHS } from "./learning_checks.ts";
import { compareLearning } from "./learning_contest.ts";
import type { Library } from "./library.ts";
import type { Peer } from "./peer_competitors.ts";
import { PythonPeer } from "./python_peer.ts";
import { small } from "./small_learning.ts";

const { description: backend } = await selectBackend("cpu");

/** Holds the comparison against a peer that answers as told; without one where nothing is told. */
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

Deno.test("ours with all seeds together and PyTorch with one are in seconds a seed", async () => {
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
  // The stand-in's numbers are made up.
  assertEquals([ours.agrees, peer?.agrees], [false, true]);
});

Deno.test("a peer that fails leaves ours, and says why", async () => {
  const { report, failures } = await compare("error");
  assertEquals(report.findings.map(({ failure }) => failure), [
    null,
    "RuntimeError: out of memory",
  ]);
  assertEquals(report.reference, "Unroll cpu");
  assertEquals(failures, ["learning comparison, PyTorch 1.0: RuntimeError: out of memory"]);
});

Deno.test("without PyTorch ours is compared with no one", async () => {
  for (const { report, failures } of [await compare(), await compare("well", "jax")]) {
    assertEquals(report.findings.map(({ name, agrees }) => [name, agrees]), [["Unroll cpu", true]]);
    assertEquals([report.reference, failures], ["Unroll cpu", []]);
  }
});
