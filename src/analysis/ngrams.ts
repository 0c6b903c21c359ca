import { checkArray, checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkId, checkIds, isId } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { countNgrams, type NgramCounts } from "./ngram_counts.ts";

/** Options for {@link NgramModel}. */
export interface NgramOptions {
  /** The length of the longest n-grams: 0 for a uniform model, 1 for unigrams, 2 for bigrams. */
  readonly order: number;
  /** The number of ids, which are from 0 to `vocabularySize` - 1. */
  readonly vocabularySize: number;
  /** The ids that never occur and have probability 0, such as padding. Defaults to none. */
  readonly excluded?: readonly number[];
}

const names: OptionNames<NgramOptions> = { order: true, vocabularySize: true, excluded: true };

/**
 * The largest number of n-grams of all lengths. This number of different n-grams takes about 4 GB.
 */
const MOST_NGRAMS = 2 ** 27;

/**
 * An n-gram model of any order with interpolated Kneser-Ney smoothing: a baseline for networks that
 * predict the next id.
 *
 * Let a(u w) be the count of id w after the context u, modified by {@link countNgrams} for all but
 * the longest n-grams, N(u) the number of different ids after u, u' the context without its first
 * id, and D the discount of the length of u w. Then
 *
 *     p(w | u) = (max(a(u w) - D, 0) + D N(u) p(w | u')) / sum over v of a(u v)
 *
 * or p(w | u') if u was never seen. The empty context is interpolated with the uniform distribution
 * over all ids that are not excluded, so that each of these ids has a positive probability.
 *
 * Source: Kneser & Ney (1995), doi:10.1109/ICASSP.1995.479394, in the interpolated form of Chen &
 * Goodman (1999), doi:10.1006/csla.1999.0128, section 2.7. The discounts are n1 / (n1 + 2 n2) (Ney,
 * Essen & Kneser, 1994, doi:10.1006/csla.1994.1001), where n1 and n2 are the numbers of n-grams
 * with counts of 1 and 2, but at least 1.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { NgramModel } from "./ngrams.ts";
 *
 * // 0 pads, 1 starts; then 2, 3, 2, 3, ... in turn.
 * const options = { order: 2, vocabularySize: 4, excluded: [0, 1] };
 * const model = new NgramModel([[1, 2, 3, 2, 3, 2, 3]], options);
 * assert(model.probability([1, 2], 3) > 0.8 && model.probability([1, 2], 0) === 0);
 * const [first = 0, second = 0] = model.surprisals([1, 2, 3]);
 * assert(second === -Math.log(model.probability([1, 2], 3)) && first > second);
 * ```
 */
export class NgramModel {
  /** The length of the longest n-grams. */
  readonly order: number;
  /** The discounts of n-grams of length 1, 2, and so on up to the order, each in (0, 1). */
  readonly discounts: readonly number[];
  readonly #counts: NgramCounts;
  readonly #vocabularySize: number;
  readonly #excluded: ReadonlySet<number>;

  /**
   * Counts the n-grams of sequences.
   *
   * @param sequences The ids of each sequence. The first id of a sequence is a context only. If no
   * id is counted, the model is uniform.
   * @param options The order and the ids.
   * @throws {InputError} If an option is wrong or unknown, a sequence is not a list of ids, an
   * excluded id occurs after the first id of a sequence, or there are more than 2^27 n-grams of all
   * lengths.
   */
  constructor(sequences: readonly ArrayLike<number>[], options: NgramOptions) {
    checkOptions("NgramModel", options, names);
    const { order, vocabularySize, excluded = [] } = options;
    if (!Number.isSafeInteger(order) || order < 0) {
      throw new InputError("order", "0 or a positive integer", order);
    }
    this.order = order;
    this.#vocabularySize = positiveInteger("vocabularySize", vocabularySize);
    checkArray("excluded", excluded, "an array of ids");
    checkIds("excluded", excluded, vocabularySize);
    this.#excluded = new Set(excluded);
    if (this.#excluded.size === vocabularySize) {
      throw new InputError("excluded", "fewer than all ids", this.#excluded.size);
    }
    checkArray("sequences", sequences, "an array of sequences of ids");
    let count = 0;
    for (const [i, sequence] of sequences.entries()) {
      this.#checkSequence(`sequences[${i}]`, sequence);
      const longest = Math.min(order, sequence.length);
      count += longest * (sequence.length - (longest - 1) / 2);
    }
    if (count > MOST_NGRAMS || order > MOST_NGRAMS) {
      const wanted = `small enough for ${MOST_NGRAMS} n-grams of all lengths`;
      throw new InputError("order", wanted, order);
    }
    this.#counts = countNgrams(sequences, order);
    this.discounts = this.#counts.discounts;
  }

  /**
   * Computes the probability of an id after a context.
   *
   * @param context The previous ids, of which the last `order - 1` are used. A shorter context is
   * the beginning of a sequence.
   * @param id The next id.
   * @returns The probability.
   * @throws {InputError} If `id` or a number of the context is not an id.
   */
  probability(context: ArrayLike<number>, id: number): number {
    const size = this.#vocabularySize;
    checkId("id", id, size);
    checkList("context", context, "ids in an array or typed array");
    const contexts = this.#noContext();
    for (let t = Math.max(0, context.length - this.order + 1); t < context.length; t++) {
      const before = context[t] ?? NaN;
      if (!isId(before, size)) checkId(`context[${t}]`, before, size);
      this.#next(contexts, before);
    }
    return this.#next(contexts, id);
  }

  /**
   * Computes the surprisals -ln p of the ids of a sequence after the first, each given the ids
   * before it. The mean of the surprisals is the cross-entropy in nats, and exp of this mean is the
   * perplexity.
   *
   * @param sequence The ids of a sequence.
   * @returns The surprisals in nats, of shape [length - 1].
   * @throws {InputError} If the sequence is not a list of ids, or an id after the first is
   * excluded.
   */
  surprisals(sequence: ArrayLike<number>): Float64Array {
    this.#checkSequence("sequence", sequence);
    const found = new Float64Array(Math.max(0, sequence.length - 1));
    const contexts = this.#noContext();
    for (let t = 0; t < sequence.length; t++) {
      const probability = this.#next(contexts, sequence[t] ?? NaN);
      if (t > 0) found[t - 1] = -Math.log(probability);
    }
    return found;
  }

  /**
   * The nodes of the contexts by length at the beginning of a sequence; -1 for an unseen context.
   */
  #noContext(): Int32Array {
    return new Int32Array(this.order + 1).fill(-1, 1);
  }

  /** The probability of an id after the contexts, which are then extended by this id. */
  #next(contexts: Int32Array, id: number): number {
    const { trie, totals, followers, discounts } = this.#counts;
    const ids = this.#vocabularySize - this.#excluded.size;
    let probability = this.#excluded.has(id) ? 0 : 1 / ids;
    let context = 0;
    for (let length = 1; length <= this.order; length++) {
      const node = trie.find(context, id);
      const total = context < 0 ? 0 : totals[context] ?? 0;
      if (total > 0) {
        const discount = discounts[length - 1] ?? NaN;
        const seen = node < 0 ? 0 : Math.max(trie.count(node) - discount, 0);
        probability = (seen + discount * (followers[context] ?? NaN) * probability) / total;
      }
      context = contexts[length] ?? -1;
      contexts[length] = node;
    }
    return probability;
  }

  #checkSequence(name: string, sequence: ArrayLike<number>): void {
    checkList(name, sequence, "ids in an array or typed array");
    const size = this.#vocabularySize;
    for (let t = 0; t < sequence.length; t++) {
      const id = sequence[t] ?? NaN;
      // Nearly all ids are right, and the name for the message costs more than the check.
      if (!isId(id, size)) checkId(`${name}[${t}]`, id, size);
      if (t > 0 && this.#excluded.has(id)) {
        throw new InputError(`${name}[${t}]`, "an id that is not excluded", id);
      }
    }
  }
}
