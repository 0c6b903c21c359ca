import { checkRandom } from "../core/arguments.ts";
import { checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkIds } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { selectLargest, selectMass } from "./selection.ts";

/**
 * Options for choosing a token from logits. They are applied in this order: repetition penalty,
 * temperature, top-k, top-p, min-p.
 */
export interface SamplingOptions {
  /** The divisor of the logits; by default 1. At 0 the likeliest token is chosen. */
  readonly temperature?: number;
  /**
   * The number of likeliest tokens that are kept; by default all. Source: Fan et al. (2018),
   * "Hierarchical neural story generation", https://arxiv.org/abs/1805.04833.
   */
  readonly topK?: number;
  /**
   * A cumulative probability in (0, 1]: the likeliest tokens are kept, up to and including the
   * token with which the sum of their probabilities exceeds this number. By default 1, which keeps
   * all. Source: Holtzman et al. (2020), "The curious case of neural text degeneration",
   * https://arxiv.org/abs/1904.09751.
   */
  readonly topP?: number;
  /**
   * The smallest probability that is kept, from 0 to 1, relative to that of the likeliest token; by
   * default 0. Source: Nguyen et al. (2025), "Turning up the heat: min-p sampling",
   * https://arxiv.org/abs/2407.01082.
   */
  readonly minP?: number;
  /**
   * A number above 0 that changes the logits of tokens that came before: positive logits are
   * divided by this number, and negative logits are multiplied by it. Values above 1 make these
   * tokens less likely; by default 1. Source: Keskar et al. (2019), "CTRL", section 4.1,
   * https://arxiv.org/abs/1909.05858, who divide negative logits, too, and thereby make tokens with
   * negative logits likelier.
   */
  readonly repetitionPenalty?: number;
}

/**
 * {@link SamplingOptions} with every option present; `null` for an option that removes no token.
 */
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
 * Checks sampling options and fills in defaults.
 *
 * @param options The options.
 * @returns Every option.
 * @throws {InputError} If an option is unknown or out of range.
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
 * Computes the probabilities with which the next token is drawn: the softmax of the logits, in
 * float64, after {@link SamplingOptions} are applied.
 *
 * Tokens are ranked by logit, those of equal logits by id. Top-k therefore keeps exactly k tokens,
 * and top-p keeps a token if the sum of the probabilities of those before it is at most p.
 * (torch.topk and torch.sort do not specify the order of equal logits.)
 *
 * @param logits The logits by id; -infinity for a token that is impossible.
 * @param options How tokens are chosen.
 * @param history The ids that came before, for the repetition penalty.
 * @returns The probabilities by id, with sum 1; exactly 0 for tokens that were removed.
 * @throws {InputError} If an option is unknown or out of range, a logit is NaN or infinity, no
 *   token is left, `history` has numbers that are not ids, or the repetition penalty is so near 0
 *   that a logit overflows.
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
  for (let i = 0; i < history.length; i++) sampler.addToHistory(history[i] ?? NaN);
  return sampler.probabilities(logits);
}

/**
 * Draws a token by inverting the cumulative distribution, with one random number.
 *
 * @param probabilities The probabilities by id, which need not sum to 1. A token of probability 0
 *   is never drawn.
 * @param random The source of the random number.
 * @returns The id of the token.
 * @throws {InputError} If a probability is negative or NaN, their sum is 0 or infinite, or `random`
 *   is not a Random.
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
 * Draws a token without checking the weights.
 *
 * @param weights The weights by id, none negative.
 * @param total The sum of the weights.
 * @param last The last id whose weight is above 0. This id is returned if the drawn point is beyond
 * the sum because of rounding.
 * @param random The source of the random number.
 * @returns The id of the token.
 */
function drawToken(
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

/** Chooses tokens with one set of options. It reuses its arrays at each token. */
export class Sampler {
  readonly #options: ResolvedSampling;
  readonly #banned: readonly number[];
  readonly #scores: Float64Array;
  readonly #weights: Float64Array;
  readonly #order: Int32Array;
  readonly #history = new Set<number>();
  /** The last id whose weight is above 0. */
  #last = 0;

  /**
   * Allocates the arrays.
   *
   * @param size The number of ids.
   * @param options How tokens are chosen.
   * @param banned Ids that are never chosen.
   * @throws {InputError} If an option is unknown or out of range.
   */
  constructor(size: number, options: SamplingOptions, banned: readonly number[] = []) {
    this.#options = resolveSampling(options);
    this.#banned = banned;
    this.#scores = new Float64Array(size);
    this.#weights = new Float64Array(size);
    this.#order = new Int32Array(size);
  }

  /**
   * Adds a token to those that the repetition penalty applies to.
   *
   * @param id The token.
   * @throws {InputError} If `id` is not an id.
   */
  addToHistory(id: number): void {
    if (this.#options.repetitionPenalty === 1) return;
    checkIds("history", [id], this.#scores.length);
    this.#history.add(id);
  }

  /**
   * Chooses a token. At temperature 0 it draws no random number.
   *
   * @param logits The logits by id.
   * @param random The source of random numbers.
   * @returns The id of the token.
   * @throws {InputError} If a logit is NaN or infinity, or if no token is possible.
   */
  next(logits: ArrayLike<number>, random: Random): number {
    const best = this.#score(logits);
    if (this.#options.temperature === 0) return best;
    const total = this.#weigh(best);
    return drawToken(this.#weights, total, this.#last, random);
  }

  /**
   * Computes the probabilities of all tokens.
   *
   * @param logits The logits by id.
   * @returns The probabilities by id, in an array that the next call overwrites.
   * @throws {InputError} If a logit is NaN or infinity, or if no token is possible.
   */
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

  /**
   * Computes the scores, which are logits after the repetition penalty, and returns the likeliest
   * id.
   */
  #score(logits: ArrayLike<number>): number {
    const scores = this.#scores;
    copyLogits(logits, scores);
    const { repetitionPenalty } = this.#options;
    for (const id of this.#history) {
      const score = scores[id] ?? 0;
      const penalised = score > 0 ? score / repetitionPenalty : score * repetitionPenalty;
      if (penalised === Infinity) {
        const wanted = `so large that a logit of ${score} divided by it is finite`;
        throw new InputError("repetitionPenalty", wanted, repetitionPenalty);
      }
      scores[id] = penalised;
    }
    ban(scores, this.#banned);
    return likeliest(scores);
  }

  /**
   * Computes the weights of all tokens: 1 for the likeliest, 0 for those that are cut.
   *
   * @param best The id of the likeliest token.
   * @returns The sum of the weights.
   */
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
      weights[id] = weightOf(scores[id] ?? 0, largest, temperature);
    }
    return this.#sum(Math.max(minP ?? 0, topP === null ? 0 : this.#cut(count, topP)));
  }

  /**
   * Cuts, among the first `count` tokens of the order, all that come after the token at which the
   * cumulative probability reaches `topP`.
   *
   * @returns A weight below which all tokens are cut. The weights of these tokens are not yet set
   * to 0.
   */
  #cut(count: number, topP: number): number {
    const [weights, order] = [this.#weights, this.#order];
    const all = this.#sum(0);
    // All tokens below this weight are cut, since the sum of their weights is below the mass to
    // cut.
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

  /** Sets weights below `least` to 0 and returns the sum of the others. */
  #sum(least: number): number {
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

/** The probability of a token relative to the likeliest: at most 1. */
function weightOf(score: number, largest: number, temperature: number): number {
  const difference = score - largest;
  // The difference of float64 logits may overflow, although divided by the temperature it is
  // finite.
  if (difference > -Infinity) return Math.exp(difference / temperature);
  return score === -Infinity ? 0 : Math.exp(score / temperature - largest / temperature);
}

/**
 * Copies logits, which may be -infinity.
 *
 * @param logits The logits by id.
 * @param scores The array to which the logits are copied.
 * @throws {InputError} If the lengths differ, or a logit is NaN or infinity.
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

/**
 * Sets the scores of tokens to -infinity.
 *
 * @param scores The scores by id.
 * @param ids The tokens.
 */
export function ban(scores: Float64Array, ids: readonly number[]): void {
  for (const id of ids) scores[id] = -Infinity;
}

/**
 * Finds the token of the highest score.
 *
 * @param scores The scores by id.
 * @returns Its id, the lowest among equals.
 * @throws {InputError} If every score is -infinity.
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
