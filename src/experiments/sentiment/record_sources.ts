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
  const within = accuracies(context, texts, models.flatMap(({ id }) => byModel.get(id) ?? []));
  const across = models.filter(({ id }) => id !== LEXICON).flatMap((model) =>
    texts.bySource.map((split, at) => {
      const predictions = model.id === first.id
        ? predictionsOf(networks.bySource[at])
        : [baselines.bySource.get(model.id)?.[at]?.probabilities ?? []];
      return { split, outcome: joinSplits(model, texts, [split], [predictions]) };
    })
  );
  const others = accuracies(context, texts, across.map(({ outcome }) => outcome));
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
    rows: models.flatMap((model, m) =>
      tested.flatMap((source) => [
        ...row(
          model.title,
          model.id === LEXICON ? "nothing" : "all sources (cross-validation)",
          source,
          within[m]?.find((one) => one.source === source || tested.length === 1),
        ),
        ...across.flatMap(({ outcome, split }, i) =>
          outcome.id === model.id && split.testSource === source
            ? row(model.title, split.trainSources.join(", "), source, others[i]?.[0])
            : []
        ),
      ])
    ),
  });
}
