import type { CellInput } from "../../harness/seed_values.ts";
import {
  correlationValues,
  rankCorrelation,
  rankCorrelationValues,
} from "../../statistics/correlation.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { estimate } from "../../statistics/estimate.ts";
import { geometricMean } from "../../statistics/descriptive.ts";
import type { Estimate } from "../../result/result.ts";
import { isLearned } from "./record_training.ts";
import { checkpoints, type Context } from "./parameters.ts";
import { atCheckpoint, type Trained, trainedOf } from "./train.ts";

/**
 * The fewest seeds of a correlation. Its jackknife also needs the correlation with each seed left
 * out.
 */
const FEWEST = 3;

/**
 * Records whether the decay at a step of training predicts the loss at a later step, over seeds.
 */
export function recordPrediction(context: Context, all: readonly Trained[]): void {
  recordCheckpointPoints(context, all);
  recordDeclared(context, all);
  recordGroups(context, all);
  recordBySteps(context, all);
  for (const architecture of architectures) recordClaim(context, all, architecture);
}

/** Returns the declared steps at which the decay and the loss of an architecture are measured. */
function stepsOf({ parameters }: Context, architecture: Architecture) {
  const { decayAt, lossAt, gruDecayAt, gruLossAt } = parameters;
  return architecture === "GRU"
    ? { from: gruDecayAt, to: gruLossAt }
    : { from: decayAt, to: lossAt };
}

/** Returns the decay and the loss at a step, and the loss at the declared later step, by seed. */
function measuredAt(
  context: Context,
  all: readonly Trained[],
  architecture: Architecture,
  step: number,
) {
  const updates = checkpoints(context);
  const { rates, losses } = trainedOf(all, architecture);
  const { to } = stepsOf(context, architecture);
  return {
    decay: atCheckpoint(rates, updates.indexOf(step)),
    now: atCheckpoint(losses, updates.indexOf(step)),
    later: atCheckpoint(losses, updates.indexOf(to)),
  };
}

/** Records the claim on the correlation of decay and later loss of an architecture. */
function recordClaim(
  context: Context,
  all: readonly Trained[],
  architecture: Architecture,
): void {
  const id = `predicts-${architecture.toLowerCase()}`;
  const few = `a correlation over ${context.seeds.length} seeds says nothing`;
  if (context.seeds.length < FEWEST) return context.unmeasured(id, few);
  const { from } = stepsOf(context, architecture);
  const { decay, now, later } = measuredAt(context, all, architecture, from);
  const values = rankCorrelationValues(decay, later);
  const partial = rankCorrelationValues(decay, later, now);
  if (!values.every(Number.isFinite)) return context.unmeasured(id, few);
  const name = `the loss at step ${from} held fixed (partial correlation)`;
  const pearson = correlationValues(decay, later.map(Math.log));
  context.claim(id, {
    values,
    parts: { decay, "loss then": now, "later loss": later },
    alternatives: [
      ...(partial.every(Number.isFinite) ? [{ name, values: partial }] : []),
      { name: "Pearson's correlation with the logarithm of the loss", values: pearson },
    ],
  });
  context.metric({
    id: `pearson-${architecture.toLowerCase()}`,
    label:
      `Pearson's correlation over seeds of the ${architecture}'s decay factor at the declared ` +
      "step and the logarithm of its later loss, by jackknife pseudo-values",
    statistic: "mean",
    values: pearson,
  });
}

/**
 * Records decay and later loss by seed: a figure for each architecture, since their factors have
 * different ranges.
 */
function recordCheckpointPoints(context: Context, all: readonly Trained[]): void {
  for (const architecture of architectures) {
    const id = `decay-and-loss-${architecture.toLowerCase()}`;
    const { from, to } = stepsOf(context, architecture);
    const decay = { name: "decay", label: `per-step decay factor after ${from} updates` };
    const loss = {
      name: "loss",
      label: `test loss after ${to} updates over the memoryless baseline's`,
    };
    const found = measuredAt(context, all, architecture, from);
    context.table({
      id,
      title: `Decay at a step and loss at a later one, by seed: ${architecture}`,
      columns: [{ name: "seed", label: "seed" }, decay, loss],
      rows: context.seeds.map((seed, i): CellInput[] => [
        seed,
        found.decay[i] ?? null,
        found.later[i] ?? null,
      ]),
    });
    context.figure({
      id,
      kind: "chart",
      title: `Does decay during training predict the loss? ${architecture}`,
      caption: "Symbols that fall to the right mean that slower decay comes before a lower loss; " +
        "the relation can be another one among seeds that learned than among the others, and the " +
        "table of groups has the correlation within each. " +
        `Each symbol is one of ${context.seeds.length} seeds; the steps were declared.`,
      alt: `The later test loss of the ${architecture} on a log axis against the per-step decay ` +
        "factor at the earlier step, a symbol for each seed, and a rule at the memoryless baseline.",
      x: { label: decay.label, scale: "linear" },
      y: { label: loss.label, scale: "log" },
      layers: [
        { mark: "rule", axis: "y", value: 1, label: "memoryless baseline" },
        { mark: "point", table: id, x: "decay", y: "loss" },
      ],
    });
  }
}

/**
 * Records the correlations at the declared steps, with and without the loss at the earlier step
 * held fixed.
 */
function recordDeclared(context: Context, all: readonly Trained[]): void {
  context.table({
    id: "predictions",
    title: "Rank correlation over seeds of decay at a step and loss at a later one",
    columns: [
      { name: "network", label: "network" },
      { name: "from", label: "step of the decay" },
      { name: "to", label: "step of the loss" },
      { name: "correlation", label: "rank correlation" },
      { name: "partial", label: "with the loss at the step of the decay held fixed" },
    ],
    rows: architectures.map((architecture): CellInput[] => {
      const { from, to } = stepsOf(context, architecture);
      const { decay, now, later } = measuredAt(context, all, architecture, from);
      const found = context.seeds.length < FEWEST
        ? [NaN, NaN]
        : [rankCorrelation(decay, later), rankCorrelation(decay, later, now)];
      return [
        ...[architecture, from, to],
        ...found.map((value) => Number.isFinite(value) ? value : null),
      ];
    }),
  });
}

/**
 * Records the rank correlation among the seeds whose later loss is below half of the memoryless
 * baseline, and among the others.
 */
function recordGroups(context: Context, all: readonly Trained[]): void {
  context.table({
    id: "predictions-in-groups",
    title:
      "Rank correlation of decay at a step and loss at a later one, among the seeds that have " +
      "learned by the later step, with a loss below half of the baseline, and among the others",
    columns: [
      { name: "network", label: "network" },
      { name: "group", label: "seeds that" },
      { name: "seeds", label: "number" },
      { name: "decay", label: "decay factor at the step, geometric mean" },
      { name: "correlation", label: "rank correlation" },
      { name: "jackknife", label: "by the jackknife" },
      { name: "low", label: "95 % interval, low" },
      { name: "high", label: "high" },
    ],
    rows: architectures.flatMap((architecture) => {
      const { from } = stepsOf(context, architecture);
      const { decay, later } = measuredAt(context, all, architecture, from);
      return [true, false].flatMap((learned): CellInput[][] => {
        const isOwn = (seed: number) => isLearned(later[seed]) === learned;
        const own = decay.filter((_, seed) => isOwn(seed));
        if (own.length === 0) return [];
        const losses = later.filter((_, seed) => isOwn(seed));
        const enough = own.length >= FEWEST;
        const correlation = enough ? rankCorrelation(own, losses) : NaN;
        const found = enough ? estimateOf(rankCorrelationValues(own, losses)) : null;
        return [[
          ...[architecture, learned ? "learned" : "did not learn", own.length, geometricMean(own)],
          Number.isFinite(correlation) ? correlation : null,
          ...[found?.value ?? null, found?.low ?? null, found?.high ?? null],
        ]];
      });
    }),
  });
}

/**
 * Estimates a correlation from its jackknife pseudo-values; `null` if the correlation is not
 * defined.
 */
function estimateOf(values: readonly number[]): Estimate | null {
  return values.every(Number.isFinite) ? estimate(values) : null;
}

/** Records the correlation with the decay at every step up to the step of the loss. */
function recordBySteps(context: Context, all: readonly Trained[]): void {
  const enough = context.seeds.length >= FEWEST;
  const text = architectures.map((architecture) => {
    const { from, to } = stepsOf(context, architecture);
    return `${architecture}: loss at ${to}, declared for the decay at ${from}`;
  });
  context.curves({
    id: "prediction-by-step",
    title: "Rank correlation over seeds of the decay at a step with the declared later loss",
    names: [{ name: "network", label: "network" }],
    x: {
      ...{ name: "step", label: "training step of the decay", unit: "updates" },
      values: checkpoints(context),
    },
    value: { label: "rank correlation with the later loss" },
    more: [{
      name: "partial",
      label: "the same with the loss at the step of the decay held fixed",
    }],
    curves: architectures.map((architecture) => {
      const { to } = stepsOf(context, architecture);
      const points = checkpoints(context).filter((step) => step <= to);
      const found = points.map((step) => {
        const { decay, now, later } = measuredAt(context, all, architecture, step);
        const partial = enough && step < to ? rankCorrelation(decay, later, now) : NaN;
        return {
          values: enough ? rankCorrelationValues(decay, later) : [],
          partial: Number.isFinite(partial) ? partial : null,
        };
      });
      return {
        names: [architecture],
        points,
        values: context.seeds.map((_, seed) => found.map(({ values }) => values[seed] ?? null)),
        more: [found.map(({ partial }) => partial)],
      };
    }),
    figure: {
      title: "From which step decay predicts the loss",
      caption: "Below 0, slower decay at a step comes with a lower loss later " +
        `(${text.join("; ")}). Spearman's correlation over ${context.seeds.length} seeds; bands: ` +
        "pointwise 95 % intervals by the jackknife.",
      alt:
        "The rank correlation against the training step of the decay, a line with a band for each " +
        `of ${architectures.join(", ")}, and a rule at 0.`,
      series: "network",
      under: [{ mark: "rule", axis: "y", value: 0, label: "no relation" }],
    },
  });
}
