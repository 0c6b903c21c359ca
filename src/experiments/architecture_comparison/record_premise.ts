import { ratioBySeed } from "../ratios.ts";
import type { CellInput } from "../../harness/seed_values.ts";
import { rankCorrelation } from "../../statistics/correlation.ts";
import { architectures } from "../architectures.ts";
import { geometricMean } from "../../statistics/descriptive.ts";
import { cappedTimeScale, inCappedTimeScales } from "./record_training.ts";
import type { Context } from "./parameters.ts";
import {
  atCheckpoint,
  matchedOf,
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

/** The name of an alternative, which compares with the parameter-matched RNN. */
const AGAINST_MATCHED = "against the parameter-matched RNN";

/** Records decay before training and loss after it as points, by network and seed. */
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

/** Computes the rank correlation over the networks of each seed. */
function ranksOf(context: Context, networks: readonly Trained[]): number[] {
  return context.seeds.map((_, seed) => {
    const decay = networks.map(({ rates }) => rates[seed]?.[0] ?? NaN);
    return rankCorrelation(decay, networks.map(({ losses }) => losses[seed]?.at(-1) ?? NaN));
  });
}

/**
 * Records the rank correlation of decay before training and loss after it, with each network left
 * out in turn.
 */
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

/** Records the claims on how fast LSTM and GRU learn, and on the forget bias. */
function recordPremiseClaims(context: Context, all: readonly Trained[]): void {
  const [rnn, lstm, gru] = architectures.map((name) => trainedOf(all, name));
  const pytorch = all.find(({ student }) => student.name === PYTORCH_LSTM);
  if (!rnn || !lstm || !gru || !pytorch) throw new RangeError("a network was not trained");
  context.claim("premise-order", {
    values: ratioBySeed(lstm.halfway, gru.halfway),
    parts: { LSTM: lstm.halfway, GRU: gru.halfway },
    alternatives: [{ name: "a tenth of the baseline", values: ratioBySeed(lstm.tenth, gru.tenth) }],
  });
  recordOrder(context, lstm.halfway, gru.halfway);
  const last = ({ losses }: Trained) => atCheckpoint(losses, -1);
  recordLosses(context, { gru: last(gru), rnn: last(rnn), matched: last(matchedOf(all)) });
  context.claim("premise-forget-bias", {
    values: ratioBySeed(last(lstm), last(pytorch)),
    parts: { "forget bias 1": last(lstm), "PyTorch's weights": last(pytorch) },
  });
}

/**
 * Records in how many seeds a network does not reach half of the memoryless baseline, and the ratio
 * of updates in the other seeds.
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
  const ratios = ratioBySeed(lstm, gru);
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

/**
 * Records the losses of GRU and RNN after training, without a verdict, since an exploratory run
 * left no doubt.
 */
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
      values: ratioBySeed(gru, losses),
    });
  }
}

/** Records decay factors before training on the inputs of the task. */
function recordTaskInputs(context: Context, all: readonly Trained[]): void {
  const parts = {
    GRU: atCheckpoint(trainedOf(all, "GRU").rates, 0),
    RNN: atCheckpoint(trainedOf(all, "RNN").rates, 0),
  };
  const matched = atCheckpoint(matchedOf(all).rates, 0);
  const { addingSteps } = context.parameters;
  context.claim("task-gru-rnn", {
    values: ratioBySeed(parts.GRU, parts.RNN),
    parts,
    alternatives: [
      {
        name: inCappedTimeScales(addingSteps),
        values: ratioBySeed(scalesOf(parts.GRU, addingSteps), scalesOf(parts.RNN, addingSteps)),
      },
      { name: AGAINST_MATCHED, values: ratioBySeed(parts.GRU, matched) },
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

/** Records the claims on how training changes the decay factor of each network. */
function recordTrainingClaims(context: Context, all: readonly Trained[]): void {
  const { addingSteps, trainingSteps } = context.parameters;
  for (const architecture of architectures) {
    const { rates } = trainedOf(all, architecture);
    const parts = { before: atCheckpoint(rates, 0), after: atCheckpoint(rates, -1) };
    const scales = ratioBySeed(
      scalesOf(parts.after, addingSteps),
      scalesOf(parts.before, addingSteps),
    );
    context.claim(`training-${architecture.toLowerCase()}`, {
      values: ratioBySeed(parts.after, parts.before),
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
    values: ratioBySeed(
      atCheckpoint(trainedOf(all, "GRU").rates, -1),
      atCheckpoint(trainedOf(all, "RNN").rates, -1),
    ),
  });
}
