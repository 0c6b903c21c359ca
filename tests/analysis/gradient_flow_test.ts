import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { type GradientFlow, gradientFlow } from "../../src/analysis/gradient_flow.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { orthogonal } from "../../src/model/init/random_matrices.ts";
import { VanillaRNN } from "../../src/model/vanilla_rnn.ts";
import { backendNames, forEachBackend, onBackend } from "../backends.ts";
import { chunk, jacobians, parametersOf, recurrence } from "../model/recurrence.ts";
import { assertClose, type Tolerance, tolerance } from "../tolerance.ts";

const [sequence, batch, input, hidden, output] = [30, 2, 4, 12, 3];

/** The same network, inputs and target on every backend, over 30 steps. */
function network() {
  const random = new Random(11);
  const sizes = { inputSize: input, hiddenSize: hidden, outputSize: output };
  const model = new VanillaRNN({ ...sizes, random: random.fork("rnn") });
  const x = random.fork("x").array(sequence * batch * input);
  const target = random.fork("target").array(batch * output);
  return {
    model,
    values: { x: [...x], target: [...target] },
    x: tf.tensor3d(x, [sequence, batch, input]),
    target: tf.tensor2d(target, [batch, output]),
  };
}

/** Fails unless every lag's norm is close by itself: they fall over decades. */
function assertFlowClose(
  actual: GradientFlow,
  expected: GradientFlow,
  allowed: Tolerance,
): void {
  assertClose([actual.loss], [expected.loss], allowed, { what: "loss" });
  assertEquals(actual.stateGradientNorms.length, expected.stateGradientNorms.length);
  for (const [k, wanted] of expected.stateGradientNorms.entries()) {
    const what = `norm at lag ${k}`;
    assertClose([actual.stateGradientNorms[k] ?? NaN], [wanted], allowed, { what });
  }
  for (const name of ["W_ih", "W_hh", "W_ho"] as const) {
    assertClose([actual.parameterNorms[name]], [expected.parameterNorms[name]], allowed, {
      what: name,
    });
  }
  assertClose(actual.hiddenStates.flat(), expected.hiddenStates.flat(), allowed, {
    what: "hiddenStates",
  });
}

Deno.test("the Jacobians written out in float64 have PyTorch's norms", async () => {
  const fixture = new URL("../../fixtures/jacobian_flow.json", import.meta.url);
  const cases: {
    W_ih: number[][];
    W_hh: number[][];
    b_h: number[];
    x: number[][];
    jacobian_norm_by_lag: number[];
  }[] = JSON.parse(await Deno.readTextFile(fixture));
  assertEquals(cases.length, 4);
  for (const { W_ih, W_hh, b_h, x, jacobian_norm_by_lag } of cases) {
    const weights = {
      W_ih: new Matrix(W_ih),
      W_hh: new Matrix(W_hh),
      b_h: Matrix.columnVector(b_h),
      W_ho: Matrix.zeros(1, b_h.length),
      b_o: Matrix.zeros(1, 1),
    };
    const found = jacobians(weights.W_hh, recurrence(weights, x).states);
    for (const [k, wanted] of jacobian_norm_by_lag.entries()) {
      const norm = new SingularValueDecomposition(found[k] ?? new Matrix(0, 0)).norm2;
      assertClose([norm], [wanted], tolerance.lapack, { what: `norm at lag ${k}` });
    }
  }
});

/** What gradientFlow measures, from Jacobians and the chain rule in float64. */
async function flowByHand({ model, values }: ReturnType<typeof network>): Promise<GradientFlow> {
  const parameters = parametersOf(await model.stateDict());
  const squares = Array(sequence + 1).fill(0);
  const hiddenStates: number[][] = Array.from({ length: sequence + 1 }, () => []);
  const gradients = {
    W_ih: Matrix.zeros(hidden, input),
    W_hh: Matrix.zeros(hidden, hidden),
    W_ho: Matrix.zeros(output, hidden),
  };
  let loss = 0;
  for (let b = 0; b < batch; b++) {
    const x = chunk(values.x, input).filter((_, i) => i % batch === b);
    const { states, outputs } = recurrence(parameters, x);
    const target = Matrix.columnVector(chunk(values.target, output)[b] ?? []);
    const error = Matrix.sub(outputs.at(-1) ?? target, target);
    loss += error.dot(error) / (batch * output);
    const toOutput = Matrix.mul(error, 2 / (batch * output));
    const last = states.at(-1);
    assert(last);
    gradients.W_ho.add(toOutput.mmul(last.transpose()));
    const toLast = parameters.W_ho.transpose().mmul(toOutput);
    for (const [k, jacobian] of jacobians(parameters.W_hh, states).entries()) {
      const gradient = jacobian.transpose().mmul(toLast);
      squares[k] += gradient.dot(gradient);
      const h = states[sequence - k];
      const [before, x_t] = [states[sequence - k - 1], x[sequence - k - 1]];
      if (!h || !before || !x_t) continue;
      const toSum = Matrix.mul(gradient, Matrix.sub(Matrix.ones(hidden, 1), Matrix.mul(h, h)));
      gradients.W_hh.add(toSum.mmul(before.transpose()));
      gradients.W_ih.add(toSum.mmul(Matrix.rowVector(x_t)));
    }
    for (const [t, h] of states.entries()) hiddenStates[t]?.push(...h.to1DArray());
  }
  return {
    loss,
    stateGradientNorms: squares.map(Math.sqrt),
    parameterNorms: {
      W_ih: gradients.W_ih.norm(),
      W_hh: gradients.W_hh.norm(),
      W_ho: gradients.W_ho.norm(),
    },
    hiddenStates,
  };
}

forEachBackend("gradientFlow comes close to Jacobians in float64", async (backend) => {
  const given = network();
  const flow = await gradientFlow(given.model, given.x, given.target);
  assertEquals(flow.stateGradientNorms.length, sequence + 1);
  assertFlowClose(flow, await flowByHand(given), tolerance.backend[backend]);
  given.model.dispose();
});

Deno.test(`gradientFlow agrees on ${backendNames.join(", ")} over 30 steps`, async () => {
  const flowOn = (backend: typeof backendNames[number]) =>
    onBackend(backend, async () => {
      const { model, x, target } = network();
      const flow = await gradientFlow(model, x, target);
      model.dispose();
      return flow;
    });
  const expected = await flowOn("cpu");
  for (const backend of backendNames) {
    assertFlowClose(await flowOn(backend), expected, tolerance.backend[backend]);
  }
});

forEachBackend("a linear recurrence W = g Q scales the gradient by g^k", async (backend) => {
  for (const gain of [0.5, 1, 1.2]) {
    const model = new VanillaRNN({
      inputSize: 3,
      hiddenSize: 16,
      outputSize: 2,
      random: new Random(5),
      nonlinearity: "identity",
      recurrentInit: (size, random) => orthogonal(size, random, gain),
    });
    const flow = await gradientFlow(model, tf.ones([40, 1, 3]), tf.zeros([1, 2]));
    const [last = NaN] = flow.stateGradientNorms;
    for (const [k, norm] of flow.stateGradientNorms.entries()) {
      assertClose([norm / last], [gain ** k], tolerance.backend[backend], { what: `lag ${k}` });
    }
    model.dispose();
  }
});

forEachBackend("gradientFlow leaves nothing behind and the model as it was", async () => {
  const { model, x, target } = network();
  const dict = await model.stateDict();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 20; i++) await gradientFlow(model, x, target);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(await model.stateDict(), dict);
  model.dispose();
});

forEachBackend("gradientFlow is the same when it is run again", async () => {
  const { model, x, target } = network();
  assertEquals(await gradientFlow(model, x, target), await gradientFlow(model, x, target));
  model.dispose();
});

forEachBackend("gradientFlow takes one step and names what does not fit", async () => {
  const { model, x, target } = network();
  const flow = await gradientFlow(model, tf.ones([1, batch, input]), target);
  assertEquals(flow.stateGradientNorms.length, 2);
  await assertRejects(
    () => gradientFlow(model, x, tf.zeros([1, output])),
    InputError,
    "target must be of shape [batch 2, output 3], found [1, 3]",
  );
  await assertRejects(
    () => gradientFlow(model, tf.zeros([5, 2, 9]), target),
    InputError,
    "x must be of shape [sequence, batch, input 4], found [5, 2, 9]",
  );
  model.dispose();
});
