import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Feedforward, type FeedforwardOptions } from "../../src/model/feedforward.ts";
import { InferenceSession } from "../../src/model/inference_session.ts";
import type { SequenceReadout } from "../../src/model/readout.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { predict } from "../../src/training/predict.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const implementations = ["fused", "plain"] as const;
const sizes = { inputSize: 3, hiddenSize: 5, numLayers: 2 };
const [sequence, batch] = [6, 2];

function layerOf(options: Partial<FeedforwardOptions> = {}): Feedforward {
  return new Feedforward({ ...sizes, random: new Random(1), ...options });
}

/** A tensor of normal numbers, the same for a label. */
function normal(label: string, shape: number[]): tf.Tensor {
  return tf.tensor(new Random(2).fork(label).array(tf.util.sizeFromShape(shape)), shape);
}

/** The index of a step whose input is changed, and inputs that differ at this step only. */
const changed = 2;
function pairOfInputs(): [tf.Tensor, tf.Tensor] {
  const x = normal("x", [sequence, batch, sizes.inputSize]);
  const at = tf.oneHot(tf.scalar(changed, "int32"), sequence).reshape([sequence, 1, 1]);
  return [x, x.add(at.mul(normal("change", [1, batch, sizes.inputSize])))];
}

for (const implementation of implementations) {
  forEachBackend(
    `Feedforward.forward() changes no output but that of a changed step, to the bit, ${implementation}`,
    async () => {
      using layer = layerOf({ implementation });
      const outputs = pairOfInputs().map((x) => layer.forward(x).output);
      const [before, after] = await Promise.all(outputs.map((output) => output.array()));
      assert(Array.isArray(before) && Array.isArray(after));
      for (const [t, output] of before.entries()) {
        if (t === changed) assertNotEquals(after[t], output);
        else assertEquals(after[t], output);
      }
    },
  );

  forEachBackend(
    `Feedforward's gradients of an output are 0 at all other steps, ${implementation}`,
    async () => {
      using layer = layerOf({ implementation });
      const [x] = pairOfInputs();
      const gradient = tf.grad((x: tf.Tensor) =>
        layer.forward(x).output.slice([changed], [1]).square().sum<tf.Scalar>()
      )(x);
      const norms = await gradient.square().sum([1, 2]).array();
      assert(Array.isArray(norms));
      assertEquals(norms.map((norm) => norm !== 0), norms.map((_, t) => t === changed));
    },
  );

  forEachBackend(
    `Feedforward.forward() ignores the initial state, and returns the last outputs that count, ${implementation}`,
    async () => {
      using layer = layerOf({ implementation, numLayers: 1, nonlinearity: "relu" });
      const [x] = pairOfInputs();
      const initial = normal("h", [1, batch, sizes.hiddenSize]);
      const lengths = [6, 2];
      const { output, state } = layer.forward(x, initial, { lengths });
      assertEquals(
        await output.data(),
        await layer.forward(x, undefined, { lengths }).output.data(),
      );
      for (const [b, length] of lengths.entries()) {
        const last = output.slice([length - 1, b], [1, 1]);
        assertEquals(await state.slice([0, b], [1, 1]).data(), await last.data());
        const padding = await output.slice([length, b], [-1, 1]).data();
        assertEquals(new Set(padding), new Set(length < sequence ? [0] : []));
      }
      const none = layer.forward(x, initial, { mask: tf.zeros([sequence, batch]) });
      assertEquals(await none.state.data(), await initial.data());
    },
  );
}

forEachBackend("Feedforward.forward() applies tanh, or relu if nonlinearity says so", async () => {
  const init = (name: string): number[] => name === "weight_ih_l0" ? [2, -1] : [0, 0.5];
  const small = { inputSize: 1, hiddenSize: 2, numLayers: 1, init };
  for (const implementation of implementations) {
    using relu = layerOf({ ...small, implementation, nonlinearity: "relu" });
    using tanh = layerOf({ ...small, implementation });
    const x = tf.tensor3d([[[2]], [[-3]]]);
    assertEquals([...await relu.forward(x).output.data()], [4, 0, 0, 3.5]);
    const wanted = [4, -1.5, -6, 3.5].map(Math.tanh);
    assertClose(await tanh.forward(x).output.data(), wanted, tolerance.float32);
    assertEquals([relu.spec.cell, tanh.spec.cell], ["feedforward_relu", "feedforward_tanh"]);
  }
});

forEachBackend("Feedforward has no weights of a state", () => {
  using layer = layerOf();
  const shapes = Object.entries(layer.parameters).map(([name, { shape }]) => [name, shape]);
  assertEquals(shapes, [
    ["weight_ih_l0", [5, 3]],
    ["bias_ih_l0", [5]],
    ["weight_ih_l1", [5, 5]],
    ["bias_ih_l1", [5]],
  ]);
  assertEquals(layer.parameterCount, 5 * 3 + 5 + 5 * 5 + 5);
  using bare = layerOf({ bias: false, replicas: 2 });
  assertEquals(Object.keys(bare.parameters), ["weight_ih_l0", "weight_ih_l1"]);
  assertEquals([bare.parameterCount, bare.outputSize], [40, 5]);
});

for (const implementation of implementations) {
  forEachBackend(
    `Feedforward.trace() and unroll() have the outputs as states, ${implementation}`,
    async (backend) => {
      using layer = layerOf({ implementation, batchFirst: true, replicas: 2 });
      const x = normal("many", [2, batch, sequence, sizes.inputSize]);
      const output = layer.forward(x).output.transpose([0, 2, 1, 3]);
      const traces = layer.trace(x);
      assertEquals(traces.map(({ layer, direction }) => [layer, direction]), [
        [0, "forward"],
        [1, "forward"],
      ]);
      assertEquals(Object.keys(traces[1] ?? {}), ["layer", "direction", "axes", "hidden"]);
      assertEquals(await traces[1]?.hidden.data(), await output.data());
      const { states } = layer.unroll(x);
      assertEquals(states.h.shape, [2, 2, sequence + 1, batch, sizes.hiddenSize]);
      const top = states.h.slice([0, 1, 1], [-1, 1]).squeeze([1]);
      assertClose(await top.data(), await output.data(), tolerance.backend[backend]);
    },
  );
}

forEachBackend("Feedforward leaves no tensors besides its results", () => {
  for (const implementation of implementations) {
    using layer = layerOf({ implementation });
    const [x] = pairOfInputs();
    const gradients = () => tf.variableGrads(() => layer.forward(x).output.square().mean());
    // The first call allocates the memory that a backend never frees.
    tf.dispose(gradients());
    const before = tf.memory().numTensors;
    tf.dispose([layer.forward(x), layer.trace(x), layer.unroll(x)]);
    tf.dispose(gradients());
    assertEquals(tf.memory().numTensors, before);
  }
});

const [vocabulary, classes] = [9, 2];

/** A classifier of sequences of ids. */
function classifierOf(
  readout: SequenceReadout,
  random: Random | readonly Random[],
): SequenceModel<tf.Tensor, "hidden"> {
  const fork = (label: string): Random | Random[] =>
    random instanceof Random ? random.fork(label) : random.map((source) => source.fork(label));
  const many = random instanceof Random ? {} : { replicas: random.length };
  return new SequenceModel({
    embedding: new Embedding({
      ...{ numEmbeddings: vocabulary, embeddingDim: 3, paddingIdx: 0, ...many },
      random: fork("embedding"),
    }),
    recurrent: new Feedforward({ inputSize: 3, hiddenSize: 5, ...many, random: fork("layer") }),
    readout,
    ...(readout === "attention" ? { attention: { size: 4, random: fork("attention") } } : {}),
    dropout: 0.3,
    head: { outFeatures: classes, random: fork("head") },
  });
}

/** Three sequences as columns, padded with 0. */
const rows = [[3, 1, 4], [1, 5, 8], [2, 6, 0], [7, 0, 0]];
const lengths = [4, 3, 2];

function batchOf(replicas?: number) {
  const lead = replicas === undefined ? [] : [replicas];
  const repeated = (one: readonly number[]) =>
    Int32Array.from(Array.from({ length: replicas ?? 1 }, () => one).flat());
  return {
    x: { shape: [...lead, rows.length, lengths.length], data: repeated(rows.flat()) },
    target: { shape: [...lead, lengths.length], data: repeated([0, 1, 1]) },
    lengths,
  };
}

forEachBackend(
  "trainStep() trains each replica of a Feedforward to the parameters that it has alone",
  async (backend) => {
    const sources = [7, 8, 9].map((seed) => new Random(seed));
    for (const readout of ["attention", "mean", "last"] as const) {
      /** Returns the parameters after three steps. */
      const train = async (random: Random | readonly Random[]) => {
        using model = classifierOf(readout, random);
        using optimizer = new Adam(model, { learningRate: 0.05 });
        const one = batchOf(random instanceof Random ? undefined : random.length);
        const dropout = random instanceof Random
          ? random.fork("dropout")
          : random.map((source) => source.fork("dropout"));
        const report = trainStep(model, new CrossEntropyLoss(), optimizer, [one, one, one], {
          random: dropout,
        });
        assert(report.fused);
        await report.losses();
        return await model.stateDict();
      };
      const together = await train(sources);
      for (const [r, source] of sources.entries()) {
        for (const [name, { data }] of Object.entries(await train(source))) {
          const found = together[name]?.data.slice(r * data.length, (r + 1) * data.length) ?? [];
          const what = `${readout}, ${name} of replica ${r}`;
          if (backend === "webgpu") assertClose(found, data, tolerance.steps, { what });
          else assertEquals([...found], [...data], what);
        }
      }
    }
  },
);

forEachBackend(
  "A Feedforward with attention or the mean gives the same output for words in any order",
  async (backend) => {
    const words = [3, 1, 4, 6, 2];
    const x = (order: readonly number[]) => ({
      shape: [order.length, 1],
      data: Int32Array.from(order),
    });
    for (const readout of ["attention", "mean"] as const) {
      using model = classifierOf(readout, new Random(3));
      const there = await predict(model, { x: x(words) });
      const back = await predict(model, { x: x(words.toReversed()) });
      const allowed = tolerance.backend[backend];
      assertClose(back.output.data, there.output.data, allowed, { what: `output, ${readout}` });
      assertClose(back.weights?.data.toReversed() ?? [], there.weights?.data ?? [], allowed, {
        what: `weights, ${readout}`,
      });
    }
  },
);

forEachBackend(
  "InferenceSession.next() of a Feedforward gives the outputs of the whole sequence",
  async (backend) => {
    const random = new Random(4);
    using model = new SequenceModel({
      recurrent: new Feedforward({ ...sizes, random: random.fork("layer") }),
      head: { outFeatures: classes, random: random.fork("head") },
    });
    const x = normal("x", [sequence, batch, sizes.inputSize]);
    const wanted = model.forward(x).output;
    using session = new InferenceSession(model, { batch });
    for (let t = 0; t < sequence; t++) {
      const found = await session.next(await x.slice([t], [1]).data());
      const whole = await wanted.slice([t], [1]).data();
      assertClose(found, whole, tolerance.backend[backend], { what: `step ${t}` });
    }
  },
);
