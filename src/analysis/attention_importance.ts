/**
 * The attention of networks by word, and the importance of each word for the output by the gradient.
 *
 * @module
 */
import type { TensorContainer } from "@tensorflow/tfjs";
import { checkFlags } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { softmaxOf } from "./attention_distances.ts";
import {
  AttentionNetworks,
  type Chunk,
  chunksOf,
  type Networks,
  type OpenAttention,
} from "./attention_networks.ts";

/** The attention of one network to one sequence. */
export interface AttendedSequence {
  /** The weight of each word; their sum is 1. */
  readonly weights: readonly number[];
  /**
   * The logits [word, class] that each word's state would give with a weight of 1. The logits of
   * the sequence are their weighted mean.
   */
  readonly wordLogits: readonly (readonly number[])[];
  /** The logits of the sequence, by class. */
  readonly logits: readonly number[];
}

/**
 * Computes the weights of the words of sequences, and the logits that each word gives alone.
 *
 * The head is linear and the weights have the sum 1, so the output is the softmax of the weighted
 * mean of the words' logits. Any other attention to the same states can be computed from them,
 * without the network: see {@link adversarialAttention}.
 *
 * @param networks One {@link SequenceModel}, or several of the same sizes, with an embedding, a head
 * of at least two classes, and `readout` `"attention"` or `"mean"`. They do not change.
 * @param sequences The ids of each sequence, at least one.
 * @returns The attention [network][sequence].
 * @throws {InputError} If networks or sequences are of another kind, if a network was disposed of, or
 * if an id does not exist.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Embedding, GRU, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { attendSequences } from "../analysis.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const sizes = { numEmbeddings: 50, embeddingDim: 8 };
 * using model = new SequenceModel({
 *   embedding: new Embedding({ ...sizes, random: random.fork("embedding") }),
 *   recurrent: new GRU({ inputSize: 8, hiddenSize: 16, random: random.fork("gru") }),
 *   attention: { size: 16, random: random.fork("attention") },
 *   head: { outFeatures: 2, random: random.fork("head") },
 * });
 * const [[first] = []] = await attendSequences(model, [[4, 7, 8], [9, 3]]);
 * const [a = NaN, b = NaN, c = NaN] = first?.weights ?? [];
 * assertAlmostEquals(a + b + c, 1, 1e-6);
 * ```
 */
export async function attendSequences<State extends TensorContainer, Name extends string>(
  networks: Networks<State, Name>,
  sequences: readonly ArrayLike<number>[],
): Promise<AttendedSequence[][]> {
  const found = await AttentionNetworks.read(networks);
  found.check(sequences);
  return await attend(found, sequences);
}

/**
 * Computes what {@link attendSequences} returns.
 *
 * @param networks The networks.
 * @param sequences Sequences that the networks accept.
 * @returns The attention [network][sequence].
 */
export async function attend(
  networks: AttentionNetworks,
  sequences: readonly ArrayLike<number>[],
): Promise<AttendedSequence[][]> {
  const { classes } = networks;
  const found = byNetwork<AttendedSequence>(networks, sequences);
  await forEachChunk(networks, chunksOf(sequences, () => 1), async (chunk, open) => {
    const { steps, items } = chunk;
    const batch = items.length;
    const routines = open.run("attend", idsOf(sequences, chunk), { steps, batch });
    const weights = await open.read(routines.weights);
    const logits = await open.read(routines.logits);
    const stepLogits = await open.read(routines.stepLogits);
    found.forEach((texts, r) => {
      items.forEach((item, b) => {
        const row = (t: number): number => (r * steps + t) * batch + b;
        const classesAt = (values: Float32Array, at: number): number[] => {
          return Array.from(values.subarray(at * classes, (at + 1) * classes));
        };
        texts[item] = {
          weights: Array.from({ length: steps }, (_, t) => weights[row(t)] ?? NaN),
          wordLogits: Array.from({ length: steps }, (_, t) => classesAt(stepLogits, row(t))),
          logits: classesAt(logits, r * batch + b),
        };
      });
    });
  });
  return found;
}

/** Options for {@link gradientImportance}. */
export interface GradientImportanceOptions {
  /**
   * Whether gradients also flow through the weights; `false` by default: the weights are constants,
   * as in Jain & Wallace (2019).
   */
  readonly throughAttention?: boolean;
}

const gradientNames: OptionNames<GradientImportanceOptions> = { throughAttention: true };

/**
 * Computes the importance of each word as the absolute derivative of the probability of the
 * predicted class with respect to a factor that multiplies the word's embedding, at a factor of 1.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186, section 4.1 and algorithm 1.
 *
 * @param networks The networks, as {@link attendSequences} takes them.
 * @param sequences The ids of each sequence, at least one.
 * @param options Whether gradients flow through the weights.
 * @returns The importance [network][sequence][word], at least 0.
 * @throws {InputError} If networks, sequences or an option are of another kind, if a network was
 * disposed of, or if an id does not exist.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Embedding, GRU, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { gradientImportance } from "../analysis.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const sizes = { numEmbeddings: 50, embeddingDim: 8 };
 * using model = new SequenceModel({
 *   embedding: new Embedding({ ...sizes, random: random.fork("embedding") }),
 *   recurrent: new GRU({ inputSize: 8, hiddenSize: 16, random: random.fork("gru") }),
 *   attention: { size: 16, random: random.fork("attention") },
 *   head: { outFeatures: 2, random: random.fork("head") },
 * });
 * const [[first = []] = []] = await gradientImportance(model, [[4, 7, 8]]);
 * assert(first.length === 3 && first.every((importance) => importance > 0));
 * ```
 */
export async function gradientImportance<State extends TensorContainer, Name extends string>(
  networks: Networks<State, Name>,
  sequences: readonly ArrayLike<number>[],
  options: GradientImportanceOptions = {},
): Promise<number[][][]> {
  checkOptions("gradientImportance", options, gradientNames);
  const { throughAttention } = options;
  checkFlags({ throughAttention });
  const found = await AttentionNetworks.read(networks);
  found.check(sequences);
  return await importanceByGradient(found, sequences, throughAttention ?? false);
}

/**
 * Computes what {@link gradientImportance} returns.
 *
 * @param networks The networks.
 * @param sequences Sequences that the networks accept.
 * @param through Whether gradients flow through the weights.
 * @returns The importance [network][sequence][word].
 */
export async function importanceByGradient(
  networks: AttentionNetworks,
  sequences: readonly ArrayLike<number>[],
  through: boolean,
): Promise<number[][][]> {
  const found = byNetwork<number[]>(networks, sequences);
  const width = networks.spec.stack.inputSize;
  await forEachChunk(networks, chunksOf(sequences, () => 1), async (chunk, open) => {
    const { steps, items } = chunk;
    const batch = items.length;
    const routines = open.run("output", idsOf(sequences, chunk), { steps, batch });
    const dLogits = gradientOfPrediction(await open.read(routines.logits), networks.classes);
    open.differentiate(through ? "through" : "fixed", routines, dLogits);
    const vectors = await open.read(routines.embedded);
    const gradients = await open.read(routines.dEmbedded);
    found.forEach((texts, r) => {
      items.forEach((item, b) => {
        texts[item] = Array.from({ length: steps }, (_, t) => {
          const at = ((r * steps + t) * batch + b) * width;
          let sum = 0;
          for (let j = at; j < at + width; j++) sum += (vectors[j] ?? NaN) * (gradients[j] ?? NaN);
          return Math.abs(sum);
        });
      });
    });
  });
  return found;
}

/** Returns the gradient of the largest probability of each row with respect to the row's logits. */
function gradientOfPrediction(logits: Float32Array, classes: number): Float32Array {
  const gradient = new Float32Array(logits.length);
  const probabilities = new Float64Array(classes);
  for (let at = 0; at < logits.length; at += classes) {
    softmaxOf(logits.subarray(at, at + classes), probabilities);
    let best = 0;
    probabilities.forEach((value, c) => {
      if (value > (probabilities[best] ?? NaN)) best = c;
    });
    const largest = probabilities[best] ?? NaN;
    probabilities.forEach((value, c) => {
      gradient[at + c] = largest * (Number(c === best) - value);
    });
  }
  return gradient;
}

/**
 * Returns a list for each network, to be filled by sequence.
 *
 * @param networks The networks.
 * @param sequences The sequences.
 * @param initial What the lists are filled with; by default they are empty.
 * @returns The lists.
 */
export function byNetwork<T>(
  { count }: AttentionNetworks,
  { length }: readonly ArrayLike<number>[],
  initial?: T,
): T[][] {
  return Array.from({ length: count }, () => {
    return initial === undefined ? [] : Array.from<T>({ length }).fill(initial);
  });
}

/** Opens a program for all chunks, and calls a function with each of them in turn. */
async function forEachChunk(
  networks: AttentionNetworks,
  chunks: readonly Chunk[],
  compute: (chunk: Chunk, open: OpenAttention) => Promise<void>,
): Promise<void> {
  if (chunks.length === 0) return;
  using open = networks.open(chunks.map(({ steps, items }) => ({ steps, batch: items.length })));
  for (const chunk of chunks) await compute(chunk, open);
}

/**
 * Returns the ids of a chunk.
 *
 * @param sequences All sequences.
 * @param chunk The chunk.
 * @returns The ids [steps, batch].
 */
export function idsOf(
  sequences: readonly ArrayLike<number>[],
  { steps, items }: Chunk,
): Float32Array {
  const ids = new Float32Array(steps * items.length);
  items.forEach((item, b) => {
    const sequence = sequences[item] ?? [];
    for (let t = 0; t < steps; t++) ids[t * items.length + b] = sequence[t] ?? NaN;
  });
  return ids;
}
