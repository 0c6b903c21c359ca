import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import type { Tokenizer } from "../data/text/tokenizer.ts";
import { PAD, specialTokens, UNK } from "../data/text/vocabulary.ts";

/** Sequences of ids, as {@link predict} takes them. */
export interface EncodedBatch {
  /** The ids [sequence, batch]; `PAD` after the end of a sequence. */
  readonly x: NDArray<Int32Array>;
  /** The number of ids of each sequence. */
  readonly lengths: readonly number[];
}

/**
 * Some texts in the order in which a network reads them side by side. The batch may have further
 * sequences after them.
 */
export interface Chunk extends EncodedBatch {
  /** The index of each text. */
  readonly indices: readonly number[];
}

/** A text of an unknown word. */
const UNKNOWN = Int32Array.of(UNK);

/**
 * Converts texts to ids. The unknown word stands for a text without words, since a network reads at
 * least one.
 *
 * @param texts The texts.
 * @param tokenizer The words with their ids.
 * @param maxLength The maximum number of words of a text; further ones are cut off.
 * @returns The ids of each text, at least one.
 * @throws {InputError} If `texts` is not an array of strings.
 */
export function encodeTexts(
  texts: readonly string[],
  tokenizer: Tokenizer,
  maxLength: number,
): Int32Array[] {
  checkTexts(texts);
  return texts.map((text) => {
    const ids = tokenizer.encode(text);
    return ids.length === 0 ? UNKNOWN : ids.slice(0, maxLength);
  });
}

/**
 * Returns the words of a text that a network reads, one for each id of {@link encodeTexts}.
 *
 * @param text The text.
 * @param tokenizer The words with their ids.
 * @param maxLength The maximum number of words of a text.
 * @returns The words, also those that the vocabulary does not have; `["<UNK>"]` if there are none.
 */
export function wordsRead(text: string, tokenizer: Tokenizer, maxLength: number): string[] {
  const words = tokenizer.split(text).slice(0, maxLength);
  return words.length === 0 ? [specialTokens[UNK] ?? ""] : words;
}

/**
 * Throws unless a value is an array of texts.
 *
 * @param texts The value.
 * @throws {InputError} If `texts` is not an array of strings.
 */
export function checkTexts(texts: readonly string[]): void {
  checkArray("texts", texts, "an array of strings");
  // `findIndex` also visits the holes of an array.
  const wrong = texts.findIndex((text) => typeof text !== "string");
  if (wrong >= 0) throw new InputError(`texts[${wrong}]`, "a string", texts[wrong]);
}

/**
 * Rounds a length up to one of few lengths: an even one of at least 4 up to 16, a multiple of 4 up to
 * 32, of 8 up to 64, and so on. A batch of another shape needs other memory and, on WebGPU, other
 * shaders.
 *
 * @param length The length, at least 1.
 * @returns The rounded length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { paddedLength } from "./encoded_texts.ts";
 *
 * assertEquals([1, 4, 5, 16, 17, 33].map(paddedLength), [4, 4, 6, 16, 20, 40]);
 * ```
 */
export function paddedLength(length: number): number {
  const unit = 2 ** Math.max(1, Math.floor(Math.log2(Math.max(1, length - 1))) - 2);
  return Math.max(4, Math.ceil(length / unit) * unit);
}

/**
 * Pads sequences to one length.
 *
 * @param rows The ids of each sequence.
 * @param steps The length; by default that of the longest sequence.
 * @returns The ids [sequence, batch] and the lengths.
 */
export function paddedBatch(
  rows: readonly Int32Array[],
  steps = rows.reduce((most, { length }) => Math.max(most, length), 0),
): EncodedBatch {
  const data = new Int32Array(steps * rows.length).fill(PAD);
  for (const [b, ids] of rows.entries()) {
    for (let t = 0; t < ids.length; t++) data[t * rows.length + b] = ids[t] ?? PAD;
  }
  return { x: { shape: [steps, rows.length], data }, lengths: rows.map(({ length }) => length) };
}

/**
 * Rounds the length of a text up to that of its chunk: 8, 12, 16, 24, 32, 48, 64 and so on. The kernels
 * prepare each length of a chunk, which takes longer than the steps of padding of a few texts.
 *
 * @param length The length, at least 1.
 * @returns The rounded length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { chunkLength } from "./encoded_texts.ts";
 *
 * assertEquals([1, 8, 9, 13, 17, 25, 33].map(chunkLength), [8, 8, 12, 16, 24, 32, 48]);
 * ```
 */
export function chunkLength(length: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.max(8, length - 1))) - 1);
  return Math.max(8, Math.ceil(length / unit) * unit);
}

/** The number of states of a chunk of one network, which limits its memory. */
const MOST_STATES = 2 ** 17;

/**
 * The minimum number of sequences of a chunk. The kernels of WASM add up the products of up to 24
 * rows in another order than those of more, so that a text alone would have other last digits.
 */
const FEWEST = 25;

/**
 * Divides texts into chunks of similar length. A chunk of few texts has unknown words as further
 * sequences, so that the bits of a prediction do not depend on the number of texts.
 *
 * @param rows The ids of each text.
 * @param width The number of states of a network at each step.
 * @returns The chunks, from short texts to long ones.
 */
export function chunksOf(rows: readonly Int32Array[], width: number): Chunk[] {
  const lengths = rows.map(({ length }) => chunkLength(length));
  const order = [...rows.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const chunks: Chunk[] = [];
  for (let first = 0; first < order.length;) {
    const steps = lengths[order[first] ?? 0] ?? 0;
    const most = Math.max(1, Math.floor(MOST_STATES / (steps * width)));
    const indices = order.slice(first, first + most).filter((i) => lengths[i] === steps);
    const own = indices.map((i) => rows[i] ?? UNKNOWN);
    const further = Array<Int32Array>(Math.max(0, FEWEST - own.length)).fill(UNKNOWN);
    chunks.push({ indices, ...paddedBatch([...own, ...further], steps) });
    first += indices.length;
  }
  return chunks;
}

/**
 * Repeats a batch for networks side by side.
 *
 * @param batch The batch.
 * @param replicas The number of networks.
 * @returns The batch with ids [replica, sequence, batch].
 */
export function repeated({ x, lengths }: EncodedBatch, replicas: number): EncodedBatch {
  const data = new Int32Array(replicas * x.data.length);
  for (let r = 0; r < replicas; r++) data.set(x.data, r * x.data.length);
  return { x: { shape: [replicas, ...x.shape], data }, lengths };
}
