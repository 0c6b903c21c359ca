import type { Variable } from "@tensorflow/tfjs";
import { beforeLeaving } from "../../core/backend_start.ts";
import { InputError, isPlainObject } from "../../core/errors.ts";
import { tf } from "../../core/tfjs.ts";

/** The trainable variables of a layer, by name. */
export type Parameters = Readonly<Record<string, Variable>>;

/**
 * A borrower of parameters, such as a fused training step. It has newer values than the variables.
 */
export interface Borrower {
  /** Writes the newest values into the variables. */
  writeBack(): void;
  /** Called when the loan has ended: the values of the borrower may be outdated from now on. */
  endLoan(): void;
}

/** Whether a borrower is writing back. It assigns to variables, which must not end other loans. */
let writingBack = false;

/**
 * The parameters of a layer, which a borrower may train in its own memory.
 *
 * A borrower copies the values of the variables and calls {@link ParameterStore.lend}. The loan
 * ends when a variable is used next, in any way: the borrower then writes its values back first,
 * and copies the values anew before its next step. So a variable always has its current value, even
 * one that was read before the loan, and training continues from values that were assigned.
 * `selectBackend` ends loans, too, before it makes another backend current.
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
  readonly #variables: P;
  readonly #beforeLeaving = () => this.takeBack();
  #borrower: Borrower | null = null;
  #disposed = false;

  /**
   * Creates a store, which owns the variables.
   *
   * @param variables The variables by name.
   * @throws {InputError} If it is not an object of variables.
   */
  constructor(variables: P) {
    const given: unknown = variables;
    const areVariables = isPlainObject(given) &&
      Object.values(given).every((variable) => variable instanceof tf.Variable);
    if (!areVariables) throw new InputError("variables", "an object of tf.Variable by name", given);
    this.#variables = variables;
    this.count = Object.values(variables).reduce((count, { size }) => count + size, 0);
    for (const variable of Object.values(variables)) this.#watch(variable);
  }

  /** The variables by name. Reading them ends the loan. */
  get variables(): P {
    this.#checkInUse();
    this.takeBack();
    return this.#variables;
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

  /** Ends the loan, if there is one: the borrower writes its values into the variables. */
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
   * Frees the variables. The loan ends first, since the borrower may have parameters of other
   * layers.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.takeBack();
    this.#disposed = true;
    tf.dispose(this.#variables);
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
    throw new InputError("the parameters", "there", "those of a layer that was disposed of");
  }
}
