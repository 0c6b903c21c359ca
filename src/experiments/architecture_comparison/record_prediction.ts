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
import { cappedTimeScale, inCappedTimeScales, isLearned } from "./record_training.ts";
import { checkpoints, type Context } from "./parameters.ts";
import {
  atCheckpoint,
  matchedOf,
  over,
  PYTORCH_LSTM,
  studentNames,
  type Trained,
  trainedOf,
} from "./train.ts";

/** Records whether decay before training predicts learning, and how training changes decay. */
export function recordPremise(context: Context, all: readonly Trained[]): void {
  recordInitialPoints(context, all);
  recordRanks(context, all);
  recordTaskInputs(context, all);
  recordPremiseClaims(context, all);
  recordTrainingClaims(context, all);
}

/** The convention of an alternative. */
const AGAINST_MATCHED = "against the parameter-matched RNN";

function recordInitialPoints(context: Context, all: readonly Trained[]): void {
  const id = "initial-decay-and-loss";
  const { trainingSteps } = context.parameters;
  const decay = { name: "decay", label: "per-step decay factor before training" };
  const loss = { name: "loss", label: "test loss over the memoryless baseline's" };
  context.table({
    id,
    title: "Decay before training and loss after it, by network and seed",
    columns: [
      { name: "network", label: "network" },
      { name: "seed", label: "seed" },
      decay,
      loss,
    ],
    rows: all.flatMap(({ student, rates, losses }) =>
      context.seeds.map((seed, i): CellInput[] => [
        student.name,
        seed,
        rates[i]?.[0] ?? null,
        losses[i]?.at(-1) ?? null,
      ])
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Does decay before training predict learning?",
    caption: "If it did, symbols would fall from the upper left to the lower right: networks " +
      "whose gradient decays more slowly would lose less. Each symbol is a network of one of " +
      `${context.seeds.length} seeds; losses after ${trainingSteps} updates.`,
    alt:
      "Test loss on a log axis against the per-step decay factor before training, a symbol for " +
      `each network and seed, of five kinds: ${studentNames(context).join("; ")}.`,
    x: { label: decay.label, scale: "linear" },
    y: { label: loss.label, scale: "log" },
    series: studentNames(context),
    seriesLabel: "network",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "memoryless baseline" },
      { mark: "point", table: id, x: "decay", y: "loss", series: "network" },
    ],
  });
}

/** The rank correlation over the networks of each seed. */
function ranksOf(context: Context, networks: readonly Trained[]): number[] {
  return context.seeds.map((_, seed) => {
    const decay = networks.map(({ rates }) => rates[seed]?.[0] ?? NaN);
    return rankCorrelation(decay, networks.map(({ losses }) => losses[seed]?.at(-1) ?? NaN));
  });
}

/** The rank correlation of decay before training and loss after it, with each network left out. */
function recordRanks(context: Context, all: readonly Trained[]): void {
  const label = "rank correlation of decay before training and loss after it";
  const others = (name: string) => all.filter(({ student }) => student.name !== name);
  context.intervals({
    id: "ranks-left-out",
    title: "Rank correlation of decay before training and loss after it, with a network left out",
    names: [{ name: "without", label: "without the" }],
    value: { label },
    rows: [
      { names: ["none left out"], values: ranksOf(context, all) },
      ...all.map(({ student: { name } }) => ({
        names: [name],
        values: ranksOf(context, others(name)),
      })),
    ],
  });
  context.metric({
    id: "ranks",
    label: `${label}, over the five networks of a seed`,
    statistic: "mean",
    values: ranksOf(context, all),
  });
  context.metric({
    id: "ranks-without-gru",
    label: `${label}, without the GRU`,
    statistic: "mean",
    values: ranksOf(context, others("GRU")),
  });
}

function recordPremiseClaims(context: Context, all: readonly Trained[]): void {
  const [rnn, lstm, gru] = architectures.map((name) => trainedOf(all, name));
  const pytorch = all.find(({ student }) => student.name === PYTORCH_LSTM);
  if (!rnn || !lstm || !gru || !pytorch) throw new RangeError("a network was not trained");
  context.claim("premise-order", {
    values: over(lstm.halfway, gru.halfway),
    parts: { LSTM: lstm.halfway, GRU: gru.halfway },
    alternatives: [{ name: "a tenth of the baseline", values: over(lstm.tenth, gru.tenth) }],
  });
  recordOrder(context, lstm.halfway, gru.halfway);
  const last = ({ losses }: Trained) => atCheckpoint(losses, -1);
  recordLosses(context, { gru: last(gru), rnn: last(rnn), matched: last(matchedOf(all)) });
  context.claim("premise-forget-bias", {
    values: over(last(lstm), last(pytorch)),
    parts: { "forget bias 1": last(lstm), "PyTorch's weights": last(pytorch) },
  });
}

/**
 * Records in how many seeds a network does not get to half of the baseline, and the ratio of updates
 * in the other seeds.
 */
function recordOrder(
  context: Context,
  lstm: readonly number[],
  gru: readonly number[],
): void {
  const { trainingSteps } = context.parameters;
  for (const [id, name, steps] of [["lstm", "LSTM", lstm], ["gru", "GRU", gru]] as const) {
    context.metric({
      id: `order-capped-${id}`,
      label: `share of seeds whose ${name} counts with all ${trainingSteps} updates`,
      statistic: "share",
      values: steps.map((count) => count === trainingSteps ? 1 : 0),
    });
  }
  const ratios = over(lstm, gru);
  context.table({
    id: "order",
    title:
      "Updates until half of the memoryless baseline, LSTM over GRU; geometric means over seeds",
    columns: [
      { name: "group", label: "seeds whose LSTM" },
      { name: "seeds", label: "number" },
      { name: "lstm", label: "updates of the LSTM" },
      { name: "gru", label: "updates of the GRU" },
      { name: "ratio", label: "LSTM over GRU" },
    ],
    rows: [
      { group: "gets there earlier", isOwn: (steps: number) => steps < trainingSteps },
      { group: `counts with ${trainingSteps}`, isOwn: (steps: number) => steps >= trainingSteps },
    ].flatMap(({ group, isOwn }): CellInput[][] => {
      const own = (values: readonly number[]) => {
        return values.filter((_, seed) => isOwn(lstm[seed] ?? NaN));
      };
      const count = own(lstm).length;
      if (count === 0) return [];
      return [[group, count, ...[lstm, gru, ratios].map((values) => geometricMean(own(values)))]];
    }),
  });
}

/** The losses after training of GRU and RNN, of which an exploratory run left no doubt. */
function recordLosses(
  context: Context,
  { gru, rnn, matched }: Readonly<Record<"gru" | "rnn" | "matched", readonly number[]>>,
): void {
  const { trainingSteps } = context.parameters;
  for (
    const [id, name, losses] of [["rnn", "", rnn], [
      "matched",
      "parameter-matched ",
      matched,
    ]] as const
  ) {
    context.metric({
      id: `loss-gru-over-${id}`,
      label: `test loss of the GRU over that of the ${name}RNN on the adding problem after ` +
        `${trainingSteps} updates, Glorot weights`,
      statistic: "geometric-mean",
      values: over(gru, losses),
    });
  }
}

/** Decay factors before training on the inputs of the task. */
function recordTaskInputs(context: Context, all: readonly Trained[]): void {
  const parts = {
    GRU: atCheckpoint(trainedOf(all, "GRU").rates, 0),
    RNN: atCheckpoint(trainedOf(all, "RNN").rates, 0),
  };
  const matched = atCheckpoint(matchedOf(all).rates, 0);
  const { addingSteps } = context.parameters;
  context.claim("task-gru-rnn", {
    values: over(parts.GRU, parts.RNN),
    parts,
    alternatives: [
      {
        name: inCappedTimeScales(addingSteps),
        values: over(scalesOf(parts.GRU, addingSteps), scalesOf(parts.RNN, addingSteps)),
      },
      { name: AGAINST_MATCHED, values: over(parts.GRU, matched) },
    ],
  });
  for (const { student, rates } of all.filter(({ student }) => student.name !== PYTORCH_LSTM)) {
    context.metric({
      id: `task-decay-${student.name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`,
      label: `per-step decay factor of the ${student.name} on the adding problem before training`,
      statistic: "geometric-mean",
      values: atCheckpoint(rates, 0),
    });
  }
}

function scalesOf(factors: readonly number[], most: number): number[] {
  return factors.map((factor) => cappedTimeScale(factor, most));
}

function recordTrainingClaims(context: Context, all: readonly Trained[]): void {
  const { addingSteps, trainingSteps } = context.parameters;
  for (const architecture of architectures) {
    const { rates } = trainedOf(all, architecture);
    const parts = { before: atCheckpoint(rates, 0), after: atCheckpoint(rates, -1) };
    const scales = over(scalesOf(parts.after, addingSteps), scalesOf(parts.before, addingSteps));
    context.claim(`training-${architecture.toLowerCase()}`, {
      values: over(parts.after, parts.before),
      parts,
      alternatives: [{ name: inCappedTimeScales(addingSteps), values: scales }],
    });
    context.metric({
      id: `time-scale-ratio-${architecture.toLowerCase()}`,
      label: `time scale of the ${architecture} on the adding problem, at most ${addingSteps} ` +
        `steps, after ${trainingSteps} updates over that before training`,
      statistic: "geometric-mean",
      values: scales,
    });
  }
  context.metric({
    id: "trained-gru-over-rnn",
    label: `per-step decay factor of the GRU over that of the RNN after ${trainingSteps} updates`,
    statistic: "geometric-mean",
    values: over(
      atCheckpoint(trainedOf(all, "GRU").rates, -1),
      atCheckpoint(trainedOf(all, "RNN").rates, -1),
    ),
  });
}

/** The fewest seeds of a correlation, which is also computed without each of them. */
const FEWEST = 3;

/** Records whether decay at a step of training predicts the loss at a later one, over seeds. */
export function recordPrediction(context: Context, all: readonly Trained[]): void {
  recordCheckpointPoints(context, all);
  recordDeclared(context, all);
  recordGroups(context, all);
  recordBySteps(context, all);
  for (const architecture of architectures) recordClaim(context, all, architecture);
}

/** The declared numbers of updates after which the decay and the loss are measured. */
function stepsOf({ parameters }: Context, architecture: Architecture) {
  const { decayAt, lossAt, gruDecayAt, gruLossAt } = parameters;
  return architecture === "GRU"
    ? { from: gruDecayAt, to: gruLossAt }
    : { from: decayAt, to: lossAt };
}

/** The decay at a step, the loss then, and the loss at the declared later step, by seed. */
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

/** A figure for each architecture, since their factors have different ranges. */
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

/** Records the correlations at the declared steps, also with the loss at the time held fixed. */
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

/** Estimates a correlation from its pseudo-values; `null` if it is not defined. */
function estimateOf(values: readonly number[]): Estimate | null {
  return values.every(Number.isFinite) ? estimate(values) : null;
}

/** The same correlation for the decay at every step up to the one of the loss. */
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
