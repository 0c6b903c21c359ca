import { Matrix as MlMatrix } from "ml-matrix";
import { max, min } from "simple-statistics";
import { checkFlags } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { assertMatrix, assertSquare, type Matrix, normalized } from "./matrix.ts";
import { MatrixProduct, singularValues } from "./singular_values.ts";

/** Up to this bound of their relative error, singular values are given in their own digits. */
const TRUSTED = 1e-6;

/** How far a change of the state k steps back moves the last state. */
export interface JacobianProduct {
  /** k, in steps back from the last one. */
  readonly lag: number;
  /** || dh_T/dh_(T-k) ||_2, the largest singular value; 0 below 5e-324. */
  readonly norm: number;
  /** Its natural logarithm, which does not underflow; -Infinity where the norm is truly 0. */
  readonly logNorm: number;
  /** The singular values, largest first, where `full` is set; else none. */
  readonly singularValues: readonly (number | null)[];
}

/** What {@link jacobianProducts} can be told besides. */
export interface JacobianOptions {
  /** Whether to give every singular value; by default only the norm. */
  readonly full?: boolean;
}

const names: OptionNames<JacobianOptions> = { full: true };

/**
 * The Jacobian products of a tanh network, from the last state back: at lag k
 * dh_T/dh_(T-k) = J_T J_(T-1) ... J_(T-k+1), with J_t = diag(1 - h_t^2) W_hh.
 *
 * The product is kept with a scale of its own, so that long lags do not underflow. With `full` a QR
 * iteration beside it (`MatrixProduct`) keeps every singular value to about k n eps cond(J) of
 * itself, some 1e-12 for ordinary networks, where the product alone would lose those below 1e-16 of
 * the largest. From the lag on where saturated units or an all but singular W_hh raise that bound
 * above 1e-6, singular values are right to k n eps of the largest, and `null` below that.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), equation 5; Benettin et al. (1980).
 *
 * @param states h_0 to h_T, of shape [T + 1, hidden], from -1 to 1.
 * @param recurrent W_hh of shape [hidden, hidden]: row i holds the weights into unit i.
 * @param options Which singular values are wanted.
 * @returns Lags 0 to T; lag 0 is the identity.
 * @throws {InputError} On another shape, a value that is not finite, a state beyond -1 to 1, or an
 * unknown option.
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

/** Singular values of the growing product, in their own digits for as long as that holds. */
class PreciseValues {
  readonly #product: MatrixProduct;
  /** n eps cond(W_hh): what a factor costs, but for the spread of its slopes. */
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
   * Takes one more factor.
   *
   * @param slopes 1 - h^2, by whose spread the condition of W_hh can grow.
   * @param plain Logarithms of the singular values of the product itself, right to rounding of the
   *   largest.
   * @returns Logarithms of the singular values; `null` where rounding hides them.
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
    throw new InputError("recurrent", `of ${hidden} rows as a state has units`, recurrent.length);
  }
  for (const [t, state] of states.entries()) {
    const i = state.findIndex((h) => Math.abs(h) > 1);
    if (i >= 0) throw new InputError(`states[${t}][${i}]`, "a tanh, from -1 to 1", state[i]);
  }
}

function entry(lag: number, logNorm: number, logs: readonly (number | null)[]): JacobianProduct {
  const singularValues = logs.map((log) => log === null ? null : Math.exp(log));
  return { lag, norm: Math.exp(logNorm), logNorm, singularValues };
}

function multiply(a: number[][], b: number[][]): number[][] {
  return new MlMatrix(a).mmul(new MlMatrix(b)).to2DArray();
}
