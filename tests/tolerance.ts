import { fail } from "@std/assert";
import { InputError } from "../src/core/errors.ts";

/** The largest distance of a number from its expected value, with the reason. */
export interface Tolerance {
  /** The largest difference, relative to the scale of the numbers that are compared. */
  readonly relative: number;
  /** The reason for its size. */
  readonly reason: string;
}

/** Every tolerance of the tests. A test that needs another one adds it here, with its reason. */
export const tolerance = {
  exact: {
    relative: 0,
    reason: "The same operations in the same order give the same bits.",
  },
  rounding: {
    relative: 1e-12,
    reason: "Float64 in another order of operations: some thousand roundings of 1.1e-16 each.",
  },
  lapack: {
    relative: 1e-9,
    reason: "Backward stable float64 algorithms of another kind than LAPACK's, on matrices whose " +
      "eigenvalues move at most about 1e6 times as far as the entries.",
  },
  factors: {
    relative: 1e-10,
    reason: "Each singular value of a product of some 50 float64 matrices of condition 100: " +
      "k n eps cond, about 2e-11.",
  },
  quadrature: {
    relative: 1e-9,
    reason:
      "The trapezoidal rule against Simpson's on a function that is analytic within a third of " +
      "pi of the real axis: exp(-2 pi^2 / 0.75), about 4e-12, and both rules' roundings.",
  },
  trusted: {
    relative: 1e-6,
    reason: "The bound up to which jacobianProducts gives small singular values at all.",
  },
  special: {
    relative: 1e-10,
    reason:
      "Distribution functions against SciPy's or numerical integrals: some hundred terms of " +
      "a continued fraction, with up to 10^6 degrees of freedom.",
  },
  resampling: {
    relative: 0.01,
    reason:
      "Ends of two bootstrap intervals of 100,000 independent resamples each: their standard " +
      "error is 0.2 %.",
  },
  draws: {
    relative: 0.03,
    reason: "Means and deviations of some 10,000 independent numbers or more: three standard " +
      "errors of at most 1 %.",
  },
  integration: {
    relative: 1e-8,
    reason:
      "A Runge-Kutta method of order 4 with steps of 0.1 against one of order 8 with 1e-12, " +
      "over 100 units of time: about 0.1^5 / 120 times fifth derivatives near 0.1 in each step.",
  },
  convexFit: {
    relative: 1e-6,
    reason:
      "A logistic regression whose gradient is below 1e-10 against scikit-learn's: the error " +
      "of a weight is at most the gradient over the least curvature, 1 / (C n), about 1e-5 here.",
  },
  flatOptimum: {
    relative: 1e-5,
    reason:
      "Estimates at a minimum whose value differs by 1e-10: their own difference is the square " +
      "root of this.",
  },
  stateSpace: {
    relative: 1e-9,
    reason:
      "An innovations algorithm against the Kalman filter of statsmodels, which stops its update " +
      "of the gain at changes of 1e-19 in the covariance and adds them up over the series.",
  },
  likelihood: {
    relative: 1e-6,
    reason: "Logarithms of likelihoods, absolute: searches end at gains of 1e-9 and less.",
  },
  estimates: {
    relative: 1e-3,
    reason: "Forecasts of estimates whose logarithms of the likelihood differ by up to 1e-4: an " +
      "estimate differs by some 1 % of its standard error, and a forecast by less.",
  },
  differences: {
    relative: 1e-7,
    reason: "Central differences of step 1e-5 in float64: rounding of about 1e-16 / 1e-5, and " +
      "truncation of 1e-10 times a third derivative, which grows with steps and layers.",
  },
  flatDifferences: {
    relative: 1e-3,
    reason: "Central differences of step 0.01 in float32 against a gradient: rounding of about " +
      "1e-7 / 0.01, and truncation of 1e-4 / 6 times a third derivative of some times the first.",
  },
  float32: {
    relative: 1e-5,
    reason:
      "Float32 against PyTorch's: some ten steps of sums of some ten terms, each rounded to " +
      "6e-8, in another order and with another tanh and exp.",
  },
  sampling: {
    relative: 2e-7,
    reason: "Float64 against PyTorch's float32 softmax: logits over the temperature, their " +
      "exponentials and the quotient, each rounded to 6e-8.",
  },
  training: {
    relative: 1e-4,
    reason:
      "Forty steps of float32 against PyTorch's: each step adds a rounding as `float32`, and " +
      "Adam's division by a small second moment enlarges it.",
  },
  steps: {
    relative: 1e-3,
    reason:
      "Three steps of Adam, whose first are the learning rate times g / |g|: where a gradient " +
      "is as small as its own rounding, so is the certainty of its sign.",
  },
  replicas: {
    relative: 1e-6,
    reason: "The same code for each replica on WebGPU, but a compiler may fuse one shader's " +
      "operations otherwise than another's.",
  },
  flow: {
    relative: 1e-4,
    reason:
      "As on WebGPU, for whole experiments: each number is held to its own size, and seeds average " +
      "rounding out.",
  },
  coordinates: {
    relative: 0.2,
    reason:
      "At a scale of one pixel: figures write coordinates in tenths, and a place between two " +
      "ticks is compared by theirs.",
  },
  partsOfBars: {
    relative: 2,
    reason: "At a scale of one pixel: parts of a bar leave 1.5 between them.",
  },
  cells: {
    relative: 1,
    reason: "At a scale of one pixel: both edges of a cell are rounded to whole ones.",
  },
  backend: {
    cpu: {
      relative: 1e-5,
      reason: "Float32 storage, float64 arithmetic: closer than PyTorch's own rounding.",
    },
    wasm: {
      relative: 1e-5,
      reason: "Float32 throughout; XNNPACK sums in blocks and approximates exp to 1 to 2 ULP.",
    },
    webgpu: {
      relative: 1e-4,
      reason: "WGSL allows exp an error of 3 + 2|x| ULP and takes tanh from it, and a compiler " +
        "may fuse and reorder.",
    },
  },
} as const satisfies Readonly<Record<string, Tolerance | Readonly<Record<string, Tolerance>>>>;

/**
 * For an eigenvalue in a Jordan block, relative to the norm of the matrix.
 *
 * @param size Rows of the block.
 */
export function defective(size: number): Tolerance {
  return {
    relative: (size * Number.EPSILON) ** (1 / size),
    reason: "A rounding e of the entries moves the eigenvalue by e^(1/size), whatever the method.",
  };
}

/** Further options of {@link assertClose}. */
export interface CloseOptions {
  /** The scale of the differences, in place of the largest magnitude of `expected`. */
  readonly scale?: number;
  /** The name of the compared numbers for the message, such as that of a parameter. */
  readonly what?: string;
}

/**
 * Fails unless both have the same length and every number lies within the tolerance:
 * `|actual[i] - expected[i]| <= relative * scale`.
 *
 * The scale is the largest magnitude in `expected`, so a small entry of a large tensor may differ
 * by the rounding error of the large entries. If all numbers are 0, those of `actual` must be 0,
 * too. To compare each number relative to its own size, compare one number at a time. NaN and
 * infinity never pass.
 *
 * @param actual The computed numbers, of any shape, flattened.
 * @param expected The expected numbers, in the same order.
 * @param allowed One of {@link tolerance}.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed: Tolerance,
  options: CloseOptions = {},
): void {
  const what = options.what ?? "values";
  if (actual.length !== expected.length) {
    fail(`${what}: found ${actual.length} numbers, wanted ${expected.length}`);
  }
  const scale = options.scale ?? largest(expected);
  if (!(scale >= 0 && scale < Infinity)) throw new InputError("scale", "finite, 0 or more", scale);
  let worst = -1;
  let distance = -1;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
    const found = Number.isFinite(difference) ? difference : Infinity;
    if (found <= distance) continue;
    distance = found;
    worst = i;
  }
  if (distance <= allowed.relative * scale) return;
  fail(
    `${what}[${worst}]: found ${actual[worst]}, wanted ${expected[worst]}: relative error ` +
      `${(distance / scale).toExponential(2)} of ${scale}, allowed ${allowed.relative}`,
  );
}

function largest(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) found = Math.max(found, Math.abs(values[i] ?? NaN));
  return found;
}
