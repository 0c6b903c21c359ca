import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import type { LayerInit } from "../../src/model/parameters/variables.ts";
import { forEachBackend } from "../backends.ts";

const sizes = { numEmbeddings: 4, embeddingDim: 2 };

forEachBackend("Embedding.forward() looks rows up, and its gradient adds them up", async () => {
  const start = tf.memory().numTensors;
  const table = new Embedding({ ...sizes, paddingIdx: 1, random: new Random(1) });
  const ids = tf.tensor2d([[3, 1, 3], [0, 3, 1]], [2, 3], "int32");
  tf.dispose(tf.variableGrads(() => table.forward(ids).sum()));
  const before = tf.memory().numTensors;
  const { weight } = table.parameters;
  const values = [...await weight.data()];
  assertEquals(values.slice(2, 4), [0, 0]);
  const found = table.forward(ids);
  assertEquals(tf.memory().numTensors, before + 1);
  assertEquals(found.shape, [2, 3, 2]);
  const wanted = [3, 1, 3, 0, 3, 1].flatMap((id) => values.slice(2 * id, 2 * id + 2));
  assertEquals([...await found.data()], wanted);

  const factors = tf.tensor(Array.from({ length: 12 }, (_, i) => i), [2, 3, 2]);
  const { value, grads } = tf.variableGrads(() => table.forward(ids).mul(factors).sum());
  const gradient = await grads[weight.name]?.data() ?? [];
  // Rows 0, 2 and 4 have id 3; the gradient of the padding is 0, and id 2 does not occur.
  assertEquals([...gradient], [6, 7, 0, 0, 0, 0, 0 + 4 + 8, 1 + 5 + 9]);
  tf.dispose([found, factors, value, grads, ids]);
  table.dispose();
  assertEquals(tf.memory().numTensors, start);
});

forEachBackend("Embedding gives each replica the table that its source draws alone", async () => {
  const two = new Embedding({ ...sizes, replicas: 2, random: new Random(1) });
  assertEquals([two.parameterCount, two.store.count], [8, 16]);
  const ids = tf.tensor2d([[3, 1], [0, 3]], [2, 2], "int32");
  const found = two.forward(ids);
  assertEquals(found.shape, [2, 2, 2]);
  for (const r of [0, 1]) {
    const alone = new Embedding({ ...sizes, random: new Random(1).fork(r) });
    const wanted = alone.forward(ids.slice([r], [1]).squeeze([0]));
    assertEquals(await found.slice([r], [1]).data(), await wanted.data());
    alone.dispose();
  }
  two.dispose();
});

forEachBackend("Embedding draws normal vectors of variance 1", async () => {
  const table = new Embedding({ numEmbeddings: 100, embeddingDim: 50, random: new Random(1) });
  const { weight } = await table.stateDict();
  const mean = (power: number): number =>
    weight ? weight.data.reduce((sum, value) => sum + value ** power, 0) / 5000 : NaN;
  // Within four standard errors of a normal number's moments.
  assertAlmostEquals(mean(1), 0, 4 / Math.sqrt(5000));
  assertAlmostEquals(mean(2), 1, 4 * Math.sqrt(2 / 5000));
  table.dispose();
});

forEachBackend("Embedding draws vectors by init, and 0 for padding", async () => {
  const init: LayerInit = (name, shape, random) => {
    assertEquals([name, shape], ["weight", [4, 2]]);
    return Array.from({ length: 8 }, () => random.uniform(1, 2));
  };
  const random = new Random(1);
  const table = new Embedding({ ...sizes, paddingIdx: 1, random, init });
  const two = new Embedding({
    ...sizes,
    replicas: 2,
    random: [new Random(1), new Random(2)],
    init,
  });
  const values = [...await table.parameters.weight.data()];
  const source = random.fork("weight");
  const wanted = Array.from({ length: 8 }, () => Math.fround(source.uniform(1, 2)));
  assertEquals(values, [...wanted.slice(0, 2), 0, 0, ...wanted.slice(4)]);
  assertEquals([...await two.parameters.weight.data()].slice(0, 8), wanted);
  assertThrows(
    () => new Embedding({ ...sizes, random: random.fork("embedding"), init: () => [1, 2, 3] }),
    InputError,
    "initial weight must be 8 numbers, found 3",
  );
  table.dispose();
  two.dispose();
});

forEachBackend("Embedding refuses wrong sizes, padding and ids", async (backend) => {
  const random = new Random(1);
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  refuse(
    () => new Embedding({ ...sizes, numEmbeddings: 0, random: random.fork("embedding") }),
    "numEmbeddings must be a positive integer, found 0",
  );
  refuse(
    () => new Embedding({ ...sizes, embeddingDim: 1.5, random: random.fork("embedding") }),
    "embeddingDim must be a positive integer, found 1.5",
  );
  for (const paddingIdx of [-1, 4, 0.5]) {
    refuse(
      () => new Embedding({ ...sizes, paddingIdx, random: random.fork("embedding") }),
      `paddingIdx must be an integer from 0 to 3, found ${paddingIdx}`,
    );
  }
  const table = new Embedding({ ...sizes, random: random.fork("embedding") });
  refuse(() => table.forward(tf.zeros([2])), 'ids must be of dtype int32, found "float32"');
  const two = new Embedding({ ...sizes, replicas: 2, random: random.fork("embedding") });
  refuse(
    () => two.forward(tf.zeros([3, 4], "int32")),
    "ids must be of shape [replica 2, ...], found [3, 4]",
  );
  const beyond = tf.tensor1d([0, 4, -1], "int32");
  if (backend === "webgpu") {
    const values = [...await table.parameters.weight.data()];
    const found = [...await table.forward(beyond).data()];
    assertEquals(found, [0, 3, 0].flatMap((id) => values.slice(2 * id, 2 * id + 2)));
  } else {
    refuse(() => table.forward(beyond), "ids must be integers from 0 to 3, found 4");
  }
  assert(Object.keys(table.parameters).join() === "weight");
  table.dispose();
  two.dispose();
});
