import { assertEquals } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { onBackend } from "../backends.ts";
import { compareLearning } from "./learning_contest.ts";
import { startPeer } from "./peer_competitors.ts";
import { small } from "./small_learning.ts";

/** A Python with PyTorch; null where there is none. */
async function findPython(): Promise<string | null> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      const args = ["-c", "import torch"];
      const { success } = await new Deno.Command(python, { args, stderr: "null" }).output();
      if (success) return python;
    } catch {
      // There is no such Python.
    }
  }
  return null;
}

const python = await findPython();

Deno.test({
  name: `the tutorial's networks in PyTorch learn what ours learn${
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
