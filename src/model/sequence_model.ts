import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { Random } from "../core/random.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import { dropTop } from "./drop_top.ts";
import { type Embedding, embedNumbers } from "./embedding.ts";
import { lastStates } from "./last_states.ts";
import type { Linear } from "./linear.ts";
import type { Model } from "./model.ts";
import type { Parameters, ParameterStore } from "./parameter_store.ts";
import {
  checkForwardOptions,
  forwardNames,
  type RecurrentForwardOptions,
  traceNames,
  type TraceOptions,
} from "./recurrent_inputs.ts";
import {
  checkSequenceOptions,
  type Recurrent,
  type SequenceModelOptions,
} from "./sequence_options.ts";
import { assignStateDict, readStateDict, type StateDict } from "./state_dict.ts";
import type { Trace } from "./trace.ts";

export type { Recurrent, SequenceModelOptions } from "./sequence_options.ts";

/** What the forward pass of a {@link SequenceModel} gives. */
export type SequenceOutput<State> = {
  /** [sequence, batch, output], or [batch, output], after the replica axis where there is one. */
  readonly output: tf.Tensor;
  /** The recurrent layers' state after the last step. */
  readonly state: State;
};

/**
 * Embedding, recurrent layers, dropout and linear head: the composition that {@link trainStep}
 * trains in one call into the kernels.
 *
 * Parameters are named `embedding.weight`, `recurrent.weight_ih_l0`, ..., `head.weight`,
 * `head.bias`; where the head is tied to the embedding there is no `head.weight`. With `readout`
 * `"last"` the head reads the last state of the top layer, both directions joined.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { Linear, LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 10, hiddenSize: 20, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 20, outFeatures: 5, random: random.fork("head") }),
 * });
 * const { output, state } = model.forward(tf.zeros([7, 2, 10]));
 * assertEquals([output.shape, state.h.shape, model.parameterCount], [[7, 2, 5], [1, 2, 20], 2665]);
 * const [trace] = model.trace(tf.zeros([7, 2, 10]));
 * assertEquals([trace?.axes, trace?.forgetGate.shape], [["sequence", "batch", "hidden"], [7, 2, 20]]);
 * model.dispose();
 * ```
 */
export class SequenceModel<State extends tf.TensorContainer, Name extends string = never>
  implements Model {
  /** Makes inputs of ids, or `null`. */
  readonly embedding: Embedding | null;
  /** The recurrent layers. */
  readonly recurrent: Recurrent<State, Name>;
  /** The share dropped before the head. */
  readonly dropout: number;
  /** The linear layer on top, or `null`. */
  readonly head: Linear | null;
  /** Where there is an output. */
  readonly readout: "all" | "last";

  /**
   * Puts the layers together.
   *
   * @param options The layers and how they are put together.
   * @throws {InputError} On an unknown option, on parts of other classes, on sizes or replicas that do
   *   not fit each other, on a head that is tied to another embedding, on a dropout outside of [0, 1),
   *   and on a readout that there is not.
   */
  constructor(options: SequenceModelOptions<State, Name>) {
    checkSequenceOptions(options);
    const { embedding, recurrent, dropout = 0, head, readout = "all" } = options;
    this.embedding = embedding ?? null;
    this.recurrent = recurrent;
    this.dropout = dropout;
    this.head = head ?? null;
    this.readout = readout;
  }

  /** How many networks it is; `undefined` where there is no axis of them. */
  get replicas(): number | undefined {
    return this.recurrent.replicas;
  }

  /** Whether the batch axis comes before the sequence axis. */
  get batchFirst(): boolean {
    return this.recurrent.batchFirst;
  }

  /** Where the parameters lie. */
  get stores(): readonly ParameterStore[] {
    const { embedding, recurrent, head } = this;
    return [embedding, recurrent, head].flatMap((part) => part?.store ?? []);
  }

  /** The parameters by name, with their current values. */
  get parameters(): Parameters {
    const { embedding, recurrent, head } = this;
    return Object.fromEntries(
      Object.entries({ embedding, recurrent, head }).flatMap(([part, layer]) =>
        Object.entries(layer?.store.variables ?? {}).map(([name, variable]) => {
          return [`${part}.${name}`, variable] as const;
        })
      ),
    );
  }

  /** How many numbers one network trains. */
  get parameterCount(): number {
    const all = this.stores.reduce((sum, { count }) => sum + count, 0);
    return all / (this.replicas ?? 1);
  }

  /**
   * What the kernels know of the model; `null` where they do not: where the layers are plain, the
   * batch comes first, or the last states of two directions are read.
   */
  get network(): NetworkSpec | null {
    const { embedding, recurrent, dropout, head, readout } = this;
    const { spec, batchFirst, implementation } = recurrent;
    if (implementation !== "fused" || batchFirst) return null;
    if (readout === "last" && spec.bidirectional) return null;
    return {
      stack: spec,
      embedding: embedding &&
        { vocabulary: embedding.numEmbeddings, padding: embedding.paddingIdx },
      dropout,
      head: head &&
        { outFeatures: head.outFeatures, bias: head.bias, tied: head.tied !== null },
      readout,
    };
  }

  /**
   * Runs the model over a sequence.
   *
   * @param x [sequence, batch, input], or ids [sequence, batch] where there is an embedding, after
   * the replica axis where there is one.
   * @param state The recurrent layers' state before the first step; by default 0.
   * @param options A mask or lengths, as {@link RecurrentLayer.forward} takes them, and dropout. With
   * `readout` `"last"` the head reads each sequence's state after its last step that counts.
   * @returns Tensors that are the caller's to dispose.
   * @throws {InputError} On an unknown option, on values that are not tensors, on shapes that do not
   * fit, on ids as {@link Embedding.forward} says, and in training where dropout acts, without a
   * source or with another number of them.
   */
  forward(
    x: tf.Tensor,
    state?: State,
    options: RecurrentForwardOptions = {},
  ): SequenceOutput<State> {
    checkOptions("SequenceModel.forward", options, forwardNames);
    const { recurrent, embedding, head } = this;
    const { mask, lengths, training = false, random } = options;
    checkForwardOptions(options, recurrent.replicas);
    const drops = training && (this.dropout > 0 || recurrent.spec.dropout > 0);
    if (drops && random === undefined) {
      throw new InputError("random", "given where dropout acts in training", random);
    }
    // Forks of one source and label draw the same, so layers and head drop by the same seeds.
    const fork = (source: Random): Random => source.fork("dropout");
    const forks = (): Random | Random[] =>
      random instanceof Random ? fork(random) : (random ?? []).map(fork);
    const result: { output: tf.Tensor; state: State } = tf.tidy(() => {
      const found = recurrent.forward(embedding ? embedNumbers(embedding, x) : x, state, {
        ...(mask === undefined ? {} : { mask }),
        ...(lengths === undefined ? {} : { lengths }),
        ...(drops ? { training, random: forks() } : {}),
      });
      let top = this.readout === "all" ? found.output : lastStates(recurrent, found.state);
      if (training && this.dropout > 0) top = dropTop(recurrent, top, this.dropout, forks());
      return { output: head ? head.forward(top) : top, state: found.state };
    });
    return result;
  }

  /**
   * Everything that the recurrent layers compute on the way, without dropout, to look at; no
   * gradient flows through it.
   *
   * @param x As in {@link SequenceModel.forward}.
   * @param state As in {@link SequenceModel.forward}.
   * @param options A mask or lengths, as {@link RecurrentLayer.trace} takes them.
   * @returns Gates, candidates and states of each layer and direction, tensors with the axes that
   * each trace names; the caller's to dispose.
   * @throws {InputError} On shapes that do not fit, and on ids as {@link Embedding.forward} says.
   */
  trace(x: tf.Tensor, state?: State, options: TraceOptions = {}): Trace<Name>[] {
    checkOptions("SequenceModel.trace", options, traceNames);
    const { recurrent, embedding } = this;
    return tf.tidy(() => {
      return recurrent.trace(embedding ? embedNumbers(embedding, x) : x, state, options);
    });
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

  /** Frees the layers. */
  dispose(): void {
    this.embedding?.dispose();
    this.recurrent.dispose();
    this.head?.dispose();
  }
}
