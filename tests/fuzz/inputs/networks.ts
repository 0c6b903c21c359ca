/**
 * Layers, losses and training steps with options and numbers that a caller without types can pass.
 */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { Feedforward } from "../../../src/model/feedforward.ts";
import { GRU } from "../../../src/model/gru.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { RecurrentLayer } from "../../../src/model/recurrent_layer.ts";
import { RNN } from "../../../src/model/rnn.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { CrossEntropyLoss, MSELoss } from "../../../src/training/engine/losses.ts";
import { StepReport } from "../../../src/training/engine/step_runner.ts";
import { Adam, AdamW } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { oddNumber, oddText, oddValue } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

/** Sizes of a layer that fit in memory, and values that are not sizes. */
const size = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 4 }) }, {
  weight: 1,
  arbitrary: fc.constantFrom<unknown>(...[0, -1, 1.5, NaN, Infinity, "3", null, undefined, 2n]),
});
const rarely = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: oddValue });

const layerOptions = fc.record({
  ...{ inputSize: size, hiddenSize: size, numLayers: size },
  dropout: rarely(fc.constantFrom(0, 0, 0, 0.5)),
  bidirectional: rarely(fc.boolean()),
  bias: rarely(fc.boolean()),
  batchFirst: rarely(fc.boolean()),
  replicas: fc.oneof(fc.constant(undefined), size),
  implementation: rarely(fc.constantFrom("fused", "plain")),
  init: rarely(fc.constant(undefined)),
  random: rarely(fc.constant(0).map(() => new Random(1))),
}, { requiredKeys: ["inputSize", "hiddenSize", "random"] });

const known = new Set([
  ...["inputSize", "hiddenSize", "numLayers", "dropout", "bidirectional", "bias", "batchFirst"],
  ...["replicas", "implementation", "init", "random", "nonlinearity"],
]);

/** Sometimes an unknown option. */
const unknownOption = fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, {
  weight: 1,
  arbitrary: fc.constantFrom({ numLayer: 2 }, { hidden_size: 3 }, { projSize: 2 }, { units: 1 }),
});

const cells = [RNN, LSTM, GRU, Feedforward];

const layers = inputTarget({
  name: "layers",
  inputs: fc.record({
    cell: fc.nat(cells.length - 1),
    options: fc.tuple(layerOptions, unknownOption).map(([own, more]) => ({ ...own, ...more })),
    x: rarely(fc.constant("as it must be")),
    more: fc.record({
      lengths: rarely(fc.constantFrom([3, 1], [2, 3], [4, 1], [1])),
      training: rarely(fc.constant(false)),
    }, { requiredKeys: [] }),
  }),
  errors: [InputError],
  prepare: () => selectBackend("wasm"),
  async read({ cell, options, x: given, more }) {
    const before = tf.memory().numTensors;
    const layer: unknown = Reflect.construct(cells[cell] ?? RNN, [options]);
    assert(layer instanceof RecurrentLayer);
    const other = Object.keys(options).find((name) => !known.has(name));
    assert(other === undefined, `the option ${other} was accepted`);
    const { replicas, spec: { inputSize }, batchFirst } = layer;
    const shape = [
      ...(replicas === undefined ? [] : [replicas]),
      ...(batchFirst ? [2, 3] : [3, 2]),
    ];
    const x = given === "as it must be" ? tf.ones([...shape, inputSize]) : given;
    try {
      const forward: unknown = Reflect.get(layer, "forward");
      assert(typeof forward === "function");
      const { output, state } = forward.call(layer, x, undefined, more);
      const numbers: Float32Array = await output.data();
      tf.dispose([output, state]);
      return { numbers, rank: output.rank, replicas };
    } finally {
      if (x instanceof tf.Tensor) x.dispose();
      layer.dispose();
      assertEquals(tf.memory().numTensors, before, "tensors are left");
    }
  },
  check({ numbers, rank, replicas }) {
    assertEquals(rank, replicas === undefined ? 3 : 4);
    assert(numbers.every((value) => Math.abs(value) <= 1), "a state is beyond 1, or none");
  },
});

const float = oddNumber.map(Math.fround);
const logit = fc.oneof({ weight: 8, arbitrary: fc.double({ min: -9, max: 9, noNaN: true }) }, {
  weight: 1,
  arbitrary: float,
}).map(Math.fround);

const losses = inputTarget({
  name: "losses",
  inputs: fc.record({
    kind: fc.constantFrom("mse", "crossEntropy"),
    output: fc.array(fc.array(logit, { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 5,
    }),
    targets: fc.array(
      fc.oneof({ weight: 12, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: float }),
      {
        minLength: 5,
        maxLength: 5,
      },
    ),
    mask: fc.option(fc.array(fc.constantFrom(0, 1, 1, 1), { minLength: 5, maxLength: 5 })),
    ignoreIndex: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(undefined, 0, 2, -100) },
      { weight: 1, arbitrary: fc.constantFrom(2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40) },
      { weight: 1, arbitrary: oddNumber },
    ),
  }),
  errors: [InputError],
  prepare: () => selectBackend("wasm"),
  async read({ kind, output, targets, mask, ignoreIndex }) {
    const before = tf.memory().numTensors;
    const count = output.length;
    const tensors = [
      tf.tensor3d([output]),
      kind === "mse"
        ? tf.tensor3d([output.map((_, i) => Array<number>(3).fill(targets[i] ?? 0))])
        : tf.tensor2d([targets.slice(0, count)]),
      ...(mask ? [tf.tensor2d([mask.slice(0, count)])] : []),
    ];
    const [x, target, counted] = tensors;
    assert(x && target);
    try {
      const options = ignoreIndex === undefined ? {} : { ignoreIndex };
      const loss = kind === "mse" ? new MSELoss() : new CrossEntropyLoss(options);
      const found = loss.compute(x, target, { mask: counted, replicas: 1 });
      const [value = NaN] = await found.data();
      found.dispose();
      return value;
    } finally {
      tf.dispose(tensors);
      assertEquals(tf.memory().numTensors, before, "tensors are left");
    }
  },
  check(found, { kind, output, targets, mask, ignoreIndex }) {
    const counts = output.map((_, i) =>
      (mask === null || mask[i] === 1) && (kind === "mse" || targets[i] !== ignoreIndex)
    );
    const rows = output.flatMap((row, i) => counts[i] ? [rowLoss(kind, row, targets[i] ?? 0)] : []);
    const wanted = rows.length === 0 ? 0 : rows.reduce((a, b) => a + b, 0) / rows.length;
    const far = [...output.flat(), ...targets].some((value) => !(Math.abs(value) < 1e15));
    // Squares of such numbers are infinite, also in rows that do not count.
    if (kind === "mse" && far) return;
    // A logit of -infinity is an impossible class; NaN and infinity are not logits.
    const wrong = (value: number) => Number.isNaN(value) || value === Infinity;
    if (output.some((row, i) => counts[i] && row.some(wrong))) {
      assert(!Number.isFinite(found), `logits of NaN or infinity have the loss ${found}`);
    } else if (Number.isFinite(Math.fround(wanted)) && Math.abs(wanted) < 1e30) {
      const room = 1e-4 * (1 + Math.abs(wanted));
      assert(Math.abs(found - wanted) <= room, `the loss is ${found}, not ${wanted}`);
    }
  },
});

/** Computes the loss of a row in float64. */
function rowLoss(kind: string, row: readonly number[], target: number): number {
  if (kind === "mse") {
    return row.reduce((sum, value) => sum + (value - target) ** 2, 0) / row.length;
  }
  const largest = Math.max(...row);
  const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
  return largest + Math.log(sum) - (row[target] ?? NaN);
}

function numbers(length: number): fc.Arbitrary<number[]> {
  const number = fc.oneof({ weight: 40, arbitrary: logit }, { weight: 1, arbitrary: float });
  return fc.array(number, { minLength: length, maxLength: length });
}

const adamOptions = fc.record({
  learningRate: rarely(fc.constantFrom(0.01, 0, 1)),
  betas: rarely(fc.constantFrom([0.9, 0.999], [0, 0])),
  epsilon: rarely(fc.constantFrom(1e-8, 0)),
  weightDecay: rarely(fc.constantFrom(0, 0.1)),
  clipGradNorm: rarely(fc.constantFrom(1, 1e-30)),
  schedule: rarely(fc.constant(() => 1)),
  replicaSchedule: rarely(fc.constant(() => [1])),
}, { requiredKeys: [] });

const steps = inputTarget({
  name: "steps",
  inputs: fc.record({
    decoupled: fc.boolean(),
    options: fc.tuple(
      adamOptions,
      fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, {
        weight: 1,
        arbitrary: fc.constantFrom({ lr: 0.1 }, { weight_decay: 1 }, { beta1: 0.5 }),
      }),
    ).map(([own, more]) => ({ ...own, ...more })),
    x: fc.oneof({ weight: 12, arbitrary: numbers(12) }, { weight: 1, arbitrary: numbers(11) }),
    target: rarely(numbers(6)),
    readout: rarely(fc.constantFrom("all", "all", "last", "mean", "attention")),
    lengths: fc.option(rarely(fc.constantFrom([3, 1], [2, 3])), { nil: undefined }),
    plain: fc.boolean(),
    more: fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, {
      weight: 1,
      arbitrary: fc.dictionary(
        fc.oneof(fc.constantFrom("random", "carryState"), oddText),
        oddValue,
        {
          maxKeys: 1,
        },
      ),
    }),
  }),
  errors: [InputError],
  prepare: () => selectBackend("wasm"),
  async read({ decoupled, options, x, target, readout, lengths, plain, more }) {
    const before = tf.memory().numTensors;
    const random = new Random(1);
    const recurrent = new GRU({
      ...{ inputSize: 2, hiddenSize: 3, random: random.fork("gru") },
      implementation: plain ? "plain" : "fused",
    });
    const head = new Linear({ inFeatures: 3, outFeatures: 1, random: random.fork("head") });
    const attention = { size: 2, random: random.fork("attention") };
    let model: SequenceModel<tf.Tensor> | undefined;
    let optimizer: Adam | undefined;
    try {
      const given: unknown = Reflect.construct(SequenceModel, [{
        ...{ recurrent, head, readout },
        ...(readout === "attention" ? { attention } : {}),
      }]);
      assert(given instanceof SequenceModel);
      model = given;
      const made: unknown = Reflect.construct(decoupled ? AdamW : Adam, [model, options]);
      assert(made instanceof Adam);
      optimizer = made;
      const batch = {
        x: { shape: [3, 2, 2], data: Float32Array.from(x) },
        target: {
          shape: readout === "all" || readout === undefined ? [3, 2, 1] : [2, 1],
          data: Array.isArray(target)
            ? Float32Array.from(readout === "all" ? target : target.slice(0, 2))
            : target,
        },
        ...(lengths === undefined ? {} : { lengths }),
      };
      const report: unknown = Reflect.apply(trainStep, undefined, [
        ...[model, new MSELoss(), optimizer, [batch, batch], more],
      ]);
      assert(report instanceof StepReport);
      await model.stateDict();
      return await report.losses();
    } finally {
      optimizer?.dispose();
      for (const part of [recurrent, head, model]) part?.dispose();
      assertEquals(tf.memory().numTensors, before, "tensors are left");
    }
  },
  check(losses, { x, target, options }) {
    for (const name of ["lr", "weight_decay", "beta1"]) {
      assert(!Object.hasOwn(options, name), `the option ${name} was accepted`);
    }
    assertEquals(losses.map(({ length }) => length), [1, 1]);
    const [first] = losses[0] ?? [];
    const all = Array.isArray(target) ? [...x, ...target] : x;
    if (all.every((value) => Number.isFinite(value) && Math.abs(value) < 1e6)) {
      assert(Number.isFinite(first), `the first loss is ${first}`);
    }
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [layers, losses, steps];
