/**
 * Comparisons of attention with other measures of importance, with the attention of other networks,
 * and with lists of words.
 *
 * @module
 */
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { kendallTau } from "../statistics/kendall.ts";
import { checkDistribution, divergence } from "./attention_distances.ts";

/**
 * Computes Kendall's tau-b of the attention to the words of a text and another measure of their
 * importance.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186, section 4.1.
 *
 * @param weights The weight of each word; their sum is 1.
 * @param importance The importance of each word.
 * @returns The correlation, from -1 to 1; `null` if there are fewer than two words, or if all weights
 * or all importances are equal.
 * @throws {InputError} If `weights` is not a distribution, if there is another number of importances,
 * or if one is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { attentionAgreement } from "./attention_agreement.ts";
 *
 * assertEquals(attentionAgreement([0.1, 0.7, 0.2], [1, 3, 2]), 1);
 * assertEquals(attentionAgreement([0.5, 0.5], [1, 2]), null);
 * ```
 */
export function attentionAgreement(
  weights: readonly number[],
  importance: readonly number[],
): number | null {
  checkDistribution("weights", weights);
  checkArray("importance", importance, "an array of numbers");
  if (importance.length !== weights.length) {
    throw new InputError("importance", `of ${weights.length} words`, importance.length);
  }
  const wrong = importance.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new InputError(`importance[${wrong}]`, "a finite number", importance[wrong]);
  }
  return tauOf(weights, importance);
}

/**
 * Computes what {@link attentionAgreement} returns.
 *
 * @param weights The weights.
 * @param importance As many importances.
 * @returns The correlation, or `null`.
 */
export function tauOf(weights: readonly number[], importance: readonly number[]): number | null {
  if (weights.length < 2) return null;
  const tau = kendallTau(weights, importance);
  return Number.isNaN(tau) ? null : tau;
}

/**
 * Computes how much the attention of each network differs from that of the others, such as networks
 * of the same sizes that were trained with other seeds.
 *
 * If the seeds alone move attention as far as {@link adversarialAttention} does, then an adversarial
 * attention says little about the attention of a given network (Wiegreffe & Pinter, 2019,
 * arXiv:1908.04626, section 3.3). Note that the states of networks of other seeds differ, too.
 *
 * @param weights The weights [network][word] of the words of one text, of at least 2 networks.
 * @returns For each network, the mean of the Jensen-Shannon divergences between its attention and
 * that of each other network, in nats.
 * @throws {InputError} If there are fewer than 2 networks, if the weights of one are not a
 * distribution, or if their numbers differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { attentionOverSeeds } from "./attention_agreement.ts";
 *
 * const [first, second, third] = attentionOverSeeds([[1, 0], [1, 0], [0, 1]]);
 * assertEquals([first, second, third], [Math.LN2 / 2, Math.LN2 / 2, Math.LN2]);
 * ```
 */
export function attentionOverSeeds(weights: readonly (readonly number[])[]): number[] {
  checkArray("weights", weights, "an array of weights [network, word]");
  if (weights.length < 2) throw new InputError("weights", "of at least 2 networks", weights.length);
  const words = weights[0]?.length;
  for (const [r, own] of weights.entries()) {
    checkDistribution(`weights[${r}]`, own);
    if (own.length === words) continue;
    throw new InputError(`weights[${r}]`, `of ${words} words, as weights[0]`, own.length);
  }
  return meanDivergences(weights);
}

/**
 * Computes what {@link attentionOverSeeds} returns.
 *
 * @param weights The weights [network][word].
 * @returns The mean divergence of each network from the others; `NaN` if there are none.
 */
export function meanDivergences(weights: readonly (readonly number[])[]): number[] {
  const sums = new Float64Array(weights.length);
  for (let r = 1; r < weights.length; r++) {
    for (let s = 0; s < r; s++) {
      const value = divergence(weights[r] ?? [], weights[s] ?? []);
      sums[r] = (sums[r] ?? NaN) + value;
      sums[s] = (sums[s] ?? NaN) + value;
    }
  }
  return Array.from(sums, (sum) => sum / (weights.length - 1));
}

/**
 * Computes the weight on some words of a text, such as those of a lexicon, beyond the weight that
 * they would have if attention were uniform.
 *
 * @param weights The weight of each word; their sum is 1.
 * @param chosen Whether each word is one of these words: 1 or `true`, or 0 or `false`.
 * @returns The sum of their weights minus their share of the words, above -1 and below 1; `null` if
 * no word is one of them, or every word is.
 * @throws {InputError} If `weights` is not a distribution, or `chosen` does not fit it.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { excessAttention } from "./attention_agreement.ts";
 *
 * const good = ["a", "good", "phone"].map((word) => word === "good");
 * assertAlmostEquals(excessAttention([0.2, 0.6, 0.2], good) ?? NaN, 0.6 - 1 / 3);
 * ```
 */
export function excessAttention(
  weights: readonly number[],
  chosen: readonly (boolean | number)[],
): number | null {
  checkDistribution("weights", weights);
  checkArray("chosen", chosen, "an array of booleans");
  if (chosen.length !== weights.length) {
    throw new InputError("chosen", `of ${weights.length} words`, chosen.length);
  }
  const wrong = chosen.findIndex((flag: unknown) => {
    return typeof flag !== "boolean" && flag !== 0 && flag !== 1;
  });
  if (wrong >= 0) throw new InputError(`chosen[${wrong}]`, "true or false", chosen[wrong]);
  const flags = chosen.map(Number);
  const count = flags.reduce((sum, flag) => sum + flag, 0);
  if (count === 0 || count === flags.length) return null;
  const weight = weights.reduce((sum, value, t) => sum + value * (flags[t] ?? NaN), 0);
  return weight - count / flags.length;
}
