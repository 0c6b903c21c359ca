import { recordDrawn } from "./figures.ts";
import { kinds } from "./kinds.ts";
import {
  accuracies,
  type AccuracyEntry,
  CHOSEN,
  ensembleOf,
  type Outcome,
  type Outcomes,
} from "./outcomes.ts";
import type { Context } from "./parameters.ts";

/**
 * Records the accuracy of every model with its interval, for all texts and by source.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordAccuracies(context: Context, outcomes: Outcomes): void {
  const { texts, byModel, baselines } = outcomes;
  const network = byModel.get(CHOSEN);
  const models = [
    ...(network ? [network, ensembleOf(network)] : []),
    ...kinds.flatMap(({ id }) => byModel.get(id) ?? []),
    ...baselines.baselines.flatMap(({ id }) => byModel.get(id) ?? []),
  ];
  const found = accuracies(context, texts, models);
  const entries = models.map((model, i) => ({ model, parts: found[i] ?? [] }));
  recordTable(context, entries);
  recordFigure(context, entries);
}

interface ModelAccuracies {
  readonly model: Outcome;
  readonly parts: readonly AccuracyEntry[];
}

const ALL = "all texts";

function recordTable(context: Context, entries: readonly ModelAccuracies[]): void {
  context.table({
    id: "accuracies",
    title: "Accuracy in cross-validation, with intervals over texts and seeds",
    columns: [
      { name: "model", label: "model" },
      { name: "source", label: "source" },
      { name: "texts", label: "texts" },
      { name: "seeds", label: "seeds" },
      { name: "accuracy", label: "accuracy" },
      { name: "low", label: "lower end" },
      { name: "high", label: "upper end" },
    ],
    rows: entries.flatMap(({ model, parts }) =>
      parts.map(({ source, texts, value, low, high }) => {
        const seeds = model.probabilities.length;
        return [model.title, source ?? ALL, texts, seeds, ...[value, low, high].map(finite)];
      })
    ),
  });
}

function recordFigure(context: Context, entries: readonly ModelAccuracies[]): void {
  const sorted = entries.flatMap(({ model, parts }) => {
    const [all] = parts;
    return all && model.id !== "majority" ? [{ title: model.title, ...all }] : [];
  }).sort((a, b) => b.value - a.value);
  const table = {
    id: "accuracy-order",
    title: "Accuracy for all texts, in order",
    columns: [
      { name: "model", label: "model" },
      { name: "accuracy", label: "accuracy" },
      { name: "low", label: "lower end of the interval" },
      { name: "high", label: "upper end of the interval" },
    ],
    rows: sorted.map(({ title, value, low, high }) => [title, ...[value, low, high].map(finite)]),
  };
  recordDrawn(context, {
    tables: [table],
    figures: [{
      kind: "chart",
      id: "accuracy-order",
      title: "Accuracy of every model",
      caption: "See how far the networks are from simple models. Each tested text counts " +
        `once in each of ${context.seeds.length} seeds. Lines: 95 % intervals over texts and ` +
        "seeds (pigeonhole bootstrap). All models have the same texts, so a difference can be clear " +
        "although intervals overlap: compare models by the intervals of their differences. The " +
        "majority classifier is left out.",
      alt: "The accuracy with its interval, a row for each model, the highest accuracy first. " +
        sorted.map(({ title, value }) => `${title}: ${value.toFixed(3)}.`).join(" "),
      x: { label: "accuracy", scale: "linear" },
      y: { label: "model", scale: "category", categories: sorted.map(({ title }) => title) },
      layers: [{
        mark: "interval",
        table: "accuracy-order",
        x: "accuracy",
        low: "low",
        high: "high",
        y: "model",
      }],
    }],
  });
}

/** Returns a number of a table; `null` if it is not finite. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
