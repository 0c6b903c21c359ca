import { helpFor } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Corpus } from "./corpora.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { checkIdArray } from "./vocabulary.ts";

/** The documents of a corpus as ids. */
export interface EncodedCorpus {
  /** The number of documents. */
  readonly documents: number;
  /** The ids of all documents in order, each from START to END. */
  readonly ids: Int32Array;
  /**
   * The index in `ids` at which each document starts, followed by the end of the last document:
   * `documents + 1` indices.
   */
  readonly starts: Int32Array;
}

/** Options for {@link encodeCorpus}. */
export interface EncodeOptions {
  /**
   * The maximum number of ids, at least 3; no limit by default. The document that exceeds the limit
   * is cut and has no END, or is left out if fewer than 3 ids remain. Later documents are left out.
   */
  readonly maxTokens?: number;
}

const names: OptionNames<EncodeOptions> = { maxTokens: true };

/**
 * Encodes the documents of a corpus as ids. Documents without a token are left out. The ids take 4
 * bytes each. Only one document at a time is in memory as text.
 *
 * @param corpus The texts.
 * @param tokenizer The tokenizer.
 * @param options The limit.
 * @returns The ids of all documents.
 * @throws {InputError} If an argument has another type, if an option is unknown or out of range, or
 * if no document has a token.
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
    if (room < 3) break; // START, one token, and END.
    starts.push(ids.length);
    ids.push(document.length <= room ? document : document.subarray(0, room));
  }
  const documents = starts.length;
  if (documents === 0) throw new InputError(corpus.title, `a text with ${tokenizer.kind}`, "none");
  starts.push(ids.length);
  return { documents, ids: ids.take(), starts: Int32Array.from(starts) };
}

/**
 * Returns documents of an encoded corpus as views of its ids.
 *
 * @param encoded The result of {@link encodeCorpus}.
 * @param which The indices of the documents; all by default.
 * @returns The ids of each document.
 * @throws {InputError} If a document does not exist, or if `encoded` is not an encoded corpus.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebookSentences } from "./corpora.ts";
 * import { documentsOf, encodeCorpus } from "./encoded_corpus.ts";
 * import { Tokenizer } from "./tokenizer.ts";
 *
 * const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
 * const [second] = documentsOf(await encodeCorpus(notebookSentences, tokenizer), [1]);
 * assertEquals(tokenizer.decode(second ?? []).slice(0, 27), "machine learning algorithms");
 * ```
 */
export function documentsOf(encoded: EncodedCorpus, which?: readonly number[]): Int32Array[] {
  checkIdArray("ids of the encoded corpus", encoded?.ids);
  checkIdArray("starts of the encoded corpus", encoded.starts);
  const { documents, ids, starts } = encoded;
  if (which !== undefined && !Array.isArray(which)) {
    throw new InputError("which", "an array of indices of documents", which);
  }
  return Array.from(which ?? Array(documents).keys(), (document) => {
    const isDocument = Number.isInteger(document) && document >= 0 && document < documents;
    if (!isDocument) {
      throw new InputError("document", `an index from 0 to ${documents - 1}`, document);
    }
    return ids.subarray(starts[document], starts[document + 1]);
  });
}

/**
 * Concatenates sequences, such as documents for {@link streamBatches}.
 *
 * @param sequences The sequences.
 * @returns A copy of all ids in order.
 * @throws {InputError} If `sequences` is not an array of `Int32Array`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { joinSequences } from "./encoded_corpus.ts";
 *
 * const joined = joinSequences([Int32Array.of(2, 5, 3), Int32Array.of(2, 6, 3)]);
 * assertEquals([...joined], [2, 5, 3, 2, 6, 3]);
 * ```
 */
export function joinSequences(sequences: readonly Int32Array[]): Int32Array {
  if (!Array.isArray(sequences)) {
    throw new InputError("sequences", "an array of Int32Array", sequences);
  }
  sequences.forEach((sequence, i) => checkIdArray(`sequences[${i}]`, sequence));
  const joined = new Int32Array(sequences.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const sequence of sequences) {
    joined.set(sequence, offset);
    offset += sequence.length;
  }
  return joined;
}

/** The number of ids of a part, which takes 1 MiB. */
const partSize = 2 ** 18;

/** A list of ids that grows by parts of equal size, so that no id is copied before `take()`. */
export class GrowingIds {
  #parts: Int32Array<ArrayBuffer>[] = [];
  #length = 0;

  /** The number of ids. */
  get length(): number {
    return this.#length;
  }

  /** Appends ids. */
  push(ids: Int32Array): void {
    let taken = 0;
    while (taken < ids.length) {
      const offset = this.#length % partSize;
      if (offset === 0) this.#parts.push(new Int32Array(partSize));
      const some = ids.subarray(taken, taken + partSize - offset);
      this.#parts.at(-1)?.set(some, offset);
      taken += some.length;
      this.#length += some.length;
    }
  }

  /** Removes and returns all ids. */
  take(): Int32Array {
    const all = new Int32Array(this.#length);
    for (const [i, part] of this.#parts.entries()) {
      all.set(part.subarray(0, all.length - i * partSize), i * partSize);
      // Frees the part now, so that memory never has two copies of all ids. Node 20 lacks
      // `transfer`.
      part.buffer.transfer?.(0);
    }
    this.#parts = [];
    this.#length = 0;
    return all;
  }
}
