import { helpFor } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Corpus } from "./corpora.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { checkIdArray } from "./vocabulary.ts";

/** The documents of a corpus as ids, one after another. */
export interface EncodedCorpus {
  /** How many documents there are. */
  readonly documents: number;
  /** The ids of all, each document from START to END. */
  readonly ids: Int32Array;
  /** Where each document starts in `ids`, and at last where all end: `documents + 1` places. */
  readonly starts: Int32Array;
}

/** How much of a corpus is encoded. */
export interface EncodeOptions {
  /**
   * The most ids, at least 3; by default all. The document that goes beyond is cut, and then has no
   * END.
   */
  readonly maxTokens?: number;
}

const names: OptionNames<EncodeOptions> = { maxTokens: true };

/**
 * Reads a corpus as ids. Documents without a token are left out. It takes 4 bytes for each token;
 * of the text, one document is held at a time.
 *
 * @param corpus The texts.
 * @param tokenizer Makes ids of them.
 * @param options How much of the corpus is read.
 * @returns The ids of all documents.
 * @throws {InputError} On an argument that is something else, on an unknown option, and if no document
 *   has a token.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeCorpus } from "./encoded_corpus.ts";
 * import { Tokenizer } from "./tokenizer.ts";
 * import { notebookSentences } from "./corpora.ts";
 *
 * const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
 * const { documents, ids, starts } = await encodeCorpus(notebookSentences, tokenizer);
 * assertEquals([documents, starts[0], starts[20]], [20, 0, ids.length]);
 * ```
 */
export async function encodeCorpus(
  corpus: Corpus,
  tokenizer: Tokenizer,
  options: EncodeOptions = {},
): Promise<EncodedCorpus> {
  if (typeof corpus?.documents !== "function") {
    throw new InputError("corpus", "a corpus such as mobyDick or fileCorpus(...)", corpus);
  }
  if (typeof tokenizer?.encodeDocument !== "function") {
    throw new InputError("tokenizer", "a Tokenizer", tokenizer, helpFor(tokenizer));
  }
  checkOptions("encodeCorpus", options, names);
  const { maxTokens = Infinity } = options;
  if (maxTokens !== Infinity && !(Number.isSafeInteger(maxTokens) && maxTokens >= 3)) {
    throw new InputError("maxTokens", "an integer of at least 3", maxTokens);
  }
  const ids = new GrowingIds();
  const starts: number[] = [];
  for await (const text of corpus.documents()) {
    const document = tokenizer.encodeDocument(text);
    if (document.length === 2) continue;
    const room = maxTokens - ids.length;
    if (room < 3) break; // START, a token, and what follows it.
    starts.push(ids.length);
    ids.push(document.length <= room ? document : document.subarray(0, room));
  }
  const documents = starts.length;
  if (documents === 0) throw new InputError(corpus.title, `a text with ${tokenizer.kind}`, "none");
  starts.push(ids.length);
  return { documents, ids: ids.take(), starts: Int32Array.from(starts) };
}

/**
 * Documents by their numbers, each a view of `ids`.
 *
 * @param encoded What {@link encodeCorpus} gives.
 * @param which The numbers, by default of all documents.
 * @returns The ids of each.
 * @throws {InputError} On a number that is not one of a document, and on a corpus that is not encoded.
 */
export function documentsOf(encoded: EncodedCorpus, which?: readonly number[]): Int32Array[] {
  checkIdArray("ids of the encoded corpus", encoded?.ids);
  checkIdArray("starts of the encoded corpus", encoded.starts);
  const { documents, ids, starts } = encoded;
  if (which !== undefined && !Array.isArray(which)) {
    throw new InputError("which", "an array of documents", which);
  }
  return Array.from(which ?? Array(documents).keys(), (document) => {
    const isDocument = Number.isInteger(document) && document >= 0 && document < documents;
    if (!isDocument) throw new InputError("document", `from 0 to ${documents - 1}`, document);
    return ids.subarray(starts[document], starts[document + 1]);
  });
}

/**
 * Sequences one after another, copied: what a stream of some documents is made of.
 *
 * @throws {InputError} If they are not an array of `Int32Array`.
 */
export function joinSequences(sequences: readonly Int32Array[]): Int32Array {
  if (!Array.isArray(sequences)) {
    throw new InputError("sequences", "an array of Int32Array", sequences);
  }
  sequences.forEach((sequence, i) => checkIdArray(`sequences[${i}]`, sequence));
  const joined = new Int32Array(sequences.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const sequence of sequences) {
    joined.set(sequence, place);
    place += sequence.length;
  }
  return joined;
}

/** Ids of a part: 1 MiB. */
const partSize = 2 ** 18;

/** Ids whose number is not known before, kept in parts, so that growing copies nothing. */
export class GrowingIds {
  #parts: Int32Array<ArrayBuffer>[] = [];
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds ids at the end. */
  push(ids: Int32Array): void {
    let taken = 0;
    while (taken < ids.length) {
      const place = this.#length % partSize;
      if (place === 0) this.#parts.push(new Int32Array(partSize));
      const some = ids.subarray(taken, taken + partSize - place);
      this.#parts.at(-1)?.set(some, place);
      taken += some.length;
      this.#length += some.length;
    }
  }

  /** All of them; none are left here. */
  take(): Int32Array {
    const all = new Int32Array(this.#length);
    for (const [i, part] of this.#parts.entries()) {
      all.set(part.subarray(0, all.length - i * partSize), i * partSize);
      part.buffer.transfer(0); // Gives its memory back at once: never are there two of everything.
    }
    this.#parts = [];
    this.#length = 0;
    return all;
  }
}
