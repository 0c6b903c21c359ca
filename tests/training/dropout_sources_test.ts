import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { MSELoss } from "../../src/training/engine/losses.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Trains one network, or several side by side, with dropout; returns the losses by step. */
async function losses(
  implementation: Implementation,
  sources: readonly Random[] | Random,
): Promise<number[][]> {
  const replicas = sources instanceof Random ? {} : { replicas: sources.length };
  const weights = sources instanceof Random
    ? sources.fork("gru")
    : sources.map((source) => source.fork("gru"));
  const sizes = { inputSize: 2, hiddenSize: 6, numLayers: 2, dropout: 0.3 };
  using model = new SequenceModel({
    recurrent: new GRU({ ...sizes, ...replicas, implementation, random: weights }),
    dropout: 0.5,
  });
  using optimizer = new Adam(model, { learningRate: 0.01 });
  const count = sources instanceof Random ? 1 : sources.length;
  const lead = sources instanceof Random ? [] : [count];
  const part = new Random(9).array(4 * 3 * 2);
  const x = new Float32Array(count * part.length);
  for (let r = 0; r < count; r++) x.set(part, r * part.length);
  const batch = {
    x: { shape: [...lead, 4, 3, 2], data: x },
    target: { shape: [...lead, 4, 3, 6], data: new Float32Array(count * 4 * 3 * 6).fill(0.5) },
  };
  const random = sources instanceof Random
    ? sources.fork("dropout")
    : sources.map((source) => source.fork("dropout"));
  const report = trainStep(model, new MSELoss(), optimizer, [batch, batch, batch], { random });
  return (await report.losses()).map((row) => [...row]);
}

for (const implementation of ["fused", "plain"] as const) {
  forEachBackend(
    `trainStep() with a source for each replica drops what each network alone drops (${implementation})`,
    async (backend) => {
      const together = await losses(implementation, [7, 8].map((seed) => new Random(seed)));
      const exact = backend !== "webgpu" && implementation === "fused";
      const allowed = exact ? tolerance.exact : tolerance.backend[backend];
      for (const [r, seed] of [7, 8].entries()) {
        const alone = await losses(implementation, new Random(seed));
        assertClose(together.map((row) => row[r] ?? NaN), alone.flat(), allowed);
      }
      assertNotEquals(together[0]?.[0], together[0]?.[1]);
    },
  );
}

forEachBackend("trainStep() refuses sources that are not one for each replica", async () => {
  using model = new SequenceModel({
    recurrent: new GRU({ inputSize: 2, hiddenSize: 3, replicas: 2, random: new Random(1) }),
    dropout: 0.5,
  });
  using optimizer = new Adam(model);
  const batch = {
    x: { shape: [2, 4, 3, 2], data: new Float32Array(48) },
    target: { shape: [2, 4, 3, 3], data: new Float32Array(72) },
  };
  const step = (random: unknown) => () =>
    call(null, trainStep, model, new MSELoss(), optimizer, batch, { random });
  await assertMistakes([
    [step([new Random(1)]), "random must be 1 source, or 2, found 1"],
    [step([new Random(1), 3]), "random[1] must be a source of random numbers, found 3"],
    [step([]), "random must be 1 source, or 2, found 0"],
  ]);
  assertEquals(optimizer.steps, 0);
});
