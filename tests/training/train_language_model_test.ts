import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/training/checkpoint.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import {
  type TrainingProgress,
  trainLanguageModel,
  type TrainLanguageModelOptions,
} from "../../src/training/train_language_model.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** The number of ids. */
const VOCABULARY = 7;
/** The loss. */
const loss = new CrossEntropyLoss({ ignoreIndex: 0 });

/** Returns batches of ids, different in each epoch; some ids are padding. */
function batches(epoch: number, count = 5) {
  const random = new Random(9).fork(epoch);
  const field = () => ({
    shape: [4, 2],
    data: Int32Array.from({ length: 8 }, () => random.integer(0, VOCABULARY - 1)),
  });
  return Array.from({ length: count }, () => ({ x: field(), target: field() }));
}

/** Options that differ from the defaults of {@link run}, and the patience of the plateau. */
type RunOptions = Partial<TrainLanguageModelOptions> & { readonly patience?: number };

/** Trains a small model, from its start or from the bytes of a checkpoint. */
async function run({ patience = 0, ...options }: RunOptions, start?: Uint8Array) {
  const sizes = { vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, dropout: 0.3 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  const optimizer = new AdamW(model, {
    ...{ learningRate: 0.05, clipGradNorm: 0.5 },
    schedule: (steps) => 1 / (1 + steps / 10),
  });
  const held = batches(1000, 2);
  try {
    const history = await trainLanguageModel(model, loss, optimizer, {
      epochs: 3,
      batches,
      carryState: true,
      random: new Random(2),
      plateau: new ReduceLROnPlateau(optimizer, { factor: 0.5, patience }),
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

/** Returns an `onCheckpoint` that adds the bytes of checkpoints to a list. */
function keeper(kept: Uint8Array[]): (checkpoint: Checkpoint) => Promise<void> {
  return (checkpoint) => Promise.resolve(void kept.push(encodeCheckpoint(checkpoint)));
}

Deno.test("trainLanguageModel() carries states across epochs that are parts of one text", async () => {
  await selectBackend("wasm");
  const text = batches(0, 6);
  const plain = { plateau: new ReduceLROnPlateau({ learningRate: 1 }) };
  const one = await run({ ...plain, epochs: 1, batches: () => text });
  const part = (epoch: number) => text.slice(2 * epoch, 2 * epoch + 2);
  const parts = {
    ...plain,
    epochs: 3,
    batches: part,
    carryAcrossEpochs: (epoch: number) => epoch !== 0,
  };
  const kept: Uint8Array[] = [];
  const found = await run({ ...parts, onCheckpoint: keeper(kept) });
  assertEquals(found.weights, one.weights);
  assertEquals((await run(parts, kept[0])).weights, one.weights);
  const apart = await run({ ...parts, carryAcrossEpochs: () => false });
  assert(apart.weights["head.bias"]?.data[1] !== one.weights["head.bias"]?.data[1]);
});

Deno.test("trainLanguageModel() weighs every token equally, whatever batch it is in", async () => {
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
  const [record] = await trainLanguageModel(model, loss, optimizer, {
    epochs: 1,
    batches: () => list,
    validate: () => Promise.resolve(1),
  });
  assertClose([record?.trainLoss ?? NaN], [(a + 2 * b) / 3], tolerance.steps);
  assertEquals([record?.tokens, record?.clipped, record?.validationLoss], [3, 0, 1]);
  optimizer.dispose();
  model.dispose();
});

forEachBackend("trainLanguageModel() ignores masked tokens", async () => {
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
  const [record] = await trainLanguageModel(model, loss, optimizer, {
    epochs: 1,
    batches: () => [first, second],
    validate: () => Promise.resolve(1),
  });
  assertEquals(record?.tokens, 7);
  assertClose([record?.trainLoss ?? NaN], [(a + 6 * b) / 7], tolerance.steps);
  optimizer.dispose();
  model.dispose();
});

Deno.test("trainLanguageModel() calls onBest only for a held-out loss below all before", async () => {
  await selectBackend("wasm");
  const best: number[] = [];
  const losses = [2, 2, 1];
  await run({
    validate: () => Promise.resolve(losses.shift() ?? NaN),
    onBest: (_, { validationLoss }) => Promise.resolve(void best.push(validationLoss)),
  });
  assertEquals(best, [2, 1]);
});

Deno.test("trainLanguageModel() throws on a held-out loss that is not finite, and if no target counts", async () => {
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

Deno.test("trainLanguageModel() reports best parameters, clipped steps, learning rates and progress", async () => {
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
  // The rate is reduced once, after the third epoch; the schedule is that of the epoch's last step.
  const rates = [0.05, 0.05, 0.05, 0.025].map((rate, i) => rate / (1 + (5 * i + 4) / 10));
  assertClose(history.map(({ learningRate }) => learningRate), rates, tolerance.rounding);
  // At the start of an epoch, the last step is of the epoch before.
  const begins = told.filter(({ epoch, step }, i) =>
    epoch > 0 && step === 0 && i + 1 < told.length
  );
  const last = begins.map(({ epoch }) => rates[epoch - 1] ?? NaN);
  assertClose(begins.map(({ learningRate }) => learningRate), last, tolerance.rounding);
  assertEquals(told.at(-1)?.history.length, 4);
  assertEquals(told.at(-1)?.tokens, history.reduce((sum, { tokens }) => sum + tokens, 0));
  assertEquals(new Set(told.map(({ steps }) => steps)), new Set([5]));
});

Deno.test("trainLanguageModel() gives the same for any progressSteps, and awaits onProgress", async () => {
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
  // If states are carried, the first step is a call by itself.
  assertEquals(told.slice(0, 5), [[0, 0], [0, 1], [0, 3], [1, 0], [1, 0]]);
});

forEachBackend("trainLanguageModel() leaves no tensor behind in 100 steps", async () => {
  await run({ epochs: 1 });
  const before = tf.memory().numTensors;
  await run({ epochs: 20, checkpointSteps: 3, onCheckpoint: () => Promise.resolve() });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("trainLanguageModel() refuses wrong options and models with replicas", async () => {
  await selectBackend("wasm");
  const wrong: (readonly [Partial<TrainLanguageModelOptions>, string])[] = [
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
    () => trainLanguageModel(model, loss, optimizer, { epochs: 1, batches, validate }),
    InputError,
    "replicas of the model must be left out, found 2",
  );
  optimizer.dispose();
  model.dispose();
});

/** Stops a training after a number of calls of onProgress, and returns its checkpoints. */
async function stopped(calls: number, start?: Uint8Array): Promise<Uint8Array[]> {
  const kept: Uint8Array[] = [];
  const stop = new AbortController();
  let told = 0;
  const reason = new Error("enough");
  const found = await assertRejects(() =>
    run({
      ...{ progressSteps: 2, signal: stop.signal, onCheckpoint: keeper(kept) },
      onProgress: () => {
        if (++told === calls) stop.abort(reason);
      },
    }, start)
  );
  assertEquals(found, reason);
  return kept;
}

forEachBackend(
  "trainLanguageModel() stopped by its signal anywhere continues to the same bytes",
  async () => {
    const all: Uint8Array[] = [];
    const whole = await run({ onCheckpoint: keeper(all) });
    // Calls are after 0, 1 and 3 of 5 steps, and at the end of an epoch and the start of the next.
    for (const [calls, checkpoints] of [[1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 2]] as const) {
      const kept = await stopped(calls);
      assertEquals(kept.length, checkpoints);
      const rest: Uint8Array[] = [];
      assertEquals(await run({ onCheckpoint: keeper(rest) }, kept.at(-1)), whole);
      assertEquals(rest.at(-1), all.at(-1));
    }
  },
);

Deno.test("trainLanguageModel() writes no checkpoint if no step was done since the last", async () => {
  await selectBackend("wasm");
  const [first] = await stopped(3);
  assert(first);
  assertEquals(await stopped(1, first), []);
});

Deno.test("trainLanguageModel() completes the last epoch if it is aborted after its steps", async () => {
  await selectBackend("wasm");
  const stop = new AbortController();
  const validate = () => {
    stop.abort();
    return Promise.resolve(1);
  };
  const { history } = await run({ epochs: 1, signal: stop.signal, validate });
  assertEquals(history.length, 1);
});

forEachBackend(
  "trainLanguageModel() stopped during the validation continues with the validation",
  async () => {
    const all: Uint8Array[] = [];
    const whole = await run({ onCheckpoint: keeper(all) });
    for (const [epoch, checkpoints] of [[0, 1], [1, 2]] as const) {
      const kept: Uint8Array[] = [];
      const stop = new AbortController();
      const reason = new Error("enough");
      let validations = 0;
      const found = await assertRejects(() =>
        run({
          ...{ signal: stop.signal, onCheckpoint: keeper(kept) },
          validate: () => {
            if (validations++ === epoch) stop.abort(reason);
            stop.signal.throwIfAborted();
            return Promise.resolve(whole.history[validations - 1]?.validationLoss ?? NaN);
          },
        })
      );
      assertEquals(found, reason);
      assertEquals(kept.length, checkpoints);
      const rest: Uint8Array[] = [];
      assertEquals(await run({ onCheckpoint: keeper(rest) }, kept.at(-1)), whole);
      assertEquals(rest.at(-1), all.at(-1));
    }
  },
);

Deno.test("trainLanguageModel() writes no checkpoint if the validation throws an error of its own", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const error = new Error("its own");
  const found = await assertRejects(() =>
    run({
      ...{ signal: AbortSignal.timeout(1e6), onCheckpoint: keeper(kept) },
      validate: () => Promise.reject(error),
    })
  );
  assertEquals([found, kept.length], [error, 0]);
});

Deno.test("trainLanguageModel() can be stopped by a timer without onProgress", async () => {
  await selectBackend("wasm");
  const signal = AbortSignal.timeout(100);
  const found = await assertRejects(() =>
    run({ epochs: 1e6, batches: () => batches(0, 1), validate: () => Promise.resolve(1), signal })
  );
  assertEquals(found, signal.reason);
});

Deno.test("trainLanguageModel() gives the same for any lossSteps, and reports losses that were read", async () => {
  await selectBackend("wasm");
  const told: (number | null)[] = [];
  const found = await run({
    ...{ epochs: 2, progressSteps: 1, lossSteps: 2 },
    onProgress: ({ loss }) => void told.push(loss),
  });
  assertEquals(found, await run({ epochs: 2 }));
  // In an epoch no loss is known before two steps, then each one for two steps.
  const of = (epoch: number) => told.slice(6 * epoch, 6 * epoch + 6).map((loss) => loss !== null);
  for (const epoch of [0, 1]) assertEquals(of(epoch), [false, false, true, true, true, false]);
  assertEquals(told[2], told[3]);
  assert(told[3] !== told[4]);
  await assertRejects(() => run({ lossSteps: 0 }), InputError, "lossSteps must be a positive");
});

forEachBackend(
  "trainLanguageModel() continues from any checkpoint to the same bytes",
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

Deno.test("trainLanguageModel() does nothing if all epochs are done", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const whole = await run({ onCheckpoint: keeper(kept) });
  assertEquals(await run({}, kept.at(-1)), whole);
  const fewer = () => run({ epochs: 2 }, kept.at(-1));
  await assertRejects(
    fewer,
    InputError,
    "epochs must be at least 3, the epochs that are done, found 2",
  );
});

Deno.test("trainLanguageModel() continues the plateau from the epochs without improvement", async () => {
  await selectBackend("wasm");
  const stalls = { epochs: 4, patience: 1, validate: () => Promise.resolve(1) };
  const kept: Uint8Array[] = [];
  const whole = await run({ ...stalls, onCheckpoint: keeper(kept) });
  // The rate is reduced after the third epoch, the second in a row without improvement.
  const rates = whole.history.map(({ learningRate }, i) => learningRate * (1 + (5 * i + 4) / 10));
  assert((rates[3] ?? NaN) < 0.6 * (rates[2] ?? NaN));
  assertEquals(await run(stalls, kept[1]), whole);
});

Deno.test("trainLanguageModel() refuses a checkpoint of more epochs or steps before loading it", async () => {
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
    [2, 1, 5, "epochs must be at least 2, the epochs that have begun, found 1"],
    [3, 1, 5, "epochs must be at least 2, the epochs that are done, found 1"],
  ] as const;
  for (const [which, epochs, count, message] of wrong) {
    const start = decodeCheckpoint(kept[which] ?? new Uint8Array(), "last");
    const each = () => batches(0, count);
    const validate = () => Promise.resolve(1);
    await assertRejects(
      () => trainLanguageModel(model, loss, optimizer, { epochs, batches: each, validate, start }),
      InputError,
      message,
    );
    assertEquals([await model.stateDict(), await optimizer.stateDict()], before);
  }
  optimizer.dispose();
  model.dispose();
});

Deno.test("trainLanguageModel() reads losses within an epoch of more than 1024 steps", async () => {
  await selectBackend("wasm");
  const many = batches(0, 1100);
  const { history } = await run({ epochs: 1, batches: () => many, carryState: false });
  const ids = many.flatMap(({ target }) => [...target.data]);
  assertEquals(history[0]?.tokens, ids.filter((id) => id !== 0).length);
});

Deno.test("trainLanguageModel() throws on a loss that is not finite", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const model = languageModel({
    ...{ vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, random: new Random(1) },
  });
  const optimizer = new AdamW(model, { learningRate: 1e38 });
  await assertRejects(
    () =>
      trainLanguageModel(model, loss, optimizer, {
        epochs: 1,
        batches,
        validate: () => Promise.resolve(1),
        onCheckpoint: keeper(kept),
      }),
    InputError,
    "must be a finite number, found NaN. A smaller learningRate or clipGradNorm may help",
  );
  assertEquals(kept, []);
  optimizer.dispose();
  model.dispose();
});
