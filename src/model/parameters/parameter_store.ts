import type { Variable } from "@tensorflow/tfjs";
import { beforeLeaving } from "../../core/backend_start.ts";
import { InputError, isPlainObject } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { sizeOf } from "../../core/shapes.ts";
import { hasTfjs, isTensor, tf } from "../../core/tfjs.ts";

/** The trainable variables of a layer, by name. */
export type Parameters = Readonly<Record<string, Variable>>;

/** The values of parameters in arrays, by name. */
export type ParameterArrays<P extends Parameters> = { readonly [Name in keyof P]: NDArray };

/**
 * A borrower of parameters, such as a fused training step. During a loan the borrower has the
 * current values, and those in the store may be outdated.
 */
export interface Borrower {
  /** Writes the newest values into the variables or arrays of the store. */
  writeBack(): void;
  /** Called when the loan has ended: the values of the borrower may be outdated from now on. */
  endLoan(): void;
}

/** Whether a borrower is writing back. Its assignments to variables must not end other loans. */
let writingBack = false;

/**
 * The parameters of a layer, which a borrower may train in its own memory.
 *
 * A borrower copies the values of the variables and calls {@link ParameterStore.lend}. The loan
 * ends when a variable is used next, in any way: the borrower then writes its values back first,
 * and copies the values anew before its next step. So a variable always has its current value, even
 * if it was read before the loan, and training continues from values that were assigned during the
 * loan. `selectBackend` ends loans, too, before it makes another backend current.
 *
 * In a program without TensorFlow.js the values are in arrays. They move to variables when
 * TensorFlow.js is loaded, and stay there.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { ParameterStore } from "./parameter_store.ts";
 *
 * await selectBackend("cpu");
 * const store = new ParameterStore({ bias: tf.variable(tf.zeros([1])) });
 * const { bias } = store.variables;
 * let isLent = true;
 * store.lend({ writeBack: () => bias.assign(tf.ones([1])), endLoan: () => isLent = false });
 * assert((await bias.data())[0] === 1 && !isLent);
 * store.dispose();
 * ```
 */
export class ParameterStore<P extends Parameters = Parameters> {
  /** The number of trainable numbers. */
  readonly count: number;
  #arrays: ParameterArrays<P> | null = null;
  #variables: P | null = null;
  readonly #beforeLeaving = () => this.takeBack();
  #borrower: Borrower | null = null;
  #disposed = false;

  /**
   * Creates a store, which owns the variables or arrays.
   *
   * @param values The variables by name, or arrays that become variables if TensorFlow.js is
   * loaded.
   * @throws {InputError} If `values` is not an object of variables or of arrays.
   */
  constructor(values: P | ParameterArrays<P>) {
    if (areVariables(values)) this.#setVariables(values);
    else if (areArrays(values)) this.#arrays = values;
    else throw new InputError("variables", "an object of tf.Variable by name", values);
    this.count = Object.values<{ readonly shape: readonly number[] }>(values)
      .reduce((count, { shape }) => count + sizeOf(shape), 0);
    if (this.#arrays && hasTfjs()) this.#makeVariables();
  }

  /**
   * The variables by name. Reading them ends the loan.
   *
   * @throws {MissingError} If TensorFlow.js is not loaded.
   */
  get variables(): P {
    this.#checkInUse();
    this.takeBack();
    return this.#variables ?? this.#makeVariables();
  }

  /**
   * The variables by name or, if TensorFlow.js is not loaded, the arrays with their values. Reading
   * them ends the loan.
   */
  get contents(): P | ParameterArrays<P> {
    if (hasTfjs()) return this.variables;
    this.#checkInUse();
    this.takeBack();
    return this.#arrays ?? this.variables;
  }

  /**
   * Lends the parameters until a variable is used.
   *
   * @param borrower The borrower, which has copied the values.
   * @throws {InputError} If the store was disposed of.
   * @throws {Error} If the parameters are lent to another borrower.
   */
  lend(borrower: Borrower): void {
    this.#checkInUse();
    if (this.#borrower !== null && this.#borrower !== borrower) {
      throw new Error("the parameters are lent already: read the variables before borrowing them");
    }
    this.#borrower = borrower;
    beforeLeaving.add(this.#beforeLeaving);
  }

  /** Ends the loan, if there is one: the borrower writes its values into the store. */
  takeBack(): void {
    const borrower = this.#borrower;
    if (borrower === null || writingBack) return;
    writingBack = true;
    try {
      borrower.writeBack();
    } finally {
      writingBack = false;
    }
    this.#borrower = null;
    beforeLeaving.delete(this.#beforeLeaving);
    borrower.endLoan();
  }

  /**
   * Frees the parameters. The loan ends first, since the borrower may have parameters of other
   * layers, too.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.takeBack();
    this.#disposed = true;
    if (this.#variables) tf.dispose(this.#variables);
    this.#arrays = null;
  }

  /** Moves the values of arrays to variables. If one cannot be made, none is left. */
  #makeVariables(): P {
    const made: Record<string, Variable> = {};
    try {
      for (const [name, { shape, data }] of Object.entries<NDArray>(this.#arrays ?? {})) {
        made[name] = tf.tidy(() => tf.variable(tf.tensor(data, [...shape])));
      }
    } catch (error) {
      tf.dispose(made);
      throw error;
    }
    const variables = made as P;
    this.#setVariables(variables);
    this.#arrays = null;
    return variables;
  }

  #setVariables(variables: P): void {
    this.#variables = variables;
    for (const variable of Object.values(variables)) this.#watch(variable);
  }

  /**
   * Makes every use of a variable end the loan first: tfjs reads `dataId` whenever it uses a
   * tensor.
   */
  #watch(variable: Variable): void {
    let { dataId } = variable;
    Object.defineProperty(variable, "dataId", {
      configurable: true,
      enumerable: true,
      get: () => {
        this.takeBack();
        return dataId;
      },
      set: (value: Variable["dataId"]) => {
        dataId = value;
      },
    });
  }

  #checkInUse(): void {
    if (!this.#disposed) return;
    throw new InputError("the parameters", "in use", "those of a layer that was disposed of");
  }
}

function areVariables<P extends Parameters>(values: P | ParameterArrays<P>): values is P {
  const isVariable = (value: unknown) => isTensor(value) && value instanceof tf.Variable;
  return isPlainObject(values) && Object.values(values).every(isVariable);
}

function areArrays<P extends Parameters>(
  values: P | ParameterArrays<P>,
): values is ParameterArrays<P> {
  const isArray = (value: unknown) => isPlainObject(value) && value.data instanceof Float32Array;
  return isPlainObject(values) && Object.values(values).every(isArray);
}
