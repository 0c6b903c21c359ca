import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { AdditiveAttention } from "../../src/model/additive_attention.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import type { LayerInit } from "../../src/model/parameters/variables.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const [sequence, batch, inputSize, size] = [5, 3, 4, 6];
const lengths = [5, 2, 3];
const implementations = ["fused", "plain"] as const;

function layerOf(implementation: Implementation, replicas?: number): AdditiveAttention {
  const many = replicas === undefined ? {} : { replicas };
  return new AdditiveAttention({ inputSize, size, implementation, ...many, random: new Random(1) });
}

function normal(label: string, shape: readonly number[]): tf.Tensor {
  const random = new Random(2).fork(label);
  return tf.tensor(random.array(tf.util.sizeFromShape([...shape]), (r) => r.normal()), [...shape]);
}

/** 1 for the steps of each sequence [sequence, batch]. */
const mask = Array.from({ length: sequence }, (_, t) => lengths.map((n) => t < n ? 1 : 0));

/** Computes attention over one sequence [step][feature] in plain numbers. */
async function expected(layer: AdditiveAttention, states: readonly (readonly number[])[]) {
  const { weight, bias, query } = await layer.stateDict();
  assert(weight && bias && query);
  const scores = states.map((state) =>
    Array.from({ length: size }, (_, j) => {
      const u = state.reduce(
        (sum, h, k) => sum + h * (weight.data[j * inputSize + k] ?? NaN),
        bias.data[j] ?? NaN,
      );
      return (query.data[j] ?? NaN) * Math.tanh(u);
    }).reduce((a, b) => a + b)
  );
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
  const weights = scores.map((score) => Math.exp(score) / total);
  const context = Array.from(
    { length: inputSize },
    (_, k) => states.reduce((sum, state, t) => sum + (weights[t] ?? NaN) * (state[k] ?? NaN), 0),
  );
  return { weights, context };
}

for (const implementation of implementations) {
  forEachBackend(
    `AdditiveAttention.forward() computes weights and context of each sequence, ${implementation}`,
    async (backend) => {
      using layer = layerOf(implementation);
      const states = normal("states", [sequence, batch, inputSize]);
      const numbers = await states.array() as number[][][];
      const { context, weights } = layer.forward(states, { lengths });
      assertEquals([context.shape, weights.shape], [[batch, inputSize], [sequence, batch]]);
      const found = {
        context: await context.array() as number[][],
        weights: await weights.array() as number[][],
      };
      for (const [b, length] of lengths.entries()) {
        const own = numbers.slice(0, length).map((row) => row[b] ?? []);
        const wanted = await expected(layer, own);
        const allowed = tolerance.backend[backend];
        assertClose(found.context[b] ?? [], wanted.context, allowed, { what: "context" });
        const column = found.weights.map((row) => row[b] ?? NaN);
        assertClose(column.slice(0, length), wanted.weights, allowed, { what: "weights" });
        assertEquals(column.slice(length), Array(sequence - length).fill(0));
      }
      const same = async (other: { context: tf.Tensor; weights: tf.Tensor }, swap = false) => {
        assertEquals(await other.context.array(), found.context);
        const ordered = swap ? other.weights.transpose() : other.weights;
        assertEquals(await ordered.array(), found.weights);
      };
      await same(layer.forward(states, { mask: tf.tensor2d(mask) }));
      await same(layer.forward(states, { mask: tf.tensor2d(mask, undefined, "int32") }));
      const swapped = states.transpose([1, 0, 2]);
      await same(layer.forward(swapped, { lengths, batchFirst: true }), true);
      const turned = tf.tensor2d(mask).transpose();
      await same(layer.forward(swapped, { mask: turned, batchFirst: true }), true);
    },
  );

  forEachBackend(
    `AdditiveAttention.forward() does not depend on the states of padding, ${implementation}`,
    async () => {
      using layer = layerOf(implementation);
      const states = normal("states", [sequence, batch, inputSize]);
      const counts = tf.tensor2d(mask);
      const run = async (padding: number): Promise<number[]> => {
        const padded = tf.where(
          counts.expandDims(-1).notEqual(0),
          states,
          tf.fill(states.shape, padding),
        );
        const loss = () =>
          layer.forward(padded, { mask: counts }).context.square().sum<tf.Scalar>();
        const { grads } = tf.variableGrads(loss);
        const { context, weights } = layer.forward(padded, { mask: counts });
        const all = [context, weights, ...Object.values(grads)];
        return (await Promise.all(all.map((t) => t.data()))).flatMap((values) => [...values]);
      };
      const wanted = await run(0);
      assert(wanted.every(Number.isFinite));
      assertEquals(await run(1000), wanted);
      assertEquals(await run(NaN), wanted);
    },
  );

  forEachBackend(
    `AdditiveAttention.forward() of replicas is that of each alone, ${implementation}`,
    async (backend) => {
      using layer = layerOf(implementation, 2);
      const states = normal("states", [2, sequence, batch, inputSize]);
      const { context, weights } = layer.forward(states, { lengths });
      assertEquals([context.shape, weights.shape], [[2, batch, inputSize], [2, sequence, batch]]);
      for (const r of [0, 1]) {
        using alone = new AdditiveAttention({
          ...{ inputSize, size, implementation },
          random: new Random(1).fork(r),
        });
        const wanted = alone.forward(states.gather(r), { lengths });
        const allowed = backend === "webgpu" ? tolerance.replicas : tolerance.backend[backend];
        assertClose(await context.gather(r).data(), await wanted.context.data(), allowed);
        assertClose(await weights.gather(r).data(), await wanted.weights.data(), allowed);
      }
    },
  );
}

forEachBackend(
  "AdditiveAttention.forward() has the gradients of plain ops, through context and weights",
  async (backend) => {
    for (const replicas of [undefined, 2]) {
      for (const masked of [false, true]) {
        const lead = replicas === undefined ? [] : [replicas];
        const states = normal("states", [...lead, sequence, batch, inputSize]);
        const dContext = normal("dContext", [...lead, batch, inputSize]);
        const dWeights = normal("dWeights", [...lead, sequence, batch]);
        const [fused, plain] = await Promise.all(implementations.map(async (implementation) => {
          using layer = layerOf(implementation, replicas);
          const loss = (x: tf.Tensor): tf.Scalar => {
            const { context, weights } = layer.forward(x, masked ? { lengths } : {});
            return tf.add(context.mul(dContext).sum(), weights.mul(dWeights).sum());
          };
          const ofStates = tf.grad(loss)(states);
          const { grads } = tf.variableGrads(() => loss(states));
          const named = Object.entries(layer.parameters).map(([name, { name: key }]) => {
            return [name, grads[key]] as const;
          });
          const all = [["states", ofStates] as const, ...named];
          return await Promise.all(all.map(async ([name, t]) => [name, await t?.data()] as const));
        }));
        assert(fused && plain && plain.length === 4);
        for (const [i, [name, wanted]] of plain.entries()) {
          const what = `${name}, replicas ${replicas}, masked ${masked}`;
          assert(wanted && wanted.some((value) => value !== 0), what);
          assertClose(fused[i]?.[1] ?? [], wanted, tolerance.backend[backend], { what });
        }
      }
    }
  },
);

forEachBackend(
  "AdditiveAttention.forward() gives 0 for a sequence without any step that counts",
  async () => {
    for (const implementation of implementations) {
      using layer = layerOf(implementation);
      const states = normal("states", [sequence, 2, inputSize]);
      const counts = tf.tensor2d(Array.from({ length: sequence }, () => [1, 0]));
      const { context, weights } = layer.forward(states, { mask: counts });
      assertEquals([...await context.data()].slice(inputSize), Array(inputSize).fill(0));
      const rows = await weights.array() as number[][];
      assertEquals(rows.map(([, second]) => second), Array(sequence).fill(0));
      const loss = (x: tf.Tensor) => layer.forward(x, { mask: counts }).context.square().sum();
      const gradient = await tf.grad(loss)(states).array() as number[][][];
      assert(gradient.flat(2).every(Number.isFinite));
      assertEquals(gradient.flatMap(([, second]) => second), Array(sequence * inputSize).fill(0));
      assert(gradient.some(([first]) => first?.some((value) => value !== 0)));
    }
  },
);

forEachBackend("AdditiveAttention.forward() has second derivatives if it is plain", async () => {
  using layer = layerOf("plain");
  const first = tf.grad((x: tf.Tensor) => layer.forward(x, { lengths }).context.square().sum());
  const second = tf.grad((x: tf.Tensor) => first(x).square().sum());
  const found = await second(normal("states", [sequence, batch, inputSize])).data();
  assert(found.every(Number.isFinite) && found.some((value) => value !== 0));
});

forEachBackend(
  "AdditiveAttention.forward() leaves no tensors but the context and the weights",
  () => {
    for (const implementation of implementations) {
      const start = tf.memory().numTensors;
      const layer = layerOf(implementation);
      const states = normal("states", [sequence, batch, inputSize]);
      const before = tf.memory().numTensors;
      const found = layer.forward(states, { lengths });
      assertEquals(tf.memory().numTensors, before + 2);
      const { value, grads } = tf.variableGrads(() => layer.forward(states).context.sum());
      tf.dispose([found, value, grads]);
      assertEquals(tf.memory().numTensors, before);
      states.dispose();
      layer.dispose();
      assertEquals(tf.memory().numTensors, start);
    }
  },
);

forEachBackend(
  "AdditiveAttention draws the weights of PyTorch's linear layers, or those of init",
  async () => {
    using layer = new AdditiveAttention({ inputSize: 100, size: 400, random: new Random(1) });
    const { weight, bias, query } = await layer.stateDict();
    assert(weight && bias && query);
    assertEquals([weight.shape, bias.shape, query.shape], [[400, 100], [400], [400]]);
    const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
    for (const [values, limit] of [[weight, 0.1], [bias, 0.1], [query, 0.05]] as const) {
      assert(largest(values.data) <= limit && largest(values.data) > 0.97 * limit);
    }
    assertEquals(layer.parameterCount, 400 * 102);
    const init: LayerInit = (name, shape) =>
      Array(tf.util.sizeFromShape([...shape])).fill(name === "query" ? 2 : 0);
    using other = new AdditiveAttention({ inputSize, size, init, random: new Random(1) });
    const dict = await other.stateDict();
    assertEquals([...dict.query?.data ?? []], Array(size).fill(2));
    // Equal scores give equal weights.
    const { weights } = other.forward(normal("states", [4, 1, inputSize]));
    assertEquals([...await weights.data()], [0.25, 0.25, 0.25, 0.25]);
  },
);

forEachBackend("AdditiveAttention refuses wrong options and arguments", (backend) => {
  const random = new Random(1);
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  const make = (change: Record<string, unknown>) => () =>
    new AdditiveAttention({ inputSize, size, random, ...change });
  refuse(make({ size: 0 }), "size must be a positive integer, found 0");
  refuse(make({ inputSize: 1.5 }), "inputSize must be a positive integer, found 1.5");
  refuse(make({ hiddenSize: 3 }), "hiddenSize");
  refuse(
    make({ implementation: "slow" }),
    'implementation must be "fused" or "plain", found "slow"',
  );
  refuse(make({ init: () => [1] }), "initial weight must be 24 numbers, found 1");
  using layer = layerOf("fused");
  const states = normal("states", [sequence, batch, inputSize]);
  refuse(
    () => layer.forward(tf.zeros([sequence, batch, 3])),
    "states must be of shape [sequence, batch, width 4], found [5, 3, 3]",
  );
  refuse(
    () => layer.forward(tf.zeros([batch, inputSize]), { batchFirst: true }),
    "states must be of shape [batch, sequence, width 4], found [3, 4]",
  );
  refuse(
    () => layer.forward(states, { mask: tf.ones([batch, sequence]) }),
    "mask must be of shape [sequence 5, batch 3], found [3, 5]",
  );
  refuse(
    () => layer.forward(states, { mask: tf.ones([sequence, batch]), lengths }),
    "mask must be left out if there are lengths, found [5, 3]",
  );
  refuse(
    () => layer.forward(states, { lengths: [6, 1, 1] }),
    "lengths must be 3 integers from 1 to 5, found [6, 1, 1]",
  );
  if (backend === "webgpu") return;
  refuse(
    () => layer.forward(states, { mask: tf.fill([sequence, batch], 2) }),
    "mask must be 0 or 1 throughout, found 2",
  );
});
