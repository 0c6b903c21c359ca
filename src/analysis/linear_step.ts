import { checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";

/**
 * One step of a recurrent cell, linearised at a point of a trajectory: the Jacobian J of the state
 * after the step with respect to the state before it, as a linear map and its transpose.
 */
export interface LinearStep {
  /** The number of elements of a state. The state of an LSTM is h, then c. */
  readonly size: number;
  /**
   * The tangent map J v: carries a small change of the state forward.
   *
   * @param change The change v of the state before the step.
   * @returns The change of the state after the step.
   */
  tangent(change: Float64Array): Float64Array;
  /**
   * The adjoint map Jᵀ u: carries a gradient backward.
   *
   * @param gradient The gradient u with respect to the state after the step.
   * @returns The gradient with respect to the state before the step.
   */
  adjoint(gradient: Float64Array): Float64Array;
}

/** Linearises a step, given the values that the step computed. */
export type Linearise<Values> = (values: Values) => LinearStep;

/** A number for each unit. */
type Units = ArrayLike<number>;

/** The recurrent weights of some gates: `weight_hh` of shape [gates * hidden, hidden]. */
class Gates {
  readonly #weights: Float64Array;
  readonly #rows: number;
  /** The number of units. */
  readonly units: number;

  constructor(weights: Units, gates: number) {
    checkList("weights", weights);
    const units = Math.round(Math.sqrt(weights.length / gates));
    if (units === 0 || units * units * gates !== weights.length) {
      throw new InputError("weights", `${gates} square matrices, one after the other`, weights);
    }
    checkSize("weights", weights, weights.length);
    this.#weights = new Float64Array(weights);
    this.#rows = gates * units;
    this.units = units;
  }

  /** Returns W v. */
  times(vector: Float64Array): Float64Array {
    const product = new Float64Array(this.#rows);
    for (let row = 0, at = 0; row < this.#rows; row++) {
      let sum = 0;
      for (let unit = 0; unit < this.units; unit++) {
        sum += (this.#weights[at++] ?? NaN) * (vector[unit] ?? NaN);
      }
      product[row] = sum;
    }
    return product;
  }

  /** Adds Wᵀ u to a vector, where u is `vector`. */
  addTransposed(vector: Float64Array, to: Float64Array): void {
    for (let row = 0, at = 0; row < this.#rows; row++) {
      const factor = vector[row] ?? NaN;
      for (let unit = 0; unit < this.units; unit++) {
        to[unit] = (to[unit] ?? NaN) + factor * (this.#weights[at++] ?? NaN);
      }
    }
  }
}

/**
 * Linearises steps of a tanh RNN: J = diag(1 - h²) W_hh.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), arXiv:1211.5063, equation 5.
 *
 * @param weights W_hh in row-major order.
 * @returns A function that linearises a step at the state after it. It throws `InputError` if a
 * size is wrong or a number is not finite.
 * @throws {InputError} If the weights are not a square matrix of finite numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linearRNN } from "./linear_step.ts";
 *
 * const step = linearRNN([2])([0.5]);
 * assertEquals([...step.tangent(Float64Array.of(1))], [1.5]);
 * assertEquals([...step.adjoint(Float64Array.of(1))], [1.5]);
 * ```
 */
export function linearRNN(weights: Units): Linearise<Units> {
  const gates = new Gates(weights, 1);
  return (hidden) => stepOfRNN(gates, hidden);
}

function stepOfRNN(gates: Gates, hidden: Units): LinearStep {
  const size = gates.units;
  checkSize("hidden", hidden, size);
  const slopes = new Float64Array(hidden).map((h) => 1 - h * h);
  return {
    size,
    tangent: (change) => gates.times(change).map((value, i) => value * (slopes[i] ?? NaN)),
    adjoint(gradient) {
      const found = new Float64Array(size);
      gates.addTransposed(gradient.map((value, i) => value * (slopes[i] ?? NaN)), found);
      return found;
    },
  };
}

/** The values that a step of an LSTM computed, for each unit. */
export interface LSTMValues {
  readonly inputGate: Units;
  readonly forgetGate: Units;
  readonly candidate: Units;
  readonly outputGate: Units;
  /** The cell value c after the step. */
  readonly cell: Units;
  /** The cell value c before the step. */
  readonly previousCell: Units;
}

/**
 * Linearises steps of an LSTM: c' = f c + i g, h' = o tanh(c').
 *
 * Source: Gers, Schmidhuber & Cummins (2000), doi:10.1162/089976600300015015, without peepholes.
 *
 * @param weights W_hh of the gates i, f, g and o, in row-major order.
 * @returns A function that linearises a step at the values that it computed; the state is h, then
 * c. It throws `InputError` if a size is wrong or a number is not finite.
 * @throws {InputError} If the weights are not four square matrices of finite numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linearLSTM } from "./linear_step.ts";
 *
 * // The gates do not depend on h: the cell keeps half of a change, of which h gets half.
 * const step = linearLSTM([0, 0, 0, 0])({
 *   ...{ inputGate: [0.5], forgetGate: [0.5], candidate: [0], outputGate: [0.5] },
 *   ...{ cell: [0], previousCell: [0] },
 * });
 * assertEquals([...step.tangent(Float64Array.of(0, 1))], [0.25, 0.5]);
 * ```
 */
export function linearLSTM(weights: Units): Linearise<LSTMValues> {
  const gates = new Gates(weights, 4);
  return (values) => stepOfLSTM(gates, values);
}

function stepOfLSTM(gates: Gates, values: LSTMValues): LinearStep {
  const { inputGate, forgetGate, candidate, outputGate, cell, previousCell } = values;
  const { units } = gates;
  const all = { inputGate, forgetGate, candidate, outputGate, cell, previousCell };
  for (const [name, list] of Object.entries(all)) checkSize(name, list, units);
  // Derivatives of c' with respect to the pre-activations of i, f and g, of h' with respect to that
  // of o, and of h' with respect to c'.
  const slopes = new Float64Array(4 * units);
  const shown = new Float64Array(units);
  for (let k = 0; k < units; k++) {
    const [i, f, g, o] = [at(inputGate, k), at(forgetGate, k), at(candidate, k), at(outputGate, k)];
    const squashed = Math.tanh(at(cell, k));
    slopes[k] = g * i * (1 - i);
    slopes[units + k] = at(previousCell, k) * f * (1 - f);
    slopes[2 * units + k] = i * (1 - g * g);
    slopes[3 * units + k] = squashed * o * (1 - o);
    shown[k] = o * (1 - squashed * squashed);
  }
  return {
    size: 2 * units,
    tangent(change) {
      const inputs = gates.times(change.subarray(0, units));
      const found = new Float64Array(2 * units);
      const part = (gate: number, k: number): number =>
        at(slopes, gate * units + k) * at(inputs, gate * units + k);
      for (let k = 0; k < units; k++) {
        const kept = at(forgetGate, k) * at(change, units + k);
        const ofCell = part(0, k) + part(1, k) + part(2, k) + kept;
        found[units + k] = ofCell;
        found[k] = part(3, k) + at(shown, k) * ofCell;
      }
      return found;
    },
    adjoint(gradient) {
      const inputs = new Float64Array(4 * units);
      const found = new Float64Array(2 * units);
      for (let k = 0; k < units; k++) {
        const byCell = at(gradient, units + k) + at(shown, k) * at(gradient, k);
        for (let gate = 0; gate < 3; gate++) {
          inputs[gate * units + k] = at(slopes, gate * units + k) * byCell;
        }
        inputs[3 * units + k] = at(slopes, 3 * units + k) * at(gradient, k);
        found[units + k] = at(forgetGate, k) * byCell;
      }
      gates.addTransposed(inputs, found);
      return found;
    },
  };
}

/** The values that a step of a GRU computed, for each unit. */
export interface GRUValues {
  readonly resetGate: Units;
  readonly updateGate: Units;
  readonly candidate: Units;
  /** The state h before the step. */
  readonly previous: Units;
  /** The bias b_hn of the candidate, its part of `bias_hh`. */
  readonly bias: Units;
}

/**
 * Linearises steps of a GRU in PyTorch's form: h' = (1 - z) n + z h, with
 * n = tanh(W_in x + b_in + r (W_hn h + b_hn)).
 *
 * Source: Cho et al. (2014), doi:10.3115/v1/D14-1179, in the form of `torch.nn.GRU`.
 *
 * @param weights W_hh of the gates r, z and n, in row-major order.
 * @returns A function that linearises a step at the values that it computed. It throws `InputError`
 * if a size is wrong or a number is not finite.
 * @throws {InputError} If the weights are not three square matrices of finite numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linearGRU } from "./linear_step.ts";
 *
 * // The gates do not depend on h: the step keeps a share z of it.
 * const step = linearGRU([0, 0, 0])({
 *   ...{ resetGate: [0.5], updateGate: [0.75], candidate: [0], previous: [1], bias: [0] },
 * });
 * assertEquals([...step.adjoint(Float64Array.of(1))], [0.75]);
 * ```
 */
export function linearGRU(weights: Units): Linearise<GRUValues> {
  const gates = new Gates(weights, 3);
  return (values) => stepOfGRU(gates, values);
}

function stepOfGRU(gates: Gates, values: GRUValues): LinearStep {
  const { resetGate, updateGate, candidate, previous, bias } = values;
  const { units } = gates;
  const all = { resetGate, updateGate, candidate, previous, bias };
  for (const [name, list] of Object.entries(all)) checkSize(name, list, units);
  const products = gates.times(new Float64Array(previous));
  // Derivatives of h' with respect to the pre-activations of r and z, and to W_hn h + b_hn.
  const slopes = new Float64Array(3 * units);
  for (let k = 0; k < units; k++) {
    const [r, z, n] = [at(resetGate, k), at(updateGate, k), at(candidate, k)];
    const byInput = (1 - z) * (1 - n * n);
    const product = at(products, 2 * units + k) + at(bias, k);
    slopes[k] = byInput * product * r * (1 - r);
    slopes[units + k] = (at(previous, k) - n) * z * (1 - z);
    slopes[2 * units + k] = byInput * r;
  }
  return {
    size: units,
    tangent(change) {
      const inputs = gates.times(change);
      return change.map((value, k) => {
        let sum = at(updateGate, k) * value;
        for (let gate = 0; gate < 3; gate++) {
          sum += at(slopes, gate * units + k) * at(inputs, gate * units + k);
        }
        return sum;
      });
    },
    adjoint(gradient) {
      const found = gradient.map((value, k) => at(updateGate, k) * value);
      const inputs = slopes.map((slope, row) => slope * at(gradient, row % units));
      gates.addTransposed(inputs, found);
      return found;
    },
  };
}

function at(list: Units, i: number): number {
  return list[i] ?? NaN;
}

function checkSize(name: string, list: Units, size: number): void {
  checkList(name, list);
  if (list.length !== size) throw new InputError(name, `${size} numbers`, list.length);
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(list[i])) throw new InputError(`${name}[${i}]`, "finite", list[i]);
  }
}
