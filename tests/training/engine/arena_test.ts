import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { MSELoss } from "../../../src/training/engine/losses.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { backendNames, forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { randomComposition } from "./compositions.ts";

/** An embedding, two layers and a head. */
const one = randomComposition(5);
const options = { random: one.random() };

function setUp(implementation: "fused" | "plain" = "fused") {
  const model = one.make(implementation);
  const optimizer = new Adam(model, { learningRate: 0.01 });
  const dispose = (): void => {
    optimizer.dispose();
    model.dispose();
  };
  return { model, optimizer, batches: one.batches(), dispose };
}

forEachBackend(
  "trainStep() does the same in single steps and in one call, if parameters are read between or not",
  async () => {
    const [all, single, watched] = [setUp(), setUp(), setUp()];
    trainStep(all.model, one.loss, all.optimizer, all.batches, options);
    for (const batch of single.batches) {
      trainStep(single.model, one.loss, single.optimizer, batch, options);
    }
    for (const batch of watched.batches) {
      trainStep(watched.model, one.loss, watched.optimizer, batch, options);
      // Reading returns the parameters to the model; the next step borrows them again.
      await watched.model.stateDict();
    }
    const wanted = await all.model.stateDict();
    assertEquals(await single.model.stateDict(), wanted);
    assertEquals(await watched.model.stateDict(), wanted);
    for (const { dispose } of [all, single, watched]) dispose();
  },
);

forEachBackend("trainStep() starts from values that were loaded between two steps", async () => {
  const [assigned, moved] = [setUp(), setUp()];
  const initial = await assigned.model.stateDict();
  const losses: number[] = [];
  for (const { model, optimizer, batches } of [assigned, moved]) {
    trainStep(model, one.loss, optimizer, batches[0]!, options);
    if (model === assigned.model) model.loadStateDict(initial);
    const report = trainStep(model, one.loss, optimizer, batches[0]!, options);
    losses.push((await report.losses())[0]![0]!);
  }
  const fresh = setUp();
  // Dropout depends on the step, so the initial weights are compared at the second step, too.
  fresh.optimizer.learningRate = 0;
  trainStep(fresh.model, one.loss, fresh.optimizer, fresh.batches[0]!, options);
  const report = trainStep(fresh.model, one.loss, fresh.optimizer, fresh.batches[0]!, options);
  assertEquals(losses[0], (await report.losses())[0]![0]);
  assertNotEquals(losses[0], losses[1]);
  for (const { dispose } of [assigned, moved, fresh]) dispose();
});

forEachBackend("trainStep() keeps the moments for batches of another shape", async () => {
  const long = one.batches()[0]!;
  const shapes = [long, ...one.batches().slice(1)];
  const short = shapes.map((batch, i) => {
    if (i !== 1) return batch;
    // The first example of each batch only.
    const of = (field: typeof batch.x) => {
      if (field instanceof tf.Tensor) return field;
      const [steps = 0, count = 1] = field.shape;
      const data = Float32Array.from({ length: steps }, (_, t) => field.data[t * count] ?? NaN);
      return { shape: [steps, 1], data };
    };
    return {
      x: of(batch.x),
      target: of(batch.target),
      ...(batch.mask ? { mask: of(batch.mask) } : {}),
    };
  });
  const losses: number[][] = [];
  for (const implementation of ["fused", "plain"] as const) {
    const { model, optimizer, dispose } = setUp(implementation);
    const report = trainStep(model, one.loss, optimizer, short, options);
    losses.push((await report.losses()).map((row) => row[0]!));
    dispose();
  }
  assertClose(losses[0] ?? [], losses[1] ?? [], tolerance.steps);
});

forEachBackend("trainStep() leaves no tensor behind in 1000 steps", async (backend) => {
  const { model, optimizer, batches, dispose } = setUp();
  trainStep(model, one.loss, optimizer, batches, options);
  const { numTensors, numBytes } = tf.memory();
  // On a software adapter each call is slow, so a call does 50 steps.
  const each = backend === "webgpu" ? 50 : 1;
  for (let i = 0; i < 1000; i += each) {
    const some = Array.from({ length: each }, (_, k) => batches[(i + k) % batches.length]!);
    trainStep(model, one.loss, optimizer, some, options);
  }
  assertEquals([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
  await model.stateDict();
  assertEquals(tf.memory().numTensors, numTensors);
  dispose();
});

Deno.test("trainStep() refuses wrong arguments before anything changes", async () => {
  await selectBackend("cpu");
  const { model, optimizer, batches, dispose } = setUp();
  const other = setUp();
  const initial = await model.stateDict();
  const refuse = (batch: Parameters<typeof trainStep>[3], message: string) =>
    assertThrows(
      () => trainStep(model, one.loss, optimizer, batch, options),
      InputError,
      message,
    );
  assertThrows(
    () => trainStep(model, one.loss, other.optimizer, batches, options),
    InputError,
    "optimizer must be one that was made for this model",
  );
  const [batch] = batches;
  assert(batch && !(batch.x instanceof tf.Tensor) && !(batch.target instanceof tf.Tensor));
  const [steps = 0, count = 0] = batch.x.shape;
  refuse(
    { ...batch, target: { shape: [steps, 2 * count], data: new Float32Array(2 * steps * count) } },
    `target must be of shape [sequence ${steps}, batch ${count}], found [${steps}, ${2 * count}]`,
  );
  refuse({ ...batch, x: { ...batch.x, data: new Float32Array(1) } }, "data of x must be");
  refuse(
    { ...batch, x: { ...batch.x, data: batch.x.data.map(() => 9) } },
    "x must be integers from 0 to 8, found 9",
  );
  assertThrows(
    () => trainStep(model, one.loss, optimizer, batch),
    InputError,
    "random must be given if dropout is active in training",
  );
  refuse(Array(1025).fill(batch), "batches must be 1 to 1024, found 1025");
  assertEquals(await model.stateDict(), initial);
  const report = trainStep(model, one.loss, optimizer, batch, options);
  for (let i = 0; i < 2; i++) {
    trainStep(model, one.loss, optimizer, Array(600).fill(batch), options);
  }
  await assertRejects(() => report.losses(), InputError, "losses must be read within 1024");
  await selectBackend("wasm");
  assertThrows(
    () => trainStep(model, one.loss, optimizer, batch, options),
    InputError,
    'backend must be cpu, where training began, found "wasm"',
  );
  await selectBackend("cpu");
  dispose();
  other.dispose();
});

// Not on cpu, whose arrays are JavaScript's and may be as large as the memory of the machine.
for (const backend of backendNames.filter((name) => name !== "cpu")) {
  const name =
    `trainStep() refuses a batch that exceeds the memory, and training can continue [${backend}]`;
  const unit = backend === "wasm" ? "bytes" : "MiB";
  Deno.test(name, () => onBackend(backend, () => withoutRoom(unit)));
}

async function withoutRoom(unit: string): Promise<void> {
  const [interrupted, straight] = [regression(), regression()];
  // 3 million steps of 64 units: more than 4 GiB, from an input of 12 MB.
  const many = 3_000_000;
  const field = { shape: [many, 1, 1], data: new Float32Array(many) };
  const large = { x: field, target: field };
  const before = tf.memory().numTensors;
  for (const { model, optimizer, batch } of [interrupted, straight]) {
    trainStep(model, new MSELoss(), optimizer, batch);
    if (model === interrupted.model) {
      assertThrows(
        () => trainStep(model, new MSELoss(), optimizer, large),
        InputError,
        `the size of the arena in ${unit} must be at most`,
      );
    }
    trainStep(model, new MSELoss(), optimizer, batch);
  }
  assertEquals(tf.memory().numTensors, before);
  assertEquals(await interrupted.model.stateDict(), await straight.model.stateDict());
  for (const { model, optimizer } of [interrupted, straight]) {
    optimizer.dispose();
    model.dispose();
  }
}

function regression() {
  const random = new Random(1);
  const model = new SequenceModel({
    recurrent: new LSTM({ inputSize: 1, hiddenSize: 64, random: random.fork("lstm") }),
    head: new Linear({ inFeatures: 64, outFeatures: 1, random: random.fork("head") }),
  });
  const data = Float32Array.of(1, 2, 3);
  const batch = { x: { shape: [3, 1, 1], data }, target: { shape: [3, 1, 1], data } };
  return { model, optimizer: new Adam(model), batch };
}
