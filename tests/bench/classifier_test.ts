import { assert, assertEquals } from "@std/assert";
import {
  AGREEMENT_OF_ACCURACY,
  classifiesTheSame,
  compareClassifier,
  drawClassifier,
  NETWORKS,
  openSentences,
  trainClassifiers,
} from "../../bench/classifier.ts";
import { type Peer, startPeer } from "../../bench/peers.ts";
import { PythonPeer } from "../../bench/python_peer.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { onBackend } from "../backends.ts";

/** A small training. */
const small = {
  ...{ maxTexts: 120, folds: 3, embeddingDim: 3, hiddenSize: 2, batchSize: 9, epochs: 2 },
} as const;

const { description: backend } = await selectBackend("cpu");

Deno.test("openSentences() has the first fold, and options that train every epoch", async () => {
  const { training, validation, options, random } = await openSentences(backend, small);
  assertEquals([training.texts.length, validation.texts.length], [40, 40]);
  assertEquals([training.classes, random.length], [2, NETWORKS.length]);
  const { cell, bidirectional, readout, epochs, patience } = options;
  assertEquals([cell, bidirectional, readout], ["lstm", true, "attention"]);
  assertEquals([epochs, patience], [2, 2]);
});

Deno.test("trainClassifiers() returns the accuracy of each network, which does not depend on the others", async () => {
  const sentences = await openSentences(backend, small);
  const some = { ...sentences, random: sentences.random.slice(0, 3) };
  const [together, alone] = await onBackend("cpu", async () => [
    await trainClassifiers(some, 3),
    await trainClassifiers(some, 1),
  ]);
  assertEquals(together?.length, 3);
  assertEquals(together, alone);
});

Deno.test("drawClassifier() has the weights, the batches and the texts of the first network", async () => {
  const sentences = await openSentences(backend, small);
  const { drawn, batches, vocabulary, losses } = await onBackend(
    "cpu",
    () => drawClassifier(sentences),
  );
  const of = (name: string) => drawn.find((one) => one.name === name);
  assertEquals(of("embedding.weight")?.shape, [vocabulary, 3]);
  assertEquals(of("recurrent.weight_hh_l0_reverse")?.shape, [8, 2]);
  assertEquals(of("attention.query")?.shape, [2]);
  assertEquals(batches, 5);
  assertEquals(drawn.filter(({ parameter }) => !parameter).length, 2 * batches + 4);
  // Each training text is in one batch.
  const trained = drawn.flatMap(({ name, values }) =>
    name.startsWith("target/") ? [...values].filter((label) => label >= 0) : []
  );
  assertEquals(trained.sort(), [...of("train_target")?.values ?? []].sort());
  assertEquals(of("validation_target")?.shape, [40]);
  assert(losses.every(Number.isFinite));
});

Deno.test("classifiesTheSame() compares losses closely and the accuracy roughly, and nothing agrees with NaN", () => {
  const reference = [0.6, 0.4, 0.8];
  assertEquals(classifiesTheSame([0.6005, 0.4, 0.8 + AGREEMENT_OF_ACCURACY / 2], reference), true);
  assertEquals(classifiesTheSame([0.601, 0.4, 0.8], reference), false);
  assertEquals(classifiesTheSame([0.6, 0.4, 0.8 - 2 * AGREEMENT_OF_ACCURACY], reference), false);
  assertEquals(classifiesTheSame([0.6, 0.4, NaN], reference), false);
  assertEquals(classifiesTheSame([0.6, 0.8], reference), false);
});

/** Compares with some peers. */
async function compare(peers: readonly Peer[]) {
  const failures: string[] = [];
  const report = await onBackend("cpu", () =>
    compareClassifier({
      ...{ backends: [backend], peers, given: small, seconds: 0.01, progress: () => {} },
      failed: (line) => failures.push(line),
    }));
  return { report, failures };
}

Deno.test("compareClassifier() returns seconds per network, side by side, alone and in PyTorch", async () => {
  const script = new URL("fake_peer.ts", import.meta.url);
  const process = await PythonPeer.start(Deno.execPath(), script, ["well"]);
  try {
    const { report, failures } = await compare([
      { library: "torch", title: "PyTorch 1.0", device: null, processes: [process] },
    ]);
    const { networks, epochs, batchSize, training, validation, findings } = report;
    assertEquals([networks, epochs, batchSize, training, validation], [10, 2, 9, 40, 40]);
    assertEquals(failures, []);
    assertEquals(findings.map(({ name, setting }) => [name, setting]), [
      ["Unroll cpu", "10 networks side by side"],
      ["Unroll cpu, one network", ""],
      ["PyTorch 1.0", "1 thread"],
    ]);
    const [together, alone, peer] = findings;
    // Each network is trained as it would be alone.
    assertEquals(together?.checks, alone?.checks);
    assert(together?.measured && alone?.measured);
    assertEquals([peer?.measured?.seconds, peer?.accuracy], [2, 3]);
    // The numbers of this peer are invented.
    assertEquals(findings.map(({ agrees }) => agrees), [false, false, true]);
  } finally {
    await process.close();
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
  name: `the classifier in PyTorch has the losses of sentiment's first network${
    python === null ? " [ignored: no python3 with PyTorch]" : ""
  }`,
  ignore: python === null,
  async fn() {
    const peer = await startPeer("torch", python ?? "");
    try {
      const { report, failures } = await compare([peer]);
      assertEquals([report.reference, failures], [peer.title, []]);
      const [together, , torch] = report.findings;
      // A small network learns little in few steps, so only the losses are compared.
      const losses = (checks: readonly number[] = []) => [...checks.slice(0, -1), 0];
      assert(classifiesTheSame(losses(together?.checks), losses(torch?.checks)));
    } finally {
      for (const process of peer.processes) await process.close();
    }
  },
});
