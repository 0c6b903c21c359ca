import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Matrix } from "ml-matrix";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { chunk, type Parameters, parametersOf, recurrence } from "./recurrence.ts";

const options = { inputSize: 1, hiddenSize: 1 };

forEachBackend("RNN.forward() applies tanh, or relu if nonlinearity says so", async () => {
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

Deno.test("RNN refuses an unknown nonlinearity", () => {
  assertThrows(
    () => new RNN({ ...options, nonlinearity: JSON.parse('"sine"'), random: new Random(1) }),
    InputError,
    'nonlinearity must be "tanh" or "relu", found "sine"',
  );
});

const [sequence, batch, input, hidden, output] = [8, 2, 3, 6, 4];

/** A small model, its input and its target. */
function small(seed: number, implementation: Implementation) {
  const random = new Random(seed);
  const sizes = { inputSize: input, hiddenSize: hidden, implementation };
  const recurrent = new RNN({ ...sizes, random: random.fork("rnn") });
  const head = new Linear({ inFeatures: hidden, outFeatures: output, random: random.fork("head") });
  const x = random.fork("x").array(sequence * batch * input);
  const target = random.fork("target").array(sequence * batch * output);
  return {
    recurrent,
    model: new SequenceModel({ recurrent, head }),
    values: { x: [...x], target: [...target] },
    x: tf.tensor3d(x, [sequence, batch, input]),
    target: tf.tensor3d(target, [sequence, batch, output]),
  };
}

/** The sequence of one example out of [sequence, batch, feature]. */
function example(values: number[], feature: number, b: number): number[][] {
  return chunk(values, feature).filter((_, i) => i % batch === b);
}

for (const implementation of ["fused", "plain"] as const) {
  forEachBackend(
    `RNN comes close to the recurrence in float64, ${implementation}`,
    async (backend) => {
      const { recurrent, model, x, values } = small(1, implementation);
      const found = model.forward(x);
      const { states } = recurrent.unroll(x);
      assertEquals(states.h.shape, [1, sequence + 1, batch, hidden]);
      const parameters = parametersOf(await model.stateDict());
      const allowed = tolerance.backend[backend];
      for (let b = 0; b < batch; b++) {
        const wanted = recurrence(parameters, example(values.x, input, b));
        const flat = (columns: Matrix[]) => columns.flatMap((column) => column.to1DArray());
        const outputs = example([...await found.output.data()], output, b);
        assertClose(outputs.flat(), flat(wanted.outputs), allowed, { what: "output" });
        const all = example([...await states.h.data()], hidden, b);
        assertClose(all.flat(), flat(wanted.states), allowed, { what: "states" });
        const last = chunk(await found.state.data(), hidden)[b] ?? [];
        assertClose(last, flat(wanted.states.slice(-1)), allowed, { what: "state" });
      }
      model.dispose();
    },
  );

  forEachBackend(
    `RNN's gradients come close to central differences in float64, ${implementation}`,
    async (backend) => {
      const { model, x, target, values } = small(2, implementation);
      const parameters = parametersOf(await model.stateDict());
      const loss = (parameters: Parameters): number => {
        let sum = 0;
        for (let b = 0; b < batch; b++) {
          const wanted = example(values.target, output, b).flat();
          const { outputs } = recurrence(parameters, example(values.x, input, b));
          const found = outputs.flatMap((column) => column.to1DArray());
          sum += found.reduce((sum, value, i) => sum + (value - (wanted[i] ?? NaN)) ** 2, 0);
        }
        return sum / (sequence * batch * output);
      };
      const variables = model.parameters;
      const { value, grads } = tf.variableGrads(
        () => model.forward(x).output.sub(target).square().mean(),
        Object.values(variables),
      );
      const allowed = tolerance.backend[backend];
      assertClose(await value.data(), [loss(parameters)], allowed, { what: "loss" });
      const step = 1e-5;
      const names = {
        W_ih: ["recurrent.weight_ih_l0"],
        W_hh: ["recurrent.weight_hh_l0"],
        b_h: ["recurrent.bias_ih_l0", "recurrent.bias_hh_l0"],
        W_ho: ["head.weight"],
        b_o: ["head.bias"],
      } as const;
      for (const name of ["W_ih", "W_hh", "b_h", "W_ho", "b_o"] as const) {
        const matrix = parameters[name];
        const differences = matrix.to1DArray().map((value, i) => {
          const [row, column] = [Math.floor(i / matrix.columns), i % matrix.columns];
          const at = (moved: number) =>
            loss({ ...parameters, [name]: matrix.clone().set(row, column, moved) });
          return (at(value + step) - at(value - step)) / (2 * step);
        });
        for (const parameter of names[name]) {
          const gradient = grads[variables[parameter]?.name ?? ""];
          assert(gradient, parameter);
          assertClose(await gradient.data(), differences, allowed, { what: parameter });
        }
      }
      model.dispose();
    },
  );
}

forEachBackend(
  "RNN.unroll() starts from the state and adds the perturbation to each state",
  async () => {
    // A relu of numbers above 0 is linear.
    const random = new Random(3);
    const rnn = new RNN({
      ...{ inputSize: 1, hiddenSize: 2, bias: false, nonlinearity: "relu", random },
      init: (name) => name === "weight_hh_l0" ? [0.5, 0, 0, 2] : [0, 0],
    });
    const { output, states } = rnn.unroll(tf.zeros([2, 1, 1]), {
      state: tf.tensor3d([[[8, 1]]]),
      perturbation: { h: tf.tensor4d([[[[0, 1]], [[1, 0]], [[0, 0.25]]]]) },
    });
    // Halves and quarters: exact in float32.
    assertEquals([...await states.h.data()], [8, 2, 5, 4, 2.5, 8.25]);
    assertEquals([...await output.data()], [5, 4, 2.5, 8.25]);
    rnn.dispose();
  },
);
