import { checkArray, checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkId, checkIds, isId } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import { countNgrams, type NgramCounts } from "./ngram_counts.ts";

/** What an {@link NgramModel} is to be. */
export interface NgramOptions {
  /** How many ids an n-gram has: 0 is uniform, 1 a unigram, 2 a bigram, and so on. */
  readonly order: number;
  /** Ids are from 0 to one below this. */
  readonly vocabularySize: number;
  /** Ids that never come and have probability 0, such as that of padding; none by default. */
  readonly excluded?: readonly number[];
}

const names: OptionNames<NgramOptions> = { order: true, vocabularySize: true, excluded: true };

/** The most n-grams of all lengths that are counted, some 4 GB if no two are the same. */
const MOST_NGRAMS = 2 ** 27;

/**
 * An n-gram model with interpolated Kneser-Ney smoothing, of any order: a baseline for networks
 * that predict the next id.
 *
 * With a(u w) the count of id w after context u, modified for all but the longest n-grams as
 * {@link countNgrams} says, N(u) the number of different ids after u, and u' the context without
 * its first id,
 *
 *     p(w | u) = (max(a(u w) - D, 0) + D N(u) p(w | u')) / sum over v of a(u v)
 *
 * or p(w | u') where u was never seen. D is one for each length. Below the empty context comes the
 * uniform distribution over all ids that are not excluded, so that none of them has probability 0.
 *
 * Source: Kneser & Ney (1995), in the interpolated form of Chen & Goodman (1999), section 2.7; the
 * discounts are those of Ney, Essen & Kneser (1994), n1 / (n1 + 2 n2), where n1 and n2 n-grams have
 * the count 1 and 2, each taken for at least 1.
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
  /** The order it was made with. */
  readonly order: number;
  /** The discount of n-grams of length 1, 2, up to the order: each between 0 and 1. */
  readonly discounts: readonly number[];
  readonly #counts: NgramCounts;
  readonly #vocabularySize: number;
  readonly #excluded: ReadonlySet<number>;

  /**
   * Counts the n-grams of sequences.
   *
   * @param sequences Ids; each sequence begins a context anew, and its first id is given, not
   *   predicted. Where nothing is predicted, the model is the uniform one.
   * @param options The order and the ids that there are.
   * @throws {InputError} If an option is wrong or unknown, a sequence is not a list of ids, an excluded
   *   id is to be predicted, or there are more than 2^27 n-grams of all lengths to count.
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
      throw new InputError("excluded", "fewer ids than there are", this.#excluded.size);
    }
    checkArray("sequences", sequences, "an array of sequences of ids");
    let count = 0;
    for (const [i, sequence] of sequences.entries()) {
      this.#checkSequence(`sequences[${i}]`, sequence);
      const longest = Math.min(order, sequence.length);
      count += longest * (sequence.length - (longest - 1) / 2);
    }
    if (count > MOST_NGRAMS || order > MOST_NGRAMS) {
      const wanted = `small enough for ${MOST_NGRAMS} n-grams of up to so many ids`;
      throw new InputError("order", wanted, order);
    }
    this.#counts = countNgrams(sequences, order);
    this.discounts = this.#counts.discounts;
  }

  /**
   * The probability of an id after a context.
   *
   * @param context All ids before, from the first of the sequence on; only the last `order - 1`
   *   are used. One that is shorter begins a sequence.
   * @param id The id that comes next.
   * @returns The probability.
   * @throws {InputError} If `id` or one of the context is not an id.
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
   * The surprisals -ln p of all ids of a sequence but its first, each after all that come before it,
   * in nats: of shape [length - 1]. The mean is the cross-entropy, and exp of it the perplexity.
   *
   * @param sequence All ids, from the first on.
   * @returns The surprisals.
   * @throws {InputError} If the sequence is not a list of ids, or has an excluded one after its first.
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

  /** By length, the node of the context of all ids before; -1 where it is longer or never came. */
  #noContext(): Int32Array {
    return new Int32Array(this.order + 1).fill(-1, 1);
  }

  /** The probability of an id after the contexts, which then move on by this id. */
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
      // Most are right, and words for the message cost more than the check.
      if (!isId(id, size)) checkId(`${name}[${t}]`, id, size);
      if (t > 0 && this.#excluded.has(id)) {
        throw new InputError(`${name}[${t}]`, "an id that is not excluded", id);
      }
    }
  }
}
