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
 * The terms of training texts, each with a column. Terms of other texts are ignored.
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
  readonly #columns = new Map<string, number>();
  readonly #pairs: boolean;

  /**
   * Gives each term of texts a column, in the order of its first occurrence.
   *
   * @param texts The texts.
   * @param pairs Whether pairs of words are terms, too.
   * @throws {InputError} If a text is not a string, or there are no terms.
   */
  constructor(texts: readonly string[], pairs: boolean) {
    checkArray("texts", texts);
    this.#pairs = pairs;
    for (const text of texts) {
      for (const term of termsOf(text, pairs)) {
        if (!this.#columns.has(term)) this.#columns.set(term, this.#columns.size);
      }
    }
    if (this.#columns.size === 0) throw new InputError("texts", "some with words", texts);
  }

  /** The terms by column. */
  get terms(): string[] {
    return [...this.#columns.keys()];
  }

  /**
   * Counts the terms of texts.
   *
   * @param texts The texts.
   * @returns The counts [text, term].
   * @throws {InputError} If a text is not a string.
   */
  count(texts: readonly string[]): SparseMatrix {
    checkArray("texts", texts);
    const rows = texts.map((text) => {
      const counts = new Map<number, number>();
      for (const term of termsOf(text, this.#pairs)) {
        const column = this.#columns.get(term);
        if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
      }
      return [...counts].sort(([a], [b]) => a - b);
    });
    const starts = new Uint32Array(rows.length + 1);
    for (const [r, row] of rows.entries()) starts[r + 1] = (starts[r] ?? 0) + row.length;
    const entries = rows.flat();
    return {
      columns: this.#columns.size,
      starts,
      indices: Uint32Array.from(entries, ([column]) => column),
      values: Float64Array.from(entries, ([, count]) => count),
    };
  }
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
