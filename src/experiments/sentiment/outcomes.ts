import { accuracy, confusionMatrix } from "../../classification/confusion.ts";
import { predictedShares, type Probabilities } from "../../classification/predictions.ts";
import { groupBy } from "../../core/arrays.ts";
import type { DataSplit } from "../../data/folds.ts";
import {
  crossedDifferences,
  type CrossedInterval,
  crossedIntervals,
} from "../../statistics/crossed_bootstrap.ts";
import type { BaselineFindings } from "./baselines.ts";
import { candidates } from "./kinds.ts";
import type { NetworkFindings, SplitRun } from "./networks.ts";
import type { Context } from "./parameters.ts";
import type { Texts } from "./texts.ts";

/** The predictions of a model for texts that it was not trained with. */
export interface Outcome {
  /** The name in files. */
  readonly id: string;
  /** The name in tables and figures. */
  readonly title: string;
  /** The indices of the tested texts, ascending. */
  readonly indices: readonly number[];
  /** The class of each tested text. */
  readonly labels: readonly number[];
  /** The predicted probabilities [seed, text, class]; one seed if training is not random. */
  readonly probabilities: readonly Probabilities[];
}

/** All findings of a run. */
export interface Findings {
  readonly texts: Texts;
  readonly networks: NetworkFindings;
  readonly baselines: BaselineFindings;
}

/** All findings, and the predictions of cross-validation by model. */
export interface Outcomes extends Findings {
  readonly byModel: ReadonlyMap<string, Outcome>;
}

/** The predictions for the tested texts of a division, for each seed. */
type SplitPredictions = readonly Probabilities[];

/**
 * Joins the predictions for the tested texts of divisions.
 *
 * @param name The id and the title of the model.
 * @param texts The texts.
 * @param splits The divisions, in which each text is tested at most once.
 * @param predictions The predictions for the tested texts of each division.
 * @returns The predictions in the order of the texts.
 */
export function joinSplits(
  name: Pick<Outcome, "id" | "title">,
  { data }: Texts,
  splits: readonly DataSplit[],
  predictions: readonly SplitPredictions[],
): Outcome {
  const places = splits.flatMap(({ test }, split) => test.map((text, at) => ({ text, split, at })))
    .sort((a, b) => a.text - b.text);
  const seeds = predictions[0]?.length ?? 0;
  return {
    ...name,
    indices: places.map(({ text }) => text),
    labels: places.map(({ text }) => data.texts[text]?.label ?? NaN),
    probabilities: Array.from(
      { length: seeds },
      (_, seed) => places.map(({ split, at }) => predictions[split]?.[seed]?.[at] ?? []),
    ),
  };
}

/** Returns the predictions of the networks of all seeds for one division. */
export function predictionsOf(run: SplitRun | undefined): SplitPredictions {
  return run?.seeds.map(({ probabilities }) => probabilities) ?? [];
}

/** Returns the mean validation loss over seeds. */
export function validationLoss(run: SplitRun | undefined): number {
  return meanOf(run?.seeds.map((seed) => seed.validationLoss) ?? []);
}

/**
 * Finds, for each fold, the network with the lowest mean validation loss among those that validation
 * can choose.
 *
 * @param networks The findings.
 * @param folds The number of folds.
 * @returns The id of the network for each fold.
 */
export function chosenKinds({ byKind }: NetworkFindings, folds: number): string[] {
  return Array.from({ length: folds }, (_, fold) => {
    const losses = candidates.map(({ id }) => ({
      id,
      loss: validationLoss(byKind.get(id)?.[fold]),
    }));
    return losses.reduce((best, one) => one.loss < best.loss ? one : best).id;
  });
}

/** The id of the network that validation chooses in each fold. */
export const CHOSEN = "chosen-network";

/** The outcomes of cross-validation by id: all networks, the chosen one, and all baselines. */
export function crossValidated(
  texts: Texts,
  networks: NetworkFindings,
  baselines: BaselineFindings,
  kinds: readonly Pick<Outcome, "id" | "title">[],
): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  const add = (name: Pick<Outcome, "id" | "title">, predictions: readonly SplitPredictions[]) =>
    outcomes.set(name.id, joinSplits(name, texts, texts.folds, predictions));
  const chosen = chosenKinds(networks, texts.folds.length);
  add(
    { id: CHOSEN, title: "network that validation chooses" },
    chosen.map((id, fold) => predictionsOf(networks.byKind.get(id)?.[fold])),
  );
  for (const { id, title } of kinds) {
    add({ id, title }, (networks.byKind.get(id) ?? []).map(predictionsOf));
  }
  for (const { id, title } of baselines.baselines) {
    const runs = baselines.byFold.get(id) ?? [];
    add({ id, title }, runs.map(({ probabilities }) => [probabilities]));
  }
  return outcomes;
}

/** Returns the mean of numbers; `NaN` if there are none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Computes the accuracy for some texts, mean over seeds.
 *
 * @param labels The class of each text.
 * @param probabilities The predictions [seed, text, class].
 * @returns The accuracy; a text with equal probabilities counts in part.
 */
export function meanAccuracy(
  labels: readonly number[],
  probabilities: readonly Probabilities[],
): number {
  return meanOf(probabilities.map((run) => accuracy(confusionMatrix(labels, run))));
}

/**
 * Averages the predicted probabilities over seeds: an ensemble of the networks.
 *
 * @param outcome The predictions.
 * @returns The predictions of the ensemble, as those of one seed.
 */
export function ensembleOf(outcome: Outcome): Outcome {
  const { probabilities } = outcome;
  const mean = (probabilities[0] ?? []).map((row, text) =>
    row.map((_, c) => meanOf(probabilities.map((run) => run[text]?.[c] ?? NaN)))
  );
  return {
    ...outcome,
    id: `${outcome.id}-ensemble`,
    title: "ensemble of the chosen network's seeds",
    probabilities: [mean],
  };
}

/** An accuracy with its interval over texts and seeds. */
export interface AccuracyEntry extends CrossedInterval {
  /** The source; `null` for all texts. */
  readonly source: string | null;
  readonly texts: number;
}

/**
 * Computes accuracies with intervals over texts and seeds, for all texts and by source. Models with
 * the same texts and as many seeds have the same resamples, which are drawn once.
 *
 * @param context The run.
 * @param texts The texts.
 * @param outcomes The predictions of each model.
 * @returns For each model the accuracy for all texts and, if there are several sources, for each.
 */
export function accuracies(
  context: Pick<Context, "random">,
  texts: Texts,
  outcomes: readonly Outcome[],
): AccuracyEntry[][] {
  const alike = groupBy([...outcomes.keys()], (at) => {
    const { indices = [], probabilities = [] } = outcomes[at] ?? {};
    return `${probabilities.length} ${indices.join()}`;
  });
  const entries = outcomes.map((): AccuracyEntry[] => []);
  for (const places of alike.values()) {
    const own = places.flatMap((at) => outcomes[at] ?? []);
    for (const [k, found] of accuraciesOfAlike(context, texts, own).entries()) {
      entries[places[k] ?? 0] = found;
    }
  }
  return entries;
}

/** Returns how far each prediction is right [seed, text]: 1, 0, or a share between equal classes. */
function hitsOf({ labels, probabilities }: Outcome): Float64Array[] {
  return probabilities.map((run) =>
    Float64Array.from(predictedShares(run), (shares, i) => shares[labels[i] ?? 0] ?? 0)
  );
}

/** Computes accuracies of models with the same texts and as many seeds. */
function accuraciesOfAlike(
  { random }: Pick<Context, "random">,
  { data }: Texts,
  outcomes: readonly Outcome[],
): AccuracyEntry[][] {
  const { indices = [], probabilities = [] } = outcomes[0] ?? {};
  const tested = indices.flatMap((i) => data.texts[i] ?? []);
  const sources = [...new Set(tested.map(({ source }) => source))];
  const sourceOf = Int32Array.from(tested, ({ source }) => sources.indexOf(source));
  const right = outcomes.map(hitsOf);
  const ones = new Float64Array(sourceOf.length).fill(1);
  const sumsOf = (weights: Float64Array, values: Float64Array): Float64Array => {
    const sums = new Float64Array(sources.length);
    for (let i = 0; i < sourceOf.length; i++) {
      const weight = weights[i] ?? 0;
      if (weight === 0) continue;
      const source = sourceOf[i] ?? 0;
      sums[source] = (sums[source] ?? 0) + weight * (values[i] ?? 0);
    }
    return sums;
  };
  const withAll = (sums: Float64Array): number[] => {
    const all = sums.reduce((sum, value) => sum + value, 0);
    return sources.length > 1 ? [all, ...sums] : [all];
  };
  const compute = (seed: number, weights: Float64Array): number[] => {
    const totals = withAll(sumsOf(weights, ones));
    return right.flatMap((runs) =>
      withAll(sumsOf(weights, runs[seed] ?? ones)).map((sum, part) => sum / (totals[part] ?? NaN))
    );
  };
  const intervals = crossedIntervals({ seeds: probabilities.length, compute }, {
    items: tested.length,
    groups: tested.map(({ group }) => group),
    random: random("resamples"),
  });
  const parts = [null, ...(sources.length > 1 ? sources : [])];
  return outcomes.map((_, model) =>
    parts.flatMap((source, part) => {
      const interval = intervals[model * parts.length + part];
      const count = tested.filter((text) => source === null || text.source === source).length;
      return interval ? [{ source, texts: count, ...interval }] : [];
    })
  );
}

/**
 * Computes the accuracy of one model minus that of another, with a paired interval over texts and
 * seeds.
 *
 * @param context The run.
 * @param texts The texts.
 * @param first The predictions of the first model.
 * @param second Those of the second model for the same texts.
 * @returns The difference.
 */
export function accuracyDifference(
  { random }: Pick<Context, "random">,
  { data }: Texts,
  first: Outcome,
  second: Outcome,
): CrossedInterval | undefined {
  const statistics = (outcome: Outcome) => {
    const right = hitsOf(outcome);
    const compute = (seed: number, weights: Float64Array): number[] => {
      const own = right[seed] ?? new Float64Array();
      let [sum, total] = [0, 0];
      for (let i = 0; i < own.length; i++) {
        const weight = weights[i] ?? 0;
        sum += weight * (own[i] ?? 0);
        total += weight;
      }
      return [sum / total];
    };
    return { seeds: right.length, compute };
  };
  const [difference] = crossedDifferences(statistics(first), statistics(second), {
    items: first.indices.length,
    groups: first.indices.map((i) => data.texts[i]?.group ?? NaN),
    random: random("resamples"),
  });
  return difference;
}
