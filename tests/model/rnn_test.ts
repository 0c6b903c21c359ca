import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { RNN } from "../../src/model/rnn.ts";
import { forEachBackend } from "../backends.ts";

const options = { inputSize: 1, hiddenSize: 1 };

forEachBackend("an RNN is tanh unless it is told to be relu", async () => {
  const one = { shape: [1, 1], data: new Float32Array([1]) };
  const zero = { shape: [1], data: new Float32Array([0]) };
  const dict = { weight_ih_l0: one, weight_hh_l0: one, bias_ih_l0: zero, bias_hh_l0: zero };
  for (const implementation of ["plain", "fused"] as const) {
    const relu = new RNN({
      ...options,
      nonlinearity: "relu",
      implementation,
      random: new Random(1),
    });
    const tanh = new RNN({ ...options, implementation, random: new Random(2) });
    relu.loadStateDict(dict);
    tanh.loadStateDict(dict);
    const x = tf.tensor3d([[[2]], [[-3]], [[4]]]);
    assertEquals([...await relu.forward(x).output.data()], [2, 0, 4]);
    const [first = NaN] = await tanh.forward(x).output.data();
    assertEquals(first < 1, true);
    assertEquals([relu.spec.cell, tanh.spec.cell], ["rnn_relu", "rnn_tanh"]);
    relu.dispose();
    tanh.dispose();
  }
});

Deno.test("an RNN names a nonlinearity that it lacks", () => {
  assertThrows(
    () => new RNN({ ...options, nonlinearity: JSON.parse('"sine"'), random: new Random(1) }),
    InputError,
    'nonlinearity must be "tanh" or "relu", found "sine"',
  );
});
