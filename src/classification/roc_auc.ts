import { checkPredictions, checkWeights, type Probabilities } from "./predictions.ts";

/**
 * Computes the area under the receiver operating characteristic: the probability that an item of a
 * class has a higher predicted probability of it than an item of another class. Equal probabilities
 * count one half (Hanley & McNeil, 1982, doi:10.1148/radiology.143.1.7063747).
 *
 * For two classes it is that of class 1, which equals that of class 0. For more it is the mean over
 * the classes, each against the rest; `roc_auc_score` of scikit-learn calls this `"ovr"` and
 * `"macro"`.
 *
 * @param labels The class of each item.
 * @param probabilities The predicted probabilities [item, class].
 * @param weights How often each item counts; once by default.
 * @returns The area, from 0 to 1; `NaN` if a class has no items or all items.
 * @throws {InputError} If labels, probabilities and weights do not go together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rocAuc } from "./roc_auc.ts";
 *
 * const probabilities = [[0.9, 0.1], [0.4, 0.6], [0.4, 0.6], [0.2, 0.8]];
 * assertEquals(rocAuc([0, 0, 1, 1], probabilities), 0.875);
 * ```
 */
export function rocAuc(
  labels: ArrayLike<number>,
  probabilities: Probabilities,
  weights?: ArrayLike<number>,
): number {
  checkPredictions(labels, probabilities);
  return areaOf(labels, rankings(probabilities), checkWeights(weights, labels.length));
}

/** Items in ascending order of their probability of a class. */
export interface Ranking {
  /** The class. */
  readonly label: number;
  /** The indices of the items. */
  readonly order: Uint32Array;
  /** The number of the run of equal probabilities of each entry of `order`, from 0. */
  readonly run: Uint32Array;
}

/**
 * Orders items by their probabilities, once for any number of weights.
 *
 * @param probabilities The predicted probabilities [item, class].
 * @returns The ranking by class 1 if there are two classes, otherwise by each class.
 */
export function rankings(probabilities: Probabilities): Ranking[] {
  const classes = probabilities[0]?.length ?? 0;
  const ranked = classes === 2 ? [1] : Array.from({ length: classes }, (_, c) => c);
  return ranked.map((label) => {
    const scores = Float64Array.from(probabilities, (row) => row[label] ?? NaN);
    const order = Uint32Array.from(scores.keys())
      .sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
    const run = new Uint32Array(order.length);
    for (let i = 1; i < order.length; i++) {
      const isTied = scores[order[i] ?? 0] === scores[order[i - 1] ?? 0];
      run[i] = (run[i - 1] ?? 0) + (isTied ? 0 : 1);
    }
    return { label, order, run };
  });
}

/**
 * Leaves items out of rankings.
 *
 * @param ranked The rankings.
 * @param isKept Whether the item of an index stays.
 * @returns The rankings of the other items, by the same indices.
 */
export function restrictedRankings(
  ranked: readonly Ranking[],
  isKept: (item: number) => boolean,
): Ranking[] {
  return ranked.map(({ label, order, run }) => {
    const places = Uint32Array.from(order.keys()).filter((i) => isKept(order[i] ?? 0));
    return {
      label,
      order: places.map((i) => order[i] ?? 0),
      run: places.map((i) => run[i] ?? 0),
    };
  });
}

/**
 * Computes the area as {@link rocAuc} does, from checked input.
 *
 * @param labels The class of each item.
 * @param ranked The rankings.
 * @param weights How often each item counts.
 * @returns The area; `NaN` if a class has no items or all items.
 */
export function areaOf(
  labels: ArrayLike<number>,
  ranked: readonly Ranking[],
  weights: ArrayLike<number>,
): number {
  return ranked.reduce((sum, ranking) => sum + areaOfClass(labels, ranking, weights), 0) /
    ranked.length;
}

function areaOfClass(
  labels: ArrayLike<number>,
  { label, order, run }: Ranking,
  weights: ArrayLike<number>,
): number {
  let [below, above, wins] = [0, 0, 0]; // Weights of the others and of the class so far.
  let i = 0;
  while (i < order.length) {
    let [others, own] = [0, 0];
    const current = run[i];
    for (; i < order.length && run[i] === current; i++) {
      const item = order[i] ?? 0;
      const weight = weights[item] ?? 0;
      if (labels[item] === label) own += weight;
      else others += weight;
    }
    wins += own * (below + others / 2);
    below += others;
    above += own;
  }
  return below === 0 || above === 0 ? NaN : wins / (below * above);
}
