import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { decodeCheckpoint } from "../../src/training/checkpoint.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { train } from "../../src/training/train.ts";
import { forEachBackend } from "../backends.ts";
import { batches, keeper, loss, run, VOCABULARY } from "./train_run.ts";

forEachBackend(
  "stopped at any checkpoint and begun again, it ends with the same bytes",
  async () => {
    const bytes: Uint8Array[] = [];
    const whole = await run({ onCheckpoint: keeper(bytes), checkpointSteps: 2 });
    // After 2 and 4 of 5 steps of an epoch, and at its end.
    assertEquals(bytes.length, 9);
    const [last] = bytes.slice(-1);
    // A new arena takes a second on a software adapter.
    const starts = tf.getBackend() === "webgpu" ? [1, 5] : [0, 1, 4, 5];
    for (const start of starts.map((i) => bytes[i])) {
      const rest: Uint8Array[] = [];
      const resumed = await run({ checkpointSteps: 3, onCheckpoint: keeper(rest) }, start);
      assertEquals(resumed, whole);
      assertEquals(rest.at(-1), last);
    }
    assertEquals((await run({})).weights, whole.weights);
  },
);

Deno.test("a finished training is finished", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const whole = await run({ onCheckpoint: keeper(kept) });
  assertEquals(await run({}, kept.at(-1)), whole);
  const fewer = () => run({ epochs: 2 }, kept.at(-1));
  await assertRejects(fewer, InputError, "epochs must be 3 or more, as were done, found 2");
});

Deno.test("the schedule goes on from the epochs that gained nothing", async () => {
  await selectBackend("wasm");
  const stalls = { epochs: 4, patience: 1, validate: () => Promise.resolve(1) };
  const kept: Uint8Array[] = [];
  const whole = await run({ ...stalls, onCheckpoint: keeper(kept) });
  // Reduced after the third epoch, the second in a row without gain; stopped after one.
  const rates = whole.history.map(({ learningRate }, i) => learningRate * (1 + (5 * i + 4) / 10));
  assert((rates[3] ?? NaN) < 0.6 * (rates[2] ?? NaN));
  assertEquals(await run(stalls, kept[1]), whole);
});

Deno.test("a checkpoint of more than there is to do is refused before it is loaded", async () => {
  await selectBackend("cpu");
  const kept: Uint8Array[] = [];
  await run({ epochs: 2, onCheckpoint: keeper(kept), checkpointSteps: 3 });
  // After 3 of 5 steps, the first epoch, 3 steps more, and the second.
  const sizes = { vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  const optimizer = new AdamW(model);
  const before = [await model.stateDict(), await optimizer.stateDict()];
  const wrong = [
    [0, 1, 2, "batches of an epoch must be at least the 3 that were done, found 2"],
    [2, 1, 5, "epochs must be 2 or more, as were begun, found 1"],
    [3, 1, 5, "epochs must be 2 or more, as were done, found 1"],
  ] as const;
  for (const [which, epochs, count, message] of wrong) {
    const start = decodeCheckpoint(kept[which] ?? new Uint8Array(), "last");
    const each = () => batches(0, count);
    const validate = () => Promise.resolve(1);
    await assertRejects(
      () => train(model, loss, optimizer, { epochs, batches: each, validate, start }),
      InputError,
      message,
    );
    assertEquals([await model.stateDict(), await optimizer.stateDict()], before);
  }
  optimizer.dispose();
  model.dispose();
});
