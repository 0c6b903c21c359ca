import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { checkShare } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { isTensor, tf } from "../core/tfjs.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import { Embedding, embedNumbers } from "./embedding.ts";
import { Linear, type LinearOptions } from "./linear.ts";
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
import { dropoutMask, dropoutSeeds } from "./reference/dropout_mask.ts";
import type { Trace } from "./trace.ts";

/** The recurrent layers of a {@link SequenceModel}: an `RNN`, `LSTM` or `GRU`. */
export type Recurrent<State extends TensorContainer, Name extends string = never> = Pick<
  RecurrentLayer<State, Name>,
  | "spec"
  | "batchFirst"
  | "replicas"
  | "implementation"
  | "store"
  | "hasCellState"
  | "outputSize"
  | "forward"
  | "trace"
  | "unroll"
  | "dispose"
>;

/**
 * Options of the head that a {@link SequenceModel} makes; the other sizes follow from its layers.
 */
export type HeadOptions = Omit<LinearOptions, "inFeatures" | "replicas">;

/** Options of {@link SequenceModel}, which becomes the owner of the layers. */
export interface SequenceModelOptions<
  State extends TensorContainer,
  Name extends string = never,
> {
  /** Turns ids into inputs; absent by default, when the inputs are vectors. */
  readonly embedding?: Embedding;
  /** An `RNN`, `LSTM` or `GRU`. */
  readonly recurrent: Recurrent<State, Name>;
  /**
   * The share of the top layer's output that is dropped before the head in training; 0 by default.
   */
  readonly dropout?: number;
  /**
   * A linear layer on top, which may be tied to `embedding`, or the options to make it; absent by
   * default, when the output is that of the recurrent layers.
   */
  readonly head?: Linear | HeadOptions;
  /** Whether the head reads every step or the last state alone; `"all"` by default. */
  readonly readout?: "all" | "last";
}

const names: OptionNames<SequenceModelOptions<TensorContainer, string>> = {
  embedding: true,
  recurrent: true,
  dropout: true,
  head: true,
  readout: true,
};

const headNames: OptionNames<HeadOptions> = {
  outFeatures: true,
  bias: true,
  random: true,
  init: true,
  tied: true,
};

/** The output and state of {@link SequenceModel.forward}. */
export type SequenceOutput<State> = {
  /**
   * [sequence, batch, output], or [batch, output] if `readout` is `"last"`, after the replica axis
   * if there is one.
   */
  readonly output: Tensor;
  /** The recurrent layers' state after the last step. */
  readonly state: State;
};

/**
 * A network of an embedding, recurrent layers, dropout and a linear head. {@link trainStep} trains
 * this composition in one call into the kernels.
 *
 * Parameters are named `embedding.weight`, `recurrent.weight_ih_l0`, ..., `head.weight` and
 * `head.bias`; a head that is tied to the embedding has no `head.weight`. If `readout` is `"last"`,
 * the head reads the last state of the top layer, both directions concatenated.
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
 */
export class SequenceModel<State extends TensorContainer, Name extends string = never>
  implements Model {
  /** The embedding, or `null`. */
  readonly embedding: Embedding | null;
  /** The recurrent layers. */
  readonly recurrent: Recurrent<State, Name>;
  /** The share of the top layer's output that is dropped before the head in training. */
  readonly dropout: number;
  /** The linear layer on top, or `null`. */
  readonly head: Linear | null;
  /** Whether the head reads every step or the last state alone. */
  readonly readout: "all" | "last";

  /**
   * Creates a model of layers.
   *
   * @param options The layers, and how they are combined.
   * @throws {InputError} If an option is unknown or of another type, if the sizes or replicas of
   * the layers differ, if the head is tied to another embedding, if `dropout` is not in [0, 1), or
   * if the options of the head are refused by {@link Linear}.
   */
  constructor(options: SequenceModelOptions<State, Name>) {
    checkSequenceOptions(options);
    const { embedding, recurrent, dropout = 0, head, readout = "all" } = options;
    this.embedding = embedding ?? null;
    this.recurrent = recurrent;
    this.dropout = dropout;
    this.head = head instanceof Linear ? head : head ? makeHead(head, recurrent) : null;
    this.readout = readout;
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

  /** The stores of the layers' parameters: embedding, recurrent, head. */
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

  /** The number of trainable numbers of one network. */
  get parameterCount(): number {
    const all = this.stores.reduce((sum, { count }) => sum + count, 0);
    return all / (this.replicas ?? 1);
  }

  /**
   * The description of the model that the kernels run. It is `null` if they cannot run it: if the
   * layers are plain, if the batch comes first, or if the head reads the last states of two
   * directions.
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
   * @param x The inputs [sequence, batch, input], or ids [sequence, batch] if there is an
   * embedding, after the replica axis if there is one; the batch axis comes first if `batchFirst`
   * is true.
   * @param state The recurrent layers' state before the first step; 0 by default.
   * @param options A mask or lengths, and dropout, as {@link RecurrentLayer.forward} takes them. If
   * `readout` is `"last"`, the head reads the state of each sequence after its last unmasked step.
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
    const { recurrent, embedding, head } = this;
    const { mask, lengths, training = false, random } = options;
    checkForwardOptions(options, recurrent.replicas);
    const drops = training && (this.dropout > 0 || recurrent.spec.dropout > 0);
    if (drops && random === undefined) {
      throw new InputError("random", "given if dropout acts in training", random);
    }
    // Forks of one source and label draw the same numbers, so layers and head share their seeds.
    const fork = (source: Random): Random => source.fork("dropout");
    const forks = (): Random | Random[] =>
      random instanceof Random ? fork(random) : (random ?? []).map(fork);
    const result: { output: Tensor; state: State } = tf.tidy(() => {
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
    return readStateDict(this.parameters);
  }

  /**
   * Assigns values to all parameters. If it throws, no parameter has changed.
   *
   * @param dict Shapes and values by the names of {@link SequenceModel.parameters}.
   * @throws {InputError} If a name is missing or unknown, or if a value has another shape or type.
   */
  loadStateDict(dict: StateDict): void {
    assignStateDict(this.parameters, dict);
  }

  /** Frees the parameters of the layers, which cannot be used afterwards. */
  dispose(): void {
    this.embedding?.dispose();
    this.recurrent.dispose();
    this.head?.dispose();
  }

  /** Calls {@link SequenceModel.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Creates a head that fits recurrent layers. */
function makeHead<State extends TensorContainer>(
  options: HeadOptions,
  { outputSize, replicas }: Pick<Recurrent<State>, "outputSize" | "replicas">,
): Linear {
  const many = replicas === undefined ? {} : { replicas };
  return new Linear({ ...options, inFeatures: outputSize, ...many });
}

/**
 * Throws unless the layers exist and fit each other.
 *
 * @throws {InputError} If an option is unknown or of another type, if sizes or replicas differ, if
 * the head is tied to another embedding, or if `dropout` is not in [0, 1).
 */
function checkSequenceOptions<State extends TensorContainer, Name extends string>(
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
    if (!isPlainObject(head)) throw new InputError("head", "a Linear, or the options of one", head);
    checkOptions("head", head, headNames);
  }
  const { spec: { inputSize }, outputSize, replicas } = recurrent;
  if (embedding && embedding.embeddingDim !== inputSize) {
    const wanted = `${inputSize}, the inputSize of recurrent`;
    throw new InputError("embeddingDim of embedding", wanted, embedding.embeddingDim);
  }
  if (head instanceof Linear && head.inFeatures !== outputSize) {
    const wanted = `${outputSize}, the outputSize of recurrent`;
    throw new InputError("inFeatures of head", wanted, head.inFeatures);
  }
  if (head?.tied && head.tied !== embedding) {
    throw new InputError("embedding", "the one that head is tied to", embedding && "another");
  }
  const layers = { embedding, head: head instanceof Linear ? head : undefined };
  for (const [name, layer] of Object.entries(layers)) {
    if (layer === undefined || layer.replicas === replicas) continue;
    const wanted = `${replicas ?? "left out"}, as in recurrent`;
    throw new InputError(`replicas of ${name}`, wanted, layer.replicas);
  }
  checkShare("dropout", dropout);
  if (readout !== "all" && readout !== "last") {
    throw new InputError("readout", '"all" or "last"', readout);
  }
}

/**
 * Returns the last hidden states of the top layer, both directions concatenated.
 *
 * @param layers The layers that the state belongs to.
 * @param state The state that their forward pass returned: h, or h and c.
 * @returns [batch, directions * hidden], after the replica axis if there is one; the caller
 * disposes of it.
 * @throws {InputError} If the state is neither a tensor nor has an h.
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
export function lastStates<State extends TensorContainer>(
  { replicas, spec }: Pick<Recurrent<State>, "replicas" | "spec">,
  state: State,
): Tensor {
  const h = hiddenOf(state);
  const axis = replicas === undefined ? 0 : 1;
  const count = spec.bidirectional ? 2 : 1;
  return tf.tidy(() => {
    // Slices, since the gradient of tf.unstack fails if there is one state only.
    const last = Array.from({ length: count }, (_, i) => {
      const begin = h.shape.map((size, k) => k === axis ? size - count + i : 0);
      return h.slice(begin, h.shape.map((_, k) => k === axis ? 1 : -1)).squeeze([axis]);
    });
    return tf.concat(last, -1);
  });
}

function hiddenOf(state: TensorContainer): Tensor {
  if (isTensor(state)) return state;
  if (typeof state === "object" && state !== null && "h" in state && isTensor(state.h)) {
    return state.h;
  }
  throw new InputError("state", "a tensor, or h and c", state);
}

/**
 * Applies dropout to the top layer's output, with the index of the top layer as the stream of
 * {@link dropoutMask}.
 *
 * @param layers The recurrent layers.
 * @param top [..., directions * hidden], after the replica axis if there is one.
 * @param dropout The share that is dropped, in [0, 1).
 * @param random The source of the seeds, two integers for each replica in turn: one source, or one
 * for each replica.
 * @returns The scaled output, which the caller disposes of.
 * @throws {InputError} If the number of sources is neither 1 nor that of replicas.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { dropTop } from "./sequence_model.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, random: new Random(1) });
 * const dropped = dropTop(gru, tf.ones([7, 2, 4]), 0.5, new Random(2));
 * assertEquals(new Set(await dropped.data()), new Set([0, 2]));
 * gru.dispose();
 * ```
 */
export function dropTop<State extends TensorContainer>(
  { replicas, spec }: Pick<Recurrent<State>, "replicas" | "spec">,
  top: Tensor,
  dropout: number,
  random: Random | readonly Random[],
): Tensor {
  const count = replicas ?? 1;
  if (!(random instanceof Random) && random.length !== count) {
    throw new InputError("random", `1 source, or ${count}`, random.length);
  }
  const seeds = dropoutSeeds(random, count);
  const lead = replicas === undefined ? [1, ...top.shape] : top.shape;
  return tf.tidy(() => {
    return top.mul(dropoutMask(lead, dropout, spec.numLayers - 1, seeds).reshape(top.shape));
  });
}
