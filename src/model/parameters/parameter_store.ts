import * as tf from "@tensorflow/tfjs";
import { beforeLeaving } from "../../core/backend_start.ts";
import { InputError, isPlainObject } from "../../core/errors.ts";

/** The trainable variables of a layer, by name. */
export type Parameters = Readonly<Record<string, tf.Variable>>;

/** What holds newer values of a layer's parameters than the variables do. */
export interface Resident {
  /** Writes the newest values into the variables. */
  flush(): void;
  /** Hears that the variables may change from now on: what it holds must be read again. */
  stale(): void;
}

/**
 * The parameters of a layer, which may live elsewhere while they are trained.
 *
 * A fused training step keeps the current values where its kernels compute. Whenever its copy does
 * not count, it reads {@link ParameterStore.variables}, copies them and borrows the parameters with
 * {@link ParameterStore.lend}. The next look at the variables ends the loan: their values are
 * written back, and the borrower is told that its copy no longer counts. So whoever asks the store
 * sees current values, and what is assigned to a variable reaches the next training step. Ask again
 * after training: variables held from before do not show it. `selectBackend` ends a loan too, before
 * it makes another backend current.
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
 * let current = true;
 * store.lend({ flush: () => bias.assign(tf.ones([1])), stale: () => current = false });
 * assert((await store.variables.bias.data())[0] === 1 && !current);
 * store.dispose();
 * ```
 */
export class ParameterStore<P extends Parameters = Parameters> {
  /** How many numbers are trained. */
  readonly count: number;
  readonly #variables: P;
  /** Called before another backend is selected, which the borrower does not compute on. */
  readonly #giveBack = () => this.#takeBack();
  #resident: Resident | null = null;
  #disposed = false;

  /**
   * Takes the variables over, until {@link ParameterStore.dispose}.
   *
   * @param variables The variables by name.
   * @throws {InputError} If they are something else.
   */
  constructor(variables: P) {
    const given: unknown = variables;
    const areVariables = isPlainObject(given) &&
      Object.values(given).every((variable) => variable instanceof tf.Variable);
    if (!areVariables) throw new InputError("variables", "an object of tf.Variable by name", given);
    this.#variables = variables;
    this.count = Object.values(variables).reduce((count, { size }) => count + size, 0);
  }

  /** The variables with their current values, taken back from whoever borrowed them. */
  get variables(): P {
    this.#check();
    this.#takeBack();
    return this.#variables;
  }

  /**
   * Lends the parameters until the variables are asked for.
   *
   * @throws {Error} Where another has borrowed them: the variables were not read before.
   */
  lend(resident: Resident): void {
    this.#check();
    if (this.#resident !== null && this.#resident !== resident) {
      throw new Error("the parameters are lent already: read the variables before borrowing them");
    }
    this.#resident = resident;
    beforeLeaving.add(this.#giveBack);
  }

  /**
   * Frees the variables. What was lent is taken back first: who borrowed them may hold other
   * layers' values too.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#takeBack();
    this.#disposed = true;
    tf.dispose(this.#variables);
  }

  #takeBack(): void {
    const resident = this.#resident;
    // First, since what writes the values back may ask for the variables too.
    this.#resident = null;
    try {
      resident?.flush();
    } catch (error) {
      // Nothing came back, so the loan goes on.
      this.#resident = resident;
      throw error;
    }
    beforeLeaving.delete(this.#giveBack);
    resident?.stale();
  }

  #check(): void {
    if (!this.#disposed) return;
    throw new InputError("the parameters", "there", "those of a layer that was disposed of");
  }
}
