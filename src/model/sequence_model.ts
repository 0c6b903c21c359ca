import * as tf from "@tensorflow/tfjs";
import { checkShare } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import { Embedding, embedNumbers } from "./embedding.ts";
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
import type { RecurrentLayer } from "./recurrent_layer.ts";
import { dropoutMask } from "./reference/dropout_mask.ts";
import type { Trace } from "./trace.ts";

/** Recurrent layers, as a `SequenceModel` uses them: an `RNN`, `LSTM` or `GRU`. */
export type Recurrent<State extends tf.TensorContainer, Name extends string = never> = Pick<
  RecurrentLayer<State, Name>,
  | "spec"
  | "batchFirst"
  | "replicas"
  | "implementation"
  | "store"
  | "outputSize"
  | "forward"
  | "trace"
  | "unroll"
  | "dispose"
>;

/** What a `SequenceModel` is made from; it takes the layers over. */
export interface SequenceModelOptions<
  State extends tf.TensorContainer,
  Name extends string = never,
> {
  /** Makes inputs of ids; left out, the input is numbers. */
  readonly embedding?: Embedding;
  /** An `RNN`, `LSTM` or `GRU`. */
  readonly recurrent: Recurrent<State, Name>;
  /** The share of the top layer's output dropped before the head in training; by default 0. */
  readonly dropout?: number;
  /**
   * A linear layer on top, which may be tied to `embedding`; left out, the output is that of the
   * recurrent layers.
   */
  readonly head?: Linear;
  /** Whether there is an output at every step or for the last state alone; by default `"all"`. */
  readonly readout?: "all" | "last";
}

const names: OptionNames<SequenceModelOptions<tf.TensorContainer, string>> = {
  embedding: true,
  recurrent: true,
  dropout: true,
  head: true,
  readout: true,
};

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

/**
 * Checks that the parts of a model are there and fit each other.
 *
 * @throws {InputError} On an unknown option, on parts of other classes, on sizes or replicas that
 *   differ, on a head that is tied to another embedding, on a dropout outside of [0, 1), and on a
 *   readout that there is not.
 */
export function checkSequenceOptions<State extends tf.TensorContainer, Name extends string>(
  options: SequenceModelOptions<State, Name>,
): void {
  checkOptions("SequenceModel", options, names);
  const { embedding, recurrent, dropout = 0, head, readout = "all" } = options;
  const isRecurrent = typeof recurrent === "object" && recurrent !== null && "spec" in recurrent;
  if (!isRecurrent) throw new InputError("recurrent", "an RNN, LSTM or GRU", recurrent);
  if (embedding !== undefined && !(embedding instanceof Embedding)) {
    throw new InputError("embedding", "an Embedding", embedding);
  }
  if (head !== undefined && !(head instanceof Linear)) {
    throw new InputError("head", "a Linear", head);
  }
  const { spec: { inputSize }, outputSize, replicas } = recurrent;
  if (embedding && embedding.embeddingDim !== inputSize) {
    const wanted = `${inputSize}, the inputSize of recurrent`;
    throw new InputError("embeddingDim of embedding", wanted, embedding.embeddingDim);
  }
  if (head && head.inFeatures !== outputSize) {
    const wanted = `${outputSize}, the outputSize of recurrent`;
    throw new InputError("inFeatures of head", wanted, head.inFeatures);
  }
  if (head?.tied && head.tied !== embedding) {
    throw new InputError("embedding", "the one that head is tied to", embedding && "another");
  }
  for (const [name, part] of Object.entries({ embedding, head })) {
    if (part === undefined || part.replicas === replicas) continue;
    const wanted = `${replicas ?? "left out"}, as in recurrent`;
    throw new InputError(`replicas of ${name}`, wanted, part.replicas);
  }
  checkShare("dropout", dropout);
  if (readout !== "all" && readout !== "last") {
    throw new InputError("readout", '"all" or "last"', readout);
  }
}

/**
 * The last hidden states of the top layer, those of two directions joined.
 *
 * @param layers The layers that the state is of.
 * @param state What their forward pass gave: h, or h and c.
 * @returns [batch, directions * hidden], after the replica axis where there is one; the caller's to
 *   dispose.
 * @throws {InputError} On a state that is neither a tensor nor has an h.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { lastStates } from "./sequence_model.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, bidirectional: true, random: new Random(1) });
 * const { state } = gru.forward(tf.zeros([7, 2, 3]));
 * assertEquals(lastStates(gru, state).shape, [2, 8]);
 * gru.dispose();
 * ```
 */
export function lastStates<State extends tf.TensorContainer>(
  { replicas, spec }: Pick<Recurrent<State>, "replicas" | "spec">,
  state: State,
): tf.Tensor {
  const h = hiddenOf(state);
  const axis = replicas === undefined ? 0 : 1;
  const count = spec.bidirectional ? 2 : 1;
  return tf.tidy(() => {
    // Slices, since the gradient of tfjs's unstack fails where there is one state only.
    const last = Array.from({ length: count }, (_, i) => {
      const begin = h.shape.map((size, k) => k === axis ? size - count + i : 0);
      return h.slice(begin, h.shape.map((_, k) => k === axis ? 1 : -1)).squeeze([axis]);
    });
    return tf.concat(last, -1);
  });
}

function hiddenOf(state: tf.TensorContainer): tf.Tensor {
  if (state instanceof tf.Tensor) return state;
  if (typeof state === "object" && state !== null && "h" in state && state.h instanceof tf.Tensor) {
    return state.h;
  }
  throw new InputError("state", "a tensor, or h and c", state);
}

/**
 * Drops numbers of the top layer's output, as between layers: {@link dropoutMask} with the number
 * of the top layer as stream.
 *
 * @param layers The layers below.
 * @param top [..., directions * hidden], after the replica axis where there is one.
 * @param dropout The share dropped.
 * @param random Where the seeds come from, two integers for each replica in turn: one source, or one
 *   for each replica.
 * @returns The numbers kept, scaled; the caller's to dispose.
 * @throws {InputError} On another number of sources.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { dropTop } from "./sequence_model.ts";
 * import { GRU } from "./gru.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, random: new Random(1) });
 * const kept = dropTop(gru, tf.ones([7, 2, 4]), 0.5, new Random(2));
 * assertEquals(new Set(await kept.data()), new Set([0, 2]));
 * gru.dispose();
 * ```
 */
export function dropTop<State extends tf.TensorContainer>(
  { replicas, spec }: Pick<Recurrent<State>, "replicas" | "spec">,
  top: tf.Tensor,
  dropout: number,
  random: Random | readonly Random[],
): tf.Tensor {
  const count = replicas ?? 1;
  if (!(random instanceof Random) && random.length !== count) {
    throw new InputError("random", `1 source, or ${count}`, random.length);
  }
  const seeds = Array.from({ length: count }, (_, r) => {
    const source = random instanceof Random ? random : random[r];
    return [0, 1].map(() => source?.integer(0, 2 ** 24 - 1) ?? 0);
  }).flat();
  const lead = replicas === undefined ? [1, ...top.shape] : top.shape;
  return tf.tidy(() => {
    return top.mul(dropoutMask(lead, dropout, spec.numLayers - 1, seeds).reshape(top.shape));
  });
}
