import { Random } from "../core/random.ts";
import { PAD, UNK } from "../data/text/vocabulary.ts";
import type { Batch } from "../training/engine/batch.ts";
import { paddedLength } from "./encoded_texts.ts";

/** The target of a row that has no text. */
export const NO_TEXT = -1;

/** The number of consecutive batches of one shape. */
const RUN = 4;

/** The texts from which batches are made, and how. */
export interface TrainingTexts {
  /** The ids of each text. */
  readonly rows: readonly Int32Array[];
  /** The class of each text. */
  readonly labels: readonly number[];
  /** The maximum number of texts of a batch. */
  readonly batchSize: number;
  /** The share of the words that are replaced by the unknown word. */
  readonly wordDropout: number;
}

/**
 * The batches of texts of similar length of each epoch, for networks side by side.
 *
 * All networks have texts of the same lengths at the same place of the same batch, so that a network
 * has the batches that it would have alone. Texts are sorted by length and divided into batches of
 * equal size. Three things are drawn anew in each epoch: for each network, from its source, which of
 * the texts of equal length come together, and which words are replaced by the unknown word; for all
 * networks together, from a source that is always the same, the order of the batches. In this order
 * up to four batches of one padded length are consecutive, because a batch of another shape needs
 * other memory.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { EpochBatches } from "./epoch_batches.ts";
 *
 * const rows = [Int32Array.of(4, 5, 6), Int32Array.of(7), Int32Array.of(8, 9)];
 * const batches = new EpochBatches({ rows, labels: [1, 0, 1], batchSize: 2, wordDropout: 0 });
 * assertEquals([batches.count, batches.sizes, batches.runs(0).flat().length], [2, [1, 2], 2]);
 * const batchOf = batches.draw(0, [new Random(1)]);
 * assertEquals(batchOf(1).lengths, [2, 3]); // The batches are in ascending order of length.
 * ```
 */
export class EpochBatches {
  /** The number of batches of an epoch. */
  readonly count: number;
  /** The number of texts of each batch; the batches are in ascending order of length. */
  readonly sizes: readonly number[];
  readonly #texts: TrainingTexts;
  /** The ids of all texts, one after the other, and where each text starts. */
  readonly #ids: Int32Array;
  readonly #starts: Uint32Array;
  /** The number of rows of a batch; one row has no text if a batch has fewer texts. */
  readonly #size: number;
  /** The number of texts that are shorter than each length. */
  readonly #shorter: Uint32Array;
  /** The lengths of the texts of each batch, and the number of steps. */
  readonly #shapes: readonly { readonly lengths: readonly number[]; readonly steps: number }[];

  /**
   * Divides texts into batches.
   *
   * @param texts The texts.
   */
  constructor(texts: TrainingTexts) {
    const { rows, batchSize } = texts;
    this.#texts = texts;
    this.count = Math.ceil(rows.length / batchSize);
    this.#size = Math.ceil(rows.length / this.count);
    this.sizes = Array.from({ length: this.count }, (_, k) => this.#start(k + 1) - this.#start(k));
    this.#starts = new Uint32Array(rows.length + 1);
    for (const [i, { length }] of rows.entries()) {
      this.#starts[i + 1] = (this.#starts[i] ?? 0) + length;
    }
    this.#ids = new Int32Array(this.#starts.at(-1) ?? 0);
    for (const [i, row] of rows.entries()) this.#ids.set(row, this.#starts[i]);
    const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
    this.#shorter = new Uint32Array(longest + 2);
    for (const { length } of rows) this.#shorter[length + 1] = (this.#shorter[length + 1] ?? 0) + 1;
    for (let n = 1; n < longest + 2; n++) {
      this.#shorter[n] = (this.#shorter[n] ?? 0) + (this.#shorter[n - 1] ?? 0);
    }
    const sorted = rows.map(({ length }) => length).sort((a, b) => a - b);
    this.#shapes = this.sizes.map((size, k) => {
      const own = sorted.slice(this.#start(k), this.#start(k) + size);
      const steps = paddedLength(own.at(-1) ?? 1);
      return { lengths: [...own, ...Array<number>(this.#size - size).fill(1)], steps };
    });
  }

  /** The number of texts before a batch, in ascending order of length. */
  #start(k: number): number {
    return Math.floor(k * this.#texts.rows.length / this.count);
  }

  /**
   * Draws the order of the batches of an epoch.
   *
   * @param epoch The number of the epoch, from 0.
   * @returns The batches in runs of one shape, which follow each other in random order.
   */
  runs(epoch: number): number[][] {
    const random = new Random(0).fork("batches of texts").fork(epoch);
    const shuffled = shuffle(this.sizes.map((_, k) => k), random);
    const byShape = new Map<number, number[]>();
    for (const k of shuffled) {
      const steps = this.#shapes[k]?.steps ?? 0;
      byShape.set(steps, [...byShape.get(steps) ?? [], k]);
    }
    const runs = [...byShape.values()].flatMap((batches) =>
      Array.from(
        { length: Math.ceil(batches.length / RUN) },
        (_, i) => batches.slice(i * RUN, (i + 1) * RUN),
      )
    );
    return shuffle(runs, random);
  }

  /**
   * Draws which texts of each network come together in an epoch, and which words are replaced.
   *
   * @param epoch The number of the epoch, from 0.
   * @param random The source of each network.
   * @returns A function that makes the batch of an index, with ids [replica, sequence, batch].
   */
  draw(epoch: number, random: readonly Random[]): (k: number) => Batch {
    const { labels } = this.#texts;
    const networks = random.map((source) => ({
      order: this.#order(source.fork("order").fork(epoch)),
      ids: this.#replaced(source.fork("word dropout").fork(epoch)),
    }));
    return (k) => {
      const { lengths = [], steps = 0 } = this.#shapes[k] ?? {};
      const [first, size, batch] = [this.#start(k), this.sizes[k] ?? 0, this.#size];
      const x = new Int32Array(networks.length * steps * batch).fill(PAD);
      const target = new Int32Array(networks.length * batch).fill(NO_TEXT);
      for (const [r, { order, ids }] of networks.entries()) {
        for (let b = 0; b < batch; b++) {
          let at = r * steps * batch + b;
          if (b >= size) {
            x[at] = UNK;
            continue;
          }
          const text = order[first + b] ?? 0;
          const end = this.#starts[text + 1] ?? 0;
          for (let i = this.#starts[text] ?? 0; i < end; i++) {
            x[at] = ids[i] ?? PAD;
            at += batch;
          }
          target[r * batch + b] = labels[text] ?? NO_TEXT;
        }
      }
      return {
        x: { shape: [networks.length, steps, batch], data: x },
        target: { shape: [networks.length, batch], data: target },
        lengths,
      };
    };
  }

  /** Sorts the texts by length; those of equal length are in random order. */
  #order(random: Random): Uint32Array {
    const { rows } = this.#texts;
    const next = this.#shorter.slice();
    const order = new Uint32Array(rows.length);
    for (const text of shuffle([...rows.keys()], random)) {
      const length = rows[text]?.length ?? 0;
      const place = next[length] ?? 0;
      order[place] = text;
      next[length] = place + 1;
    }
    return order;
  }

  /** Replaces words of all texts by the unknown word, each with the same probability. */
  #replaced(random: Random): Int32Array {
    const { wordDropout } = this.#texts;
    if (wordDropout === 0) return this.#ids;
    // The number of words up to the next that is replaced has a geometric distribution, which takes
    // one draw for each replaced word instead of one for each word.
    const scale = 1 / Math.log1p(-wordDropout);
    const gap = () => Math.floor(Math.log(1 - random.uniform()) * scale);
    const ids = this.#ids.slice();
    for (let i = gap(); i < ids.length; i += 1 + gap()) ids[i] = UNK;
    return ids;
  }
}

/** Shuffles a list in place (Fisher & Yates); returns it. */
function shuffle<T>(values: T[], random: Random): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    const [a, b] = [values[i], values[j]];
    if (a !== undefined && b !== undefined) [values[i], values[j]] = [b, a];
  }
  return values;
}
