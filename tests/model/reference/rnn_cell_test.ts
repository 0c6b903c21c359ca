import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { rnnCell, type RnnCellWeights } from "../../../src/model/reference/rnn_cell.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

// Small integers, halves and quarters: exact in float32.
const weights = (): RnnCellWeights => ({
  weight_ih: tf.tensor2d([[1, 2], [3, 4]]),
  weight_hh: tf.tensor2d([[0.5, -1], [2, 0.25]]),
  bias_ih: tf.tensor1d([6, 20]),
  bias_hh: tf.tensor1d([4, -40]),
});
const x = (): tf.Tensor2D => tf.tensor2d([[1, -1]]);
const h = (): tf.Tensor2D => tf.tensor2d([[4, 8]]);
const sums = [-1 - 6 + 10, -1 + 10 - 20];

forEachBackend(
  "rnnCell() sums input, state and both biases, and applies its activation",
  async () => {
    const linear = rnnCell(x(), h(), weights(), "identity");
    assertEquals([...await linear.data()], sums);
    assertEquals([...await rnnCell(x(), h(), weights(), "relu").data()], [3, 0]);
    const found = await rnnCell(x(), h(), weights()).data();
    assertClose(found, sums.map(Math.tanh), tolerance.float32);
    const { bias_ih: _, bias_hh: __, ...matrices } = weights();
    assertEquals([...await rnnCell(x(), h(), matrices, "identity").data()], [-7, 9]);
  },
);

forEachBackend("rnnCell() keeps replicas apart", async () => {
  const twice = (tensor: tf.Tensor): tf.Tensor => tf.stack([tensor, tensor.mul(2)]);
  const { weight_ih, weight_hh, bias_ih, bias_hh } = weights();
  const found = rnnCell(
    tf.stack([x(), x()]) as tf.Tensor3D,
    tf.stack([h(), h()]) as tf.Tensor3D,
    {
      weight_ih: twice(weight_ih),
      weight_hh: twice(weight_hh),
      bias_ih: twice(bias_ih ?? tf.scalar(NaN)),
      bias_hh: twice(bias_hh ?? tf.scalar(NaN)),
    },
    "identity",
  );
  assertEquals(found.shape, [2, 1, 2]);
  assertEquals([...await found.data()], [...sums, ...sums.map((sum) => 2 * sum)]);
});

forEachBackend("rnnCell() leaves no other tensors", () => {
  const given = { x: x(), h: h(), weights: weights() };
  const before = tf.memory().numTensors;
  rnnCell(given.x, given.h, given.weights);
  assertEquals(tf.memory().numTensors, before + 1);
});
