import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { affine } from "../../../src/model/reference/cell.ts";
import { forEachBackend } from "../../backends.ts";

forEachBackend("affine() computes x W^T + b, and its gradients", async () => {
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  const weight = tf.tensor2d([[1, 0], [0, 1], [1, -1]]);
  const bias = tf.tensor1d([10, 20, 30]);
  assertEquals([...await affine(x, weight).data()], [1, 2, -1, 3, 4, -1]);
  assertEquals([...await affine(x, weight, bias).data()], [11, 22, 29, 13, 24, 29]);
  const gradients = tf.grads((x, weight, bias) => {
    return x && weight ? affine(x, weight, bias).sum() : tf.scalar(NaN);
  })([x, weight, bias]);
  const [dX, dWeight, dBias] = await Promise.all(gradients.map((gradient) => gradient.data()));
  assertEquals([...dX ?? []], [2, 0, 2, 0]);
  assertEquals([...dWeight ?? []], [4, 6, 4, 6, 4, 6]);
  assertEquals([...dBias ?? []], [2, 2, 2]);
});

forEachBackend("affine() applies each replica's weight and bias", async () => {
  const y = affine(
    tf.tensor3d([[[1, 2]], [[1, 2]]]),
    tf.tensor3d([[[1, 1]], [[2, 0]]]),
    tf.tensor2d([[10], [20]]),
  );
  assertEquals(y.shape, [2, 1, 1]);
  assertEquals([...await y.data()], [13, 22]);
});
