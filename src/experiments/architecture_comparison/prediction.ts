import { rankCorrelation, rankCorrelationValues } from "../../statistics/correlation.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers } from "../../harness/curves.ts";
import { checkpoints, type Context } from "./parameters.ts";
import type { Trained } from "./train.ts";
import { atCheckpoint, trainedOf } from "./trained.ts";

/** The fewest seeds that a correlation is computed from with each left out. */
const FEWEST = 3;

/** Records whether decay at a step of training predicts the loss at a later one, over seeds. */
export function recordPrediction(context: Context, all: readonly Trained[]): void {
  recordPoints(context, all);
  recordDeclared(context, all);
  recordBySteps(context, all);
  for (const architecture of architectures) recordClaim(context, all, architecture);
}

/** The declared steps: after so many updates the decay, after so many the loss. */
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
  const places = checkpoints(context);
  const { rates, losses } = trainedOf(all, architecture);
  const { to } = stepsOf(context, architecture);
  return {
    decay: atCheckpoint(rates, places.indexOf(step)),
    now: atCheckpoint(losses, places.indexOf(step)),
    later: atCheckpoint(losses, places.indexOf(to)),
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
  context.claim(id, {
    values,
    parts: { decay, "loss then": now, "later loss": later },
    alternatives: partial.every(Number.isFinite) ? [{ name, values: partial }] : [],
  });
}

/** A figure for each architecture, since their factors have different ranges. */
function recordPoints(context: Context, all: readonly Trained[]): void {
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
      rows: context.seeds.map((seed, i): Cell[] => [
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
        "symbols in separate groups mean that a rank correlation compares the groups and says " +
        `little within them. Each is one of ${context.seeds.length} seeds; the steps were declared.`,
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

/** The correlations at the declared steps, and what is left of them beyond the loss at the time. */
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
    rows: architectures.map((architecture): Cell[] => {
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

/** The same correlation for the decay at every step up to the one of the loss. */
function recordBySteps(context: Context, all: readonly Trained[]): void {
  const id = "prediction-by-step";
  const step = { name: "step", label: "training step of the decay", unit: "updates" };
  const label = "rank correlation with the later loss";
  context.table({
    id,
    title: "Rank correlation over seeds of the decay at a step with the declared later loss",
    columns: [
      { name: "network", label: "network" },
      step,
      ...curveColumns({ label }),
      { name: "partial", label: "the same with the loss at the step of the decay held fixed" },
    ],
    rows: architectures.flatMap((architecture) => {
      const { to } = stepsOf(context, architecture);
      return checkpoints(context).filter((one) => one <= to).map((one): Cell[] => {
        const { decay, now, later } = measuredAt(context, all, architecture, one);
        const enough = context.seeds.length >= FEWEST;
        const partial = enough && one < to ? rankCorrelation(decay, later, now) : NaN;
        return [
          architecture,
          one,
          enough ? rankCorrelationValues(decay, later) : null,
          Number.isFinite(partial) ? partial : null,
        ];
      });
    }),
  });
  const text = architectures.map((architecture) => {
    const { from, to } = stepsOf(context, architecture);
    return `${architecture}: loss at ${to}, declared for the decay at ${from}`;
  });
  context.figure({
    id,
    kind: "chart",
    title: "From which step decay predicts the loss",
    caption: "Below 0, slower decay at a step comes with a lower loss later " +
      `(${text.join("; ")}). Spearman's correlation over ${context.seeds.length} seeds; bands: ` +
      "pointwise 95 % intervals by the jackknife.",
    alt:
      "The rank correlation against the training step of the decay, a line with a band for each " +
      `of ${architectures.join(", ")}, and a rule at 0.`,
    x: { label: step.label, unit: step.unit, scale: "linear" },
    y: { label, scale: "linear" },
    series: architectures,
    seriesLabel: "network",
    layers: [
      { mark: "rule", axis: "y", value: 0, label: "no relation" },
      ...curveLayers(id, "step", "network"),
    ],
  });
}
