import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import {
  type CrossedDifferenceOptions,
  crossedDifferences,
  type CrossedInterval,
  crossedIntervals,
  type CrossedOptions,
  type CrossedStatistics,
} from "../statistics/crossed_bootstrap.ts";
import { calibrationErrorOf, confidencesOf } from "./calibration.ts";
import { accuracy, balancedAccuracy, classScores, confusionOf } from "./confusion.ts";
import { checkRuns, type ClassifierRuns } from "./classifier_runs.ts";
import { predictedShares } from "./predictions.ts";
import { itemBrierScores, itemLogLosses, weightedMean } from "./probability_scores.ts";
import { areaOf, rankings, restrictedRankings } from "./roc_auc.ts";

/** A measure of a classifier. */
export type ClassificationMeasure =
  | "accuracy"
  | "balanced accuracy"
  | "macro F1"
  | "ROC AUC"
  | "log loss"
  | "Brier score"
  | "expected calibration error"
  | "precision"
  | "recall"
  | "F1";

/** What a report has rows for. */
export interface ReportRows {
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** The source of each item. With two or more sources each has rows of its own. */
  readonly sources?: readonly string[];
}

/** The place of a number in a classification report. */
export interface ReportCell {
  /** The source; `null` for all items. */
  readonly source: string | null;
  /** The class of precision, recall and F1; `null` for measures of all classes. */
  readonly label: string | null;
  /** The measure. */
  readonly measure: ClassificationMeasure;
  /** The number of items, or of items of the class. */
  readonly support: number;
}

/** A number of a classification report with its interval. */
export interface ReportEntry extends ReportCell, CrossedInterval {}

/**
 * Computes a classification report in which every number has an interval: accuracy, balanced accuracy,
 * macro F1, ROC AUC, log loss, Brier score and expected calibration error (15 bins); precision, recall
 * and F1 of each class; and all of them by source. The intervals include which items were tested and
 * which seeds trained the model; {@link crossedIntervals} describes them.
 *
 * @param runs The labels and the predictions.
 * @param rows The names of classes and the sources.
 * @param options The groups of items and the resamples.
 * @returns The entries, first those of all items.
 * @throws {InputError} If labels, probabilities, classes and sources do not go together, or an option
 * is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { classificationReport } from "./classification_report.ts";
 *
 * const labels = [0, 1, 1, 0, 1, 0];
 * const probabilities = [0.2, 0.9, 0.4, 0.1, 0.8, 0.3].map((p) => [1 - p, p]);
 * const report = classificationReport({ labels, probabilities: [probabilities] }, {
 *   classes: ["negative", "positive"],
 * }, { random: new Random(1), resamples: 200 });
 * const [first] = report;
 * assertEquals([first?.measure, first?.value, first?.support], ["accuracy", 5 / 6, 6]);
 * assert(first !== undefined && first.low < 5 / 6 && first.high <= 1);
 * ```
 */
export function classificationReport(
  runs: ClassifierRuns,
  rows: ReportRows,
  options: Omit<CrossedOptions, "items">,
): ReportEntry[] {
  checkOptions("classificationReport", options, optionNames);
  const { cells, statistics } = reportStatistics(runs, rows);
  const intervals = crossedIntervals(statistics, { ...options, items: runs.labels.length });
  return joined(cells, intervals);
}

/**
 * Computes the differences between the numbers of two classification reports, the first model minus
 * the second, with paired intervals: each resample has the same items for both models.
 *
 * @param first The predictions of the first model.
 * @param second Those of the second model, for the same items in the same order.
 * @param rows The names of classes and the sources.
 * @param options The groups of items, the resamples, and whether the seeds are paired.
 * @returns The entries, as in {@link classificationReport}.
 * @throws {InputError} If the models have different items, labels, probabilities, classes and sources
 * do not go together, or an option is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { classificationDifferences } from "./classification_report.ts";
 *
 * const labels = [0, 1, 1, 0];
 * const good = [[[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.9, 0.1]]];
 * const poor = [[[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9]]];
 * const [first] = classificationDifferences(
 *   { labels, probabilities: good },
 *   { labels, probabilities: poor },
 *   { classes: ["no", "yes"] },
 *   { random: new Random(1), resamples: 200 },
 * );
 * assertEquals([first?.measure, first?.value], ["accuracy", 0.5]);
 * ```
 */
export function classificationDifferences(
  first: ClassifierRuns,
  second: ClassifierRuns,
  rows: ReportRows,
  options: Omit<CrossedDifferenceOptions, "items">,
): ReportEntry[] {
  checkOptions("classificationDifferences", options, { ...optionNames, pairedSeeds: true });
  const [a, b] = [reportStatistics(first, rows), reportStatistics(second, rows)];
  for (let i = 0; i < Math.max(first.labels.length, second.labels.length); i++) {
    if (first.labels[i] === second.labels[i]) continue;
    const labels = [first.labels[i], second.labels[i]];
    throw new InputError(`labels[${i}]`, "the same for both models", labels);
  }
  const shared = { ...options, items: first.labels.length };
  return joined(a.cells, crossedDifferences(a.statistics, b.statistics, shared));
}

const optionNames: OptionNames<Omit<CrossedOptions, "items">> = {
  groups: true,
  random: true,
  resamples: true,
  confidence: true,
};

function joined(
  cells: readonly ReportCell[],
  intervals: readonly CrossedInterval[],
): ReportEntry[] {
  return cells.flatMap((cell, i) => {
    const interval = intervals[i];
    return interval === undefined ? [] : [{ ...cell, ...interval }];
  });
}

const overall: readonly ClassificationMeasure[] = [
  "accuracy",
  "balanced accuracy",
  "macro F1",
  "ROC AUC",
  "log loss",
  "Brier score",
  "expected calibration error",
];

const byClass: readonly ClassificationMeasure[] = ["precision", "recall", "F1"];

/** Bins of the expected calibration error. */
const BINS = 15;

const rowNames: OptionNames<ReportRows> = { classes: true, sources: true };

/** Prepares what does not depend on the weights, so that a resample is fast. */
function reportStatistics(
  runs: ClassifierRuns,
  rows: ReportRows,
): { cells: ReportCell[]; statistics: CrossedStatistics } {
  const count = checkRuns(runs);
  checkOptions("the rows", rows, rowNames, "field");
  const { labels, probabilities } = runs;
  const { classes, sources } = rows;
  checkArray("classes", classes);
  if (classes.length !== count) throw new InputError("classes", `${count} names`, classes);
  if (sources !== undefined) {
    checkArray("sources", sources);
    if (sources.length !== labels.length) {
      throw new InputError("sources", `one of each of ${labels.length} items`, sources.length);
    }
  }
  const different = [...new Set(sources ?? [])];
  const parts = [null, ...different.length > 1 ? different : []].map((source) => ({
    source,
    member: Float64Array.from(labels, (_, i) => source === null || sources?.[i] === source ? 1 : 0),
  }));
  const rankingsOf = (run: ClassifierRuns["probabilities"][number]) => {
    const ranked = rankings(run);
    // With the items of the part alone, the areas by source take a third of the time.
    return parts.map(({ source, member }) =>
      source === null ? ranked : restrictedRankings(ranked, (i) => member[i] === 1)
    );
  };
  const seeds = probabilities.map((run) => ({
    shares: predictedShares(run),
    ranked: rankingsOf(run),
    confidences: confidencesOf(labels, run, BINS),
    losses: itemLogLosses(labels, run),
    briers: itemBrierScores(labels, run),
  }));
  const cells = parts.flatMap(({ source, member }): ReportCell[] => {
    const items = member.reduce((sum, one) => sum + one, 0);
    const supports = classes.map((_, c) =>
      member.filter((one, i) => one > 0 && labels[i] === c).length
    );
    return [
      ...overall.map((measure) => ({ source, label: null, measure, support: items })),
      ...classes.flatMap((label, c) =>
        byClass.map((measure) => ({ source, label, measure, support: supports[c] ?? 0 }))
      ),
    ];
  });
  const own = new Float64Array(labels.length);
  const compute = (seed: number, weights: Float64Array): number[] => {
    const run = seeds[seed];
    if (run === undefined) return [];
    return parts.flatMap(({ source, member }, part) => {
      if (source !== null) {
        for (let i = 0; i < own.length; i++) own[i] = (weights[i] ?? 0) * (member[i] ?? 0);
      }
      const used = source === null ? weights : own;
      const confusion = confusionOf(labels, run.shares, used);
      const scores = classScores(confusion);
      return [
        accuracy(confusion),
        balancedAccuracy(confusion),
        scores.reduce((sum, { f1 }) => sum + f1, 0) / scores.length,
        areaOf(labels, run.ranked[part] ?? [], used),
        weightedMean(run.losses, used),
        weightedMean(run.briers, used),
        calibrationErrorOf(run.confidences, used),
        ...scores.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]),
      ];
    });
  };
  return { cells, statistics: { seeds: seeds.length, compute } };
}
