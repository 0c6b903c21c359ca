import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import type { LSTMState } from "../../src/model/reference/lstm_cell.ts";
import type { Model } from "../../src/model/model.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import type { Batch } from "../../src/training/engine/batch.ts";
import { MSELoss } from "../../src/training/engine/losses.ts";
import { Adam, AdamW, type OptimizerState } from "../../src/training/optimizer.ts";
import { GRU } from "../../src/model/gru.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** A model with one parameter w and the output w x. */
function scaling(): Model & { dispose(): void } {
  const w = tf.variable(tf.tensor1d([0.5, -2]));
  return {
    parameters: { w },
    forward: (x) => ({ output: tf.mul(x, w), state: [] }),
    dispose: () => w.dispose(),
  };
}

/** Computes the updates in float64, for gradients 2 (w - target) / 2 of a mean over two numbers. */
function wanted(decay: number, decoupled: boolean, clip: number, steps: number): number[] {
  const w = [0.5, -2];
  const [m, v] = [[0, 0], [0, 0]];
  for (let t = 1; t <= steps; t++) {
    const gradients = w.map((value, i) => value - [1, 3][i]!);
    const norm = Math.hypot(...gradients);
    const scale = Math.min(1, clip / (norm + 1e-6));
    w.forEach((value, i) => {
      const g = gradients[i]! * scale + (decoupled ? 0 : decay * value);
      m[i] = 0.9 * m[i]! + 0.1 * g;
      v[i] = 0.99 * v[i]! + 0.01 * g * g;
      const start = decoupled ? value * (1 - 0.1 * decay) : value;
      const root = Math.sqrt(v[i]! / (1 - 0.99 ** t)) + 1e-8;
      w[i] = start - 0.1 * m[i]! / (1 - 0.9 ** t) / root;
    });
  }
  return w;
}

for (const [name, make] of [["Adam", Adam], ["AdamW", AdamW]] as const) {
  forEachBackend(`${name} updates a parameter by its equations`, async (backend) => {
    for (const [decay, clip] of [[0, Infinity], [0.2, 1]] as const) {
      const model = scaling();
      const optimizer = new make(model, {
        learningRate: 0.1,
        betas: [0.9, 0.99],
        weightDecay: decay,
        ...(clip === Infinity ? {} : { clipGradNorm: clip }),
      });
      const batch = {
        x: { shape: [2], data: new Float32Array([1, 1]) },
        target: { shape: [2], data: new Float32Array([1, 3]) },
      };
      const report = trainStep(model, new MSELoss(), optimizer, Array(10).fill(batch));
      const found = await model.parameters.w!.data();
      const allowed = tolerance.backend[backend];
      assertClose(found, wanted(decay, name === "AdamW", clip, 10), allowed, { what: "w" });
      const [loss] = await report.losses();
      assertClose(loss ?? [], [(0.25 + 25) / 2], allowed, { what: "first loss" });
      const [norm] = await report.gradNorms();
      assertClose(norm ?? [], [Math.hypot(0.5, 5)], allowed, { what: "first norm" });
      optimizer.dispose();
      model.dispose();
    }
  });
}

Deno.test("Adam.learningRate takes effect at the next step", async () => {
  await selectBackend("cpu");
  const model = scaling();
  const optimizer = new Adam(model, { learningRate: 0 });
  const batch = {
    x: { shape: [2], data: new Float32Array([1, 1]) },
    target: { shape: [2], data: new Float32Array([1, 3]) },
  };
  trainStep(model, new MSELoss(), optimizer, batch);
  assertEquals([...await model.parameters.w!.data()], [0.5, -2]);
  optimizer.learningRate = 0.25;
  trainStep(model, new MSELoss(), optimizer, batch);
  assertClose(await model.parameters.w!.data(), [0.75, -1.75], tolerance.float32);
  optimizer.dispose();
  model.dispose();
});

for (const implementation of ["fused", "plain"] as const) {
  forEachBackend(`AdamW trains each replica by its own schedule, ${implementation}`, async () => {
    const run = async (factors: readonly number[]) => {
      const replicas = factors.length;
      const random = factors.map(() => new Random(1));
      const model = new SequenceModel({
        recurrent: new GRU({ inputSize: 2, hiddenSize: 3, implementation, random, replicas }),
        head: new Linear({ inFeatures: 3, outFeatures: 1, random, replicas }),
        readout: "last",
      });
      const optimizer = new AdamW(model, {
        ...{ learningRate: 0.1, weightDecay: 0.2, clipGradNorm: 1 },
        // Each step has a lower learning rate than the one before.
        replicaSchedule: (steps) => factors.map((factor) => factor / (1 + steps)),
      });
      const field = (shape: number[], values: readonly number[]) => ({
        shape: [replicas, ...shape],
        data: Float32Array.from(factors.flatMap(() => values)),
      });
      const batch = { x: field([2, 1, 2], [1, 2, -1, 0.5]), target: field([1, 1], [3]) };
      const report = trainStep(model, new MSELoss(), optimizer, [batch, batch, batch]);
      assertEquals(report.fused, implementation === "fused");
      const losses = (await report.losses()).at(-1) ?? [];
      optimizer.dispose();
      model.dispose();
      return [...losses];
    };
    const [together, first, second] = [await run([1, 0.25]), await run([1]), await run([0.25])];
    assertEquals(together, [...first, ...second]);
    assert(first[0] !== second[0]);
  });
}

Deno.test("Adam refuses a replicaSchedule without a factor for each replica", async () => {
  await selectBackend("cpu");
  const model = scaling();
  const batch = {
    x: { shape: [2], data: new Float32Array([1, 1]) },
    target: { shape: [2], data: new Float32Array([1, 3]) },
  };
  for (
    const [factors, message] of [
      [[1, 1], "replicaSchedule must be 1 numbers, one for each replica"],
      [[-1], "replicaSchedule must be 0 or more, found -1"],
    ] as const
  ) {
    const optimizer = new Adam(model, { replicaSchedule: () => factors });
    assertThrows(() => trainStep(model, new MSELoss(), optimizer, batch), InputError, message);
    optimizer.dispose();
  }
  model.dispose();
});

Deno.test("Adam and AdamW refuse settings out of range", async () => {
  await selectBackend("cpu");
  const model = scaling();
  const refuse = (options: ConstructorParameters<typeof Adam>[1], message: string) =>
    assertThrows(() => new Adam(model, options), InputError, message);
  refuse({ learningRate: -1 }, "learningRate must be 0 or more, found -1");
  refuse({ learningRate: NaN }, "learningRate must be 0 or more, found NaN");
  refuse({ betas: [0.9, 1] }, "betas must be in [0, 1), found 1");
  refuse({ epsilon: -1 }, "epsilon must be 0 or more, found -1");
  refuse({ weightDecay: -0.1 }, "weightDecay must be 0 or more, found -0.1");
  refuse({ clipGradNorm: 0 }, "clipGradNorm must be above 0, found 0");
  model.dispose();
});

Deno.test("Adam uses defaults for undefined settings, and accepts an epsilon of 0", async () => {
  await selectBackend("cpu");
  const model = scaling();
  const nothing = { weightDecay: undefined, betas: undefined, epsilon: undefined };
  // TypeScript accepts this without exactOptionalPropertyTypes.
  const options: object = nothing;
  const [adam, adamW] = [new Adam(model, options), new AdamW(model, options)];
  assertEquals([adam.weightDecay, adamW.weightDecay], [0, 0.01]);
  assertEquals([adam.betas, adam.epsilon], [[0.9, 0.999], 1e-8]);
  assertEquals(new Adam(model, { epsilon: 0 }).epsilon, 0);
  model.dispose();
});

Deno.test("Adam.steps can be read after dispose()", async () => {
  await selectBackend("cpu");
  const model = scaling();
  const optimizer = new Adam(model);
  const x = { shape: [2], data: new Float32Array([1, 1]) };
  trainStep(model, new MSELoss(), optimizer, [{ x, target: x }, { x, target: x }]);
  optimizer.dispose();
  model.dispose();
  assertEquals(optimizer.steps, 2);
});

Deno.test("Adam.report() reports the last steps of several calls", async () => {
  await selectBackend("cpu");
  const model = scaling();
  const optimizer = new Adam(model, { learningRate: 0.1 });
  const x = { shape: [2], data: new Float32Array([1, 1]) };
  const target = { shape: [2], data: new Float32Array([3, 3]) };
  const refuse = (count: number, wanted: string) =>
    assertThrows(() => optimizer.report(count), InputError, wanted);
  refuse(
    1,
    "count must be an integer from 1 to 0, the number of steps that can be reported, found 1",
  );
  const losses: number[] = [];
  for (const count of [2, 1, 3]) {
    const report = optimizer.step(new MSELoss(), Array(count).fill({ x, target }));
    for (const [loss = NaN] of await report.losses()) losses.push(loss);
  }
  assertEquals((await optimizer.report(4).losses()).flatMap((row) => [...row]), losses.slice(2));
  assertEquals((await optimizer.report(6).gradNorms()).length, 6);
  refuse(7, "count must be an integer from 1 to 6");
  refuse(0.5, "found 0.5");
  optimizer.dispose();
  model.dispose();
});

Deno.test("Adam[Symbol.dispose]() disposes of the optimizer at the end of a block", async () => {
  await selectBackend("cpu");
  const model = network("fused");
  const train = (optimizer: Adam) =>
    trainStep(model, new MSELoss(), optimizer, parts(1), { random: new Random(1) });
  const optimizers: Adam[] = [];
  {
    using optimizer = new Adam(model);
    train(optimizer);
    optimizers.push(optimizer);
  }
  for (const optimizer of optimizers) {
    assertThrows(() => train(optimizer), InputError, "optimizer must be in use");
  }
  model.dispose();
});

type Kind = "fused" | "plain";

function network(implementation: Kind, replicas?: number): SequenceModel<LSTMState> {
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  const sizes = { inputSize: 3, hiddenSize: 4, numLayers: 2, dropout: 0.5 };
  return new SequenceModel({
    recurrent: new LSTM({ ...sizes, implementation, random: random.fork("lstm"), ...many }),
    head: new Linear({ inFeatures: 4, outFeatures: 2, random: random.fork("head"), ...many }),
  });
}

function parts(count: number, replicas?: number): Batch[] {
  const random = new Random(2);
  const lead = replicas === undefined ? [] : [replicas];
  const field = (width: number) => ({
    shape: [...lead, 5, 2, width],
    data: random.array((replicas ?? 1) * 10 * width),
  });
  return Array.from({ length: count }, () => ({ x: field(3), target: field(2) }));
}

/** Trains on some parts, from a start if there is one. */
async function run(
  kind: Kind,
  batches: readonly Batch[],
  replicas?: number,
  start?: { weights: StateDict; optimizer: OptimizerState },
) {
  const model = network(kind, replicas);
  const schedule = (steps: number) => 1 / (1 + steps);
  const optimizer = new AdamW(model, { learningRate: 0.1, clipGradNorm: 0.5, schedule });
  if (start) {
    model.loadStateDict(start.weights);
    optimizer.loadStateDict(start.optimizer);
  }
  const random = new Random(3);
  const report = trainStep(model, new MSELoss(), optimizer, batches, { random, carryState: true });
  assertEquals(report.fused, kind === "fused");
  const losses = await report.losses();
  const found = {
    weights: await model.stateDict(),
    optimizer: await optimizer.stateDict(),
    losses,
  };
  optimizer.dispose();
  model.dispose();
  return found;
}

for (const kind of ["fused", "plain"] as const) {
  for (const replicas of [undefined, 2]) {
    const name = `${kind}, ${replicas ?? "no"} replicas`;
    forEachBackend(`Adam.loadStateDict() continues training from a state (${name})`, async () => {
      const batches = parts(6, replicas);
      const whole = await run(kind, batches, replicas);
      const half = await run(kind, batches.slice(0, 3), replicas);
      assertEquals(half.optimizer.step, 3);
      const rest = await run(kind, batches.slice(3), replicas, half);
      assertEquals(rest.weights, whole.weights);
      assertEquals(rest.optimizer, whole.optimizer);
      assertEquals([...half.losses, ...rest.losses], whole.losses);
      assert(half.losses[0]?.[0] !== rest.losses[0]?.[0]);
    });
  }
}

Deno.test("Adam.loadStateDict() refuses states of other models, and values out of range", async () => {
  await selectBackend("cpu");
  const model = network("fused");
  const optimizer = new AdamW(model);
  const batches = parts(2);
  const options = { random: new Random(1), carryState: true };
  trainStep(model, new MSELoss(), optimizer, batches, options);
  const state = await optimizer.stateDict();
  const name = "exp_avg.head.bias";
  const wrong: (readonly [Partial<OptimizerState>, string])[] = [
    [{ step: -1 }, "step must be an integer of 0 or more, found -1"],
    [{ moments: {} }, "exp_avg.recurrent.weight_ih_l0 must be of shape [16, 3], found undefined"],
    [
      { moments: { ...state.moments, [name]: { shape: [3], data: new Float32Array(3) } } },
      "exp_avg.head.bias must be of shape [2], found [3]",
    ],
    [
      { moments: { ...state.moments, other: { shape: [1], data: new Float32Array(1) } } },
      'moments must be those of the model, found "other"',
    ],
    [{ learningRate: NaN }, "learningRate must be 0 or more, found NaN"],
  ];
  for (const [change, message] of wrong) {
    assertThrows(() => optimizer.loadStateDict({ ...state, ...change }), InputError, message);
  }
  const states = [new Float32Array(8)];
  optimizer.loadStateDict({ ...state, carried: { fused: true, states } });
  const go = () => trainStep(model, new MSELoss(), optimizer, batches, options);
  assertThrows(go, InputError, "carried states must be of 8, 8, 8, 8 numbers, found [8]");
  optimizer.loadStateDict({ ...state, carried: { fused: false, states } });
  assertThrows(go, InputError, 'carried states must be those of a fused step, found "plain"');
  optimizer.dispose();
  await assertRejects(() => optimizer.stateDict(), InputError, "optimizer must be in use");
  model.dispose();
});
