import {
  classificationDifferences,
  classificationReport,
  type ReportEntry,
} from "../../classification/classification_report.ts";
import type { ClassifierRuns } from "../../classification/classifier_runs.ts";
import { confusionMatrix } from "../../classification/confusion.ts";
import type { CrossedInterval } from "../../statistics/crossed_bootstrap.ts";
import { confusionFigure, differencesFigure, recordDrawn } from "./figures.ts";
import { accuracyDifference, CHOSEN, meanOf, type Outcome, type Outcomes } from "./outcomes.ts";
import type { Context } from "./parameters.ts";
import { finite } from "./record_accuracies.ts";
import { shownClasses } from "./shown_classes.ts";

/**
 * Records the classification reports of the chosen network and of logistic regression, confusion
 * matrices, and the differences between the network and each baseline.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordReport(context: Context, outcomes: Outcomes): void {
  const { texts: { data }, byModel, baselines } = outcomes;
  const network = byModel.get(CHOSEN);
  const logistic = byModel.get("logistic");
  if (!network || !logistic) throw new Error("a model was not tested");
  for (const outcome of [network, logistic]) recordOne(context, outcomes, outcome);
  recordConfusion(context, data.classes, [network, logistic]);
  recordDifferences(
    context,
    outcomes,
    network,
    baselines.baselines.filter(({ id }) => isCompared(id)).flatMap(({ id }) =>
      byModel.get(id) ?? []
    ),
  );
}

/** Whether the network is compared with a baseline: not with majority, or a lexicon by itself. */
function isCompared(id: string): boolean {
  return ["naive-bayes", "logistic"].includes(id) || id.endsWith("-negation");
}

/** Records the confusion matrices of models. */
function recordConfusion(
  context: Context,
  all: readonly string[],
  models: readonly Outcome[],
): void {
  const { classes, matrices, merged } = shownClasses(
    all,
    models.map((outcome) => meanConfusion(outcome, all.length)),
  );
  recordDrawn(
    context,
    confusionFigure({
      id: "confusion",
      title: "Confusion matrices",
      caption: `Compare the ${all.length > 2 ? "" : "two "}errors of each model. Texts of ` +
        "cross-validation by true and predicted class; the network: mean over " +
        `${context.seeds.length} seeds.${merged > 0 ? " Rare classes are counted together." : ""}`,
      classes,
      matrices: models.map(({ title }, m) => ({ name: title, counts: matrices[m] ?? [] })),
    }),
  );
}

const ALL = "all";

/** Records the report of one model: every number has an interval over texts and seeds. */
function recordOne(context: Context, { texts: { data } }: Outcomes, outcome: Outcome): void {
  const tested = outcome.indices.flatMap((i) => data.texts[i] ?? []);
  const entries = classificationReport(runsOf(outcome), {
    classes: data.classes,
    sources: tested.map(({ source }) => source),
  }, {
    groups: tested.map(({ group }) => group),
    random: context.random("resamples"),
  });
  const isNetwork = outcome.id === CHOSEN;
  context.table({
    id: isNetwork ? "report-network" : "report-logistic",
    title: `Classification report: ${outcome.title}`,
    columns: [
      { name: "source", label: "source" },
      { name: "class", label: "class" },
      { name: "measure", label: "measure" },
      { name: "value", label: "value" },
      { name: "low", label: "lower end" },
      { name: "high", label: "upper end" },
      { name: "texts", label: "texts" },
    ],
    rows: entries.map(({ source, label, measure, value, low, high, support }) => [
      ...[source ?? ALL, label ?? ALL, measure],
      ...[value, low, high].map(finite),
      support,
    ]),
  });
}

/** Returns the predictions without the name of the model. */
function runsOf({ labels, probabilities }: Outcome): ClassifierRuns {
  return { labels, probabilities };
}

function meanConfusion(
  { labels, probabilities }: Outcome,
  classes: number,
): number[][] {
  const matrices = probabilities.map((run) => confusionMatrix(labels, run));
  return Array.from({ length: classes }, (_, actual) =>
    Array.from(
      { length: classes },
      (_, predicted) => meanOf(matrices.map((matrix) => matrix[actual]?.[predicted] ?? NaN)),
    ));
}

const compared: readonly ReportEntry["measure"][] = [
  "accuracy",
  "ROC AUC",
  "log loss",
  "Brier score",
  "expected calibration error",
];

/** A difference of a measure with its interval. */
type Difference = Pick<ReportEntry, "measure" | "value" | "low" | "high">;

function accuracyOnly(difference: CrossedInterval | undefined): Difference[] {
  return difference ? [{ measure: "accuracy", ...difference }] : [];
}

/** Records the network minus each baseline, with paired intervals over texts and seeds. */
function recordDifferences(
  context: Context,
  { texts }: Outcomes,
  network: Outcome,
  baselines: readonly Outcome[],
): void {
  const { data } = texts;
  const groups = network.indices.map((i) => data.texts[i]?.group ?? NaN);
  // The probabilities of a lexicon are not fitted to texts, so only its accuracy is comparable.
  const rows = baselines.flatMap((baseline) => {
    const entries: readonly Difference[] = baseline.id.endsWith("-negation")
      ? accuracyOnly(accuracyDifference(context, texts, network, baseline))
      : classificationDifferences(runsOf(network), runsOf(baseline), { classes: data.classes }, {
        ...{ groups, random: context.random("resamples") },
      }).filter(({ measure }) => compared.includes(measure));
    return entries.map((entry) => ({ baseline: baseline.title, ...entry }));
  });
  context.table({
    id: "differences",
    title: "The chosen network minus each baseline, with paired intervals over texts and seeds",
    columns: [
      { name: "baseline", label: "baseline" },
      { name: "measure", label: "measure" },
      { name: "difference", label: "network minus baseline" },
      { name: "low", label: "lower end" },
      { name: "high", label: "upper end" },
    ],
    rows: rows.map(({ baseline, measure, value, low, high }) => [
      ...[baseline, measure],
      ...[value, low, high].map(finite),
    ]),
  });
  const shown = rows.filter(({ measure }) => measure === "accuracy");
  recordDrawn(
    context,
    differencesFigure({
      id: "differences-accuracy",
      title: "The network against the baselines",
      caption:
        "On the right of 0 the network is better. Accuracy of the network that validation chooses " +
        "minus that of each baseline, on the same texts. Lines: 95 % intervals over texts and " +
        `${context.seeds.length} seeds, without the spread over training sets, which those of the ` +
        "claims include. The smallest difference that matters is 0.01, by convention.",
      label: "difference in accuracy",
      rowLabel: "baseline",
      rows: shown.map(({ baseline, value, low, high }) => ({ name: baseline, value, low, high })),
      margin: 0.01,
    }),
  );
}
