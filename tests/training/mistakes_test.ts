import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { cosineSchedule } from "../../src/training/cosine_schedule.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { fit } from "../../src/training/fit.ts";
import { CrossEntropyLoss, MSELoss } from "../../src/training/engine/losses.ts";
import { Adam, AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { trainLanguageModel } from "../../src/training/train_language_model.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { assertMistakes, call, type Mistake } from "../mistakes.ts";

function setUp() {
  const random = new Random(1);
  const model = new SequenceModel({
    recurrent: new GRU({ inputSize: 2, hiddenSize: 3, random: random.fork("gru") }),
    head: new Linear({ inFeatures: 3, outFeatures: 1, random: random.fork("head") }),
  });
  const text = languageModel({
    ...{ vocabularySize: 5, embeddingDim: 2, hiddenSize: 2 },
    random: random.fork("text"),
  });
  const batch = {
    x: { shape: [4, 2, 2], data: new Float32Array(16) },
    target: { shape: [4, 2, 1], data: new Float32Array(8) },
  };
  const ids = { shape: [4, 2], data: Int32Array.of(1, 2, 3, 4, 1, 2, 3, 4) };
  const [adam, adamW] = [new Adam(model), new AdamW(text)];
  return {
    ...{ model, text, batch, ids, adam, adamW },
    dispose(): void {
      for (const part of [adam, adamW, model, text]) part.dispose();
    },
  };
}

const mse = new MSELoss();

Deno.test("trainStep(), evaluate() and fit() refuse arguments of other types, and do no step", async () => {
  await selectBackend("cpu");
  const { model, batch, adam, dispose } = setUp();
  const other = new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(2) });
  const sgd = tf.train.sgd(0.1);
  const threes = tf.fill([4, 2], 3);
  const steps = (...args: unknown[]) => () => call(null, trainStep, ...args);
  const losses = (run: (loss: unknown) => unknown): Mistake[] => [
    [() => run(undefined), "loss must be a loss such as new MSELoss()"],
    [() => run(MSELoss), "found the class MSELoss. Make one: new MSELoss()"],
    [() => run(CrossEntropyLoss), "Make one: new CrossEntropyLoss()"],
    [() => run("mse"), 'found "mse"'],
    [() => run(tf.losses.meanSquaredError), "loss must be a loss such as new MSELoss()"],
  ];
  const batches = (run: (batch: unknown) => unknown): Mistake[] => [
    [() => run(undefined), "fields of a batch must be an object such as { x, target }"],
    [() => run(Promise.resolve(batch)), "an instance of Promise. Await it first"],
    [
      () => run({ ...batch, labels: 1 }),
      "a field of a batch must be one of x, target, mask, lengths",
    ],
    [() => run({ ...batch, length: [4, 4] }), "Did you mean lengths?"],
    [() => run({ x: batch.x }), "target must be a tensor, or a shape with a Float32Array"],
    [() => run({ ...batch, x: [[[1, 2]]] }), "x must be a tensor, or a shape"],
    [
      () => run({ ...batch, x: { ...batch.x, data: Array(16).fill(0) } }),
      "Float32Array.from(data)",
    ],
    [
      () => run({ ...batch, x: { ...batch.x, data: new Float64Array(16) } }),
      "Float32Array.from(data)",
    ],
    [
      () => run({ ...batch, x: { ...batch.x, data: new BigInt64Array(16) } }),
      "found a BigInt64Array of 16. Int32Array.from(data, Number) converts 64-bit integers",
    ],
    [() => run({ ...batch, x: { data: batch.x.data } }), "x must be a tensor, or a shape"],
    [() => run({ ...batch, x: { ...batch.x, shape: [4, 2, 1] } }), "data of x must be 8 numbers"],
    [
      () => run({ ...batch, x: { ...batch.x, shape: ["4", 2, 2] } }),
      "shape of x must be an array of",
    ],
    [() => run({ ...batch, lengths: 4 }), "lengths must be an array of 2 integers from 1 to 4"],
    [() => run({ ...batch, lengths: [4, 0] }), "2 integers from 1 to 4, found [4, 0]"],
    [() => run({ ...batch, lengths: [4, 1.5] }), "2 integers from 1 to 4, found [4, 1.5]"],
    [() => run({ ...batch, lengths: [4] }), "2 integers from 1 to 4, found [4]"],
    [
      () => run({ ...batch, lengths: [4, 4], mask: { shape: [4, 2], data: new Float32Array(8) } }),
      "mask must be left out if lengths are given",
    ],
    [
      () => run({ ...batch, mask: { shape: [4, 2], data: new Float32Array(8).fill(0.25) } }),
      "mask must be 0 or 1 throughout, found 0.25",
    ],
    [
      () => run({ ...batch, mask: threes }),
      "mask must be 0 or 1 throughout, found 3",
    ],
  ];
  await assertMistakes([
    ...losses((loss) => call(null, trainStep, model, loss, adam, batch)),
    ...losses((loss) => call(null, evaluate, model, loss, batch)),
    ...losses((loss) => call(null, fit, model, loss, adam, { steps: 1, draw: () => batch })),
    ...batches((given) => call(null, trainStep, model, mse, adam, given)),
    ...batches((given) => call(null, trainStep, model, mse, adam, [batch, given])),
    ...batches((given) => call(null, fit, model, mse, adam, { steps: 2, draw: () => given })),
    ...batches((given) => call(null, evaluate, model, mse, given)),
    [steps(model, mse, sgd, batch), "an Adam or AdamW", "Optimizers of tf.train cannot be used"],
    [steps(model, mse, undefined, batch), "optimizer must be an Adam or AdamW, found undefined"],
    [steps(other, mse, adam, batch), "one that was made for this model"],
    [steps(model, mse, adam, { ...batch, target: tf.tensor(["a"]) }), 'found "string"'],
    [steps(model, mse, adam, []), "batches must be 1 to 1024, found 0"],
    [steps(model, mse, adam, batch, new Random(1)), "options of trainStep must be an object"],
    [steps(model, mse, adam, batch, { rng: new Random(1) }), "Did you mean random?"],
    [steps(model, mse, adam, batch, { random: 5 }), "new Random(5) makes one"],
    [steps(model, mse, adam, batch, { random: [new Random(1)] }), "a source of random numbers"],
    [steps(model, mse, adam, batch, { carryState: "yes" }), "carryState must be true or false"],
    [() => call(null, evaluate, tf.sequential(), mse, batch), "Train a network of tf.layers"],
    [() => call(null, evaluate, Promise.resolve(model), mse, batch), "Await it first"],
    [() => call(null, evaluate, undefined, mse, batch), "model must be a network"],
    [() => call(null, evaluate, model.head, mse, batch), "input 3"],
    [() => call(null, evaluate, model, mse, [batch]), "fields of a batch must be an object"],
    [() => call(null, fit, model, mse, adam), "options of fit must be an object"],
    [
      () => call(null, fit, model, mse, adam, { steps: 2 }),
      "draw must be a function from a step's",
    ],
    [() => call(null, fit, model, mse, adam, { steps: 2, draw: batch }), "draw must be a function"],
    [
      () => call(null, fit, model, mse, adam, { steps: 1, draw: () => batch, signal: true }),
      "signal must be an AbortSignal, found true",
    ],
    [() => call(null, fit, model, mse, adam, { epochs: 2, draw: () => batch }), 'found "epochs"'],
    [() => call(null, fit, model, mse, adam, { steps: "2", draw: () => batch }), 'found "2"'],
    [
      () => call(null, fit, model, mse, adam, { steps: 2, draw: () => batch, onStep: true }),
      "onStep must be a function of the steps done",
    ],
  ]);
  assertEquals(adam.steps, 0);
  trainStep(model, mse, adam, batch);
  assertEquals(adam.steps, 1);
  threes.dispose();
  other.dispose();
  dispose();
});

Deno.test("trainStep() refuses a model without { output, state } and a loss that is not a scalar", async () => {
  await selectBackend("cpu");
  const { model, batch, adam, dispose } = setUp();
  const linear = new Linear({ inFeatures: 2, outFeatures: 1, random: new Random(1) });
  const optimizer = Reflect.construct(Adam, [linear]) as Adam;
  const before = tf.memory().numTensors;
  const loss = { fused: null, compute: (output: tf.Tensor) => output.sum(-1) };
  const column = { fused: null, compute: (output: tf.Tensor) => output.mean().reshape([1]) };
  const nothing = { fused: null, compute: () => undefined };
  await assertMistakes([
    [
      () => call(null, trainStep, linear, mse, optimizer, batch),
      "Put the layer into a SequenceModel",
    ],
    [
      () => trainStep(model, loss, adam, batch),
      "the result of the loss must be of shape []",
      "a scalar",
    ],
    [() => trainStep(model, column, adam, batch), "must be of shape [], found [1]"],
    [
      () => call(null, trainStep, model, nothing, adam, batch),
      "the result of the loss must be a tensor",
    ],
    [() => evaluate(model, loss, batch), "the result of the loss must be of shape []"],
  ]);
  assertEquals(tf.memory().numTensors, before);
  optimizer.dispose();
  linear.dispose();
  dispose();
});

Deno.test("Adam, cosineSchedule() and the losses refuse unknown options and values of other types", async () => {
  await selectBackend("cpu");
  const { model, adam, dispose } = setUp();
  await assertMistakes([
    ...[Adam, AdamW].flatMap((optimizer): Mistake[] => {
      const make = (...args: unknown[]) => () => call(null, optimizer, ...args);
      return [
        [make(), "model must be a network such as a SequenceModel, found undefined"],
        [make({ lr: 0.5 }), "model must be a network"],
        [make(tf.sequential()), "Train a network of tf.layers with its own fit"],
        [make(Object.values(model.parameters)), "model must be a network"],
        [make(model, 0.5), `options of ${optimizer.name} must be an object`, "found 0.5"],
        [
          make(model, { lr: 0.5 }),
          `an option of ${optimizer.name} must be one of learningRate`,
          'found "lr". Did you mean learningRate?',
        ],
        [make(model, { weight_decay: 0.1 }), "Did you mean weightDecay?"],
        [make(model, { learningRate: "0.1" }), 'learningRate must be 0 or more, found "0.1"'],
        [make(model, { betas: 0.9 }), "betas must be two numbers in [0, 1), found 0.9"],
        [make(model, { betas: [0.9] }), "betas must be two numbers"],
        [make(model, { schedule: 0.5 }), "schedule must be a function from the steps done"],
        [
          make(model, { replicaSchedule: [1] }),
          "replicaSchedule must be a function",
          "each replica",
        ],
        [make(model, { clipGradNorm: null }), "clipGradNorm must be above 0, found null"],
      ];
    }),
    [() => call(adam, "loadStateDict", adam.stateDict()), "an optimizer's state", "Await it first"],
    [() => call(adam, "loadStateDict", { step: 0, lr: 1 }), "Did you mean learningRate?"],
    [() => call(adam, "loadStateDict", { step: 3, learningRate: 1 }), "moments must be an object"],
    [() => call(null, cosineSchedule), "options of cosineSchedule must be an object"],
    [() => call(null, cosineSchedule, 100), "found 100"],
    [() => call(null, cosineSchedule, { steps: 9, warmup: 2 }), "Did you mean warmUp?"],
    [() => call(null, cosineSchedule, { steps: 9, floor: "0" }), "floor must be in [0, 1]"],
    [() => call(null, ReduceLROnPlateau), "optimizer must be an Adam or AdamW, found undefined"],
    [() => call(null, ReduceLROnPlateau, adam, 0.5), "options of ReduceLROnPlateau"],
    [() => call(null, CrossEntropyLoss, 0), "options of CrossEntropyLoss must be an object"],
    [() => call(null, CrossEntropyLoss, { ignore_index: 0 }), "Did you mean"],
    [() => call(null, CrossEntropyLoss, { ignoreIndex: null }), "ignoreIndex must be an integer"],
    [() => call(mse, "compute", [1], [1]), "output must be a tensor, found [1]"],
    [() => call(mse, "compute", tf.zeros([2, 1]), 1), "target must be a tensor, found 1"],
    [
      () => call(mse, "compute", tf.zeros([2, 1]), tf.zeros([2, 1]), tf.ones([2])),
      "options of MSELoss.compute must be an object such as { mask, replicas }",
    ],
  ]);
  dispose();
});

Deno.test("trainLanguageModel() and tokenLosses() refuse arguments of other types", async () => {
  await selectBackend("cpu");
  const { text, model, ids, adam, adamW, dispose } = setUp();
  const loss = new CrossEntropyLoss();
  const batches = [{ x: ids, target: ids }];
  const options = { epochs: 1, batches: () => batches, validate: () => Promise.resolve(1) };
  const run = (change: object) => () =>
    call(null, trainLanguageModel, text, loss, adamW, { ...options, ...change });
  const ask = (...args: unknown[]) => () => call(null, tokenLosses, text, ...args);
  await assertMistakes([
    [
      () => call(null, trainLanguageModel, text, mse, adamW, options),
      "loss must be a CrossEntropyLoss",
    ],
    [
      () => call(null, trainLanguageModel, text, loss, adam, options),
      "one that was made for this model",
    ],
    [
      () => call(null, trainLanguageModel, text, loss, adamW),
      "options of trainLanguageModel must be an object",
    ],
    [run({ callbacks: [] }), 'found "callbacks"'],
    [run({ batches }), "batches must be a function from an epoch's number to its batches"],
    [run({ batches: () => batches[0] }), "batches of an epoch must be an array of batches"],
    [run({ batches: () => Promise.resolve(batches) }), "Await it first"],
    [run({ validate: undefined }), "validate must be a function"],
    [run({ validate: 0.5 }), "validate must be a function"],
    [run({ onProgress: console }), "onProgress must be a function or left out"],
    [run({ plateau: { factor: 0.5 } }), "plateau must be a ReduceLROnPlateau"],
    [run({ plateau: ReduceLROnPlateau }), "found the class ReduceLROnPlateau"],
    [
      run({ signal: new AbortController() }),
      "Give its signal: controller.signal",
    ],
    [run({ random: 3 }), "new Random(3) makes one"],
    [run({ carryState: 1 }), "carryState must be true or false"],
    [run({ start: Promise.resolve({}) }), "start must be a checkpoint", "Await it first"],
    [run({ epochs: "3" }), 'epochs must be a positive integer, found "3"'],
    [ask(batches), "options of tokenLosses must be an object"],
    [
      ask(batches, {}),
      "ignoreIndex must be an integer from -16777216 to 16777216, found undefined",
    ],
    [ask(batches, { ignoreIndex: 0, signal: {} }), "signal must be an AbortSignal"],
    [ask(batches, { ignoreIndex: 0, carry: true }), 'found "carry"'],
    [ask(batches[0], { ignoreIndex: 0 }), "batches must be an array of batches"],
    [ask([{ ids }], { ignoreIndex: 0 }), "a field of a batch must be one of x, target"],
    [() => call(null, tokenLosses, model, batches, { ignoreIndex: 0 }), "input 2"],
  ]);
  for (const type of [BigInt64Array, BigUint64Array]) {
    const big = { shape: [4, 2], data: type.from([...ids.data].map(BigInt)) };
    const convert = "Int32Array.from(data, Number) converts 64-bit integers";
    const batch = { x: big, target: ids };
    await assertMistakes([
      [() => call(null, evaluate, text, loss, batch), convert],
      [() => call(null, trainStep, text, loss, adamW, { x: ids, target: big }), convert],
      [ask([batch], { ignoreIndex: 0 }), convert],
      [run({ batches: () => [batch] }), convert],
    ]);
  }
  assertEquals(adamW.steps, 0);
  dispose();
});

Deno.test("trainStep() refuses to carry states over two directions, and to train a frozen model", async () => {
  await selectBackend("cpu");
  const message = "carryState must be false if layers are bidirectional";
  const x = { shape: [4, 2, 2], data: new Float32Array(16) };
  const target = { shape: [4, 2, 6], data: new Float32Array(48) };
  for (const implementation of ["fused", "plain"] as const) {
    const sizes = { inputSize: 2, hiddenSize: 3, bidirectional: true, implementation };
    const layer = new GRU({ ...sizes, random: new Random(1) });
    const model = new SequenceModel({ recurrent: layer });
    const optimizer = new Adam(model);
    const alone = new Adam(layer);
    const carried = { carryState: true };
    await assertMistakes([
      [() => trainStep(model, mse, optimizer, { x, target }, carried), message],
      [() => trainStep(layer, mse, alone, { x, target }, carried), message],
      [() => tokenLosses(model, [{ x, target }], { ignoreIndex: 0, ...carried }), message],
    ]);
    for (const variable of Object.values(model.parameters)) variable.trainable = false;
    const { length } = Object.keys(tf.engine().registeredVariables);
    await assertMistakes([
      [() => trainStep(model, mse, optimizer, { x, target }), "trainable, at least one of them"],
    ]);
    assertEquals([optimizer.steps, Object.keys(tf.engine().registeredVariables).length], [
      0,
      length,
    ]);
    for (const part of [optimizer, alone, model]) part.dispose();
  }
});

Deno.test("MSELoss and CrossEntropyLoss refuse unknown options and empty outputs", async () => {
  await selectBackend("cpu");
  const none = tf.zeros([0, 1]);
  const rows = tf.zeros([0]);
  await assertMistakes([
    [
      () => call(null, MSELoss, { reduction: "sum" }),
      'an option of MSELoss must be left out, found "reduction"',
    ],
    [() => call(null, MSELoss, "sum"), 'options of MSELoss must be left out, found "sum"'],
    [() => call(null, CrossEntropyLoss, { reduction: "sum" }), 'ignoreIndex, found "reduction"'],
    [() => mse.compute(none, none), "output must be of at least one number, found [0, 1]"],
    [() => new CrossEntropyLoss().compute(none, rows), "output must be of at least one number"],
  ]);
  tf.dispose([none, rows]);
});

Deno.test("trainStep() refuses a loss without a gradient, and leaves no tensor", async () => {
  await selectBackend("cpu");
  const { model, batch, adam, dispose } = setUp();
  const before = tf.memory().numTensors;
  const own = (compute: (output: tf.Tensor) => tf.Tensor) => () =>
    trainStep(model, { fused: null, compute }, adam, batch);
  const words = [
    "the result of the loss must be computed from the model's output by TensorFlow.js ops",
    'found "a number without a gradient". A tensor made from numbers that were read',
  ];
  await assertMistakes([
    [own(() => tf.scalar(1)), ...words],
    [own((output) => tf.scalar(output.dataSync()[0] ?? 0)), ...words],
  ]);
  assertEquals(tf.memory().numTensors, before);
  const [loss] = await own((output) => output.square().mean())().losses();
  assertEquals(loss?.length, 1);
  dispose();
});

Deno.test("trainStep() names the replica axis that a batch with lengths lacks", async () => {
  await selectBackend("cpu");
  const random = new Random(3);
  const model = new SequenceModel({
    recurrent: new GRU({ inputSize: 2, hiddenSize: 3, replicas: 3, random: random.fork("gru") }),
  });
  const target = { shape: [4, 2, 3], data: new Float32Array(24) };
  const given = (...shape: number[]) => ({
    ...{ target, lengths: [4, 1] },
    x: { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
  });
  await assertMistakes([
    [
      () => evaluate(model, mse, given(4, 2, 2)),
      "x must be of shape [replica 3, sequence, batch, ...], found [4, 2, 2]",
    ],
    [() => evaluate(model, mse, given(3, 4)), "found [3, 4]"],
    [() => evaluate(model, mse, given(3, 4, 3, 2)), "lengths must be 3 integers from 1 to 4"],
  ]);
  model.dispose();
});
