import { accuracy, confusionMatrix } from "../../classification/confusion.ts";
import { predictedShares, type Probabilities } from "../../classification/predictions.ts";
import type { DataSplit } from "../../data/folds.ts";
import { type CrossedInterval, crossedIntervals } from "../../statistics/crossed_bootstrap.ts";
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
 * Computes accuracies with intervals over texts and seeds, for all texts and by source.
 *
 * @param context The run.
 * @param texts The texts.
 * @param outcome The predictions.
 * @returns The accuracy for all texts and, if there are several sources, for each.
 */
export function accuracies(
  { random }: Pick<Context, "random">,
  { data }: Texts,
  { indices, labels, probabilities }: Outcome,
): AccuracyEntry[] {
  const tested = indices.flatMap((i) => data.texts[i] ?? []);
  const sources = [...new Set(tested.map(({ source }) => source))];
  const parts = [null, ...(sources.length > 1 ? sources : [])];
  const members = parts.map((part) =>
    tested.flatMap(({ source }, i) => part === null || source === part ? i : [])
  );
  const right = probabilities.map((run) =>
    Float64Array.from(predictedShares(run), (shares, i) => shares[labels[i] ?? 0] ?? 0)
  );
  const compute = (seed: number, weights: Float64Array): number[] =>
    members.map((list) => {
      let [sum, total] = [0, 0];
      for (const i of list) {
        const weight = weights[i] ?? 0;
        sum += weight * (right[seed]?.[i] ?? 0);
        total += weight;
      }
      return sum / total;
    });
  const intervals = crossedIntervals({ seeds: probabilities.length, compute }, {
    items: tested.length,
    groups: tested.map(({ group }) => group),
    random: random("resamples"),
  });
  return parts.flatMap((source, p) => {
    const interval = intervals[p];
    return interval ? [{ source, texts: members[p]?.length ?? 0, ...interval }] : [];
  });
}
