import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Matrix } from "ml-matrix";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { orthogonal } from "../../src/model/init/random_matrices.ts";
import { VanillaRNN } from "../../src/model/vanilla_rnn.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { chunk, type Parameters, parametersOf, recurrence } from "./recurrence.ts";

const sizes = { inputSize: 10, hiddenSize: 20, outputSize: 5 };
const [sequence, batch, input, hidden, output] = [8, 2, 3, 6, 4];

/** A small model with biases that are not 0, its input and its target. */
function small(seed: number) {
  const random = new Random(seed);
  const model = new VanillaRNN({
    inputSize: input,
    hiddenSize: hidden,
    outputSize: output,
    random,
  });
  const { b_h, b_o } = model.parameters;
  tf.tidy(() => b_h.assign(tf.tensor1d(random.fork("b_h").array(hidden))));
  tf.tidy(() => b_o.assign(tf.tensor1d(random.fork("b_o").array(output))));
  const x = random.fork("x").array(sequence * batch * input);
  const target = random.fork("target").array(sequence * batch * output);
  return {
    model,
    values: { x: [...x], target: [...target] },
    x: tf.tensor3d(x, [sequence, batch, input]),
    target: tf.tensor3d(target, [sequence, batch, output]),
  };
}

/** The sequence of one example out of [sequence, batch, feature]. */
function example(values: number[], feature: number, b: number): number[][] {
  return chunk(values, feature).filter((_, i) => i % batch === b);
}

forEachBackend("a VanillaRNN of 10-20-5 has 725 parameters, biases 0", async () => {
  const model = new VanillaRNN({ ...sizes, random: new Random(1) });
  assertEquals(model.parameterCount, 725);
  const dict = await model.stateDict();
  const shapes = Object.fromEntries(Object.entries(dict).map(([name, e]) => [name, e.shape]));
  assertEquals(shapes, { W_ih: [20, 10], W_hh: [20, 20], b_h: [20], W_ho: [5, 20], b_o: [5] });
  for (const [name, limit] of [["W_ih", 6 / 30], ["W_hh", 6 / 40], ["W_ho", 6 / 25]] as const) {
    const largest = Math.max(...(dict[name]?.data ?? []).map(Math.abs));
    assert(largest <= Math.sqrt(limit) && largest > 0.8 * Math.sqrt(limit), name);
  }
  assertEquals([...dict.b_h?.data ?? [], ...dict.b_o?.data ?? []], Array(25).fill(0));
  model.dispose();
});

forEachBackend("forward comes close to the recurrence in float64", async (backend) => {
  const { model, x, values } = small(1);
  const { output: o, state, hiddenStates } = model.forward(x);
  assertEquals(o.shape, [sequence, batch, output]);
  assertEquals(state.shape, [batch, hidden]);
  assertEquals(hiddenStates.shape, [sequence + 1, batch, hidden]);

  const parameters = parametersOf(await model.stateDict());
  const allowed = tolerance.backend[backend];
  for (let b = 0; b < batch; b++) {
    const wanted = recurrence(parameters, example(values.x, input, b));
    const flat = (columns: Matrix[]) => columns.flatMap((column) => column.to1DArray());
    const outputs = example([...await o.data()], output, b);
    assertClose(outputs.flat(), flat(wanted.outputs), allowed, { what: "output" });
    const states = example([...await hiddenStates.data()], hidden, b);
    assertClose(states.flat(), flat(wanted.states), allowed, { what: "hiddenStates" });
    const last = chunk(await state.data(), hidden)[b] ?? [];
    assertClose(last, flat(wanted.states.slice(-1)), allowed, { what: "state" });
  }
  model.dispose();
});

forEachBackend("every gradient comes close to central differences in float64", async (backend) => {
  const { model, x, target, values } = small(2);
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
  const { value, grads } = tf.variableGrads(
    () => model.forward(x).output.sub(target).square().mean(),
    Object.values(model.parameters),
  );
  assertClose(await value.data(), [loss(parameters)], tolerance.backend[backend], { what: "loss" });
  const step = 1e-5;
  for (const name of ["W_ih", "W_hh", "b_h", "W_ho", "b_o"] as const) {
    const matrix = parameters[name];
    const differences = matrix.to1DArray().map((value, i) => {
      const [row, column] = [Math.floor(i / matrix.columns), i % matrix.columns];
      const at = (moved: number) =>
        loss({ ...parameters, [name]: matrix.clone().set(row, column, moved) });
      return (at(value + step) - at(value - step)) / (2 * step);
    });
    const gradient = grads[model.parameters[name].name];
    assert(gradient, name);
    assertClose(await gradient.data(), differences, tolerance.backend[backend], { what: name });
  }
  model.dispose();
});

forEachBackend("forward goes on from h0 and adds the perturbation to each state", async () => {
  const random = new Random(3);
  const model = new VanillaRNN({
    inputSize: 1,
    hiddenSize: 2,
    outputSize: 1,
    random,
    nonlinearity: "identity",
    recurrentInit: () => [[0.5, 0], [0, 2]],
  });
  const { hiddenStates } = model.forward(tf.zeros([2, 1, 1]), {
    h0: tf.tensor2d([[8, 1]]),
    perturbation: tf.tensor3d([[[0, 1]], [[1, 0]], [[0, 0.25]]]),
  });
  // Halves and quarters: exact in float32.
  assertEquals([...await hiddenStates.data()], [8, 2, 5, 4, 2.5, 8.25]);
  model.dispose();
});

forEachBackend("models live side by side, each with its own weights", async () => {
  const make = (seed: number, gain?: number) =>
    new VanillaRNN({
      ...sizes,
      random: new Random(seed),
      ...(gain && { recurrentInit: (size, random) => orthogonal(size, random, gain) }),
    });
  const models = [make(1), make(1), make(2), make(1, 0.9)];
  const [first, same, other, orthogonalOne] = await Promise.all(models.map((m) => m.stateDict()));
  assertEquals(first, same);
  assertNotEquals(first, other);
  assertNotEquals(first?.W_hh, orthogonalOne?.W_hh);
  // Every matrix has a fork of its own, so the others stay as they are.
  assertEquals(first?.W_ih, orthogonalOne?.W_ih);
  assertEquals(first?.W_ho, orthogonalOne?.W_ho);

  models[2]?.loadStateDict(first ?? {});
  assertEquals(await models[2]?.stateDict(), first);
  tf.dispose(models.map((model) => model.parameters));
});

forEachBackend("20 steps of forward and gradient leave nothing behind", () => {
  const start = tf.memory().numTensors;
  const { model, x, target } = small(4);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 20; i++) {
    tf.dispose(model.forward(x));
    tf.dispose(tf.variableGrads(
      () => model.forward(x).output.sub(target).square().mean(),
      Object.values(model.parameters),
    ));
  }
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
  tf.dispose([x, target]);
  assertEquals(tf.memory().numTensors, start);
});

forEachBackend("a VanillaRNN names what does not fit", () => {
  const random = new Random(1);
  const refuse = (run: () => unknown, message: string) => assertThrows(run, InputError, message);
  refuse(
    () => new VanillaRNN({ ...sizes, hiddenSize: -3, random: random.fork("rnn") }),
    "hiddenSize must be a positive integer, found -3",
  );
  refuse(
    () => new VanillaRNN({ ...sizes, inputSize: 1.5, random: random.fork("rnn") }),
    "inputSize must be a positive integer, found 1.5",
  );
  refuse(
    () => new VanillaRNN({ ...sizes, outputSize: 0, random: random.fork("rnn") }),
    "outputSize must be a positive integer, found 0",
  );
  refuse(
    () =>
      new VanillaRNN({
        ...sizes,
        hiddenSize: 2,
        random: random.fork("rnn"),
        recurrentInit: () => [[1, 2], [3]],
      }),
    "recurrentInit's matrix must be of shape [hidden 2, hidden before 2], found [2, 1]",
  );

  refuse(
    () =>
      new VanillaRNN({ ...sizes, random: random.fork("rnn"), nonlinearity: JSON.parse('"relu"') }),
    'nonlinearity must be "tanh" or "identity", found "relu"',
  );

  const model = new VanillaRNN({ ...sizes, random: random.fork("rnn") });
  const x = tf.zeros<tf.Rank.R3>([7, 2, 10]);
  refuse(
    () => model.forward(tf.zeros([7, 2, 9])),
    "x must be of shape [sequence, batch, input 10], found [7, 2, 9]",
  );
  refuse(
    () => model.forward(x, { h0: tf.zeros([3, 20]) }),
    "h0 must be of shape [batch 2, hidden 20], found [3, 20]",
  );
  refuse(
    () => model.forward(x, { perturbation: tf.zeros([7, 2, 20]) }),
    "perturbation must be of shape [sequence + 1 8, batch 2, hidden 20], found [7, 2, 20]",
  );
  refuse(() => model.loadStateDict({}), "missing: W_ih, W_hh, b_h, W_ho, b_o");
  model.dispose();
});
