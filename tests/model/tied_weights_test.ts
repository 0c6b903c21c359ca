import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { InferenceSession } from "../../src/model/inference_session.ts";
import { MSELoss } from "../../src/training/engine/losses.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const [vocabulary, width] = [5, 3];
const table = { numEmbeddings: vocabulary, embeddingDim: width };
const classes = { inFeatures: width, outFeatures: vocabulary };

/** A model whose head reads the embedding's table. */
function make(replicas?: number) {
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  const sizes = { inputSize: width, hiddenSize: width };
  const embedding = new Embedding({
    ...table,
    paddingIdx: 0,
    ...many,
    random: random.fork("table"),
  });
  return new SequenceModel({
    embedding,
    recurrent: new GRU({ ...sizes, ...many, random: random.fork("gru") }),
    head: new Linear({ ...classes, tied: embedding, ...many, random: random.fork("head") }),
  });
}

for (const replicas of [undefined, 2]) {
  const lead = replicas === undefined ? [] : [replicas];
  forEachBackend(
    `Linear reads the table of the embedding that it is tied to, with replicas ${replicas}`,
    async () => {
      const start = tf.memory().numTensors;
      const random = new Random(1);
      const many = replicas === undefined ? {} : { replicas };
      const embedding = new Embedding({ ...table, ...many, random });
      // The tied layer makes only a bias, which the source has not made yet.
      const tied = new Linear({ ...classes, tied: embedding, ...many, random });
      const apart = new Linear({ ...classes, ...many, random: random.fork("apart") });
      assertEquals([Object.keys(tied.parameters), tied.parameterCount], [["bias"], vocabulary]);
      assert(tied.tied === embedding && apart.tied === null);
      const x = tf.tensor(new Random(2).array((replicas ?? 1) * 4 * width), [...lead, 4, width]);
      const { weight } = await embedding.stateDict();
      const { bias } = await tied.stateDict();
      assert(weight && bias);
      apart.loadStateDict({ weight, bias });
      const [found, wanted] = [tied.forward(x), apart.forward(x)];
      assertEquals(await found.data(), await wanted.data());
      // A change of the table is a change of the weight.
      embedding.loadStateDict({ weight: { ...weight, data: weight.data.map(() => 0) } });
      tied.loadStateDict({ bias: { ...bias, data: bias.data.map((_, i) => i) } });
      const changed = tied.forward(x);
      assertEquals([...await changed.data()].slice(0, vocabulary), [0, 1, 2, 3, 4]);
      tf.dispose([x, found, wanted, changed]);
      for (const layer of [tied, apart, embedding]) layer.dispose();
      assertEquals(tf.memory().numTensors, start);
    },
  );
}

forEachBackend(
  "SequenceModel with a tied head has the table once, in its state dict and its gradients",
  async () => {
    const start = tf.memory().numTensors;
    const model = make();
    const names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];
    const wanted = ["embedding.weight", ...names.map((name) => `recurrent.${name}`), "head.bias"];
    const dict = await model.stateDict();
    assertEquals(Object.keys(dict), wanted);
    assertEquals(model.network?.head, { outFeatures: vocabulary, bias: true, tied: true });
    const numbers = Object.values(dict).reduce((sum, { data }) => sum + data.length, 0);
    assertEquals(model.parameterCount, numbers);
    model.loadStateDict(dict);
    const ids = tf.tensor2d([[0], [3]], [2, 1], "int32");
    const { value, grads } = tf.variableGrads(() => model.forward(ids).output.square().sum());
    const gradient = [...await grads[model.embedding?.parameters.weight.name ?? ""]?.data() ?? []];
    // The head reads every row, including that of the padding.
    assertEquals(gradient.filter((number) => number === 0), []);
    tf.dispose([ids, value, grads]);
    model.dispose();
    model.dispose();
    assertEquals(tf.memory().numTensors, start);
  },
);

forEachBackend(
  "SequenceModel with a tied head is traced, run step by step and trained",
  async (backend) => {
    const model = make(2);
    const ids = tf.tensor3d([1, 4, 0, 2], [2, 2, 1], "int32");
    const [trace] = model.trace(ids);
    assertEquals(trace?.hidden.shape, [2, 2, 1, width]);
    const before = await model.stateDict();
    const optimizer = new Adam(model, { learningRate: 0.1 });
    const loss = new MSELoss();
    const data = new Float32Array(2 * 2 * vocabulary);
    const target = { shape: [2, 2, 1, vocabulary], data };
    assert(trainStep(model, loss, optimizer, [{ x: ids, target }]).fused);
    // A call of the tied layer itself ends the loan of the table to the kernels.
    const states = tf.ones([2, 1, width]);
    const logits = model.head?.forward(states);
    const after = await model.stateDict();
    assertNotEquals(after["embedding.weight"]?.data, before["embedding.weight"]?.data);
    const bias = after["head.bias"]?.data ?? [];
    const rows = Array.from(after["embedding.weight"]?.data ?? []);
    const sums = Array.from(bias, (b, i) => {
      return rows.slice(i * width, (i + 1) * width).reduce((sum, w) => sum + w, b);
    });
    assertClose(await logits?.data() ?? [], sums, tolerance.backend[backend]);

    const { output } = model.forward(ids);
    const all = await output.data();
    const stream = new InferenceSession(model);
    for (const step of [0, 1]) {
      const found = await stream.next([[1, 0], [4, 2]][step] ?? []);
      for (const r of [0, 1]) {
        const first = (2 * r + step) * vocabulary;
        assertClose(
          found.slice(r * vocabulary, (r + 1) * vocabulary),
          all.slice(first, first + vocabulary),
          tolerance.backend[backend],
        );
      }
    }
    stream.dispose();
    optimizer.dispose();
    model.dispose();
  },
);

forEachBackend("Linear has no parameters if it is tied and has no bias", async () => {
  const embedding = new Embedding({ ...table, random: new Random(1) });
  const head = new Linear({ ...classes, bias: false, tied: embedding, random: new Random(1) });
  assertEquals([head.parameters, await head.stateDict(), head.parameterCount], [{}, {}, 0]);
  assertEquals(head.forward(tf.ones([2, width])).shape, [2, vocabulary]);
  head.dispose();
  embedding.dispose();
});

forEachBackend("Linear refuses an embedding of other sizes to be tied to", () => {
  const random = new Random(1);
  const embedding = new Embedding({ ...table, random: random.fork("embedding") });
  const two = new Embedding({ ...table, replicas: 2, random: random.fork("embedding") });
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  refuse(
    () => new Linear({ ...classes, inFeatures: 4, tied: embedding, random: random.fork("head") }),
    "inFeatures must be 3, the embeddingDim of the tied embedding, found 4",
  );
  refuse(
    () => new Linear({ ...classes, outFeatures: 6, tied: embedding, random: random.fork("head") }),
    "outFeatures must be 5, the numEmbeddings of the tied embedding, found 6",
  );
  refuse(
    () => new Linear({ ...classes, tied: two, random: random.fork("head") }),
    "replicas must be 2, as in the tied embedding, found undefined",
  );
  refuse(
    () => new Linear({ ...classes, replicas: 2, tied: embedding, random: random.fork("head") }),
    "replicas must be left out, as in the tied embedding, found 2",
  );
  const head = new Linear({ ...classes, tied: embedding, random: random.fork("head") });
  for (const layer of [embedding, two]) layer.dispose();
  refuse(() => head.forward(tf.ones([2, width])), "the parameters must be in use");
  head.dispose();
});
