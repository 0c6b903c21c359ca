import { type Parameters, ParameterStore } from "./parameter_store.ts";
import { assignStateDict, readStateDict, type StateDict } from "./state_dict.ts";

/**
 * A layer with trainable parameters, which it owns until {@link Module.dispose}: what `RNN`, `LSTM`,
 * `GRU`, `Linear` and `Embedding` share.
 */
export abstract class Module<P extends Parameters = Parameters> {
  /** The size of the leading replica axis; `undefined` where there is none. */
  readonly replicas: number | undefined;
  /** Holds the parameters; a fused training step borrows them here. */
  readonly store: ParameterStore<P>;

  /** Takes the variables over. */
  protected constructor(variables: P, replicas: number | undefined) {
    this.store = new ParameterStore(variables);
    this.replicas = replicas;
  }

  /** The parameters by PyTorch's names, in PyTorch's order, with their current values. */
  get parameters(): P {
    return this.store.variables;
  }

  /** How many numbers one network trains; `store.count` is that of all replicas. */
  get parameterCount(): number {
    return this.store.count / (this.replicas ?? 1);
  }

  /** The parameters' values by name. */
  stateDict(): Promise<StateDict> {
    return readStateDict(this.parameters);
  }

  /**
   * Takes over the values of a state dict; nothing changes where anything does not fit.
   *
   * @throws {InputError} On missing and unknown names and on wrong shapes.
   */
  loadStateDict(dict: StateDict): void {
    assignStateDict(this.parameters, dict);
  }

  /** Frees the parameters; the layer cannot be used afterwards. */
  dispose(): void {
    this.store.dispose();
  }

  /** Calls {@link Module.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
