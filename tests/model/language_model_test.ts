import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Matrix } from "ml-matrix";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { languageModel, type LanguageModelOptions } from "../../src/model/language_model.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const sizes = { vocabularySize: 7, embeddingDim: 3, hiddenSize: 4 };

Deno.test("languageModel() is an embedding, an LSTM with dropout between layers, dropout and a projection", async () => {
  await selectBackend("cpu");
  const model = languageModel({ ...sizes, dropout: 0.3, random: new Random(1) });
  assertEquals(model.network, {
    stack: {
      ...{ cell: "lstm", inputSize: 3, hiddenSize: 4, numLayers: 2 },
      ...{ bidirectional: false, bias: true, dropout: 0.3 },
    },
    embedding: { vocabulary: 7, padding: 0 },
    dropout: 0.3,
    head: { outFeatures: 7, bias: true, tied: false },
    readout: "all",
  });
  model.dispose();

  // With one layer the LSTM has no dropout, and padding is optional.
  const options = { ...sizes, numLayers: 1, dropout: 0.3, paddingIdx: null, random: new Random(1) };
  const small = languageModel({ ...options, implementation: "plain" });
  const { recurrent, dropout, embedding } = small;
  assertEquals([recurrent.spec.numLayers, recurrent.spec.dropout, dropout], [1, 0, 0.3]);
  assertEquals([recurrent.implementation, embedding?.paddingIdx], ["plain", null]);
  small.dispose();
});

Deno.test("languageModel() draws the notebook's weights if initialisation is orthogonal", async () => {
  await selectBackend("cpu");
  const initialisation = "orthogonal";
  const larger = { vocabularySize: 30, embeddingDim: 8, hiddenSize: 12 };
  const model = languageModel({ ...larger, initialisation, random: new Random(1) });
  const dict = await model.stateDict();
  const values = (name: string): Float32Array => dict[name]?.data ?? new Float32Array();
  const largest = (numbers: Float32Array): number => Math.max(...numbers.map(Math.abs));
  const table = values("embedding.weight");
  assertEquals([...table.subarray(0, 8)], Array(8).fill(0));
  assert(largest(table) <= 0.1 && largest(table) > 0.09);
  for (const [name, { shape: [rows = 0, columns = 0], data }] of Object.entries(dict)) {
    if (name.includes("bias")) assertEquals(largest(data), 0, name);
    if (!name.includes("recurrent.weight")) continue;
    const matrix = Matrix.from1DArray(rows, columns, [...data]);
    const product = matrix.transpose().mmul(matrix).to1DArray();
    assertClose(product, Matrix.eye(columns).to1DArray(), tolerance.float32, { what: name });
  }
  const limit = Math.sqrt(6 / (30 + 12));
  const projection = largest(values("head.weight"));
  assert(projection <= limit && projection > 0.95 * limit);
  model.dispose();
});

Deno.test("languageModel() starts with the weights of PyTorch's layers by default", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  const model = languageModel({ ...sizes, random });
  const embedding = new Embedding({
    ...{ numEmbeddings: 7, embeddingDim: 3, paddingIdx: 0 },
    random: random.fork("embedding"),
  });
  const dict = await model.stateDict();
  assertEquals(dict["embedding.weight"], (await embedding.stateDict()).weight);
  const most = (name: string): number => Math.max(...(dict[name]?.data ?? []).map(Math.abs));
  for (const name of ["recurrent.bias_hh_l1", "head.bias", "head.weight"]) {
    assert(most(name) > 0 && most(name) <= 0.5, name);
  }
  embedding.dispose();
  model.dispose();
});

Deno.test("languageModel() with replicas starts each like a model alone", async () => {
  await selectBackend("cpu");
  for (const initialisation of ["pytorch", "orthogonal"] as const) {
    const random = new Random(1);
    const sources = (): Random[] => [random.fork(0), random.fork(1)];
    const many = languageModel({ ...sizes, initialisation, replicas: 2, random });
    const listed = languageModel({ ...sizes, initialisation, replicas: 2, random: sources() });
    const dict = await many.stateDict();
    assertEquals(await listed.stateDict(), dict);
    for (const [r, source] of sources().entries()) {
      const alone = languageModel({ ...sizes, initialisation, random: source });
      for (const [name, { data }] of Object.entries(await alone.stateDict())) {
        const all = dict[name]?.data ?? new Float32Array();
        assertEquals(all.slice(r * data.length, (r + 1) * data.length), data, name);
      }
      alone.dispose();
    }
    many.dispose();
    listed.dispose();
  }
});

forEachBackend("languageModel() with tied weights learns and leaves no tensors", async () => {
  const before = tf.memory().numTensors;
  const random = new Random(1);
  const tied = { vocabularySize: 7, embeddingDim: 4, hiddenSize: 4, tieWeights: true };
  const model = languageModel({ ...tied, initialisation: "orthogonal", numLayers: 1, random });
  const names = Object.keys(model.parameters);
  assertEquals([names.includes("head.weight"), names.at(0)], [false, "embedding.weight"]);
  const optimizer = new AdamW(model, { learningRate: 0.05, clipGradNorm: 1 });
  const x = { shape: [4, 1], data: Int32Array.of(2, 5, 3, 6) };
  const target = { shape: [4, 1], data: Int32Array.of(5, 3, 6, 0) };
  const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
  const report = trainStep(
    model,
    loss,
    optimizer,
    Array.from({ length: 30 }, () => ({ x, target })),
  );
  assert(report.fused);
  const [first = [NaN], ...rest] = await report.losses();
  // An untrained model gives all ids about the same probability.
  assert(Math.abs((first[0] ?? NaN) - Math.log(7)) < 0.1);
  assert((rest.at(-1)?.[0] ?? NaN) < 0.5);
  optimizer.dispose();
  model.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("languageModel() names options that do not fit, and leaves no tensor", async () => {
  await selectBackend("cpu");
  const before = tf.memory().numTensors;
  const random = new Random(1);
  const refuse = (options: Partial<LanguageModelOptions>, message: string): unknown =>
    assertThrows(() => languageModel({ ...sizes, random, ...options }), InputError, message);
  refuse({ hiddenSize: 0 }, "hiddenSize must be a positive integer, found 0");
  refuse(
    { tieWeights: true },
    "embeddingDim must be 4, the hiddenSize, if weights are tied, found 3",
  );
  refuse({ replicas: 0 }, "replicas must be a positive integer, found 0");
  refuse({ replicas: 2, random: [random] }, "random must be 1 source, or 2, found 1");
  const { implementation } = JSON.parse('{ "implementation": "quick" }');
  refuse({ implementation }, 'implementation must be "fused" or "plain", found "quick"');
  const much = (name: string, shape: string) =>
    `${name} must be of a shape that fits in memory, found [${shape}]`;
  refuse({ vocabularySize: 2 ** 40 }, "vocabularySize must be at most 16777216");
  refuse({ embeddingDim: 2 ** 40 }, much("weight", "7, 1099511627776"));
  // After the embedding and the input weights.
  refuse({ embeddingDim: 1, hiddenSize: 2 ** 17 }, much("weight_hh_l0", "524288, 131072"));
  assertEquals(tf.memory().numTensors, before);
});
