import { Matrix as MlMatrix } from "ml-matrix";
import { max, min } from "simple-statistics";
import { checkFlags } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { assertMatrix, assertSquare, type Matrix, normalized } from "./matrix.ts";
import { MatrixProduct, singularValues } from "./singular_values.ts";

/** The QR iteration is used while the bound of its relative error is at most this number. */
const TRUSTED = 1e-6;

/** The product of the last k Jacobians: the effect of a change of the state k steps back. */
export interface JacobianProduct {
  /** The lag k in steps back from the last state. */
  readonly lag: number;
  /** || dh_T/dh_(T-k) ||_2, the largest singular value; 0 if it is below 5e-324. */
  readonly norm: number;
  /** The natural logarithm of the norm, which does not underflow; -Infinity if the norm is 0. */
  readonly logNorm: number;
  /**
   * The singular values, largest first, if `full` is set; otherwise empty. A value that is lost to
   * rounding is `null`.
   */
  readonly singularValues: readonly (number | null)[];
}

/** Options for {@link jacobianProducts}. */
export interface JacobianOptions {
  /** Whether to compute all singular values. Defaults to `false`: only the norm. */
  readonly full?: boolean;
}

const names: OptionNames<JacobianOptions> = { full: true };

/**
 * Computes the Jacobian products of a tanh network from the last state back. At lag k the product
 * is dh_T/dh_(T-k) = J_T J_(T-1) ... J_(T-k+1), with J_t = diag(1 - h_t^2) W_hh.
 *
 * The product is scaled so that long lags do not underflow. With `full`, a QR iteration
 * ({@link MatrixProduct}) computes every singular value with a relative error of about k n eps
 * cond(J), which is about 1e-12 for ordinary networks. (The product alone would lose all singular
 * values below 1e-16 times the largest.) Saturated units and a nearly singular W_hh increase this
 * error. At lags at which a bound of the error exceeds 1e-6, singular values are computed from the
 * product instead: they have an error of k n eps times the largest, and values below this error are
 * `null`.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), arXiv:1211.5063, equation 5; Benettin et al. (1980),
 * doi:10.1007/BF02128236.
 *
 * @param states The states h_0 to h_T, of shape [T + 1, hidden], in [-1, 1].
 * @param recurrent W_hh of shape [hidden, hidden]; row i has the weights into unit i.
 * @param options Whether to compute all singular values.
 * @returns The products at lags 0 to T; lag 0 is the identity.
 * @throws {InputError} If a shape is wrong, a number is not finite, a state is not in [-1, 1], or
 * an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { jacobianProducts } from "./jacobian.ts";
 *
 * const states = [[0, 0], [0, 0], [0, 0]];
 * const [, , last] = jacobianProducts(states, [[0, 0.5], [-0.5, 0]], { full: true });
 * assert(Math.abs((last?.norm ?? 0) - 0.25) < 1e-15);
 * ```
 */
export function jacobianProducts(
  states: Matrix,
  recurrent: Matrix,
  options: JacobianOptions = {},
): JacobianProduct[] {
  checkOptions("jacobianProducts", options, names);
  checkFlags({ full: options.full });
  checkInputs(states, recurrent);
  const precise = options.full ? new PreciseValues(recurrent) : null;
  let product = MlMatrix.eye(recurrent.length).to2DArray();
  let logScale = 0;
  const found = [entry(0, 0, precise ? product.map(() => 0) : [])];
  for (const [t, state] of states.slice(1).reverse().entries()) {
    const slopes = state.map((h) => 1 - h * h);
    const jacobian = recurrent.map((row, i) => row.map((weight) => (slopes[i] ?? NaN) * weight));
    const { scale, matrix } = normalized(multiply(product, jacobian));
    product = matrix;
    logScale += Math.log(scale);
    const logs = singularValues(product).map((value) => logScale + Math.log(value));
    found.push(entry(t + 1, max(logs), precise?.next(jacobian, slopes, logs) ?? []));
  }
  return found;
}

/** The singular values of the growing product, with the precision that the factors permit. */
class PreciseValues {
  readonly #product: MatrixProduct;
  /** The relative error that a factor with equal slopes adds: n eps cond(W_hh). */
  readonly #cost: number;
  #lag = 0;
  #error = 0;

  constructor(recurrent: Matrix) {
    const weights = singularValues(recurrent);
    const condition = max(weights) / min(weights);
    this.#product = new MatrixProduct(recurrent.length);
    this.#cost = Number.EPSILON * recurrent.length * condition;
  }

  /**
   * Multiplies by one more factor.
   *
   * @param jacobian The factor diag(slopes) W_hh.
   * @param slopes 1 - h^2; the ratio of the largest to the smallest multiplies the condition of
   * W_hh.
   * @param plain The logarithms of the singular values, computed from the product; their errors are
   * relative to the largest.
   * @returns The logarithms of the singular values; `null` if a value is below the rounding error.
   */
  next(jacobian: Matrix, slopes: readonly number[], plain: readonly number[]): (number | null)[] {
    this.#lag += 1;
    this.#error += this.#cost * max([...slopes]) / min([...slopes]);
    if (this.#error <= TRUSTED) {
      this.#product.multiply(jacobian);
      return this.#product.logSingularValues();
    }
    const rounding = this.#lag * slopes.length * Number.EPSILON;
    const floor = max([...plain]) + Math.log(rounding);
    return plain.map((log) => log < floor ? null : log);
  }
}

function checkInputs(states: Matrix, recurrent: Matrix): void {
  assertMatrix("states", states);
  assertSquare("recurrent", recurrent);
  const hidden = states[0]?.length;
  if (hidden !== recurrent.length) {
    throw new InputError(
      "recurrent",
      `of ${hidden} rows, one for each unit of a state`,
      recurrent.length,
    );
  }
  for (const [t, state] of states.entries()) {
    const i = state.findIndex((h) => Math.abs(h) > 1);
    if (i >= 0) {
      throw new InputError(`states[${t}][${i}]`, "a value of tanh, from -1 to 1", state[i]);
    }
  }
}

function entry(lag: number, logNorm: number, logs: readonly (number | null)[]): JacobianProduct {
  const singularValues = logs.map((log) => log === null ? null : Math.exp(log));
  return { lag, norm: Math.exp(logNorm), logNorm, singularValues };
}

function multiply(a: number[][], b: number[][]): number[][] {
  return new MlMatrix(a).mmul(new MlMatrix(b)).to2DArray();
}
