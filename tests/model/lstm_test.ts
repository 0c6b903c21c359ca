import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { forgetBias } from "../../src/model/init/gate_bias_init.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend("LSTM.forward() returns h and c, and forget gates follow their bias", async () => {
  for (const implementation of ["plain", "fused"] as const) {
    const lstm = new LSTM({
      ...{ inputSize: 2, hiddenSize: 3, numLayers: 2, implementation },
      random: new Random(1),
      init: forgetBias(5),
    });
    const x = tf.zeros([4, 2, 2]);
    const { state } = lstm.forward(x);
    assertEquals([state.h.shape, state.c.shape], [[2, 2, 3], [2, 2, 3]]);
    for (const { forgetGate } of lstm.trace(x, state)) {
      // Other weights are at most 1/sqrt(3) and states at most 1, so sums are over 5 - 6/sqrt(3).
      const [least = 0] = await forgetGate.min().data();
      assert(least > 1 / (1 + Math.exp(-1.5)));
    }
    lstm.dispose();
  }
});
