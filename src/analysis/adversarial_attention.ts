/**
 * The attention that differs most from a given one while the output stays nearly the same.
 *
 * @module
 */
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkAttended, outputOf } from "./attention_counterfactuals.ts";
import { divergence, divergenceAt, variation } from "./attention_distances.ts";

/** Options for {@link adversarialAttention}. */
export interface AdversarialAttentionOptions {
  /**
   * The largest total variation distance between the outputs, in (0, 1); 0.01 by default, as in Jain
   * & Wallace (2019) for the classification of texts.
   */
  readonly epsilon?: number;
}

const names: OptionNames<AdversarialAttentionOptions> = { epsilon: true };

/** An attention that differs from a given one. */
export interface AdversarialAttention {
  /** The weight of each word; their sum is 1. */
  readonly weights: readonly number[];
  /** The Jensen-Shannon divergence from the given weights in nats, from 0 to ln 2. */
  readonly divergence: number;
  /** The total variation distance from the output of the given weights. */
  readonly distance: number;
}

/**
 * Finds the attention to the same states with the largest Jensen-Shannon divergence from the given
 * one whose output is within `epsilon` of the given output.
 *
 * For two classes the result is exact. The output is a monotone function of the difference d of both
 * logits, which is linear in the weights, so the permitted weights are the simplex between two
 * hyperplanes, d >= low and d <= high. This set is a convex polytope. The divergence is convex in
 * the weights, so it has its maximum at a vertex: a vertex of the simplex, which is a single word, or
 * the point of an edge of the simplex at which d is `low` or `high`, which is a mixture of two words.
 * All of them are examined, except those that cannot exceed the best one found so far.
 *
 * For more classes the result is a lower bound of the largest divergence: the best of the single
 * words, of the mixtures of two words, and of the mixtures of the given weights with one word, as far
 * as their outputs are within `epsilon`.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186, section 4.2.2 and equation 8. They search with a
 * gradient method and report the largest divergence that they find.
 *
 * @param weights The weight of each word; their sum is 1.
 * @param wordLogits The logits [word, class] that each state gives alone.
 * @param options The largest distance of the outputs.
 * @returns The attention, with its divergence and the distance of its output.
 * @throws {InputError} If `weights` is not a distribution, if the logits do not fit it, if an option
 * is unknown, or if `epsilon` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { adversarialAttention } from "./adversarial_attention.ts";
 *
 * // The first two words have the same state, so all weight can move from one to the other.
 * const found = adversarialAttention([1, 0, 0], [[2, 0], [2, 0], [0, 1]]);
 * assertEquals(found.weights, [0, 1, 0]);
 * assert(Math.abs(found.divergence - Math.LN2) < 1e-12 && found.distance === 0);
 * ```
 */
export function adversarialAttention(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
  options: AdversarialAttentionOptions = {},
): AdversarialAttention {
  const classes = checkAttended(weights, wordLogits);
  checkOptions("adversarialAttention", options, names);
  const { epsilon = 0.01 } = options;
  if (!(typeof epsilon === "number" && epsilon > 0 && epsilon < 1)) {
    throw new InputError("epsilon", "in (0, 1)", epsilon);
  }
  return mostDifferent(weights, wordLogits, epsilon, classes);
}

/**
 * Computes what {@link adversarialAttention} returns.
 *
 * @param weights The weights.
 * @param wordLogits The logits.
 * @param epsilon The largest distance of the outputs.
 * @param classes The number of classes.
 * @returns The attention.
 */
export function mostDifferent(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
  epsilon: number,
  classes: number,
): AdversarialAttention {
  const best = classes === 2
    ? bestOfTwoClasses(weights, wordLogits, epsilon)
    : bestOfMixtures(weights, wordLogits, epsilon, classes);
  const [given, output] = [new Float64Array(classes), new Float64Array(classes)];
  outputOf(weights, wordLogits, given);
  outputOf(best, wordLogits, output);
  return {
    weights: best,
    divergence: divergence(weights, best),
    distance: variation(given, output),
  };
}

/**
 * A mixture of two words: a weight of 1 - share on word i, and `share` on word j. `null` stands for
 * the given weights.
 */
type Mixture = { readonly i: number; readonly j: number; readonly share: number } | null;

/** Returns the words in the order of rising weights. A single word with less weight differs more. */
function byWeight(weights: readonly number[]): number[] {
  return weights.map((_, t) => t).sort((a, b) =>
    (weights[a] ?? NaN) - (weights[b] ?? NaN) || a - b
  );
}

/** Returns the divergence of a mixture of two words from the given weights, in a few steps. */
function divergenceOfMixture(
  weights: readonly number[],
  total: number,
  i: number,
  j: number,
  share: number,
): number {
  const [a, b] = [weights[i] ?? NaN, weights[j] ?? NaN];
  // A word outside of the mixture contributes its weight times ln 2 / 2.
  const outside = (total - a - (i === j ? 0 : b)) * Math.LN2 / 2;
  if (i === j) return outside + divergenceAt(a, 1);
  return outside + divergenceAt(a, 1 - share) + divergenceAt(b, share);
}

function weightsOf(mixture: Mixture, weights: readonly number[]): number[] {
  if (mixture === null) return [...weights];
  const { i, j, share } = mixture;
  return weights.map((_, t) => (t === i ? 1 - share : 0) + (t === j ? share : 0));
}

/** The share by which rounding may change a divergence. */
const ROUNDING = 1e-12;

function bestOfTwoClasses(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
  epsilon: number,
): number[] {
  const differences = wordLogits.map(([first = NaN, second = NaN]) => second - first);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const given = differences.reduce((sum, d, t) => sum + d * (weights[t] ?? NaN), 0);
  const [low, high] = interval(given, epsilon);
  const order = byWeight(weights);
  const atWords = order.map((t) => divergenceOfMixture(weights, total, t, t, 0));
  const isPermitted = (t: number): boolean => {
    const difference = differences[t] ?? NaN;
    return difference >= low && difference <= high;
  };
  // The first permitted word of the order differs most among the permitted single words.
  const first = order.findIndex(isPermitted);
  const word = order[first];
  let best = word === undefined ? 0 : atWords[first] ?? NaN;
  let mixture: Mixture = word === undefined ? null : { i: word, j: word, share: 0 };
  for (const [rank, i] of order.entries()) {
    // The divergence is convex along an edge, so it is at most that of the end that differs more,
    // and `order` begins with the words that differ most.
    if ((atWords[rank] ?? NaN) <= best) break;
    for (const j of order.slice(rank + 1)) {
      const from = differences[i] ?? NaN;
      for (const bound of [low, high]) {
        const share = (bound - from) / ((differences[j] ?? NaN) - from);
        if (!(share > 0 && share < 1)) continue;
        const found = divergenceOfMixture(weights, total, i, j, share);
        // A mixture that is better by rounding alone does not replace a simpler attention.
        if (found > best * (1 + ROUNDING)) [best, mixture] = [found, { i, j, share }];
      }
    }
  }
  return weightsOf(mixture, weights);
}

/** Returns the differences of two logits at which the output is `epsilon` from the given one. */
function interval(difference: number, epsilon: number): [low: number, high: number] {
  // The smaller of both probabilities is computed without a difference of numbers close to 1.
  const [p, q] = [1 / (1 + Math.exp(-difference)), 1 / (1 + Math.exp(difference))];
  const low = p > epsilon ? Math.log((p - epsilon) / (q + epsilon)) : -Infinity;
  const high = q > epsilon ? Math.log((p + epsilon) / (q - epsilon)) : Infinity;
  return [low, high];
}

function bestOfMixtures(
  weights: readonly number[],
  wordLogits: readonly (readonly number[])[],
  epsilon: number,
  classes: number,
): number[] {
  const [given, output] = [new Float64Array(classes), new Float64Array(classes)];
  outputOf(weights, wordLogits, given);
  let [best, found] = [0, [...weights]];
  const distanceOf = (candidate: readonly number[]): number => {
    outputOf(candidate, wordLogits, output);
    return variation(given, output);
  };
  /** Examines the ends of the permitted parts of the line between two attentions. */
  const search = (from: readonly number[], to: readonly number[]): void => {
    const at = (share: number): number[] =>
      from.map((value, t) => value * (1 - share) + (to[t] ?? NaN) * share);
    const distance = (share: number): number => distanceOf(at(share));
    const offer = (share: number): void => {
      const candidate = at(share);
      const value = divergence(weights, candidate);
      if (value > best) [best, found] = [value, candidate];
    };
    for (const share of permittedEnds(distance, epsilon)) offer(share);
  };
  const words = weights.map((_, t) => weights.map((_, other) => Number(other === t)));
  words.forEach((word, i) => {
    search(weights, word);
    words.slice(i + 1).forEach((other) => search(word, other));
  });
  return found;
}

/** The parts of a line in each of which the distance of the outputs is examined. */
const PARTS = 16;

/** The steps of a bisection, and of the search of a minimum. */
const HALVINGS = 40;

/**
 * Returns the ends of the parts of the line from 0 to 1 at which a distance is at most `epsilon`.
 * Parts are missed if the distance has several minima within a {@link PARTS}th of the line.
 */
function permittedEnds(distance: (share: number) => number, epsilon: number): number[] {
  const grid = Array.from({ length: PARTS + 1 }, (_, k) => k / PARTS);
  const values = grid.map(distance);
  // A permitted part between two points of the grid has a minimum of the distance.
  const minima = grid.flatMap((share, k) => {
    const value = values[k] ?? NaN;
    const [left, right] = [values[k - 1] ?? Infinity, values[k + 1] ?? Infinity];
    if (value <= epsilon || value > left || value > right) return [];
    return [minimumBetween(grid[k - 1] ?? share, grid[k + 1] ?? share, distance)];
  });
  const points = [...grid, ...minima].sort((a, b) => a - b);
  const ends: number[] = [];
  points.forEach((share, k) => {
    const [now, before] = [distance(share) <= epsilon, points[k - 1]];
    if (now && (before === undefined || k === points.length - 1)) ends.push(share);
    if (before === undefined || (distance(before) <= epsilon) === now) return;
    ends.push(
      now
        ? edgeBetween(before, share, distance, epsilon)
        : edgeBetween(share, before, distance, epsilon),
    );
  });
  return ends;
}

/** Returns the minimum of a function that falls and then rises, by golden-section search. */
function minimumBetween(low: number, high: number, value: (at: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [low, high];
  for (let k = 0; k < HALVINGS; k++) {
    const [a, b] = [to - ratio * (to - from), from + ratio * (to - from)];
    if (value(a) < value(b)) to = b;
    else from = a;
  }
  return (from + to) / 2;
}

/** Returns the permitted point next to the end of a permitted part, by bisection. */
function edgeBetween(
  outside: number,
  inside: number,
  distance: (share: number) => number,
  epsilon: number,
): number {
  let [wrong, right] = [outside, inside];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (wrong + right) / 2;
    if (distance(middle) <= epsilon) right = middle;
    else wrong = middle;
  }
  return right;
}
