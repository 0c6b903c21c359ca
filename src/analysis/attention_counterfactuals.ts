/**
 * Other attentions to the same states: how far they move the output.
 *
 * The output of a network with a linear head is softmax(sum over t of weight_t logits_t), in which
 * logits_t are those of the state of word t alone. So the output of any attention follows from the
 * logits of the words.
 *
 * @module
 */
import { checkRandom } from "../core/arguments.ts";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { checkDistribution, softmaxOf, variation } from "./attention_distances.ts";

/**
 * Throws unless there is a list of logits for each weight.
 *
 * @param weights The weights of the words.
 * @param wordLogits The logits [word, class].
 * @returns The number of classes.
 * @throws {InputError} If `weights` is not a distribution, if there is another number of words, or
 * if a list does not have as many finite logits as the others, at least 2.
 */
export function checkAttended(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
): number {
  checkDistribution("weights", weights);
  checkArray("wordLogits", wordLogits, "an array of logits [word, class]");
  if (wordLogits.length !== weights.length) {
    throw new InputError("wordLogits", `of ${weights.length} words`, wordLogits.length);
  }
  const classes = wordLogits[0]?.length ?? 0;
  for (const [t, logits] of wordLogits.entries()) {
    checkArray(`wordLogits[${t}]`, logits, "an array of logits");
    if (logits.length !== classes || classes < 2) {
      const wanted = classes < 2 ? "of at least 2 classes" : `of ${classes} classes`;
      throw new InputError(`wordLogits[${t}]`, wanted, logits);
    }
    // `findIndex` also visits the holes of an array.
    if (logits.findIndex((logit) => !Number.isFinite(logit)) < 0) continue;
    throw new InputError(`wordLogits[${t}]`, "finite numbers", logits);
  }
  return classes;
}

/** Writes the output of an attention, with buffers that the caller provides. */
export function outputOf(
  weights: ArrayLike<number>,
  wordLogits: readonly (readonly number[])[],
  to: Float64Array,
): void {
  to.fill(0);
  for (let t = 0; t < wordLogits.length; t++) {
    const weight = weights[t] ?? NaN;
    const logits = wordLogits[t] ?? [];
    for (let c = 0; c < to.length; c++) to[c] = (to[c] ?? NaN) + weight * (logits[c] ?? NaN);
  }
  softmaxOf(to, to);
}

/**
 * Computes the output of an attention to given states.
 *
 * @param weights The weight of each word; their sum is 1.
 * @param wordLogits The logits [word, class] that each state gives alone.
 * @returns The probability of each class.
 * @throws {InputError} If `weights` is not a distribution, or the logits do not fit it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { attendedOutput } from "./attention_counterfactuals.ts";
 *
 * assertEquals(attendedOutput([0.5, 0.5], [[3, 0], [-3, 0]]), [0.5, 0.5]);
 * ```
 */
export function attendedOutput(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
): number[] {
  const output = new Float64Array(checkAttended(weights, wordLogits));
  outputOf(weights, wordLogits, output);
  return Array.from(output);
}

/**
 * Computes how far the output moves if all words have the same weight and the states stay as they
 * are.
 *
 * It differs from the control of Wiegreffe & Pinter (2019, arXiv:1908.04626, section 3.2), who train
 * another network with uniform weights: that network is a {@link SequenceModel} with `readout`
 * `"mean"`.
 *
 * @param weights The weight of each word; their sum is 1.
 * @param wordLogits The logits [word, class] that each state gives alone.
 * @returns The total variation distance between both outputs, from 0 to 1.
 * @throws {InputError} If `weights` is not a distribution, or the logits do not fit it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { uniformAttention } from "./attention_counterfactuals.ts";
 *
 * assertEquals(uniformAttention([0.9, 0.1], [[1, 0], [1, 0]]), 0); // Both words say the same.
 * ```
 */
export function uniformAttention(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
): number {
  checkAttended(weights, wordLogits);
  return changeByUniform(weights, wordLogits);
}

/**
 * Computes what {@link uniformAttention} returns.
 *
 * @param weights The weights.
 * @param wordLogits The logits.
 * @returns The distance.
 */
export function changeByUniform(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
): number {
  const classes = wordLogits[0]?.length ?? 0;
  const [given, other] = [new Float64Array(classes), new Float64Array(classes)];
  outputOf(weights, wordLogits, given);
  outputOf(weights.map(() => 1 / weights.length), wordLogits, other);
  return variation(given, other);
}

/** Options for {@link permutedAttention}. */
export interface PermutedAttentionOptions {
  /** The number of permutations; 100 by default, as in Jain & Wallace (2019). */
  readonly permutations?: number;
  /** The source of the permutations. */
  readonly random: Random;
}

const permutedNames: OptionNames<PermutedAttentionOptions> = { permutations: true, random: true };

/**
 * Computes how far the output moves if the weights are dealt to the words at random and the states
 * stay as they are.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186, section 4.2.1 and algorithm 2.
 *
 * @param weights The weight of each word; their sum is 1.
 * @param wordLogits The logits [word, class] that each state gives alone.
 * @param options The number of permutations, and their source. The source is not advanced: the
 * permutations of a fork depend on the number of words alone, so a text has the same result whatever
 * other texts there are.
 * @returns The median, over the permutations, of the total variation distance from the output of the
 * given weights, from 0 to 1.
 * @throws {InputError} If `weights` is not a distribution, if the logits do not fit it, if an option
 * is unknown or of another type, or if `permutations` is not a positive integer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../mod.ts";
 * import { permutedAttention } from "./attention_counterfactuals.ts";
 *
 * const logits = [[2, 0], [0, 0], [0, 0]];
 * const options = { random: new Random(1) };
 * assert(permutedAttention([0.98, 0.01, 0.01], logits, options) > 0.3);
 * assert(permutedAttention([1 / 3, 1 / 3, 1 / 3], logits, options) < 1e-12);
 * ```
 */
export function permutedAttention(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
  options: PermutedAttentionOptions,
): number {
  checkAttended(weights, wordLogits);
  checkOptions("permutedAttention", options, permutedNames);
  const { random, permutations = 100 } = options;
  checkRandom("random", random);
  positiveInteger("permutations", permutations);
  return medianOfPermuted(weights, wordLogits, drawPermutations(weights.length, options));
}

/**
 * Draws the permutations of {@link permutedAttention}.
 *
 * @param length The number of words.
 * @param options The number of permutations, and their source.
 * @returns The permutations, one after the other.
 */
export function drawPermutations(
  length: number,
  { permutations = 100, random }: PermutedAttentionOptions,
): Uint32Array {
  const source = random.fork(length);
  const all = new Uint32Array(permutations * length);
  for (let first = 0; first < all.length; first += length) {
    for (let t = 0; t < length; t++) {
      const other = first + source.integer(0, t);
      all[first + t] = all[other] ?? 0;
      all[other] = t;
    }
  }
  return all;
}

/**
 * Computes what {@link permutedAttention} returns.
 *
 * @param weights The weights.
 * @param wordLogits The logits.
 * @param permutations The permutations, one after the other.
 * @returns The median distance.
 */
export function medianOfPermuted(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
  permutations: Uint32Array,
): number {
  const words = weights.length;
  // The output depends only on the differences from the logits of the first class.
  const others = (wordLogits[0]?.length ?? 1) - 1;
  const differences = Float64Array.from(
    wordLogits.flatMap(([first = NaN, ...rest]) => rest.map((logit) => logit - first)),
  );
  const own = Float64Array.from(weights);
  const given = new Float64Array(others + 1);
  const output = new Float64Array(others + 1);
  outputOf(weights, wordLogits, given);
  const distances = new Float64Array(permutations.length / words);
  for (let p = 0; p < distances.length; p++) {
    output.fill(0);
    for (let t = 0; t < words; t++) {
      const weight = own[permutations[p * words + t] ?? 0] ?? NaN;
      for (let c = 0; c < others; c++) {
        output[c + 1] = (output[c + 1] ?? NaN) + weight * (differences[t * others + c] ?? NaN);
      }
    }
    if (others === 1) {
      // The same with one exponential instead of two, since this loop takes most of the time.
      const second = 1 / (1 + Math.exp(-(output[1] ?? NaN)));
      distances[p] = Math.abs(second - (given[1] ?? NaN));
      continue;
    }
    softmaxOf(output, output);
    distances[p] = variation(given, output);
  }
  distances.sort();
  const middle = distances.length >> 1;
  const upper = distances[middle] ?? NaN;
  return distances.length % 2 === 1 ? upper : ((distances[middle - 1] ?? NaN) + upper) / 2;
}
