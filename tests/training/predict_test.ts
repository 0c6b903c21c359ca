import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { SequenceReadout } from "../../src/model/readout.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import { predict } from "../../src/training/predict.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const [vocabulary, hidden, out] = [11, 6, 3];
const readouts = ["all", "last", "mean", "attention"] as const;

interface Kind {
  readonly readout: SequenceReadout;
  readonly bidirectional?: boolean;
  readonly implementation?: Implementation;
  readonly replicas?: number;
}

/** A classifier of ids, whose dropout must not act. */
function modelOf({ readout, replicas, ...settings }: Kind): SequenceModel<tf.Tensor> {
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  const attention = { size: 5, random: random.fork("attention") };
  return new SequenceModel({
    embedding: new Embedding({
      ...{ numEmbeddings: vocabulary, embeddingDim: 4, paddingIdx: 0, ...many },
      random: random.fork("embedding"),
    }),
    recurrent: new GRU({
      ...{ inputSize: 4, hiddenSize: hidden, ...settings, ...many, random: random.fork("gru") },
    }),
    ...{ readout, dropout: 0.5 },
    ...(readout === "attention" ? { attention } : {}),
    head: { outFeatures: out, random: random.fork("head") },
  });
}

/** Sentences of ids; each has at least four words, so that all of them take the same kernels. */
const sentences = [[3, 1, 4, 1, 5, 9, 2], [6, 5, 3, 5], [8, 9, 7, 9, 3]];

/** Ids [sequence, batch], padded with zeros to `steps`. */
function batchOf(given: readonly (readonly number[])[], steps: number) {
  const rows = Array.from({ length: steps }, (_, t) => given.map((ids) => ids[t] ?? 0));
  const lengths = given.map(({ length }) => length);
  return { x: { shape: [steps, given.length], data: Int32Array.from(rows.flat()) }, lengths };
}

forEachBackend(
  "predict() gives a sentence the same output alone, in a batch, and with more padding",
  async (backend) => {
    // On WebGPU every shape compiles for seconds, and attention has the parts of the others.
    for (const readout of backend === "webgpu" ? (["attention"] as const) : readouts) {
      for (const bidirectional of backend === "webgpu" ? [true] : [false, true]) {
        using model = modelOf({ readout, bidirectional });
        const what = `${readout}, bidirectional ${bidirectional}`;
        const together = await predict(model, batchOf(sentences, 7));
        const longer = await predict(model, batchOf(sentences, 12));
        for (const [b, sentence] of sentences.entries()) {
          const alone = await predict(model, batchOf([sentence], sentence.length));
          const rows = readout === "all" ? sentence.map((_, t) => t * sentences.length + b) : [b];
          for (const found of [together, longer]) {
            const output = rows.flatMap((row) => [
              ...found.output.data.slice(row * out, (row + 1) * out),
            ]);
            const weights = sentence.map((_, t) => found.weights?.data[t * sentences.length + b]);
            assertClose(output, alone.output.data, tolerance.backend[backend], { what });
            if (backend === "webgpu") continue;
            assertEquals(output, [...alone.output.data], what);
            if (alone.weights) assertEquals(weights, [...alone.weights.data], what);
          }
        }
      }
    }
  },
);

forEachBackend(
  "predict() gives what forward() and attend() give, and leaves no tensor",
  async (backend) => {
    const { x, lengths } = batchOf(sentences, 7);
    const tensor = tf.tensor2d(x.data, [7, 3], "int32");
    for (const readout of readouts) {
      for (const implementation of ["fused", "plain"] as const) {
        using model = modelOf({ readout, implementation });
        const before = tf.memory().numTensors;
        const found = await predict(model, { x, lengths });
        const other = await predict(model, { x: tensor, lengths });
        assertEquals(tf.memory().numTensors, before);
        const { output } = model.forward(tensor, undefined, { lengths });
        const allowed = tolerance.backend[backend];
        for (const { output: given } of [found, other]) {
          assertEquals(given.shape, output.shape);
          assertClose(given.data, await output.data(), allowed);
        }
        assertEquals(found.weights !== null, model.weighsSteps);
        if (!model.weighsSteps) continue;
        const { weights } = model.attend(tensor, undefined, { lengths });
        for (const { weights: given } of [found, other]) {
          assertEquals(given?.shape, weights.shape);
          assertClose(given?.data ?? [], await weights.data(), allowed);
        }
      }
    }
  },
);

forEachBackend("predict() gives each replica its own output and weights", async (backend) => {
  using model = modelOf({ readout: "attention", replicas: 2 });
  const { x, lengths } = batchOf(sentences, 7);
  const both = { shape: [2, ...x.shape], data: Int32Array.from([...x.data, ...x.data]) };
  const { output, weights } = await predict(model, { x: both, lengths });
  assertEquals([output.shape, weights?.shape], [[2, 3, out], [2, 7, 3]]);
  const found = model.attend(tf.tensor(both.data, both.shape, "int32"), undefined, { lengths });
  assertClose(output.data, await found.output.data(), tolerance.backend[backend]);
  assertClose(weights?.data ?? [], await found.weights.data(), tolerance.backend[backend]);
  assert(output.data[0] !== output.data[3 * out]);
});

forEachBackend("predict() refuses what does not fit", async () => {
  using model = modelOf({ readout: "mean" });
  const { x } = batchOf(sentences, 7);
  const refuse = (input: Parameters<typeof predict>[1], message: string) =>
    assertRejects(() => predict(model, input), InputError, message);
  await refuse({ x: { shape: [7, 2], data: x.data } }, "data of x must be 14 numbers, found 21");
  await refuse(
    { x, lengths: [7, 8, 1] },
    "lengths must be 3 integers from 1 to 7, found [7, 8, 1]",
  );
  await refuse(
    { x: { shape: [1, 1], data: Int32Array.of(vocabulary) } },
    `x must be integers from 0 to ${vocabulary - 1}, found ${vocabulary}`,
  );
  await refuse(
    { x, mask: { shape: [3, 7], data: new Float32Array(21) } },
    "mask must be of shape [sequence 7, batch 3], found [3, 7]",
  );
  const { batch } = JSON.parse('{ "batch": { "x": { "shape": [1] }, "target": 1 } }');
  await refuse(batch, "target");
});
