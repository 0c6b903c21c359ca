import { checkFlags } from "../core/arguments.ts";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { sentenceWords } from "../data/text/sentence_words.ts";

/** A matrix [row, column] of which only the entries that are not 0 are kept, row by row. */
export interface SparseMatrix {
  /** The number of columns. */
  readonly columns: number;
  /** The index of the first entry of each row, and the number of entries. */
  readonly starts: Uint32Array;
  /** The column of each entry, ascending in a row. */
  readonly indices: Uint32Array;
  /** The value of each entry. */
  readonly values: Float64Array;
}

/**
 * Returns the terms of a text: its words, and with `pairs` also the pairs of neighbouring words.
 *
 * @param text The text.
 * @param pairs Whether pairs are terms.
 * @returns The terms, first the words in order, then the pairs in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { termsOf } from "./terms.ts";
 *
 * assertEquals(termsOf("Not a word!", true), ["not", "a", "word", "not a", "a word"]);
 * ```
 */
export function termsOf(text: string, pairs: boolean): string[] {
  const words = sentenceWords(text);
  if (!pairs) return words;
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}

/**
 * The terms of training texts, each with a column. Terms of other texts are ignored. Classifiers that
 * are trained with the same texts can share it, so that the texts are split and counted once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TermColumns } from "./terms.ts";
 *
 * const columns = new TermColumns(["good good phone"], false);
 * assertEquals(columns.terms, ["good", "phone"]);
 * const { indices, values } = columns.count(["a phone, a good phone"]);
 * assertEquals([[...indices], [...values]], [[0, 1], [1, 2]]);
 * ```
 */
export class TermColumns {
  /** Whether pairs of words are terms, too. */
  readonly pairs: boolean;
  /** The texts whose terms have columns. */
  readonly texts: readonly string[];
  readonly #columns = new Map<string, number>();
  /** The counts of lists of texts that were counted before. */
  readonly #counted = new WeakMap<readonly string[], SparseMatrix>();

  /**
   * Gives each term of texts a column, in the order of its first occurrence.
   *
   * @param texts The texts.
   * @param pairs Whether pairs of words are terms, too.
   * @throws {InputError} If a text is not a string, or there are no terms.
   */
  constructor(texts: readonly string[], pairs: boolean) {
    checkArray("texts", texts);
    checkFlags({ pairs });
    this.texts = texts;
    this.pairs = pairs;
    const counted = this.#count(texts, (term) => {
      const column = this.#columns.get(term) ?? this.#columns.size;
      this.#columns.set(term, column);
      return column;
    });
    if (this.#columns.size === 0) throw new InputError("texts", "some with words", texts);
    this.#counted.set(texts, { ...counted, columns: this.#columns.size });
  }

  /** The terms by column. */
  get terms(): string[] {
    return [...this.#columns.keys()];
  }

  /**
   * Counts the terms of texts. The counts of a list of texts are kept as long as the list, which must
   * not change.
   *
   * @param texts The texts.
   * @returns The counts [text, term].
   * @throws {InputError} If a text is not a string.
   */
  count(texts: readonly string[]): SparseMatrix {
    checkArray("texts", texts);
    const known = this.#counted.get(texts);
    if (known) return known;
    const counted = this.#count(texts, (term) => this.#columns.get(term));
    this.#counted.set(texts, counted);
    return counted;
  }

  #count(
    texts: readonly string[],
    columnOf: (term: string) => number | undefined,
  ): SparseMatrix {
    const starts = new Uint32Array(texts.length + 1);
    const indices: number[] = [];
    const values: number[] = [];
    for (const [r, text] of texts.entries()) {
      const columns: number[] = [];
      for (const term of termsOf(text, this.pairs)) {
        const column = columnOf(term);
        if (column !== undefined) columns.push(column);
      }
      columns.sort((a, b) => a - b);
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i] ?? 0;
        if (i > 0 && column === columns[i - 1]) {
          values[values.length - 1] = (values.at(-1) ?? 0) + 1;
        } else {
          indices.push(column);
          values.push(1);
        }
      }
      starts[r + 1] = indices.length;
    }
    return {
      columns: this.#columns.size,
      starts,
      indices: Uint32Array.from(indices),
      values: Float64Array.from(values),
    };
  }
}

/**
 * Returns the terms that a classifier is given, or makes them of its training texts.
 *
 * @param given The terms, if classifiers share them.
 * @param texts The training texts.
 * @param pairs Whether pairs are terms, if none are given.
 * @returns The terms.
 * @throws {InputError} If the terms are those of another list of texts, or differ in `pairs`, or no
 * text has words.
 */
export function sharedTerms(
  given: TermColumns | undefined,
  texts: readonly string[],
  pairs: boolean | undefined,
): TermColumns {
  if (given === undefined) return new TermColumns(texts, pairs ?? true);
  const found: unknown = given;
  if (!(found instanceof TermColumns) || found.texts !== texts) {
    throw new InputError("terms", "a TermColumns of the list of training texts", found);
  }
  if (pairs !== undefined && pairs !== found.pairs) {
    throw new InputError("pairs", `left out, or ${found.pairs} as in the terms`, pairs);
  }
  return found;
}

/**
 * Calls a function for each entry of a row.
 *
 * @param matrix The matrix.
 * @param row The row.
 * @param visit Receives the column and the value.
 */
export function forEntries(
  { starts, indices, values }: SparseMatrix,
  row: number,
  visit: (column: number, value: number) => void,
): void {
  const end = starts[row + 1] ?? 0;
  for (let e = starts[row] ?? 0; e < end; e++) visit(indices[e] ?? 0, values[e] ?? 0);
}

/**
 * Returns a matrix with other values in the same places.
 *
 * @param matrix The matrix.
 * @param change Returns the new value of an entry.
 * @returns The matrix.
 */
export function mapEntries(
  matrix: SparseMatrix,
  change: (value: number, column: number) => number,
): SparseMatrix {
  const { indices, values } = matrix;
  return { ...matrix, values: values.map((value, e) => change(value, indices[e] ?? 0)) };
}
