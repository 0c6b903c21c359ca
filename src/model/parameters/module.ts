import { type Parameters, ParameterStore } from "./parameter_store.ts";
import { assignStateDict, readStateDict, type StateDict } from "./state_dict.ts";

/**
 * A layer with trainable parameters, which it owns until {@link Module.dispose}: the base class of
 * {@link RNN}, {@link LSTM}, {@link GRU}, {@link Feedforward}, {@link Linear} and {@link Embedding}.
 */
export abstract class Module<P extends Parameters = Parameters> {
  /** The size of the leading replica axis; `undefined` if there is none. */
  readonly replicas: number | undefined;
  /** The store of the parameters, from which a fused training step borrows them. */
  readonly store: ParameterStore<P>;

  /**
   * Becomes the owner of parameters.
   *
   * @param parameters The variables by name, or a store of them.
   * @param replicas The size of their leading replica axis; `undefined` if there is none.
   */
  protected constructor(parameters: P | ParameterStore<P>, replicas: number | undefined) {
    this.store = parameters instanceof ParameterStore ? parameters : new ParameterStore(parameters);
    this.replicas = replicas;
  }

  /**
   * The parameters by PyTorch's names, in PyTorch's order, with their current values.
   *
   * @throws {MissingError} If TensorFlow.js is not loaded. {@link Module.stateDict} needs none.
   */
  get parameters(): P {
    return this.store.variables;
  }

  /** The number of trainable numbers of one network; `store.count` is that of all replicas. */
  get parameterCount(): number {
    return this.store.count / (this.replicas ?? 1);
  }

  /**
   * Reads the values of the parameters.
   *
   * @returns Shapes and values by name.
   */
  stateDict(): Promise<StateDict> {
    return readStateDict(this.store.contents);
  }

  /**
   * Assigns values to all parameters. If it throws, no parameter has changed.
   *
   * @param dict Shapes and values by name.
   * @throws {InputError} If a name is missing or unknown, or if a value has another shape or type.
   */
  loadStateDict(dict: StateDict): void {
    assignStateDict(this.store.contents, dict);
  }

  /** Frees the parameters. The layer cannot be used afterwards. */
  dispose(): void {
    this.store.dispose();
  }

  /** Calls {@link Module.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
