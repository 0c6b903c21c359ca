import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend("GRU.forward() keeps its state if the update gates are open", async () => {
  for (const implementation of ["plain", "fused"] as const) {
    const gru = new GRU({
      ...{ inputSize: 1, hiddenSize: 2, implementation },
      random: new Random(1),
      // z = sigmoid(100 + ...) is 1 in float32, since the other terms of the sum are small.
      init: (name, shape) => {
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
        return name === "bias_ih_l0" ? values.fill(100, 2, 4) : values.fill(0.5);
      },
    });
    const { output, state } = gru.forward(tf.ones([3, 1, 1]), tf.tensor3d([[[0.25, -0.5]]]));
    assertEquals([...await state.data()], [0.25, -0.5]);
    assertEquals([...await output.data()], [0.25, -0.5, 0.25, -0.5, 0.25, -0.5]);
    gru.dispose();
  }
});
