import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import type { StateDict } from "../../src/model/state_dict.ts";
import type { Batch } from "../../src/training/batch.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/training/checkpoint.ts";
import { CrossEntropyLoss } from "../../src/training/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { train, type TrainingProgress, type TrainOptions } from "../../src/training/train.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const VOCABULARY = 7;
const loss = new CrossEntropyLoss({ ignoreIndex: 0 });

/** Batches of ids, other ones in each epoch, some of them padded. */
function batches(epoch: number, count = 5): Batch[] {
  const random = new Random(9).fork(epoch);
  const field = () => ({
    shape: [4, 2],
    data: Int32Array.from({ length: 8 }, () => random.integer(0, VOCABULARY - 1)),
  });
  return Array.from({ length: count }, () => ({ x: field(), target: field() }));
}

/** A training of a small model, from its beginning or a checkpoint's bytes. */
async function run(options: Partial<TrainOptions>, start?: Uint8Array) {
  const sizes = { vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, dropout: 0.3 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  const optimizer = new AdamW(model, {
    ...{ learningRate: 0.05, clipGradNorm: 0.5 },
    schedule: (steps) => 1 / (1 + steps / 10),
  });
  const held = batches(1000, 2);
  try {
    const history = await train(model, loss, optimizer, {
      epochs: 3,
      batches,
      carryState: true,
      random: new Random(2),
      plateau: new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 0 }),
      validate: async () => (await tokenLosses(model, held, { ignoreIndex: 0 })).mean,
      ...(start ? { start: decodeCheckpoint(start, "last") } : {}),
      ...options,
    });
    return { history, weights: await model.stateDict() };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

forEachBackend(
  "stopped at any checkpoint and begun again, it ends with the same bytes",
  async () => {
    const bytes: Uint8Array[] = [];
    const onCheckpoint = (checkpoint: Checkpoint) => {
      bytes.push(encodeCheckpoint(checkpoint));
      return Promise.resolve();
    };
    const whole = await run({ onCheckpoint, checkpointSteps: 2 });
    // After 2 and 4 of 5 steps of an epoch, and at its end.
    assertEquals(bytes.length, 9);
    const [last] = bytes.slice(-1);
    // A new arena takes a second on a software adapter.
    const starts = tf.getBackend() === "webgpu" ? [1, 5] : [0, 1, 4, 5];
    for (const start of starts.map((i) => bytes[i])) {
      const rest: Uint8Array[] = [];
      const resumed = await run({
        checkpointSteps: 3,
        onCheckpoint: (checkpoint) => {
          rest.push(encodeCheckpoint(checkpoint));
          return Promise.resolve();
        },
      }, start);
      assertEquals(resumed, whole);
      assertEquals(rest.at(-1), last);
    }
    assertEquals((await run({})).weights, whole.weights);
  },
);

Deno.test("epochs that go on are parts of one text", async () => {
  await selectBackend("wasm");
  const text = batches(0, 6);
  const plain = { plateau: new ReduceLROnPlateau({ learningRate: 1 }) };
  const one = await run({ ...plain, epochs: 1, batches: () => text });
  const part = (epoch: number) => text.slice(2 * epoch, 2 * epoch + 2);
  const parts = { ...plain, epochs: 3, batches: part, goesOn: (epoch: number) => epoch !== 0 };
  const kept: Uint8Array[] = [];
  const found = await run({
    ...parts,
    onCheckpoint: (checkpoint) => Promise.resolve(void kept.push(encodeCheckpoint(checkpoint))),
  });
  assertEquals(found.weights, one.weights);
  assertEquals((await run(parts, kept[0])).weights, one.weights);
  const apart = await run({ ...parts, goesOn: () => false });
  assert(apart.weights["head.bias"]?.data[1] !== one.weights["head.bias"]?.data[1]);
});

Deno.test("a finished training is finished", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const whole = await run({
    onCheckpoint: (checkpoint) => Promise.resolve(void kept.push(encodeCheckpoint(checkpoint))),
  });
  assertEquals(await run({}, kept.at(-1)), whole);
  const fewer = () => run({ epochs: 2 }, kept.at(-1));
  await assertRejects(fewer, InputError, "epochs must be 3 or more, as were done, found 2");
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
});
