import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { type GradientFlow, gradientFlow } from "../../src/analysis/gradient_flow.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { orthogonalInit } from "../../src/model/init/recurrent_init.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import type { RecurrentOptions } from "../../src/model/recurrent_layer.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { backendNames, forEachBackend, onBackend } from "../backends.ts";
import { type AnyLayer, cells, layerOf, run } from "../model/layers.ts";
import { chunk, jacobians, parametersOf, recurrence } from "../model/recurrence.ts";
import { assertClose, type Tolerance, tolerance } from "../tolerance.ts";

const [sequence, batch, input, hidden, output] = [30, 2, 4, 12, 3];

/** An RNN and a head; the same network, inputs and target on every backend, over 30 steps. */
function network() {
  const random = new Random(11);
  const model = new SequenceModel({
    recurrent: new RNN({ inputSize: input, hiddenSize: hidden, random: random.fork("rnn") }),
    head: new Linear({ inFeatures: hidden, outFeatures: output, random: random.fork("head") }),
  });
  const x = random.fork("x").array(sequence * batch * input);
  const target = random.fork("target").array(batch * output);
  return {
    model,
    values: { x: [...x], target: [...target] },
    x: tf.tensor3d(x, [sequence, batch, input]),
    target: tf.tensor2d(target, [batch, output]),
  };
}

/** The weights that {@link flowByHand} finds gradients of. */
const weights = {
  W_ih: "recurrent.weight_ih_l0",
  W_hh: "recurrent.weight_hh_l0",
  W_ho: "head.weight",
} as const;

/**
 * Fails unless the norm of every lag is close, compared one by one since they fall over decades.
 */
function assertFlowClose(
  actual: GradientFlow,
  expected: GradientFlow,
  allowed: Tolerance,
): void {
  assertClose([actual.loss], [expected.loss], allowed, { what: "loss" });
  const [found, wanted] = [actual.layers[0], expected.layers[0]];
  assert(found && wanted);
  assertEquals(found.hiddenGradientNorms.length, wanted.hiddenGradientNorms.length);
  for (const [k, norm] of wanted.hiddenGradientNorms.entries()) {
    const what = `norm at lag ${k}`;
    assertClose([found.hiddenGradientNorms[k] ?? NaN], [norm], allowed, { what });
  }
  for (const name of Object.values(weights)) {
    const norms = [actual, expected].map(({ parameterNorms }) => parameterNorms[name] ?? NaN);
    assertClose(norms.slice(0, 1), norms.slice(1), allowed, { what: name });
  }
  assertClose(found.hiddenStates.flat(), wanted.hiddenStates.flat(), allowed, {
    what: "hiddenStates",
  });
}

Deno.test("jacobians() of the tests have the norms that PyTorch finds in float64", async () => {
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

/** Computes the result of gradientFlow() from Jacobians and the chain rule in float64. */
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
    parameterNorms: {
      [weights.W_ih]: gradients.W_ih.norm(),
      [weights.W_hh]: gradients.W_hh.norm(),
      [weights.W_ho]: gradients.W_ho.norm(),
    },
    layers: [{ hiddenGradientNorms: squares.map(Math.sqrt), hiddenStates }],
  };
}

forEachBackend("gradientFlow() comes close to Jacobians in float64", async (backend) => {
  const given = network();
  const flow = await gradientFlow(given.model, given.x, given.target);
  assertEquals(flow.layers[0]?.hiddenGradientNorms.length, sequence + 1);
  assertFlowClose(flow, await flowByHand(given), tolerance.backend[backend]);
  given.model.dispose();
});

Deno.test(`gradientFlow() agrees on ${backendNames.join(", ")} over 30 steps`, async () => {
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

forEachBackend("gradientFlow() of W = g Q without input falls as g^k", async (backend) => {
  for (const gain of [0.5, 1, 1.2]) {
    const random = new Random(5);
    const sizes = { inputSize: 3, hiddenSize: 16, init: orthogonalInit(gain) };
    const model = new SequenceModel({
      recurrent: new RNN({ ...sizes, random: random.fork("rnn") }),
      head: new Linear({ inFeatures: 16, outFeatures: 2, random: random.fork("head") }),
    });
    // Its states are 0, where tanh has slope 1, so the network is linear.
    const { layers } = await gradientFlow(model, tf.zeros([40, 1, 3]), tf.ones([1, 2]));
    const norms = layers[0]?.hiddenGradientNorms ?? [];
    assertEquals(norms.length, 41);
    const [last = NaN] = norms;
    for (const [k, norm] of norms.entries()) {
      assertClose([norm / last], [gain ** k], tolerance.backend[backend], { what: `lag ${k}` });
    }
    model.dispose();
  }
});

function flowOf(recurrent: AnyLayer, head: Linear, x: tf.Tensor, target: tf.Tensor2D) {
  if (recurrent instanceof LSTM) {
    return gradientFlow(new SequenceModel({ recurrent, head }), x, target);
  }
  return recurrent instanceof GRU
    ? gradientFlow(new SequenceModel({ recurrent, head }), x, target)
    : gradientFlow(new SequenceModel({ recurrent, head }), x, target);
}

forEachBackend(
  "gradientFlow() of the top layer is the gradient by the initial state of the rest",
  async (backend) => {
    const steps = 4;
    for (const cell of cells) {
      const random = new Random(7);
      const sizes = { inputSize: 3, hiddenSize: 5, numLayers: 2 };
      const recurrent = layerOf(cell, { ...sizes, random: random.fork("layer") });
      const head = new Linear({ inFeatures: 5, outFeatures: 2, random: random.fork("head") });
      const x = tf.tensor(random.fork("x").array(steps * batch * 3), [steps, batch, 3]);
      const target = tf.tensor2d(random.fork("target").array(batch * 2), [batch, 2]);
      const { layers } = await flowOf(recurrent, head, x, target);
      const top = layers[1];
      assert(top);
      assertEquals(
        layers.map((layer) => "cellGradientNorms" in layer),
        Array(2).fill(cell === "lstm"),
      );
      for (let lag = 0; lag <= steps; lag++) {
        // The fused kernel gives the gradient of the top layer only, since a lower state also
        // reaches the loss through its output at the same step.
        const before = steps - lag;
        const [, h = tf.zeros([2, batch, 5]), c = tf.zeros([2, batch, 5])] = before > 0
          ? run(recurrent, x.slice([0], [before]))
          : [];
        const [dh, dc] = tf.grads((h, c) => {
          const end = lag > 0
            ? run(recurrent, x.slice([before]), cell === "lstm" ? { h, c } : { h })[0]?.slice([
              lag - 1,
            ])
            : h.slice([1]);
          // Also for a cell without c, since tfjs refuses gradients with respect to tensors that do
          // not affect a loss.
          return head.forward(end?.squeeze([0]) ?? h).sub(target).square().mean().add(
            c.mul(0).sum(),
          );
        })([h, c]);
        const wanted = async (gradient: tf.Tensor | undefined): Promise<number> =>
          Math.hypot(...await gradient?.slice([1], [1]).data() ?? [NaN]);
        const what = `${cell}, lag ${lag}`;
        const allowed = tolerance.backend[backend];
        const { hiddenGradientNorms, cellGradientNorms } = top;
        assertClose([hiddenGradientNorms[lag] ?? NaN], [await wanted(dh)], allowed, { what });
        if (!cellGradientNorms) continue;
        assertClose([cellGradientNorms[lag] ?? NaN], [await wanted(dc)], allowed, { what });
      }
      recurrent.dispose();
      head.dispose();
    }
  },
);

forEachBackend(
  "gradientFlow() of a lower layer is through later steps and the layer above",
  async () => {
    // Relu of numbers above 0: h'_t = x_t + h'_(t-1) / 2 below, h_t = 2 h'_t + h_(t-1) / 4 above.
    const weights = [1, 0.5, 2, 0.25];
    const recurrent = new RNN({
      ...{ inputSize: 1, hiddenSize: 1, numLayers: 2, bias: false, nonlinearity: "relu" },
      random: new Random(1),
      init: () => [weights.shift() ?? NaN],
    });
    const model = new SequenceModel({ recurrent });
    const flow = await gradientFlow(model, tf.tensor3d([[[4]], [[8]]]), tf.tensor2d([[18]]));
    const [below, above] = flow.layers;
    assertEquals(below?.hiddenStates, [[0], [4], [10]]);
    assertEquals(above?.hiddenStates, [[0], [8], [22]]);
    // L = (22 - 18)^2, so dL/dh_2 = 8.
    assertEquals(flow.loss, 16);
    assertEquals(above?.hiddenGradientNorms, [8, 2, 0.5]);
    assertEquals(below?.hiddenGradientNorms, [8 * 2, 8 * (0.5 * 2 + 2 * 0.25), 8 * 1.5 * 0.5]);
    recurrent.dispose();
  },
);

forEachBackend("gradientFlow() leaves no tensor and does not change the model", async () => {
  const { model, x, target } = network();
  const dict = await model.stateDict();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 20; i++) await gradientFlow(model, x, target);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(await model.stateDict(), dict);
  model.dispose();
});

forEachBackend("gradientFlow() gives the same numbers again", async () => {
  const { model, x, target } = network();
  assertEquals(await gradientFlow(model, x, target), await gradientFlow(model, x, target));
  model.dispose();
});

forEachBackend(
  "gradientFlow() takes one step, ids, and batches that come first",
  async (backend) => {
    const { model, x, target } = network();
    const flow = await gradientFlow(model, tf.ones([1, batch, input]), target);
    assertEquals(flow.layers[0]?.hiddenGradientNorms.length, 2);

    const { recurrent, head } = model;
    const batchFirst = new SequenceModel({
      recurrent: new RNN({
        ...{ inputSize: input, hiddenSize: hidden, batchFirst: true },
        random: new Random(11).fork("rnn"),
      }),
      ...(head ? { head } : {}),
    });
    const swapped = await gradientFlow(batchFirst, x.transpose([1, 0, 2]), target);
    assertFlowClose(swapped, await gradientFlow(model, x, target), tolerance.backend[backend]);

    const table = { numEmbeddings: 7, embeddingDim: input, random: new Random(1) };
    const embedding = new Embedding(table);
    const embedded = new SequenceModel({ embedding, recurrent, ...(head ? { head } : {}) });
    const ids = tf.tensor2d([[1, 2], [3, 4], [0, 6]], [3, batch], "int32");
    const ofIds = await gradientFlow(embedded, ids, target);
    const ofVectors = await gradientFlow(model, embedding.forward(ids) as tf.Tensor3D, target);
    assertFlowClose(ofIds, ofVectors, tolerance.backend[backend]);
    assert((ofIds.parameterNorms["embedding.weight"] ?? 0) > 0);
    embedding.dispose();
    batchFirst.recurrent.dispose();
    model.dispose();
  },
);

forEachBackend("gradientFlow() refuses replicas, two directions and other shapes", async () => {
  const { model, x, target } = network();
  const refuse = (run: () => Promise<GradientFlow>, message: string) =>
    assertRejects(run, InputError, message);
  await refuse(
    () => gradientFlow(model, x, tf.zeros([1, output])),
    "target must be of shape [batch 2, output 3], found [1, 3]",
  );
  await refuse(
    () => gradientFlow(model, tf.zeros([5, 2, 9]), target),
    "x must be of shape [sequence, batch, input 4], found [5, 2, 9]",
  );
  model.dispose();
  const other = async (options: Partial<RecurrentOptions>, message: string): Promise<void> => {
    const sizes = { inputSize: input, hiddenSize: hidden, random: new Random(1) };
    const recurrent = new RNN({ ...sizes, ...options });
    await refuse(() => gradientFlow(new SequenceModel({ recurrent }), x, target), message);
    recurrent.dispose();
  };
  await other({ replicas: 2 }, "replicas of model must be left out");
  await other({ bidirectional: true }, "bidirectional must be false");
});
