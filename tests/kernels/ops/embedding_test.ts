import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { embedding } from "../../../src/kernels/ops/embedding.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

forEachBackend(
  "embedding() and its gradient match a product with one-hot vectors",
  async (backend) => {
    const random = new Random(1);
    const [replicas, vocabulary, width, rows] = [2, 5, 3, 9];
    const values = random.array(replicas * vocabulary * width);
    const table = tf.tensor3d(values, [replicas, vocabulary, width]);
    const indices = Float32Array.from({ length: replicas * rows }, () => random.integer(0, 4));
    const ids = tf.tensor2d(indices, [replicas, rows]);
    const picked = tf.oneHot(ids.toInt(), vocabulary).toFloat();
    const plain = (table: tf.Tensor): tf.Tensor => tf.matMul(picked, table);
    assertEquals(
      [...await embedding(table, ids, null).data()],
      [...await plain(table).data()],
    );
    const weights = tf.tensor3d(random.array(replicas * rows * width), [replicas, rows, width]);
    const gradient = (of: (table: tf.Tensor) => tf.Tensor): tf.Tensor =>
      tf.grad((x: tf.Tensor) => of(x).mul(weights).sum())(table);
    const wanted = await gradient(plain).data();
    const found = await gradient((x) => embedding(x, ids, null)).data();
    assertClose(found, wanted, tolerance.backend[backend], { what: "gradient" });
    const padded = await gradient((x) => embedding(x, ids, 2)).data();
    wanted.forEach((value, i) => {
      if (Math.floor(i / width) % vocabulary === 2) assertEquals(padded[i], 0);
      else assertClose([padded[i] ?? NaN], [value], tolerance.backend[backend]);
    });
  },
);

Deno.test("embedding() refuses ids of another shape", async () => {
  await selectBackend("cpu");
  assertThrows(
    () => embedding(tf.ones([2, 5, 3]), tf.zeros([1, 4]), null),
    InputError,
    "ids must be of shape [replica 2, row], found [1, 4]",
  );
});
