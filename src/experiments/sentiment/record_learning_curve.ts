import { kinds } from "./kinds.ts";
import { accuracies, joinSplits, type Outcome, type Outcomes, predictionsOf } from "./outcomes.ts";
import type { Context } from "./parameters.ts";
import { finite } from "./record_accuracies.ts";

/** The baselines of the learning curve. */
const shown = ["opinion-lexicon-negation", "naive-bayes", "logistic"];

/** A model trained with some number of texts. */
interface SizeOutcome {
  readonly title: string;
  /** The number of labelled texts of a fold, those of validation included; mean over folds. */
  readonly size: number;
  readonly outcome: Outcome | undefined;
}

/**
 * Records the accuracy by number of labelled texts. A number is left out if a fold has too few texts.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordLearningCurve(context: Context, outcomes: Outcomes): void {
  const { sizes } = context.parameters;
  const { texts, networks, baselines, byModel } = outcomes;
  const [first] = kinds;
  const complete = <T>(runs: readonly (T | null)[] | undefined): T[] | null => {
    return runs?.every((run) => run !== null) ? runs.flatMap((run) => run ?? []) : null;
  };
  const all = texts.folds.reduce((sum, { train, validation }) => {
    return sum + (train.length + validation.length) / texts.folds.length;
  }, 0);
  const join = (
    name: Pick<Outcome, "id" | "title">,
    predictions: Parameters<typeof joinSplits>[3] | undefined,
  ) => predictions && joinSplits(name, texts, texts.folds, predictions);
  const points = [
    ...sizes.map((size, s): SizeOutcome => ({
      ...{ title: first.title, size },
      outcome: join(first, complete(networks.bySize[s])?.map(predictionsOf)),
    })),
    { title: first.title, size: all, outcome: byModel.get(first.id) },
    ...baselines.baselines.filter(({ id }) => shown.includes(id)).flatMap((baseline) => [
      ...sizes.map((size, s): SizeOutcome => ({
        ...{ title: baseline.title, size },
        outcome: join(
          baseline,
          complete(baselines.bySize.get(baseline.id)?.[s])?.map((run) => [run.probabilities]),
        ),
      })),
      { title: baseline.title, size: all, outcome: byModel.get(baseline.id) },
    ]),
  ];
  const known = points.flatMap(({ outcome, ...point }) => outcome ? { ...point, outcome } : []);
  const entries = accuracies(context, texts, known.map(({ outcome }) => outcome));
  const rows = known.flatMap(({ title, size }, i) => {
    const [entry] = entries[i] ?? [];
    return entry
      ? [[title, size, ...[entry.value, entry.low, entry.high].map(finite)] as const]
      : [];
  });
  context.table({
    id: "learning-curve",
    title: "Accuracy by number of labelled texts",
    columns: [
      { name: "model", label: "model" },
      { name: "texts", label: "labelled texts" },
      { name: "accuracy", label: "accuracy" },
      { name: "low", label: "lower end of the interval" },
      { name: "high", label: "upper end of the interval" },
    ],
    rows,
  });
  const series = [...new Set(rows.map(([title]) => title))];
  const shared = { table: "learning-curve", x: "texts", series: "model" } as const;
  context.figure({
    kind: "chart",
    id: "learning-curve",
    title: "How many labelled texts?",
    caption:
      "See with how many texts a trained model overtakes the lexicon, which needs none, and whether " +
      "the network comes closer to the linear models as texts increase. Accuracy on the tested texts " +
      "of all folds against the number of labelled texts, of which the network sets a part aside for " +
      "validation. The training sets of a fold are nested. Bands: 95 % intervals over texts and " +
      `seeds (${context.seeds.length} for the network).`,
    alt: `The accuracy against the number of labelled texts, a line with a band for each of ${
      series.join(", ")
    }.`,
    x: { label: "labelled texts", scale: "log" },
    y: { label: "accuracy", scale: "linear" },
    series,
    layers: [
      { mark: "band", ...shared, low: "low", high: "high" },
      { mark: "line", ...shared, y: "accuracy", role: "measured" },
    ],
  });
}
