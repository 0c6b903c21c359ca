import { assert, assertEquals, assertThrows } from "@std/assert";
import { jacobianProducts } from "../../src/analysis/jacobian.ts";
import type { Matrix } from "../../src/analysis/matrix.ts";
import { singularValues } from "../../src/analysis/singular_values.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { flowCases } from "./fixtures.ts";
import { gaussian, matrixOf, reflection } from "./matrices.ts";

/** h_0 = 0 to h_T of the recurrence, in float64. */
function run(network: { W_hh: Matrix; W_ih: Matrix; b_h: number[]; x: Matrix }): number[][] {
  const states = [network.b_h.map(() => 0)];
  for (const x of network.x) {
    const before = states.at(-1) ?? [];
    states.push(network.b_h.map((bias, i) =>
      Math.tanh(
        bias + dot(network.W_hh[i] ?? [], before) + dot(network.W_ih[i] ?? [], x),
      )
    ));
  }
  return states;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** Fails unless each number is close, relative to its own size. */
function assertEachClose(found: readonly number[], wanted: readonly number[]): void {
  const ratios = found.map((value, i) => value / (wanted[i] ?? NaN));
  assertClose(ratios, wanted.map(() => 1), tolerance.factors, { what: "found / wanted" });
}

for (const { gain, jacobian_norm_by_lag: wanted, ...network } of flowCases) {
  for (const full of [false, true]) {
    const what = full ? "with all singular values" : "the norm alone";
    Deno.test(`jacobianProducts() of gain ${gain} agrees with the reference at 31 lags, ${what}`, () => {
      const found = jacobianProducts(run(network), network.W_hh, { full });
      assertEquals(found.map(({ lag }) => lag), wanted.map((_, lag) => lag));
      assertEachClose(found.map(({ norm }) => norm), wanted);
      assertEachClose(found.map(({ logNorm }) => Math.exp(logNorm)), wanted);
      assertEquals(found.every(({ singularValues }) => singularValues.length === 12), full);
    });
  }
}

// By mpmath's svd_r with 120 digits, from the states that the recurrence above gives.
const precise: Readonly<Record<number, number[]>> = {
  0.9: [
    1.3709250918570012e-06,
    6.726572037256486e-07,
    2.684913267284182e-07,
    1.0915263605997392e-07,
    1.2385245204501974e-08,
    6.634798659090687e-09,
    2.064749862108853e-09,
    4.010141723545629e-11,
    9.445413565308214e-12,
    1.59041105023406e-13,
    5.848581489884207e-26,
    6.931870439459225e-35,
  ],
  1.5: [
    0.22460202620524658,
    0.009807750490465913,
    0.0004972188679510172,
    7.828581058829877e-05,
    4.44248899519882e-05,
    9.584732687127677e-08,
    3.3679907114251753e-09,
    2.1376528075962312e-13,
    4.772918101044716e-19,
    5.58554721817877e-20,
    2.819998300343567e-34,
    2.3162007404244732e-48,
  ],
};

for (const { gain, W_hh, ...network } of flowCases.filter(({ gain }) => gain in precise)) {
  Deno.test(`jacobianProducts() of gain ${gain} has a small relative error of every singular value at lag 30`, () => {
    const last = jacobianProducts(run({ W_hh, ...network }), W_hh, { full: true }).at(-1);
    assertEachClose((last?.singularValues ?? []).map(Number), precise[gain] ?? []);
  });
}

Deno.test("jacobianProducts() for h = 0 and W = g Q has singular values g^k", () => {
  const rotation = reflection(6, new Random(1));
  const states = matrixOf(41, () => 0).map(() => rotation.map(() => 0));
  for (const gain of [0.5, 0.9, 1, 1.5]) {
    const recurrent = rotation.map((row) => row.map((entry) => gain * entry));
    for (
      const { lag, norm, singularValues } of jacobianProducts(states, recurrent, { full: true })
    ) {
      const wanted = rotation.map(() => gain ** lag);
      assertEachClose(singularValues.map(Number), wanted);
      assertEachClose([norm], [gain ** lag]);
    }
  }
});

Deno.test("jacobianProducts() has logarithms of norms beyond float64", () => {
  const states = Array.from({ length: 1001 }, () => [0, 0]);
  const recurrent = [[0, 0.1], [-0.1, 0]];
  for (const full of [false, true]) {
    const last = jacobianProducts(states, recurrent, { full }).at(-1);
    assertEquals(last?.norm, 0);
    assertClose([last?.logNorm ?? NaN], [1000 * Math.log(0.1)], tolerance.rounding);
  }
});

Deno.test("jacobianProducts() of one step is diag(1 - h^2) W", () => {
  const random = new Random(2);
  const recurrent = gaussian(5, 5, random);
  const state = recurrent.map(() => Math.tanh(random.normal()));
  const [, found] = jacobianProducts([state.map(() => 0.9), state], recurrent, { full: true });
  const wanted = recurrent.map((row, i) => row.map((w) => (1 - (state[i] ?? NaN) ** 2) * w));
  assertClose(
    (found?.singularValues ?? []).map(Number),
    singularValues(wanted),
    tolerance.rounding,
  );
});

Deno.test("jacobianProducts() of a saturated unit has one singular value of 0 or null", () => {
  const random = new Random(3);
  const recurrent = gaussian(6, 6, random);
  const states = Array.from(
    { length: 6 },
    () => recurrent.map((_, i) => i === 0 ? 1 : 0.5 * Math.tanh(random.normal())),
  );
  // The slope of a unit at 1 is 0, so every product has a row of zeros.
  for (const { singularValues } of jacobianProducts(states, recurrent, { full: true }).slice(1)) {
    const [last, ...others] = singularValues.toReversed();
    assert(!last, `found ${last}`);
    assert(others.every((value) => value !== null && value > 0));
  }
});

Deno.test("jacobianProducts() has null for singular values below the rounding error", () => {
  const recurrent = [[1, 0, 0], [0, 1e-3, 0], [0, 0, 0]];
  const states = Array.from({ length: 9 }, () => [0, 0, 0]);
  const found = jacobianProducts(states, recurrent, { full: true });
  for (const { lag, singularValues } of found.slice(1)) {
    const second = 1e-3 ** lag;
    assertEquals(singularValues[0], 1);
    if (second < 3 * lag * Number.EPSILON) assertEquals(singularValues[1], null);
    else assertClose([singularValues[1] ?? NaN], [second], tolerance.rounding);
    assertEquals(singularValues[2], null);
  }
});

Deno.test("jacobianProducts() loses digits in proportion to the saturation of units", () => {
  const random = new Random(4);
  const recurrent = gaussian(6, 6, random);
  const weights = singularValues(recurrent).reduce((sum, value) => sum + Math.log(value), 0);
  const states = Array.from(
    { length: 11 },
    () => recurrent.map(() => random.uniform() < 0.2 ? 1 - 2 ** -20 : Math.tanh(random.normal())),
  );
  let wanted = 0;
  const found = jacobianProducts(states, recurrent, { full: true });
  for (const [k, state] of states.slice(1).reverse().entries()) {
    wanted += weights + state.reduce((sum, h) => sum + Math.log(1 - h * h), 0);
    const logs = (found[k + 1]?.singularValues ?? []).map((value) => Math.log(value ?? NaN));
    const sum = logs.reduce((sum, log) => sum + log, 0);
    assertClose([sum], [wanted], tolerance.trusted, { scale: 6, what: "ln |det|" });
  }
});

Deno.test("jacobianProducts() throws on wrong states, weights and options", () => {
  const recurrent = [[0, 1], [1, 0]];
  const wrong: readonly [number[][], number[][], string][] = [
    [[], recurrent, "states must be of at least one row"],
    [[[0, 0]], [[1, 2]], "recurrent must be square"],
    [[[0, 0, 0]], recurrent, "recurrent must be of 3 rows, one for each unit of a state, found 2"],
    [
      [[0, 0], [0, 1.5]],
      recurrent,
      "states[1][1] must be a value of tanh, from -1 to 1, found 1.5",
    ],
    [[[0, NaN]], recurrent, "states[0][1] must be a finite number, found NaN"],
  ];
  for (const [states, weights, message] of wrong) {
    assertThrows(() => jacobianProducts(states, weights), InputError, message);
  }
});
