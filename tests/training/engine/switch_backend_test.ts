import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { GRU } from "../../../src/model/gru.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { InferenceSession } from "../../../src/model/inference_session.ts";
import { MSELoss } from "../../../src/training/engine/losses.ts";
import { evaluate } from "../../../src/training/evaluate.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { type BackendName, backendNames, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/** Every pair of different backends. */
const switches = backendNames.flatMap((from) =>
  backendNames.flatMap((to) => from === to ? [] : [[from, to] as const])
);

function forEachSwitch(
  name: string,
  test: (from: BackendName, to: BackendName) => Promise<void>,
): void {
  for (const [from, to] of switches) {
    Deno.test(`${name} [${from} to ${to}]`, () => onBackend(from, () => test(from, to)));
  }
}

const loss = new MSELoss();
const batch = {
  x: { shape: [4, 3, 2], data: new Random(3).array(24) },
  target: { shape: [4, 3, 1], data: new Random(4).array(12) },
};

function setUp() {
  const random = new Random(5);
  const model = new SequenceModel({
    recurrent: new LSTM({ inputSize: 2, hiddenSize: 5, random: random.fork("lstm") }),
    head: new Linear({ inFeatures: 5, outFeatures: 1, random: random.fork("head") }),
  });
  return { model, optimizer: new Adam(model, { learningRate: 0.05 }) };
}

forEachSwitch("selectBackend() moves a model that was evaluated", async (from, to) => {
  const { model } = setUp();
  const wanted = await evaluate(model, loss, batch);
  await selectBackend(to);
  assertClose(await evaluate(model, loss, batch), wanted, tolerance.backend.webgpu);
  await selectBackend(from);
  assertEquals(await evaluate(model, loss, batch), wanted);
  model.dispose();
});

forEachSwitch(
  "selectBackend() moves the parameters of a model that was trained",
  async (from, to) => {
    const [moved, stayed] = [setUp(), setUp()];
    for (const { model, optimizer } of [moved, stayed]) {
      trainStep(model, loss, optimizer, [batch, batch], {});
    }
    // Only the other model is read, since reading returns the parameters by itself.
    const wanted = await stayed.model.stateDict();
    await selectBackend(to);
    assertEquals(await moved.model.stateDict(), wanted);
    const [found] = await evaluate(moved.model, loss, batch);
    assertThrows(
      () => trainStep(moved.model, loss, moved.optimizer, batch, {}),
      InputError,
      `backend must be ${from}, where training began, found "${to}"`,
    );
    assertEquals(await moved.optimizer.stateDict(), await stayed.optimizer.stateDict());
    await selectBackend(from);
    assertClose(
      [found ?? NaN],
      await evaluate(stayed.model, loss, batch),
      tolerance.backend.webgpu,
    );
    for (const { model, optimizer } of [moved, stayed]) {
      trainStep(model, loss, optimizer, batch, {});
    }
    assertNotEquals(await stayed.model.stateDict(), wanted);
    assertEquals(await moved.model.stateDict(), await stayed.model.stateDict());
    assertEquals(await moved.optimizer.stateDict(), await stayed.optimizer.stateDict());
    for (const { model, optimizer } of [moved, stayed]) {
      optimizer.dispose();
      model.dispose();
    }
  },
);

forEachSwitch("Adam.loadStateDict() continues training on another backend", async (from, to) => {
  const [moved, stayed] = [setUp(), setUp()];
  const optimizers: Adam[] = [];
  for (const { model, optimizer } of [moved, stayed]) {
    trainStep(model, loss, optimizer, [batch, batch], {});
  }
  for (const { model, optimizer } of [moved, stayed]) {
    const state = await optimizer.stateDict();
    if (model === moved.model) await selectBackend(to);
    const next = new Adam(model);
    next.loadStateDict(state);
    trainStep(model, loss, next, [batch, batch], {});
    optimizers.push(next);
    if (model === moved.model) await selectBackend(from);
  }
  const wanted = await stayed.model.stateDict();
  for (const [name, { data }] of Object.entries(await moved.model.stateDict())) {
    assertClose(data, wanted[name]?.data ?? [], tolerance.steps, { what: name });
  }
  for (const each of [moved.optimizer, stayed.optimizer, ...optimizers]) each.dispose();
  for (const { model } of [moved, stayed]) model.dispose();
});

forEachSwitch(
  "InferenceSession.next() continues on its own backend after selectBackend()",
  async (_, to) => {
    const { model } = setUp();
    const streams = [new InferenceSession(model), new InferenceSession(model)] as const;
    const inputs = [[1, -1], [0.5, 0.25], [0, 2]];
    const [moved, stayed] = streams;
    const wanted: Float32Array[] = [];
    for (const x of inputs) wanted.push(await stayed.next(x));
    assertEquals(await moved.next(inputs[0] ?? []), wanted[0]);
    await selectBackend(to);
    assertEquals(await moved.next(inputs[1] ?? []), wanted[1]);
    moved.setStates(await moved.states());
    assertEquals(await moved.next(inputs[2] ?? []), wanted[2]);
    // A new InferenceSession computes on the other backend.
    const fresh = new InferenceSession(model);
    assertClose(await fresh.next(inputs[0] ?? []), wanted[0] ?? [], tolerance.backend.webgpu);
    for (const stream of [...streams, fresh]) stream.dispose();
    model.dispose();
  },
);

Deno.test({
  name: "tf.setBackend() leads to errors that name both backends, and loses nothing",
  ignore: !backendNames.includes("webgpu"),
  fn: () =>
    onBackend("webgpu", async () => {
      const random = new Random(1);
      const layer = new GRU({ inputSize: 2, hiddenSize: 3, random });
      const x = tf.ones([2, 1, 2]).mul(2);
      const run = (): tf.Tensor => layer.forward(x).output;
      const wanted = await run().data();
      const { optimizer, model } = setUp();
      trainStep(model, loss, optimizer, batch, {});
      for (const to of ["cpu", "wasm"] as const) {
        await tf.setBackend(to);
        const message = `the backend of a tensor must be ${to}, which is the current one, ` +
          'found "webgpu". After `await tensor.data()` tfjs moves the tensor.';
        assertThrows(() => run(), InputError, message);
        assertThrows(() => x.add(1), InputError, message);
        await assertRejects(
          () => evaluate(model, loss, batch),
          InputError,
          `backend must be webgpu, where training began, found "${to}"`,
        );
        await tf.setBackend("webgpu");
        assertEquals(await run().data(), wanted);
      }
      await evaluate(model, loss, batch);
      await tf.setBackend("cpu");
      for (const tensor of [x, ...Object.values(layer.parameters)]) await tensor.data();
      assertClose(await run().data(), wanted, tolerance.backend.webgpu);
      await selectBackend("webgpu");
      assertEquals(await run().data(), wanted);
      optimizer.dispose();
      layer.dispose();
      model.dispose();
    }),
});

Deno.test("selectBackend() works after tf.setBackend() left parameters with the kernels", async () => {
  await onBackend("cpu", async () => {
    const { model, optimizer } = setUp();
    trainStep(model, loss, optimizer, batch, {});
    await tf.setBackend("wasm");
    await selectBackend("cpu");
    const [found = NaN] = await evaluate(model, loss, batch);
    assert(found > 0);
    optimizer.dispose();
    model.dispose();
  });
});
