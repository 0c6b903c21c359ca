import { InputError } from "../core/errors.ts";
import { checkIds } from "../core/ids.ts";
import type { Random } from "../core/random.ts";
import { drawToken } from "./sample_token.ts";
import {
  type ResolvedSampling,
  resolveSampling,
  type SamplingOptions,
} from "./sampling_options.ts";
import { ban, copyLogits, likeliest } from "./scores.ts";
import { selectLargest, selectMass } from "./selection.ts";

/** Chooses token after token by one set of options; its arrays are kept from token to token. */
export class Sampler {
  readonly #options: ResolvedSampling;
  readonly #banned: readonly number[];
  readonly #scores: Float64Array;
  readonly #weights: Float64Array;
  readonly #order: Int32Array;
  readonly #seen = new Set<number>();
  /** The last id that weighs more than 0. */
  #last = 0;

  /**
   * Readies it for a vocabulary of `size`.
   *
   * @param banned Ids that are never chosen.
   * @throws {InputError} On wrong options.
   */
  constructor(size: number, options: SamplingOptions, banned: readonly number[] = []) {
    this.#options = resolveSampling(options);
    this.#banned = banned;
    this.#scores = new Float64Array(size);
    this.#weights = new Float64Array(size);
    this.#order = new Int32Array(size);
  }

  /** Makes a token one that was there before, for the repetition penalty. */
  remember(id: number): void {
    if (this.#options.repetitionPenalty === 1) return;
    checkIds("history", [id], this.#scores.length);
    this.#seen.add(id);
  }

  /**
   * Chooses a token. Greedy draws nothing from the source.
   *
   * @throws {InputError} On logits that are NaN or infinity, or that leave no token.
   */
  next(logits: ArrayLike<number>, random: Random): number {
    const best = this.#score(logits);
    if (this.#options.temperature === 0) return best;
    const total = this.#weigh(best);
    return drawToken(this.#weights, total, this.#last, random);
  }

  /** The probabilities of all tokens, in an array that the next call writes over. */
  probabilities(logits: ArrayLike<number>): Float64Array {
    const best = this.#score(logits);
    const weights = this.#weights;
    if (this.#options.temperature === 0) {
      weights.fill(0);
      weights[best] = 1;
      return weights;
    }
    const total = this.#weigh(best);
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) / total;
    return weights;
  }

  /** Fills the scores, temperature aside, and gives the likeliest token. */
  #score(logits: ArrayLike<number>): number {
    const scores = this.#scores;
    copyLogits(logits, scores);
    const { repetitionPenalty } = this.#options;
    for (const id of this.#seen) {
      const score = scores[id] ?? 0;
      const penalised = score > 0 ? score / repetitionPenalty : score * repetitionPenalty;
      if (penalised === Infinity) {
        const wanted = `so large that a logit of ${score} over it is finite`;
        throw new InputError("repetitionPenalty", wanted, repetitionPenalty);
      }
      scores[id] = penalised;
    }
    ban(scores, this.#banned);
    return likeliest(scores);
  }

  /** Weighs the tokens, those that are cut with 0, and gives the sum. The likeliest weighs 1. */
  #weigh(best: number): number {
    const { temperature, topK, topP, minP } = this.#options;
    const [scores, weights, order] = [this.#scores, this.#weights, this.#order];
    const size = order.length;
    const count = Math.min(topK ?? size, size);
    for (let i = 0; i < size; i++) order[i] = i;
    if (count < size) {
      selectLargest(order, scores, count);
      weights.fill(0);
    }
    const largest = scores[best] ?? 0;
    for (let i = 0; i < count; i++) {
      const id = order[i] ?? 0;
      weights[id] = weight(scores[id] ?? 0, largest, temperature);
    }
    return this.#total(Math.max(minP ?? 0, topP === null ? 0 : this.#cut(count, topP)));
  }

  /**
   * Weighs with 0 what comes after the token that crosses `topP`, of the first `count`.
   *
   * @returns The weight below which nothing is kept, though it may still have one.
   */
  #cut(count: number, topP: number): number {
    const [weights, order] = [this.#weights, this.#order];
    const all = this.#total(0);
    // All tokens that are rarer than this come after: together they have less than what is cut.
    const least = (1 - topP) * all / count;
    let common = 0;
    for (let i = 0; i < count; i++) {
      const id = order[i] ?? 0;
      order[common] = id;
      common += Number((weights[id] ?? 0) >= least);
    }
    const kept = selectMass(order, common, this.#scores, weights, topP * all);
    for (let i = kept; i < common; i++) weights[order[i] ?? 0] = 0;
    return least;
  }

  /** The sum of the weights, those below `least` cut. */
  #total(least: number): number {
    const weights = this.#weights;
    let [total, last] = [0, 0];
    for (let id = 0; id < weights.length; id++) {
      const weight = weights[id] ?? 0;
      if (weight < least) {
        weights[id] = 0;
      } else if (weight > 0) {
        total += weight;
        last = id;
      }
    }
    this.#last = last;
    return total;
  }
}

/** How much likelier a token is than the likeliest: 1 or less. */
function weight(score: number, largest: number, temperature: number): number {
  const difference = score - largest;
  // Logits of float64 may differ by more than float64 holds, and a temperature make that little.
  if (difference > -Infinity) return Math.exp(difference / temperature);
  return score === -Infinity ? 0 : Math.exp(score / temperature - largest / temperature);
}
