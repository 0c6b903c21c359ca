import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  linearGRU,
  linearLSTM,
  linearRNN,
  type LinearStep,
} from "../../src/analysis/linear_step.ts";
import { jacobianProducts } from "../../src/analysis/jacobian.ts";
import { adjointError, gradientsByLag, propagateTangent } from "../../src/analysis/trajectory.ts";
import { norm } from "../../src/analysis/matrix.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const units = 4;
const random = new Random(5);
const draw = (length: number, scale = 1) => random.array(length).map((value) => scale * value);
const gate = () => draw(units).map((value) => 1 / (1 + Math.exp(-value)));

/** A step of each cell, at values that a gate or state can have. */
const steps: Readonly<Record<string, LinearStep>> = {
  RNN: linearRNN(draw(units ** 2))(draw(units).map(Math.tanh)),
  LSTM: linearLSTM(draw(4 * units ** 2))({
    ...{ inputGate: gate(), forgetGate: gate(), candidate: draw(units).map(Math.tanh) },
    ...{ outputGate: gate(), cell: draw(units), previousCell: draw(units) },
  }),
  GRU: linearGRU(draw(3 * units ** 2))({
    ...{ resetGate: gate(), updateGate: gate(), candidate: draw(units).map(Math.tanh) },
    ...{ previous: draw(units).map(Math.tanh), bias: draw(units) },
  }),
};

/** The map as a matrix, by its columns. */
function columns(size: number, map: (vector: Float64Array) => Float64Array): number[][] {
  return Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return Array.from(map(unit));
  });
}

for (const [cell, step] of Object.entries(steps)) {
  Deno.test(`LinearStep.adjoint() is the transpose of tangent() (${cell})`, () => {
    const byTangent = columns(step.size, (vector) => step.tangent(vector));
    const byAdjoint = columns(step.size, (vector) => step.adjoint(vector));
    const transposed = byAdjoint.map((_, i) => byAdjoint.map((row) => row[i] ?? NaN));
    assertClose(byTangent.flat(), transposed.flat(), tolerance.rounding);
    assertEquals(step.size, cell === "LSTM" ? 2 * units : units);
  });
}

Deno.test("gradientsByLag() of an RNN has the norms of jacobianProducts() in every direction", () => {
  const weights = [[0.5, -0.3], [0.2, 0.8]];
  const states = [[0, 0], [0.1, 0.5], [-0.7, 0.2], [0.3, 0.9]];
  const linear = linearRNN(weights.flat());
  const along = states.slice(1).map((state) => linear(state));
  const products = jacobianProducts(states, weights, { full: true });
  const byLag = [[1, 0], [0, 1]].map((last) => gradientsByLag(along, Float64Array.from(last)));
  for (const { lag, singularValues } of products) {
    // The squares of the norms of the rows sum to those of the singular values.
    const rows = byLag.reduce((sum, own) => sum + norm(own[lag] ?? new Float64Array(2)) ** 2, 0);
    const wanted = singularValues.reduce((sum: number, value) => sum + Number(value) ** 2, 0);
    assertClose([rows], [wanted], tolerance.rounding, { what: `lag ${lag}` });
  }
});

Deno.test("propagateTangent() has the same growth for any norm of the vector", () => {
  const along = Array.from({ length: 30 }, () => steps["RNN"] ?? linearRNN([1])([0]));
  const start = Float64Array.from(draw(units));
  const { growth, directions } = propagateTangent(along, start);
  let change: Float64Array = start;
  for (const step of along) change = step.tangent(change);
  const total = growth.reduce((sum, one) => sum + one, 0);
  assertClose([total], [Math.log(norm(change) / norm(start))], tolerance.rounding);
  assert(directions.every((one) => Math.abs(norm(one) - 1) < 1e-12));
  const larger = propagateTangent(along, start.map((value) => 1e100 * value));
  assertClose(larger.growth, growth, tolerance.rounding);
});

Deno.test("adjointError() detects gradients of another trajectory", () => {
  const [one = linearRNN([1])([0]), other = one] = [steps["RNN"], steps["GRU"]];
  const last = Float64Array.from(draw(units));
  const change = propagateTangent([one, other], Float64Array.from(draw(units)));
  assert(adjointError(gradientsByLag([one, other], last), change) < 1e-15);
  assert(adjointError(gradientsByLag([other, one], last), change) > 1e-3);
});

Deno.test("linearRNN(), linearLSTM(), linearGRU() and trajectories throw on wrong sizes", () => {
  const step = linearRNN([0.5])([0]);
  const wrong: readonly [() => unknown, string][] = [
    [() => linearRNN([1, 2]), "weights must be 1 square matrices"],
    [() => linearLSTM([1, 2, 3]), "weights must be 4 square matrices"],
    [() => linearRNN([NaN]), "weights[0] must be finite, found NaN"],
    [() => linearRNN([1])([0, 0]), "hidden must be 1 numbers, found 2"],
    [() => gradientsByLag([], Float64Array.of(1)), "steps must be at least one"],
    [() => gradientsByLag([step], Float64Array.of(1, 2)), "last must be a Float64Array of 1"],
    [() => propagateTangent([step], Float64Array.of(0)), "start must be finite and not 0"],
    [
      () => propagateTangent([linearRNN([0])([0])], Float64Array.of(1)),
      "after step 0 must be of a norm",
    ],
    [
      () => adjointError([], propagateTangent([step], Float64Array.of(1))),
      "gradients must be 2 vectors, found 0",
    ],
  ];
  for (const [use, message] of wrong) assertThrows(use, InputError, message);
});
