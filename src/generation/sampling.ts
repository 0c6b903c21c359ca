import { checkRandom } from "../core/arguments.ts";
import { checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkIds } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { selectLargest, selectMass } from "./selection.ts";

/**
 * How a token is chosen from logits. What is given acts in this order: repetition penalty,
 * temperature, top-k, top-p, min-p.
 */
export interface SamplingOptions {
  /** Logits are divided by it; by default 1. At 0 the likeliest token is chosen. */
  readonly temperature?: number;
  /** Only so many of the likeliest tokens are kept (Fan et al., 2018). */
  readonly topK?: number;
  /**
   * Only the likeliest tokens are kept, until their probabilities add up to more than this; the
   * token that crosses it is kept (Holtzman et al., 2020). 1 keeps all.
   */
  readonly topP?: number;
  /** Tokens below this share of the likeliest token's probability go (Nguyen et al., 2025). */
  readonly minP?: number;
  /**
   * Logits of tokens that were there before are divided by it where they are above 0 and
   * multiplied by it where below, so that above 1 it always discourages; by default 1. Keskar et
   * al. (2019), section 4.1, divide negative ones too, which would encourage them.
   */
  readonly repetitionPenalty?: number;
}

/** Every option with its value; `null` where nothing is cut. */
export interface ResolvedSampling {
  /** As in {@link SamplingOptions}. */
  readonly temperature: number;
  /** As in {@link SamplingOptions}. */
  readonly topK: number | null;
  /** As in {@link SamplingOptions}. */
  readonly topP: number | null;
  /** As in {@link SamplingOptions}. */
  readonly minP: number | null;
  /** As in {@link SamplingOptions}. */
  readonly repetitionPenalty: number;
}

const names: OptionNames<SamplingOptions> = {
  temperature: true,
  topK: true,
  topP: true,
  minP: true,
  repetitionPenalty: true,
};

/**
 * Checks options and fills in what was left out.
 *
 * @param options What was given.
 * @returns All options.
 * @throws {InputError} On an unknown option, and on a wrong one, naming what it must be and what it
 *   is.
 */
export function resolveSampling(options: SamplingOptions): ResolvedSampling {
  checkOptions("sampling", options, names);
  const { temperature = 1, topK, topP, minP, repetitionPenalty = 1 } = options;
  const isFinite = (least: number) => (value: number) => value >= least && value < Infinity;
  checkNumber("temperature", temperature, "a finite number of at least 0", isFinite(0));
  if (topK !== undefined) positiveInteger("topK", topK);
  if (topP !== undefined) {
    checkNumber("topP", topP, "a number above 0 and at most 1", (value) => value > 0 && value <= 1);
  }
  if (minP !== undefined) {
    checkNumber("minP", minP, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  }
  const positive = isFinite(Number.MIN_VALUE);
  checkNumber("repetitionPenalty", repetitionPenalty, "a finite number above 0", positive);
  return {
    temperature,
    topK: topK ?? null,
    topP: topP === undefined || topP === 1 ? null : topP,
    minP: minP ?? null,
    repetitionPenalty,
  };
}

/**
 * The probabilities by which the next token is drawn: what {@link SamplingOptions} leave of the
 * softmax of the logits. They are computed in float64.
 *
 * Tokens are kept by falling logit, those of equal logits by rising id: exactly k by top-k, and by
 * top-p those before which the sum is not above p. Where torch.topk and torch.sort meet equal
 * logits, they promise no order.
 *
 * @param logits By id; -infinity where a token cannot be.
 * @param options How tokens are chosen.
 * @param history Ids that were there before, for the repetition penalty.
 * @returns By id, with sum 1; exactly 0 for tokens that were removed.
 * @throws {InputError} On wrong and unknown options, on logits that are NaN or infinity, if no token
 *   is left, on a history of numbers that are not ids, and on a repetition penalty so near 0 that a
 *   logit over it is beyond float64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { probabilities } from "./sampling.ts";
 *
 * const logits = [2, 1, 0].map((n) => n * Math.LN2); // 4 : 2 : 1
 * assertEquals([...probabilities(logits, { topP: 0.5 })], [1, 0, 0]);
 * assertEquals(probabilities(logits, { topK: 2 })[2], 0);
 * ```
 */
export function probabilities(
  logits: ArrayLike<number>,
  options: SamplingOptions = {},
  history: ArrayLike<number> = [],
): Float64Array {
  checkList("logits", logits);
  checkIds("history", history, logits.length);
  const sampler = new Sampler(logits.length, options);
  for (let i = 0; i < history.length; i++) sampler.remember(history[i] ?? NaN);
  return sampler.probabilities(logits);
}

/**
 * Draws a token by inverting the distribution: one number of the source for each token.
 *
 * @param probabilities By id. They need not add up to 1; what is 0 is never drawn.
 * @param random What the number is drawn from.
 * @returns The id of the token.
 * @throws {InputError} On a negative number or NaN, if nothing is above 0 or the sum is beyond
 *   float64, and on another source of random numbers than a Random.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { sampleToken } from "./sampling.ts";
 *
 * assertEquals(sampleToken(new Float64Array([0, 1, 0]), new Random(1)), 1);
 * ```
 */
export function sampleToken(probabilities: Float64Array, random: Random): number {
  checkList("probabilities", probabilities);
  checkRandom("random", random);
  let total = 0;
  let last = -1;
  for (let i = 0; i < probabilities.length; i++) {
    const value = probabilities[i] ?? NaN;
    if (!(typeof value === "number" && value >= 0)) {
      throw new InputError(`probabilities[${i}]`, "at least 0", value);
    }
    if (value > 0) last = i;
    total += value;
  }
  if (!(total > 0 && total < Infinity)) {
    throw new InputError("probabilities", "of a finite sum above 0", total);
  }
  return drawToken(probabilities, total, last, random);
}

/**
 * Draws a token from weights that nobody needs to check.
 *
 * @param total Their sum.
 * @param last The last id whose weight is above 0: what is left where rounding leads beyond it.
 */
export function drawToken(
  weights: Float64Array,
  total: number,
  last: number,
  random: Random,
): number {
  const point = random.uniform() * total;
  let sum = 0;
  for (let i = 0; i < last; i++) {
    sum += weights[i] ?? 0;
    if (point < sum) return i;
  }
  return last;
}

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

/**
 * Takes over logits, which may be -infinity where a token cannot be.
 *
 * @throws {InputError} On another number of them than `scores` has, on NaN and on infinity.
 */
export function copyLogits(logits: ArrayLike<number>, scores: Float64Array): void {
  checkList("logits", logits);
  if (logits.length !== scores.length) {
    throw new InputError("logits", `${scores.length} numbers`, logits.length);
  }
  for (let i = 0; i < scores.length; i++) {
    const value = logits[i] ?? NaN;
    if (!(typeof value === "number" && value < Infinity)) {
      throw new InputError(`logits[${i}]`, "a number below infinity", value);
    }
    scores[i] = value;
  }
}

/** Makes tokens impossible. */
export function ban(scores: Float64Array, ids: readonly number[]): void {
  for (const id of ids) scores[id] = -Infinity;
}

/**
 * The token of the highest score, the lowest id among equals.
 *
 * @throws {InputError} Where no token is possible.
 */
export function likeliest(scores: Float64Array): number {
  let best = -1;
  let largest = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? -Infinity;
    if (score > largest) {
      largest = score;
      best = i;
    }
  }
  if (best < 0) throw new InputError("logits", "finite for a token that is not banned", -Infinity);
  return best;
}
