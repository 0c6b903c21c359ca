import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { gradientFlow } from "../../src/analysis/gradient_flow.ts";
import { TanhRecurrence } from "../../src/analysis/tanh_recurrence.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { onBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** A random matrix of entries of variance 1/columns. */
function matrix(rows: number, columns: number, random: Random): number[][] {
  return Array.from(
    { length: rows },
    () => Array.from({ length: columns }, () => random.normal(0, columns ** -0.5)),
  );
}

const random = new Random(1);
const weights = matrix(5, 5, random.fork("weights"));
const inputs = matrix(7, 5, random.fork("inputs"));
const gradient = Array.from({ length: 5 }, () => random.normal());

/** The loss whose gradient with respect to the last state is `gradient`. */
function loss(recurrent: number[][], driven: number[][]): number {
  const last = new TanhRecurrence(recurrent).states(driven).at(-1) ?? [];
  return gradient.reduce((sum, g, i) => sum + g * (last[i] ?? NaN), 0);
}

Deno.test("TanhRecurrence.states() starts from 0 and follows the recurrence", () => {
  const [a, b] = [[0.1, -0.2], [0.3, 0.4]];
  const states = new TanhRecurrence([[1, 2], [3, 4]]).states([a, b]);
  const first = a.map(Math.tanh);
  const second = [
    Math.tanh(0.3 + (first[0] ?? 0) + 2 * (first[1] ?? 0)),
    Math.tanh(0.4 + 3 * (first[0] ?? 0) + 4 * (first[1] ?? 0)),
  ];
  assertClose(states.flatMap((h) => [...h]), [0, 0, ...first, ...second], tolerance.rounding);
});

Deno.test("TanhRecurrence.stateGradients() agrees with finite differences", () => {
  const recurrence = new TanhRecurrence(weights);
  const states = recurrence.states(inputs);
  const gradients = recurrence.stateGradients(states, gradient);
  assertEquals(gradients.length, states.length);
  // A change of a_t moves the pre-activation of h_t, whose slope is 1 - h_t^2.
  for (const [t, row] of inputs.entries()) {
    const h = states[t + 1] ?? [];
    const found = [...gradients[inputs.length - 1 - t] ?? []].map((g, i) =>
      g * (1 - (h[i] ?? NaN) ** 2)
    );
    const differences = row.map((_, i) => {
      const moved = (by: number) =>
        loss(weights, inputs.map((one, s) => one.map((a, j) => s === t && j === i ? a + by : a)));
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    });
    assertClose(found, differences, tolerance.differences, { scale: 1 });
  }
});

Deno.test("TanhRecurrence.weightGradientNorm() agrees with finite differences", () => {
  const recurrence = new TanhRecurrence(weights);
  const states = recurrence.states(inputs);
  const norm = recurrence.weightGradientNorm(states, recurrence.stateGradients(states, gradient));
  const differences = weights.flatMap((row, i) =>
    row.map((_, j) => {
      const moved = (by: number) =>
        loss(weights.map((one, r) => one.map((w, c) => r === i && c === j ? w + by : w)), inputs);
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    })
  );
  assertClose([norm], [Math.hypot(...differences)], tolerance.differences, { scale: 1 });
});

Deno.test("TanhRecurrence.scaled() multiplies every weight by the gain", () => {
  const scaled = new TanhRecurrence(weights).scaled(2).scaled(0.75);
  const other = new TanhRecurrence(weights.map((row) => row.map((weight) => 1.5 * weight)));
  assertEquals(scaled.size, 5);
  const states = other.states(inputs);
  const flat = (vectors: readonly Float64Array[]) => vectors.flatMap((one) => [...one]);
  assertClose(flat(scaled.states(inputs)), flat(states), tolerance.rounding);
  assertClose(
    flat(scaled.stateGradients(states, gradient)),
    flat(other.stateGradients(states, gradient)),
    tolerance.rounding,
  );
});

Deno.test("TanhRecurrence.stateGradients() has the norms of gradientFlow()", async () => {
  await onBackend("cpu", async () => {
    const random = new Random(2);
    const W_ih = matrix(5, 3, random.fork("W_ih"));
    const W_ho = matrix(2, 5, random.fork("W_ho"));
    const model = new SequenceModel({
      recurrent: new RNN({
        ...{ inputSize: 3, hiddenSize: 5, bias: false, random },
        init: (name) => (name === "weight_ih_l0" ? W_ih : weights).flat(),
      }),
      head: new Linear({
        ...{ inFeatures: 5, outFeatures: 2, bias: false, random, init: () => W_ho.flat() },
      }),
    });
    const before = tf.memory().numTensors;
    const x = matrix(7, 3, random.fork("x"));
    const target = [0.5, -1];
    const [inputs, targets] = [tf.tensor3d(x.flat(), [7, 1, 3]), tf.tensor2d(target, [1, 2])];
    const flow = await gradientFlow(model, inputs, targets);
    tf.dispose([inputs, targets]);
    assertEquals(tf.memory().numTensors, before);

    model.dispose();
    const recurrence = new TanhRecurrence(weights);
    const times = (rows: number[][], vector: ArrayLike<number>) =>
      rows.map((row) => row.reduce((sum, w, j) => sum + w * (vector[j] ?? NaN), 0));
    const states = recurrence.states(x.map((row) => times(W_ih, row)));
    const errors = times(W_ho, states.at(-1) ?? []).map((y, i) => y - (target[i] ?? NaN));
    const last = states[0]?.length ?? 0;
    const start = Array.from(
      { length: last },
      (_, j) => W_ho.reduce((sum, row, i) => sum + (row[j] ?? NaN) * (errors[i] ?? NaN), 0),
    );
    const gradients = recurrence.stateGradients(states, start);
    const norms = gradients.map((g) => Math.hypot(...g));
    assertClose(norms, [...flow.layers[0]?.hiddenGradientNorms ?? []], tolerance.float32);
    assertClose(
      [recurrence.weightGradientNorm(states, gradients)],
      [flow.parameterNorms["recurrent.weight_hh_l0"] ?? NaN],
      tolerance.float32,
    );
    assert(norms.every((norm) => norm > 0));
  });
});

Deno.test("TanhRecurrence throws on other shapes", () => {
  const recurrence = new TanhRecurrence(weights);
  const wrong: readonly [() => unknown, string][] = [
    [() => new TanhRecurrence([[1, 2]]), "recurrent must be"],
    [() => recurrence.scaled(NaN), "gain must be a finite number, found NaN"],
    [
      () => recurrence.states([[1, 2]]),
      "inputs[0] must be of 5 numbers, one for each unit, found 2",
    ],
    [() => recurrence.stateGradients([[0], [0]], [1]), "gradient must be of 5 numbers"],
    [() => recurrence.stateGradients([[0], [0]], gradient), "states[1] must be of 5 numbers"],
  ];
  for (const [call, message] of wrong) assertThrows(call, InputError, message);
});
