/**
 * Networks with attention that run side by side on the same sequences, to measure their attention.
 *
 * @module
 */
import type { TensorContainer } from "@tensorflow/tfjs";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkIds } from "../core/ids.ts";
import { sizeOf } from "../core/shapes.ts";
import {
  type AttentionBatch,
  type AttentionProgram,
  attentionProgram,
  type AttentionRoutines,
} from "../kernels/attention_program.ts";
import { currentExecutor } from "../kernels/executors.ts";
import { networkShapes, type NetworkSpec, scoreSize } from "../kernels/network.ts";
import type { Region, Session } from "../kernels/program.ts";
import { SequenceModel } from "../model/sequence_model.ts";

/** One network, or several of the same sizes; a model with replicas counts as that many networks. */
export type Networks<State extends TensorContainer, Name extends string> =
  | SequenceModel<State, Name>
  | readonly SequenceModel<State, Name>[];

/**
 * The largest number of rows of a batch, steps times sequences, unless one sequence has more. Larger
 * batches need more memory and are not faster.
 */
const ROWS = 2048;

/** Sequences of one length, which are computed together. */
export interface Chunk {
  /** The indices of the sequences in the list of all sequences. */
  readonly items: readonly number[];
  /** The number of steps of each sequence. */
  readonly steps: number;
}

/** The parameters of several networks, and what they have in common. */
export class AttentionNetworks {
  /** The description that all networks share. */
  readonly spec: NetworkSpec;
  /** The number of networks. */
  readonly count: number;
  /** The number of classes. */
  readonly classes: number;
  readonly #parameters: Float32Array;

  private constructor(spec: NetworkSpec, count: number, classes: number, values: Float32Array) {
    this.spec = spec;
    this.count = count;
    this.classes = classes;
    this.#parameters = values;
  }

  /**
   * Reads the parameters of networks.
   *
   * @param networks The networks.
   * @returns The networks, side by side.
   * @throws {InputError} If there are none, if one is of another kind or size or was disposed of, or
   * if one has no embedding, no head with at least two classes, or no weights of steps.
   */
  static async read<State extends TensorContainer, Name extends string>(
    networks: Networks<State, Name>,
  ): Promise<AttentionNetworks> {
    const single = networks instanceof SequenceModel;
    const models = single ? [networks] : networks;
    checkArray("networks", models, "a SequenceModel, or an array of them");
    const specs = models.map((model, i) => describe(single ? "networks" : `networks[${i}]`, model));
    const [spec] = specs;
    if (spec === undefined) throw new InputError("networks", "at least one", networks);
    const wanted = sizesOf(spec);
    specs.forEach((other, i) => {
      if (sizesOf(other) === wanted) return;
      throw new InputError(`networks[${i}]`, `of the sizes ${wanted}`, sizesOf(other));
    });
    const shapes = networkShapes(spec);
    const each = shapes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const count = models.reduce((sum, { replicas = 1 }) => sum + replicas, 0);
    const values = new Float32Array(count * each);
    let first = 0;
    for (const model of models) {
      const dict = await model.stateDict();
      const replicas = model.replicas ?? 1;
      let offset = first * each;
      for (const { name, shape } of shapes) {
        const size = sizeOf(shape);
        for (let r = 0; r < replicas; r++) {
          const part = dict[name]?.data.subarray(r * size, (r + 1) * size);
          if (part) values.set(part, r * each + offset);
        }
        offset += size;
      }
      first += replicas;
    }
    return new AttentionNetworks(spec, count, spec.head?.outFeatures ?? 0, values);
  }

  /**
   * Throws unless sequences are lists of ids that the networks know.
   *
   * @param sequences The sequences.
   * @throws {InputError} If one is empty or not a list of ids.
   */
  check(sequences: readonly ArrayLike<number>[]): void {
    checkArray("sequences", sequences, "an array of sequences of ids");
    for (const [i, sequence] of sequences.entries()) {
      checkIds(`sequences[${i}]`, sequence, this.spec.embedding?.vocabulary ?? 0);
      if (sequence.length === 0) throw new InputError(`sequences[${i}]`, "at least one id", []);
    }
  }

  /**
   * Starts a program with the parameters of all networks.
   *
   * @param made The program, and the region of its parameters.
   * @returns The session, which the caller disposes of.
   */
  start({ program, parameters }: Pick<AttentionProgram, "program" | "parameters">): Session {
    const session = currentExecutor().start(program, this.count);
    session.write(parameters, this.#parameters);
    return session;
  }

  /**
   * Returns numbers once for each network.
   *
   * @param values The numbers.
   * @returns The numbers [network, number].
   */
  repeat(values: Float32Array): Float32Array {
    const all = new Float32Array(values.length * this.count);
    for (let r = 0; r < this.count; r++) all.set(values, r * values.length);
    return all;
  }

  /**
   * Starts a program for batches of several sizes, with the parameters of all networks.
   *
   * @param sizes The sizes; each may occur more than once.
   * @returns The open program, which the caller disposes of.
   */
  open(sizes: readonly AttentionBatch[]): OpenAttention {
    const distinct = new Map(sizes.map((size) => [keyOf(size), size]));
    const made = attentionProgram(this.spec, [...distinct.values()]);
    const session = this.start(made);
    return new OpenAttention(session, made, [...distinct.keys()], this);
  }
}

/** Returns the sizes of a batch as a text. */
function keyOf({ steps, batch }: AttentionBatch): string {
  return `${steps} ${batch}`;
}

/** A program in memory, for batches of the sizes that it was opened for. */
export class OpenAttention {
  readonly #session: Session;
  readonly #routines: ReadonlyMap<string, AttentionRoutines>;
  readonly #networks: AttentionNetworks;

  /**
   * Creates an open program.
   *
   * @param session The session, which this object disposes of.
   * @param made The program.
   * @param keys The sizes of its routines, as texts.
   * @param networks The networks.
   */
  constructor(
    session: Session,
    made: AttentionProgram,
    keys: readonly string[],
    networks: AttentionNetworks,
  ) {
    this.#session = session;
    this.#routines = new Map(made.routines.map((routines, i) => [keys[i] ?? "", routines]));
    this.#networks = networks;
  }

  /**
   * Runs a batch through all networks.
   *
   * @param what Whether the logits of single steps are computed, too.
   * @param ids The ids [steps, batch], the same for every network.
   * @param size The sizes of the batch.
   * @returns The regions, for {@link OpenAttention.read}.
   */
  run(what: "output" | "attend", ids: Float32Array, size: AttentionBatch): AttentionRoutines {
    const routines = this.#routines.get(keyOf(size));
    if (!routines) throw new Error(`no routine for ${keyOf(size)}`);
    this.#session.write(routines.x, this.#networks.repeat(ids));
    this.#session.run(routines[what]);
    return routines;
  }

  /**
   * Computes the gradient with respect to the input vectors of the last batch.
   *
   * @param kind Whether the weights of the steps are held constant or carry gradients, too.
   * @param routines What {@link OpenAttention.run} returned.
   * @param dLogits The gradient with respect to the output [network, batch, classes].
   */
  differentiate(
    kind: "fixed" | "through",
    routines: AttentionRoutines,
    dLogits: Float32Array,
  ): void {
    this.#session.write(routines.dLogits, dLogits);
    this.#session.run(routines[kind]);
  }

  /**
   * Reads a region.
   *
   * @param region The region.
   * @returns The numbers [network, region], flat.
   */
  read(region: Region): Promise<Float32Array> {
    return this.#session.read(region);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#session.dispose();
  }

  /** Calls {@link OpenAttention.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Returns the description of a network, and throws if its attention cannot be measured. */
function describe<State extends TensorContainer, Name extends string>(
  name: string,
  model: SequenceModel<State, Name>,
): NetworkSpec {
  if (!(model instanceof SequenceModel)) throw new InputError(name, "a SequenceModel", model);
  const { network, readout } = model;
  if (!network) {
    throw new InputError(
      name,
      "of fused layers whose batch axis is not the first",
      "another model",
    );
  }
  if (scoreSize(network.readout) === null) {
    throw new InputError(`readout of ${name}`, '"attention" or "mean"', readout);
  }
  if (!network.embedding) throw new InputError(`embedding of ${name}`, "an Embedding", null);
  const classes = network.head?.outFeatures ?? 0;
  if (classes < 2) {
    throw new InputError(`head of ${name}`, "a linear layer of at least 2 classes", classes);
  }
  return network;
}

/** The parts of a description that must be alike, as one text. */
function sizesOf({ stack, embedding, head, readout }: NetworkSpec): string {
  const { dropout: _, ...layers } = stack;
  return JSON.stringify({ layers, embedding, head, readout });
}

/**
 * Groups sequences by their number of steps, and divides the groups into chunks that are computed
 * together.
 *
 * @param sequences The sequences.
 * @param copies Returns the number of copies of a sequence of some length that a batch has; 0 if the
 * sequence is left out.
 * @returns The chunks.
 */
export function chunksOf(
  sequences: readonly ArrayLike<number>[],
  copies: (length: number) => number,
): Chunk[] {
  const byLength = new Map<number, number[]>();
  for (const [i, { length }] of sequences.entries()) {
    const group = byLength.get(length);
    if (group) group.push(i);
    else byLength.set(length, [i]);
  }
  return [...byLength].flatMap(([steps, items]) => {
    const rows = copies(steps);
    if (rows === 0) return [];
    const most = Math.max(1, Math.floor(ROWS / (rows * steps)));
    return Array.from({ length: Math.ceil(items.length / most) }, (_, i): Chunk => {
      return { steps, items: items.slice(i * most, (i + 1) * most) };
    });
  });
}
