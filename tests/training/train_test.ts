import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import type { StateDict } from "../../src/model/state_dict.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { train, type TrainingProgress, type TrainOptions } from "../../src/training/train.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { batches, keeper, loss, run, VOCABULARY } from "./train_run.ts";

Deno.test("epochs that go on are parts of one text", async () => {
  await selectBackend("wasm");
  const text = batches(0, 6);
  const plain = { plateau: new ReduceLROnPlateau({ learningRate: 1 }) };
  const one = await run({ ...plain, epochs: 1, batches: () => text });
  const part = (epoch: number) => text.slice(2 * epoch, 2 * epoch + 2);
  const parts = { ...plain, epochs: 3, batches: part, goesOn: (epoch: number) => epoch !== 0 };
  const kept: Uint8Array[] = [];
  const found = await run({ ...parts, onCheckpoint: keeper(kept) });
  assertEquals(found.weights, one.weights);
  assertEquals((await run(parts, kept[0])).weights, one.weights);
  const apart = await run({ ...parts, goesOn: () => false });
  assert(apart.weights["head.bias"]?.data[1] !== one.weights["head.bias"]?.data[1]);
});

Deno.test("each token counts alike, whatever batch it is in", async () => {
  await selectBackend("cpu");
  const few = { shape: [2, 1], data: Int32Array.of(1, 0) };
  const many = { shape: [2, 1], data: Int32Array.of(2, 3) };
  const list = [{ x: few, target: few }, { x: many, target: many }];
  const model = languageModel({
    ...{ vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, random: new Random(1) },
  });
  const optimizer = new AdamW(model, { learningRate: 0 });
  const each = await Promise.all(
    list.map((batch) => tokenLosses(model, [batch], { ignoreIndex: 0 })),
  );
  const [a = NaN, b = NaN] = each.map(({ mean }) => mean);
  const [record] = await train(model, loss, optimizer, {
    epochs: 1,
    batches: () => list,
    validate: () => Promise.resolve(1),
  });
  assertClose([record?.trainLoss ?? NaN], [(a + 2 * b) / 3], tolerance.steps);
  assertEquals([record?.tokens, record?.clipped, record?.validationLoss], [3, 0, 1]);
  optimizer.dispose();
  model.dispose();
});

forEachBackend("what a mask leaves out counts for nothing", async () => {
  const [first, second] = batches(3, 2).map((batch, i) => {
    const target = { ...batch.target, data: batch.target.data.map((id) => Math.max(1, id)) };
    const data = Float32Array.from({ length: 8 }, (_, k) => k < (i === 0 ? 1 : 6) ? 1 : 0);
    return { ...batch, target, mask: { shape: [4, 2], data } };
  });
  assert(first && second);
  const model = languageModel({
    ...{ vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, random: new Random(1) },
  });
  const optimizer = new AdamW(model, { learningRate: 0 });
  const [a = NaN] = await evaluate(model, loss, first);
  const [b = NaN] = await evaluate(model, loss, second);
  const [record] = await train(model, loss, optimizer, {
    epochs: 1,
    batches: () => [first, second],
    validate: () => Promise.resolve(1),
  });
  assertEquals(record?.tokens, 7);
  assertClose([record?.trainLoss ?? NaN], [(a + 6 * b) / 7], tolerance.steps);
  optimizer.dispose();
  model.dispose();
});

Deno.test("an epoch as good as the best before is no better", async () => {
  await selectBackend("wasm");
  const best: number[] = [];
  const losses = [2, 2, 1];
  await run({
    validate: () => Promise.resolve(losses.shift() ?? NaN),
    onBest: (_, { validationLoss }) => Promise.resolve(void best.push(validationLoss)),
  });
  assertEquals(best, [2, 1]);
});

Deno.test("losses that are no numbers end training, before anything is made of them", async () => {
  await selectBackend("wasm");
  const told: string[] = [];
  const note = (what: string) => () => Promise.resolve(void told.push(what));
  for (const value of [NaN, Infinity]) {
    await assertRejects(
      () =>
        run({
          validate: () => Promise.resolve(value),
          onBest: note("best"),
          onCheckpoint: note("checkpoint"),
        }),
      InputError,
      `the held-out loss of epoch 1 must be a finite number, found ${value}`,
    );
  }
  const x = { shape: [4, 2], data: new Int32Array(8).fill(1) };
  const padding = { shape: [4, 2], data: new Int32Array(8) };
  await assertRejects(
    () => run({ batches: () => [{ x, target: padding }], onCheckpoint: note("checkpoint") }),
    InputError,
    "the number of targets that count in an epoch must be 1 or more, found 0",
  );
  assertEquals(told, []);
});

Deno.test("the best parameters, the share of clipped steps, rates and progress are told", async () => {
  await selectBackend("wasm");
  const losses = [3, 2, 2.5, 1];
  const best: (readonly [StateDict, number])[] = [];
  const told: TrainingProgress[] = [];
  const { history, weights } = await run({
    epochs: 4,
    validate: () => Promise.resolve(losses.shift() ?? NaN),
    onBest: (state, { validationLoss }) => Promise.resolve(void best.push([state, validationLoss])),
    onProgress: (progress) => void told.push(progress),
  });
  assertEquals(best.map(([, value]) => value), [3, 2, 1]);
  assertEquals(best.at(-1)?.[0], weights);
  assert(history.some(({ clipped }) => clipped > 0 && clipped < 1));
  // Reduced once, after the third epoch; the schedule is that of the epoch's last step.
  const rates = [0.05, 0.05, 0.05, 0.025].map((rate, i) => rate / (1 + (5 * i + 4) / 10));
  assertClose(history.map(({ learningRate }) => learningRate), rates, tolerance.rounding);
  // Where an epoch begins, the last step is that of the one before.
  const begins = told.filter(({ epoch, step }, i) =>
    epoch > 0 && step === 0 && i + 1 < told.length
  );
  const last = begins.map(({ epoch }) => rates[epoch - 1] ?? NaN);
  assertClose(begins.map(({ learningRate }) => learningRate), last, tolerance.rounding);
  assertEquals(told.at(-1)?.history.length, 4);
  assertEquals(told.at(-1)?.tokens, history.reduce((sum, { tokens }) => sum + tokens, 0));
  assertEquals(new Set(told.map(({ steps }) => steps)), new Set([5]));
});

Deno.test("calls are as short as progress is wanted, which is waited for; they change nothing", async () => {
  await selectBackend("wasm");
  const told: (readonly [number, number])[] = [];
  let waiting = 0;
  const found = await run({
    progressSteps: 2,
    onProgress: async ({ epoch, step }) => {
      assertEquals(waiting++, 0);
      await new Promise((done) => setTimeout(done));
      waiting--;
      told.push([epoch, step]);
    },
  });
  assertEquals(found, await run({}));
  // With a state that is carried on, the first step is a call of its own.
  assertEquals(told.slice(0, 5), [[0, 0], [0, 1], [0, 3], [1, 0], [1, 0]]);
});

forEachBackend("a hundred steps leave no tensor behind", async () => {
  await run({ epochs: 1 });
  const before = tf.memory().numTensors;
  await run({ epochs: 20, checkpointSteps: 3, onCheckpoint: () => Promise.resolve() });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("what training cannot use is named", async () => {
  await selectBackend("wasm");
  const wrong: (readonly [Partial<TrainOptions>, string])[] = [
    [{ epochs: 0 }, "epochs must be a positive integer, found 0"],
    [{ batches: () => [] }, "batches of an epoch must be 1 or more, found 0"],
    [{ checkpointSteps: 0.5 }, "checkpointSteps must be a positive integer, found 0.5"],
    [{ progressSteps: 0 }, "progressSteps must be a positive integer, found 0"],
  ];
  for (const [options, message] of wrong) {
    await assertRejects(() => run(options), InputError, message);
  }
  const sizes = { vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, replicas: 2 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  const optimizer = new AdamW(model);
  const validate = () => Promise.resolve(1);
  await assertRejects(
    () => train(model, loss, optimizer, { epochs: 1, batches, validate }),
    InputError,
    "replicas of the model must be left out, found 2",
  );
  optimizer.dispose();
  model.dispose();
});
