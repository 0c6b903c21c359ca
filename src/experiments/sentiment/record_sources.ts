import { kinds } from "./kinds.ts";
import {
  accuracies,
  type AccuracyEntry,
  joinSplits,
  type Outcomes,
  predictionsOf,
} from "./outcomes.ts";
import type { Context } from "./parameters.ts";
import { finite } from "./record_accuracies.ts";

/** The baseline that is not trained. */
const LEXICON = "opinion-lexicon-negation";

/** The baselines that are tested on other sources. */
const shown = [LEXICON, "naive-bayes", "logistic"];

/**
 * Records the accuracy on each source of models that were trained with other sources only, and of
 * those of cross-validation. If texts are not tested by source, only the latter.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordSources(context: Context, outcomes: Outcomes): void {
  const { texts, networks, baselines, byModel } = outcomes;
  const [first] = kinds;
  const tested = [...new Set(texts.data.texts.map(({ source }) => source))];
  const models = [first, ...baselines.baselines.filter(({ id }) => shown.includes(id))];
  const row = (title: string, trained: string, source: string, entry?: AccuracyEntry) =>
    entry ? [[title, trained, source, ...[entry.value, entry.low, entry.high].map(finite)]] : [];
  context.table({
    id: "sources",
    title: "Accuracy by the sources that trained the model",
    columns: [
      { name: "model", label: "model" },
      { name: "trained", label: "trained with" },
      { name: "tested", label: "tested on" },
      { name: "accuracy", label: "accuracy" },
      { name: "low", label: "lower end" },
      { name: "high", label: "upper end" },
    ],
    rows: models.flatMap((model) => {
      const outcome = byModel.get(model.id);
      const within = outcome ? accuracies(context, texts, outcome) : [];
      return tested.flatMap((source) => [
        ...row(
          model.title,
          model.id === LEXICON ? "nothing" : "all sources (cross-validation)",
          source,
          within.find((one) => one.source === source || tested.length === 1),
        ),
        ...texts.bySource.flatMap((split, at) => {
          if (split.testSource !== source || model.id === LEXICON) return [];
          const predictions = model.id === first.id
            ? predictionsOf(networks.bySource[at])
            : [baselines.bySource.get(model.id)?.[at]?.probabilities ?? []];
          const across = joinSplits(model, texts, [split], [predictions]);
          const [entry] = accuracies(context, texts, across);
          return row(model.title, split.trainSources.join(", "), source, entry);
        }),
      ]);
    }),
  });
}
