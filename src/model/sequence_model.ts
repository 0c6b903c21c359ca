import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { tf } from "../core/tfjs.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import type { AdditiveAttention } from "./additive_attention.ts";
import type { Target } from "../kernels/values.ts";
import { type Embedding, embedNumbers } from "./embedding.ts";
import { Linear } from "./linear.ts";
import type { Model } from "./model.ts";
import type { Parameters, ParameterStore } from "./parameters/parameter_store.ts";
import { assignStateDict, readStateDict, type StateDict } from "./parameters/state_dict.ts";
import {
  checkForwardOptions,
  forwardNames,
  type RecurrentForwardOptions,
  traceNames,
  type TraceOptions,
} from "./recurrent_inputs.ts";
import { attentionOf, dropTop, readTop, type SequenceReadout } from "./readout.ts";
import {
  checkSequenceOptions,
  makeHead,
  type Recurrent,
  type SequenceModelOptions,
} from "./sequence_model_options.ts";
import type { Trace } from "./trace.ts";
import type { WeightedMean } from "./weighted_mean.ts";

/** The output and state of {@link SequenceModel.forward}. */
export type SequenceOutput<State> = {
  /**
   * [sequence, batch, output], or [batch, output] unless `readout` is `"all"`, after the replica
   * axis if there is one.
   */
  readonly output: Tensor;
  /** The recurrent layers' state after the last step. */
  readonly state: State;
};

/** The output and state of {@link SequenceModel.attend}, and the weights of the steps. */
export type AttendedOutput<State> = SequenceOutput<State> & Pick<WeightedMean, "weights">;

/**
 * A network of an embedding, recurrent layers, a readout, dropout and a linear head.
 * {@link trainStep} trains this composition in one call into the kernels.
 *
 * Parameters are named `embedding.weight`, `recurrent.weight_ih_l0`, ..., `attention.weight`,
 * `attention.bias`, `attention.query`, `head.weight` and `head.bias`; a head that is tied to the
 * embedding has no `head.weight`. If `readout` is `"last"`, the head reads the last state of the top
 * layer, both directions concatenated. If it is `"mean"` or `"attention"`, the head reads the mean
 * of the outputs over the steps of each sequence, padding excluded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * using model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 10, hiddenSize: 20, random: random.fork("lstm") }),
 *   head: { outFeatures: 5, random: random.fork("head") },
 * });
 * const { output, state } = model.forward(tf.zeros([7, 2, 10]));
 * assertEquals([output.shape, state.h.shape, model.parameterCount], [[7, 2, 5], [1, 2, 20], 2665]);
 * const [trace] = model.trace(tf.zeros([7, 2, 10]));
 * assertEquals([trace?.axes, trace?.forgetGate.shape], [["sequence", "batch", "hidden"], [7, 2, 20]]);
 * ```
 *
 * @example A classifier of sequences that attends to their steps
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { Embedding, GRU, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * using model = new SequenceModel({
 *   embedding: new Embedding({
 *     ...{ numEmbeddings: 50, embeddingDim: 8, paddingIdx: 0, random: random.fork("embedding") },
 *   }),
 *   recurrent: new GRU({
 *     ...{ inputSize: 8, hiddenSize: 16, bidirectional: true, random: random.fork("gru") },
 *   }),
 *   attention: { size: 16, random: random.fork("attention") },
 *   head: { outFeatures: 2, random: random.fork("head") },
 * });
 * const ids = tf.tensor2d([[4, 9], [7, 3], [8, 0]], [3, 2], "int32"); // Two sequences, as columns.
 * const { output, weights } = model.attend(ids, undefined, { lengths: [3, 2] });
 * assertEquals([output.shape, weights.shape], [[2, 2], [3, 2]]);
 * ```
 */
export class SequenceModel<State extends TensorContainer, Name extends string = never>
  implements Model {
  /** The embedding, or `null`. */
  readonly embedding: Embedding | null;
  /** The recurrent layers. */
  readonly recurrent: Recurrent<State, Name>;
  /** The share of the top layer's output that is dropped before the head in training. */
  readonly dropout: number;
  /** The layer that weighs the steps, or `null`. */
  readonly attention: AdditiveAttention | null;
  /** The linear layer on top, or `null`. */
  readonly head: Linear | null;
  /** What the head reads of the top layer. */
  readonly readout: SequenceReadout;

  /**
   * Creates a model from its layers.
   *
   * @param options The layers, and how they are combined.
   * @throws {InputError} If an option is unknown or of another type, if the sizes or replicas of
   * the layers differ, if the head is tied to another embedding, if `dropout` is not in [0, 1), if
   * there is `attention` and `readout` is another one or the other way round, or if options are
   * refused by {@link Linear} or {@link AdditiveAttention}.
   */
  constructor(options: SequenceModelOptions<State, Name>) {
    checkSequenceOptions(options);
    const { embedding, recurrent, dropout = 0, attention, head } = options;
    this.embedding = embedding ?? null;
    this.recurrent = recurrent;
    this.dropout = dropout;
    this.readout = options.readout ?? (attention === undefined ? "all" : "attention");
    const made = attention ? attentionOf(attention, recurrent) : null;
    this.attention = made;
    try {
      this.head = head instanceof Linear ? head : head ? makeHead(head, recurrent) : null;
    } catch (error) {
      if (made !== attention) made?.dispose();
      throw error;
    }
  }

  /**
   * The number of networks, along a leading axis; `undefined` for one network without that axis.
   */
  get replicas(): number | undefined {
    return this.recurrent.replicas;
  }

  /** Whether the batch axis comes before the sequence axis. */
  get batchFirst(): boolean {
    return this.recurrent.batchFirst;
  }

  /** The stores of the layers' parameters: embedding, recurrent, attention, head. */
  get stores(): readonly ParameterStore[] {
    const { embedding, recurrent, attention, head } = this;
    return [embedding, recurrent, attention, head].flatMap((part) => part?.store ?? []);
  }

  /**
   * The parameters by name, with their current values.
   *
   * @throws {MissingError} If TensorFlow.js is not loaded. {@link SequenceModel.stateDict} needs
   * none.
   */
  get parameters(): Parameters {
    return this.#named((store) => store.variables);
  }

  /** Collects what the stores of the layers have, by the names of the parameters. */
  #named<T>(read: (store: ParameterStore) => Readonly<Record<string, T>>): Record<string, T> {
    const { embedding, recurrent, attention, head } = this;
    return Object.fromEntries(
      Object.entries({ embedding, recurrent, attention, head }).flatMap(([part, layer]) =>
        Object.entries(layer ? read(layer.store) : {}).map(([name, parameter]) => {
          return [`${part}.${name}`, parameter] as const;
        })
      ),
    );
  }

  /** Whether the readout weighs the steps: whether it is `"attention"` or `"mean"`. */
  get weighsSteps(): boolean {
    return this.readout === "attention" || this.readout === "mean";
  }

  /** The number of trainable numbers of one network. */
  get parameterCount(): number {
    const all = this.stores.reduce((sum, { count }) => sum + count, 0);
    return all / (this.replicas ?? 1);
  }

  /**
   * The description of the model that the kernels run. It is `null` if they cannot run it: if a
   * layer is plain, or if the batch comes first.
   */
  get network(): NetworkSpec | null {
    const { embedding, recurrent, dropout, attention, head, readout } = this;
    const { spec, batchFirst, implementation } = recurrent;
    if (implementation !== "fused" || batchFirst) return null;
    if (attention && attention.implementation !== "fused") return null;
    return {
      stack: spec,
      embedding: embedding &&
        { vocabulary: embedding.numEmbeddings, padding: embedding.paddingIdx },
      dropout,
      head: head &&
        { outFeatures: head.outFeatures, bias: head.bias, tied: head.tied !== null },
      readout: readout === "attention" ? { attention: attention?.size ?? 0 } : readout,
    };
  }

  /**
   * Runs the model over a sequence.
   *
   * @param x The inputs [sequence, batch, input], or ids [sequence, batch] if there is an
   * embedding, after the replica axis if there is one; the batch axis comes first if `batchFirst`
   * is true.
   * @param state The recurrent layers' state before the first step; 0 by default.
   * @param options A mask or lengths, and dropout, as {@link RecurrentLayer.forward} takes them. If
   * `readout` is `"last"`, the head reads the state of each sequence after its last unmasked step;
   * if it is `"mean"` or `"attention"`, padding has a weight of 0.
   * @returns Tensors that the caller disposes of.
   * @throws {InputError} If an option is unknown, if a value is not a tensor of its shape, if an id
   * does not exist, or if dropout is active without `random`.
   */
  forward(
    x: Tensor,
    state?: State,
    options: RecurrentForwardOptions = {},
  ): SequenceOutput<State> {
    checkOptions("SequenceModel.forward", options, forwardNames);
    // What is not returned is freed at the end of tidy.
    return tf.tidy(() => {
      const { output, state: after } = this.#run(x, state, options);
      return { output, state: after };
    });
  }

  /**
   * Runs the model over a sequence as {@link SequenceModel.forward} does, and returns the weights
   * of the steps, too.
   *
   * @param x The inputs, as in {@link SequenceModel.forward}.
   * @param state The recurrent layers' state before the first step; 0 by default.
   * @param options A mask or lengths, and dropout, as in {@link SequenceModel.forward}.
   * @returns The output, the state, and the weights [sequence, batch], or [batch, sequence] if
   * `batchFirst` is true, after the replica axis if there is one. The caller disposes of the
   * tensors.
   * @throws {InputError} If `readout` is neither `"attention"` nor `"mean"`, and in the cases of
   * {@link SequenceModel.forward}.
   */
  attend(
    x: Tensor,
    state?: State,
    options: RecurrentForwardOptions = {},
  ): AttendedOutput<State> {
    checkOptions("SequenceModel.attend", options, forwardNames);
    return tf.tidy(() => {
      const { output, state: after, weights } = this.#run(x, state, options);
      if (weights) return { output, state: after, weights };
      throw new InputError("readout", '"attention" or "mean" for weights', this.readout);
    });
  }

  /** Runs the model within a `tf.tidy`; `weights` are absent if the readout does not weigh steps. */
  #run(
    x: Tensor,
    state: State | undefined,
    options: RecurrentForwardOptions,
  ): SequenceOutput<State> & Partial<WeightedMean> {
    const { recurrent, embedding, head } = this;
    const { mask, lengths, training = false, random } = options;
    checkForwardOptions(options, recurrent.replicas);
    const drops = training && (this.dropout > 0 || recurrent.spec.dropout > 0);
    if (drops && random === undefined) {
      throw new InputError("random", "given if dropout is active in training", random);
    }
    // Forks of one source and label draw the same numbers, so layers and head share their seeds.
    const fork = (source: Random): Random => source.fork("dropout");
    const forks = (): Random | Random[] =>
      random instanceof Random ? fork(random) : (random ?? []).map(fork);
    const steps = {
      ...(mask === undefined ? {} : { mask }),
      ...(lengths === undefined ? {} : { lengths }),
    };
    const found = recurrent.forward(embedding ? embedNumbers(embedding, x) : x, state, {
      ...steps,
      ...(drops ? { training, random: forks() } : {}),
    });
    const read = readTop(
      recurrent,
      { readout: this.readout, attention: this.attention },
      found,
      steps,
    );
    const top = training && this.dropout > 0
      ? dropTop(recurrent, read.context, this.dropout, forks())
      : read.context;
    return { ...read, output: head ? head.forward(top) : top, state: found.state };
  }

  /**
   * Runs the recurrent layers without dropout and returns all their gates and states. No gradient
   * flows through them.
   *
   * @param x The inputs, as in {@link SequenceModel.forward}.
   * @param state The state before the first step; 0 by default.
   * @param options A mask or lengths, as {@link RecurrentLayer.trace} takes them.
   * @returns A trace of each layer and direction, as {@link RecurrentLayer.trace} returns them.
   * @throws {InputError} If an option is unknown, if a value is not a tensor of its shape, or if an
   * id does not exist.
   */
  trace(x: Tensor, state?: State, options: TraceOptions = {}): Trace<Name>[] {
    checkOptions("SequenceModel.trace", options, traceNames);
    const { recurrent, embedding } = this;
    return tf.tidy(() => {
      return recurrent.trace(embedding ? embedNumbers(embedding, x) : x, state, options);
    });
  }

  /**
   * Reads the values of the parameters.
   *
   * @returns Shapes and values by the names of {@link SequenceModel.parameters}.
   */
  stateDict(): Promise<StateDict> {
    return readStateDict(this.#named<Target>((store) => store.contents));
  }

  /**
   * Assigns values to all parameters. If it throws, no parameter has changed.
   *
   * @param dict Shapes and values by the names of {@link SequenceModel.parameters}.
   * @throws {InputError} If a name is missing or unknown, or if a value has another shape or type.
   */
  loadStateDict(dict: StateDict): void {
    assignStateDict(this.#named<Target>((store) => store.contents), dict);
  }

  /** Frees the parameters of the layers, which cannot be used afterwards. */
  dispose(): void {
    this.embedding?.dispose();
    this.recurrent.dispose();
    this.attention?.dispose();
    this.head?.dispose();
  }

  /** Calls {@link SequenceModel.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
