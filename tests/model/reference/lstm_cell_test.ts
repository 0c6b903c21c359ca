import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { lstmCell } from "../../../src/model/reference/lstm_cell.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One unit whose sums are 1, 2, 3, 4 in the order i, f, g, o: from input, state and two biases. */
const weights = () => ({
  weight_ih: tf.tensor2d([[0.5], [1], [1.5], [2]]),
  weight_hh: tf.tensor2d([[0.25], [0.5], [0.75], [1]]),
  bias_ih: tf.tensor1d([0.5, 1, 1.5, 2]),
  bias_hh: tf.tensor1d([-0.5, -1, -1.5, -2]),
});
const state = () => ({ h: tf.tensor2d([[2]]), c: tf.tensor2d([[0.3]]) });
const cell = sigmoid(2) * 0.3 + sigmoid(1) * Math.tanh(3);
const wanted = {
  inputGate: sigmoid(1),
  forgetGate: sigmoid(2),
  candidate: Math.tanh(3),
  outputGate: sigmoid(4),
  cell,
  hidden: sigmoid(4) * Math.tanh(cell),
};

forEachBackend("lstmCell() follows its equations, gate by gate", async () => {
  const found = lstmCell(tf.tensor2d([[1]]), state(), weights());
  assertEquals(Object.keys(found), Object.keys(wanted));
  for (const [name, tensor] of Object.entries(found)) {
    const value = Object.entries(wanted).find(([key]) => key === name)?.[1] ?? NaN;
    assertClose(await tensor.data(), [value], tolerance.float32, { what: name });
  }
});

forEachBackend("lstmCell() keeps replicas apart", async () => {
  const { weight_ih, weight_hh } = weights();
  const stacked = (tensor: tf.Tensor, by: number) => tf.stack([tensor, tensor.mul(by)]);
  const { h, c } = state();
  const found = lstmCell(
    stacked(tf.tensor2d([[1]]), 1) as tf.Tensor3D,
    { h: stacked(h, 1) as tf.Tensor3D, c: stacked(c, 1) as tf.Tensor3D },
    { weight_ih: stacked(weight_ih, -1), weight_hh: stacked(weight_hh, -1) },
  );
  assertEquals(found.hidden.shape, [2, 1, 1]);
  const gates = [sigmoid(2), sigmoid(-2)];
  assertClose(await found.forgetGate.data(), gates, tolerance.float32);
});

forEachBackend("lstmCell() leaves no other tensors", () => {
  const given = { x: tf.tensor2d([[1]]), state: state(), weights: weights() };
  const before = tf.memory().numTensors;
  lstmCell(given.x, given.state, given.weights);
  assertEquals(tf.memory().numTensors, before + 6);
});
