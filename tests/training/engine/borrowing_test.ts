import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { CrossEntropyLoss, MSELoss } from "../../../src/training/engine/losses.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { randomComposition } from "./compositions.ts";

/** Ids, two layers and a head, with cross-entropy. */
const one = randomComposition(5);
const options = { random: one.random() };

function setUp() {
  const model = one.make("fused");
  const optimizer = new Adam(model, { learningRate: 0.1 });
  return { model, optimizer, batches: one.batches() };
}

forEachBackend(
  "Linear.dispose() keeps what the other layers of a trained model have learnt",
  async () => {
    const [kept, cut] = [setUp(), setUp()];
    for (const { model, optimizer, batches } of [kept, cut]) {
      trainStep(model, one.loss, optimizer, batches, options);
    }
    const wanted = await kept.model.stateDict();
    const fresh = one.make("fused");
    const initial = await fresh.stateDict();
    fresh.dispose();
    assertNotEquals(wanted["recurrent.weight_ih_l0"], initial["recurrent.weight_ih_l0"]);
    cut.model.head?.dispose();
    const found = await cut.model.recurrent.store.variables["weight_ih_l0"]?.data();
    assertEquals(found, wanted["recurrent.weight_ih_l0"]?.data);
    for (const { model, optimizer } of [kept, cut]) {
      optimizer.dispose();
      model.dispose();
    }
  },
);

forEachBackend(
  "trainStep() starts from a value that was assigned to an old variable",
  async () => {
    const { model, optimizer, batches } = setUp();
    const held = model.parameters["head.bias"];
    assert(held);
    trainStep(model, one.loss, optimizer, batches, options);
    tf.tidy(() => held.assign(tf.fill(held.shape, 7)));
    const now = await model.parameters["head.bias"]?.data();
    assertEquals([...now ?? []], Array(held.size).fill(7));
    trainStep(model, one.loss, optimizer, batches, options);
    tf.tidy(() => held.assign(tf.fill(held.shape, 7)));
    optimizer.learningRate = 0;
    trainStep(model, one.loss, optimizer, batches, options);
    assertEquals([...(await model.stateDict())["head.bias"]?.data ?? []], Array(held.size).fill(7));
    optimizer.dispose();
    model.dispose();
  },
);

forEachBackend(
  "trainStep() reads values that were assigned while the kernels had the parameters",
  async () => {
    const losses: number[] = [];
    for (const looks of [false, true]) {
      const { model, optimizer, batches } = setUp();
      const held = model.parameters["head.bias"];
      assert(held);
      trainStep(model, one.loss, optimizer, batches, options);
      // Reading returns the parameters to the model, so the next step copies them again.
      if (looks) await model.stateDict();
      const data = Float32Array.from({ length: held.size }, (_, i) => i);
      tf.tidy(() => held.assign(tf.tensor(data, held.shape)));
      const report = trainStep(model, one.loss, optimizer, batches, options);
      losses.push((await report.losses())[0]?.[0] ?? NaN);
      optimizer.dispose();
      model.dispose();
    }
    assert(losses[0] !== undefined && losses[0] > 0);
    assertEquals(losses[0], losses[1]);
  },
);

Deno.test("SequenceModel.parameters throws on another backend and loses nothing", async () => {
  await onBackend("cpu", async () => {
    const { model, optimizer, batches } = setUp();
    const before = await model.stateDict();
    trainStep(model, one.loss, optimizer, batches, options);
    await tf.setBackend("wasm"); // selectBackend would return the parameters first.
    assertThrows(() => model.parameters, InputError, "backend must be cpu, where training began");
    await selectBackend("cpu");
    assertNotEquals(await model.stateDict(), before);
    optimizer.dispose();
    model.dispose();
  });
});

Deno.test("trainStep() does not fuse steps of an overridden loss or a frozen parameter", async () => {
  await selectBackend("cpu");
  class Doubled extends MSELoss {
    override compute(...given: Parameters<MSELoss["compute"]>): tf.Tensor {
      return super.compute(...given).mul(2);
    }
  }
  const regression = [...Array(40).keys()].map(randomComposition).find(({ loss, what }) =>
    loss instanceof MSELoss && /"dropout":0,"topDropout":0,/.test(what)
  );
  assert(regression);
  const values: number[] = [];
  for (const loss of [new MSELoss(), new Doubled()]) {
    const model = regression.make("fused");
    const optimizer = new Adam(model);
    const report = trainStep(model, loss, optimizer, regression.batches()[0] ?? []);
    assertEquals(report.fused, !(loss instanceof Doubled));
    values.push((await report.losses())[0]?.[0] ?? NaN);
    optimizer.dispose();
    model.dispose();
  }
  assert(Math.abs((values[1] ?? NaN) / (values[0] ?? NaN) - 2) < 1e-5);

  const { model, optimizer, batches } = setUp();
  const frozen = model.parameters["head.bias"];
  assert(frozen);
  frozen.trainable = false;
  const before = await frozen.data();
  const report = trainStep(model, one.loss, optimizer, batches, options);
  assertEquals([report.fused, await frozen.data()], [false, before]);
  const fresh = one.make("fused");
  const name = "recurrent.weight_ih_l0";
  assertNotEquals((await model.stateDict())[name], (await fresh.stateDict())[name]);
  fresh.dispose();
  optimizer.dispose();
  model.dispose();
});

forEachBackend("trainStep() ignores masked rows whatever their targets are", async () => {
  const batch = one.batches()[0];
  assert(batch && !(batch.target instanceof tf.Tensor));
  const { shape, data } = batch.target;
  const mask = { shape, data: Float32Array.from(data, (_, i) => i % 2) };
  const values: number[] = [];
  for (const implementation of ["fused", "plain"] as const) {
    for (const padding of [0, 1]) {
      const target = {
        shape,
        data: Float32Array.from(data, (id, i) => i % 2 === 1 ? id : padding),
      };
      const model = one.make(implementation);
      const optimizer = new Adam(model);
      const loss = new CrossEntropyLoss();
      const report = trainStep(model, loss, optimizer, { ...batch, target, mask }, options);
      values.push((await report.losses())[0]?.[0] ?? NaN);
      optimizer.dispose();
      model.dispose();
    }
  }
  const [first = NaN] = values;
  assert(first > 0 && values.every((value) => Math.abs(value - first) < 1e-5 * first));
});

Deno.test("trainStep() refuses wrong ids, classes and masks, in arrays and tensors", async () => {
  await selectBackend("wasm");
  const { model, optimizer, batches } = setUp();
  const [batch] = batches;
  assert(batch);
  const refuse = (change: object, message: string) =>
    assertThrows(
      () => trainStep(model, one.loss, optimizer, { ...batch, ...change }, options),
      InputError,
      message,
    );
  for (const id of [-40, 30000, 1e9, 0.5, NaN]) {
    const x = tf.fill([...batch.x.shape], id);
    refuse({ x }, `x must be integers from 0 to 8, found ${id}`);
    x.dispose();
  }
  const target = tf.fill([...batch.target.shape], -3);
  refuse({ target }, "target must be integers from 0 to");
  target.dispose();
  const mask = {
    shape: batch.x.shape,
    data: new Float32Array(batch.x.shape[0]! * batch.x.shape[1]!),
  };
  refuse({ mask: { ...mask, data: mask.data.map(() => 0.5) } }, "mask must be 0 or 1 throughout");
  refuse({ x: [[1]] }, "x must be a tensor, or a shape with a Float32Array or Int32Array");
  refuse({ target: undefined }, "target must be a tensor, or a shape");
  assertThrows(
    () => trainStep(model, one.loss, optimizer, [], options),
    InputError,
    "batches must be 1 to 1024, found 0",
  );
  optimizer.dispose();
  assertThrows(
    () => trainStep(model, one.loss, optimizer, batch, options),
    InputError,
    "optimizer must be in use, found",
  );
  model.dispose();
  assertThrows(() => model.parameters, InputError, "the parameters must be in use");
});

forEachBackend("trainStep() changes the values of variables that were read before", async () => {
  const { model, optimizer, batches } = setUp();
  const held = model.parameters;
  const initial = await held["head.bias"]?.data();
  trainStep(model, one.loss, optimizer, batches, options);
  const found = await held["head.bias"]?.data();
  assertNotEquals(found, initial);
  assertEquals(found, (await model.stateDict())["head.bias"]?.data);
  trainStep(model, one.loss, optimizer, batches, options);
  const name = "recurrent.weight_ih_l0";
  const mean = await tf.tidy(() => held[name]?.mean())?.data();
  assertEquals(mean, await tf.tidy(() => model.parameters[name]?.mean())?.data());
  optimizer.dispose();
  model.dispose();
});
