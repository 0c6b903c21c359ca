import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Matrix } from "ml-matrix";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import {
  glorotInit,
  identityInit,
  jointGlorotInit,
  orthogonalInit,
  type RecurrentInit,
  semiOrthogonalInit,
  uniformInit,
} from "../../../src/model/init/recurrent_init.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/**
 * The largest distance of a moment from its expected value, in standard errors; the seeds are
 * fixed.
 */
const errors = 4;
const lstm = { cell: "lstm", hiddenSize: 20, bias: true } as const;

function draw(init: RecurrentInit, name: string, shape: number[], seed = 1): number[] {
  return Array.from(init(name, shape, lstm, new Random(seed)));
}

Deno.test("uniformInit() fills [-1/sqrt(hidden), 1/sqrt(hidden)) evenly, including biases", () => {
  for (const [name, shape] of [["weight_ih_l0", [80, 10]], ["bias_hh_l0", [80]]] as const) {
    const limit = 1 / Math.sqrt(20);
    const values = draw(uniformInit, name, [...shape]);
    assertEquals(values.length, name === "bias_hh_l0" ? 80 : 800);
    assert(values.every((value) => value >= -limit && value < limit));
    const mean = (power: number): number =>
      values.reduce((sum, w) => sum + (w / limit) ** power, 0) / values.length;
    // Moments of a uniform number in [-1, 1]: 0 and 1/3, of variance 1/3 and 4/45.
    assertAlmostEquals(mean(1), 0, errors * Math.sqrt(1 / 3 / values.length));
    assertAlmostEquals(mean(2), 1 / 3, errors * Math.sqrt(4 / 45 / values.length));
  }
});

Deno.test("glorotInit() draws a matrix for each gate, and leaves biases 0", () => {
  const limit = Math.sqrt(6 / (20 + 10));
  const values = draw(glorotInit, "weight_ih_l1_reverse", [80, 10]);
  assertEquals(values.length, 800);
  const largest = Math.max(...values.map(Math.abs));
  assert(largest <= limit && largest > 0.95 * limit);
  assertEquals(draw(glorotInit, "bias_ih_l0", [80]), Array(80).fill(0));
});

Deno.test("jointGlorotInit() draws both matrices of a gate with the limit of their concatenation", () => {
  const limit = Math.sqrt(6 / (20 + 10 + 20));
  for (const [name, columns] of [["weight_ih_l0", 10], ["weight_hh_l0", 20]] as const) {
    const values = draw(jointGlorotInit(10), name, [80, columns]);
    assertEquals(values.length, 80 * columns);
    assertEquals(new Set(values).size, values.length);
    const largest = Math.max(...values.map(Math.abs));
    assert(largest <= limit && largest > 0.95 * limit, `${name}: ${largest}`);
    // The variance of a uniform number is a third of the limit squared; that of its square 4/45.
    const variance = values.reduce((sum, w) => sum + (w / limit) ** 2, 0) / values.length;
    assertAlmostEquals(variance, 1 / 3, errors * Math.sqrt(4 / 45 / values.length));
  }
  assertEquals(draw(jointGlorotInit(10), "bias_hh_l0", [80]), Array(80).fill(0));
});

Deno.test("jointGlorotInit() refuses a layer that reads another number of features", () => {
  assertThrows(
    () => draw(jointGlorotInit(12), "weight_ih_l0", [80, 10]),
    InputError,
    "inputSize of jointGlorotInit must be 10, the features that the layer reads, found 12",
  );
  assertThrows(
    () => jointGlorotInit(0),
    InputError,
    "inputSize must be a positive integer, found 0",
  );
});

Deno.test("orthogonalInit() draws a different orthogonal recurrent matrix for every gate", () => {
  const values = draw(orthogonalInit(0.9), "weight_hh_l0", [80, 20]);
  const all = Matrix.from1DArray(80, 20, values);
  const gates = [0, 1, 2, 3].map((gate) => all.subMatrix(20 * gate, 20 * gate + 19, 0, 19));
  for (const gate of gates) {
    const product = gate.transpose().mmul(gate).to1DArray();
    assertClose(product, Matrix.eye(20).mul(0.81).to1DArray(), tolerance.rounding);
  }
  assertEquals(new Set(gates.map((gate) => gate.get(0, 0))).size, 4);
  const inputs = draw(orthogonalInit(), "weight_ih_l0", [80, 10]);
  assertEquals(inputs, draw(glorotInit, "weight_ih_l0", [80, 10]));
  assertEquals(draw(orthogonalInit(), "bias_ih_l0", [80]), Array(80).fill(0));
});

Deno.test("semiOrthogonalInit() draws matrices with orthonormal columns, and biases of 0", () => {
  for (const [name, columns] of [["weight_ih_l0", 10], ["weight_hh_l1", 20]] as const) {
    const all = Matrix.from1DArray(80, columns, draw(semiOrthogonalInit, name, [80, columns]));
    const product = all.transpose().mmul(all).to1DArray();
    assertClose(product, Matrix.eye(columns).to1DArray(), tolerance.rounding, { what: name });
  }
  // With more inputs than rows, the rows are orthonormal.
  const wide = Matrix.from1DArray(80, 90, draw(semiOrthogonalInit, "weight_ih_l0", [80, 90]));
  const product = wide.mmul(wide.transpose()).to1DArray();
  assertClose(product, Matrix.eye(80).to1DArray(), tolerance.rounding);
  assertEquals(draw(semiOrthogonalInit, "bias_hh_l0", [80]), Array(80).fill(0));
});

Deno.test("identityInit() draws the weights of an IRNN", () => {
  const rnn = { cell: "rnn_relu", hiddenSize: 20, bias: true } as const;
  const init = identityInit(0.5, 0.01);
  const recurrent = init("weight_hh_l0", [20, 20], rnn, new Random(1));
  assertEquals(Array.from(recurrent), Matrix.eye(20).mul(0.5).to1DArray());
  const inputs = Array.from(init("weight_ih_l0", [20, 200], rnn, new Random(1)));
  const variance = inputs.reduce((sum, w) => sum + w * w, 0) / 4000;
  assertAlmostEquals(variance, 1e-4, errors * 1e-4 * Math.sqrt(2 / 4000));
  assertEquals(Array.from(init("bias_hh_l0", [20], rnn, new Random(1))), Array(20).fill(0));
  assertThrows(
    () => draw(init, "weight_hh_l0", [80, 20]),
    InputError,
    'the cell of identityInit must be a simple RNN, found "lstm"',
  );
});

Deno.test("uniformInit(), glorotInit() and other initialisers draw equal values from equal sources", () => {
  for (const init of [uniformInit, glorotInit, jointGlorotInit(10), orthogonalInit()]) {
    const [first, again, other] = [5, 5, 6].map((seed) => {
      return draw(init, "weight_hh_l0", [80, 20], seed);
    });
    assertEquals(first, again);
    assert(first?.[0] !== other?.[0]);
  }
});
