import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { gruCell } from "../../../src/model/reference/gru_cell.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One unit, in the order r, z, n, with x = 1 and h = 2. */
const weights = () => ({
  weight_ih: tf.tensor2d([[0.5], [1], [1.5]]),
  weight_hh: tf.tensor2d([[0.25], [-0.5], [0.75]]),
  bias_ih: tf.tensor1d([0.5, 1, -1]),
  bias_hh: tf.tensor1d([-0.25, -0.5, 0.125]),
});
const [r, z] = [sigmoid(1 + 0.25), sigmoid(2 - 1.5)];
// The reset gate scales the recurrent product with its bias, not the state before it.
const n = Math.tanh(0.5 + r * (1.5 + 0.125));
const wanted = { resetGate: r, updateGate: z, candidate: n, hidden: (1 - z) * n + z * 2 };

forEachBackend("gruCell() follows its equations, gate by gate", async () => {
  const found = gruCell(tf.tensor2d([[1]]), tf.tensor2d([[2]]), weights());
  assertEquals(Object.keys(found), Object.keys(wanted));
  for (const [name, tensor] of Object.entries(found)) {
    const value = Object.entries(wanted).find(([key]) => key === name)?.[1] ?? NaN;
    assertClose(await tensor.data(), [value], tolerance.float32, { what: name });
  }
});

forEachBackend("gruCell() keeps replicas apart", async () => {
  const { weight_ih, weight_hh } = weights();
  const stacked = (tensor: tf.Tensor, by: number) => tf.stack([tensor, tensor.mul(by)]);
  const found = gruCell(
    stacked(tf.tensor2d([[1]]), 1) as tf.Tensor3D,
    stacked(tf.tensor2d([[2]]), 1) as tf.Tensor3D,
    { weight_ih: stacked(weight_ih, -1), weight_hh: stacked(weight_hh, -1) },
  );
  assertEquals(found.hidden.shape, [2, 1, 1]);
  assertClose(await found.resetGate.data(), [sigmoid(1), sigmoid(-1)], tolerance.float32);
});

forEachBackend("gruCell() leaves no other tensors", () => {
  const given = { x: tf.tensor2d([[1]]), h: tf.tensor2d([[2]]), weights: weights() };
  const before = tf.memory().numTensors;
  gruCell(given.x, given.h, given.weights);
  assertEquals(tf.memory().numTensors, before + 4);
});
