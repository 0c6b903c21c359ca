import { InputError } from "../core/errors.ts";
import { assertMatrix, assertSquare, type Matrix, normalized } from "./matrix.ts";
import { MatrixProduct } from "./matrix_product.ts";
import { singularValues, spectralNorm } from "./svd.ts";

export { type Decay, fitDecay, lagAtFraction } from "./decay.ts";

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

/**
 * The Jacobian products of a tanh network, from the last state back: at lag k
 * dh_T/dh_(T-k) = J_T J_(T-1) ... J_(T-k+1), with J_t = diag(1 - h_t^2) W_hh.
 *
 * Neither long lags nor small values lose digits: factors are multiplied with a scale of their own,
 * and with `full` by a QR iteration that keeps every singular value to about k n eps cond(J_t) of
 * itself, 1e-12 for ordinary networks. Where saturated units or a singular W_hh raise that bound
 * above 1e-3, singular values below k n eps of the largest are `null`: they may be anything down to
 * 0.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), equation 5; Benettin et al. (1980).
 *
 * @param states h_0 to h_T, of shape [T + 1, hidden], from -1 to 1.
 * @param recurrent W_hh of shape [hidden, hidden]: row i holds the weights into unit i.
 * @returns Lags 0 to T; lag 0 is the identity.
 * @throws {InputError} On another shape, a value that is not finite, or a state beyond -1 to 1.
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
  checkInputs(states, recurrent);
  const steps = [...states.slice(1)].reverse().map((state) => state.map((h) => 1 - h * h));
  return options.full ? allValues(steps, recurrent) : norms(steps, recurrent);
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

/** @param steps 1 - h_t^2 for t = T to 1, of shape [T, hidden]. */
function norms(steps: Matrix, recurrent: Matrix): JacobianProduct[] {
  let product: Matrix = recurrent.map((_, i) => recurrent.map((_, j) => i === j ? 1 : 0));
  let logScale = 0;
  const found = [entry(0, 0)];
  for (const [k, slopes] of steps.entries()) {
    const { scale, matrix } = normalized(multiply(product, jacobian(slopes, recurrent)));
    product = matrix;
    logScale += Math.log(scale);
    found.push(entry(k + 1, logScale + Math.log(spectralNorm(product))));
  }
  return found;
}

function allValues(steps: Matrix, recurrent: Matrix): JacobianProduct[] {
  const product = new MatrixProduct(recurrent.length);
  const rounding = recurrent.length * Number.EPSILON;
  const weights = singularValues(recurrent);
  const condition = Math.max(...weights) / Math.min(...weights);
  let doubt = 0;
  const found = [entry(0, 0, recurrent.map(() => 1))];
  for (const [k, slopes] of steps.entries()) {
    product.multiply(jacobian(slopes, recurrent));
    doubt += rounding * condition * Math.max(...slopes) / Math.min(...slopes);
    const logs = product.logSingularValues();
    const largest = logs[0] ?? -Infinity;
    const floor = doubt <= 1e-3 ? -Number.MAX_VALUE : largest + Math.log(rounding * (k + 1));
    found.push(entry(k + 1, largest, logs.map((log) => log < floor ? null : Math.exp(log))));
  }
  return found;
}

function entry(
  lag: number,
  logNorm: number,
  singularValues: readonly (number | null)[] = [],
): JacobianProduct {
  return { lag, norm: Math.exp(logNorm), logNorm, singularValues };
}

function jacobian(slopes: readonly number[], recurrent: Matrix): number[][] {
  return recurrent.map((row, i) => row.map((weight) => (slopes[i] ?? NaN) * weight));
}

function multiply(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => {
    const result = new Array<number>(b.length).fill(0);
    for (const [k, other] of b.entries()) {
      const factor = row[k] ?? NaN;
      for (const [j, value] of other.entries()) result[j] = (result[j] ?? 0) + factor * value;
    }
    return result;
  });
}
