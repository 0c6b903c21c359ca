import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { checkShare } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { tf } from "../core/tfjs.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import type { Target } from "../kernels/values.ts";
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
import { dropTop, lastStates } from "./readout.ts";
import type { RecurrentLayer } from "./recurrent_layer.ts";
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
 * Options for the head that a {@link SequenceModel} makes; the other sizes follow from its layers.
 */
export type HeadOptions = Omit<LinearOptions, "inFeatures" | "replicas">;

/** Options for {@link SequenceModel}, which becomes the owner of the layers. */
export interface SequenceModelOptions<
  State extends TensorContainer,
  Name extends string = never,
> {
  /** The layer that turns ids into inputs. Absent by default: the inputs are vectors. */
  readonly embedding?: Embedding;
  /** An `RNN`, `LSTM` or `GRU`. */
  readonly recurrent: Recurrent<State, Name>;
  /**
   * The share of the top layer's output that is dropped before the head in training; 0 by default.
   */
  readonly dropout?: number;
  /**
   * A linear layer on top, or the options to make it; it may be tied to `embedding`. Absent by
   * default: the output of the model is that of the recurrent layers.
   */
  readonly head?: Linear | HeadOptions;
  /** The steps that the head reads: `"all"`, the default, or only the `"last"` state. */
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
   * The output [sequence, batch, output], or [batch, output] if `readout` is `"last"`, after the
   * replica axis if there is one.
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
  /** The steps that the head reads: all, or only the last state. */
  readonly readout: "all" | "last";

  /**
   * Creates a model from its layers.
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
    const { embedding, recurrent, head } = this;
    return Object.fromEntries(
      Object.entries({ embedding, recurrent, head }).flatMap(([part, layer]) =>
        Object.entries(layer ? read(layer.store) : {}).map(([name, parameter]) => {
          return [`${part}.${name}`, parameter] as const;
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
   * The description of the model that the kernels run. It is `null` if the kernels cannot run the
   * model: if the layers are plain, if the batch comes first, or if the head reads the last states
   * of two directions.
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
      throw new InputError("random", "given if dropout is active in training", random);
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
