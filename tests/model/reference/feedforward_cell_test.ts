import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import {
  feedforwardCell,
  type FeedforwardCellWeights,
} from "../../../src/model/reference/feedforward_cell.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

// Small integers: exact in float32.
const weights = (): FeedforwardCellWeights => ({
  weight_ih: tf.tensor2d([[1, 2], [3, 4], [-2, 1]]),
  bias_ih: tf.tensor1d([3, -2, 4]),
});
const x = (): tf.Tensor2D => tf.tensor2d([[1, -1]]);
const sums = [2, -3, 1];

forEachBackend(
  "feedforwardCell() adds the bias to the product, and applies its activation",
  async () => {
    assertEquals([...await feedforwardCell(x(), weights(), "relu").data()], [2, 0, 1]);
    const found = await feedforwardCell(x(), weights()).data();
    assertClose(found, sums.map(Math.tanh), tolerance.float32);
    const { bias_ih: _, ...matrix } = weights();
    const alone = await feedforwardCell(x(), matrix).data();
    assertClose(alone, [-1, -1, -3].map(Math.tanh), tolerance.float32);
  },
);

forEachBackend("feedforwardCell() keeps replicas apart", async () => {
  const twice = (tensor: tf.Tensor): tf.Tensor => tf.stack([tensor, tensor.mul(2)]);
  const { weight_ih, bias_ih = tf.scalar(NaN) } = weights();
  const many = { weight_ih: twice(weight_ih), bias_ih: twice(bias_ih) };
  const found = feedforwardCell(tf.stack([x(), x()]) as tf.Tensor3D, many, "relu");
  assertEquals(found.shape, [2, 1, 3]);
  assertEquals([...await found.data()], [2, 0, 1, 4, 0, 2]);
});

forEachBackend("feedforwardCell() leaves no other tensors", () => {
  const given = { x: x(), weights: weights() };
  const before = tf.memory().numTensors;
  feedforwardCell(given.x, given.weights);
  assertEquals(tf.memory().numTensors, before + 1);
});
