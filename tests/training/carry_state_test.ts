import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { Batch } from "../../src/training/engine/batch.ts";
import { MSELoss } from "../../src/training/engine/losses.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Creates a part of a stream with a number of steps, by default for two sequences. */
function part(random: Random, steps: number, batch = 2): Batch {
  const field = (width: number) => ({
    shape: [steps, batch, width],
    data: random.array(steps * batch * width),
  });
  return { x: field(3), target: field(4) };
}

/** Returns the losses of the parts of a stream; each call says whether states are carried. */
async function losses(
  implementation: "fused" | "plain",
  calls: readonly (readonly [parts: readonly Batch[], carryState: boolean])[],
): Promise<number[]> {
  const random = new Random(1);
  const model = new SequenceModel({
    recurrent: new LSTM({
      inputSize: 3,
      hiddenSize: 4,
      numLayers: 2,
      implementation,
      random: random.fork("lstm"),
    }),
  });
  const optimizer = new Adam(model, { learningRate: 0.01 });
  const found: number[] = [];
  for (const [parts, carryState] of calls) {
    const report = trainStep(model, new MSELoss(), optimizer, parts, { carryState });
    assertEquals(report.fused, implementation === "fused");
    found.push(...(await report.losses()).map((row) => row[0] ?? NaN));
  }
  optimizer.dispose();
  model.dispose();
  return found;
}

forEachBackend(
  "trainStep() carries states over parts of a stream, however long the calls are",
  async () => {
    const random = new Random(2);
    const parts = [5, 5, 5, 3, 5].map((steps) => part(random, steps));
    const calls = [
      [parts.slice(0, 1), false], // an epoch starts from 0
      [parts.slice(1, 3), true],
      [parts.slice(3, 5), true], // a shorter part, for which memory is allocated anew
      [parts.slice(0, 2), false], // each starts from 0
      [parts.slice(2, 3), true],
    ] as const;
    const [fused, plain] = [await losses("fused", calls), await losses("plain", calls)];
    assertClose(fused, plain, tolerance.steps, { what: "losses" });
  },
);

Deno.test("trainStep() refuses to carry states to another batch size or over two directions", async () => {
  await selectBackend("cpu");
  const random = new Random(3);
  const parts = [part(random, 4), part(random, 4, 3)];
  await losses("fused", [[parts, false]]);
  for (const carried of [[parts], [parts.slice(0, 1), parts.slice(1)]]) {
    const model = new SequenceModel({
      recurrent: new GRU({ inputSize: 3, hiddenSize: 4, random: new Random(1) }),
    });
    const optimizer = new Adam(model);
    const [last = [], ...before] = [...carried].reverse();
    for (const some of before) trainStep(model, new MSELoss(), optimizer, some);
    assertThrows(
      () => trainStep(model, new MSELoss(), optimizer, last, { carryState: true }),
      InputError,
      "the batch axis must be 2, as the carried states, found 3",
    );
    optimizer.dispose();
    model.dispose();
  }
  const both = new SequenceModel({
    recurrent: new GRU({ inputSize: 3, hiddenSize: 2, bidirectional: true, random: new Random(1) }),
  });
  const optimizer = new Adam(both);
  assertThrows(
    () => trainStep(both, new MSELoss(), optimizer, parts[0] ?? [], { carryState: true }),
    InputError,
    "carryState must be false if layers are bidirectional",
  );
  optimizer.dispose();
  both.dispose();
});
