import { ascending } from "../ascending.ts";
import type { CellInput } from "../../harness/seed_values.ts";
import { type Architecture, architectures } from "../architectures.ts";
import type { Context } from "./parameters.ts";
import {
  atBestRate,
  conditionName,
  conditions,
  conventions,
  effectBySeed,
  effects,
  endings,
  failed,
  type Limits,
  lowestRates,
  type MoreSeeds,
  shareBySeed,
  sharesOf,
  type StabilityRuns,
} from "./stability.ts";

const network = { name: "network", label: "network" };
const conditionColumn = { name: "condition", label: "with" };
const rateColumn = { name: "rate", label: "learning rate" };
const conditionNames = conditions.map(conditionName);

/** Records how training runs end, and the effects of clipping, a schedule and the architecture. */
export function recordStability(
  context: Context,
  runs: readonly StabilityRuns[],
  more: MoreSeeds,
): void {
  recordClaims(context, runs);
  recordDivergence(context, more);
  recordMore(context, runs);
  recordBestRates(context, runs);
  recordShares(context, runs);
  recordEndings(context, runs);
  recordLimits(context, runs);
}

/** Records the claims on clipping, the schedules and the architecture. */
function recordClaims(context: Context, runs: readonly StabilityRuns[]): void {
  const { parameters } = context;
  const others = conventions(runs, parameters);
  for (const [id, effect] of Object.entries(effects)) {
    const { more, less } = sharesOf(runs, effect, parameters);
    const [above, below] = effect.name.split(" less ");
    const isOfSchedules = id === "schedule-prevents-failure" || id === "plateau-prevents-failure";
    context.claim(id, {
      values: effectBySeed(runs, effect, parameters),
      parts: {
        [`share of failed runs, ${above}`]: more,
        [`share of failed runs, ${below}`]: less,
      },
      alternatives: [
        ...others.map(({ name, of }) => ({ name, values: of(effect) })),
        ...(id === "rnn-fails-more" ? [] : architectures.map((architecture) => ({
          name: `of the ${architecture} alone`,
          values: effectBySeed(runsOf(runs, architecture), effect, parameters),
        }))),
        ...(isOfSchedules ? [] : [{
          name: "with the runs of the plateau schedule, too",
          values: effectBySeed(runs, { ...effect, among: () => true }, parameters),
        }]),
      ],
    });
  }
}

/** Selects the runs of a network. */
function runsOf(runs: readonly StabilityRuns[], architecture: Architecture): StabilityRuns[] {
  return runs.filter((one) => one.architecture === architecture);
}

/** Records how many of the RNN's runs diverge with neither clipping nor a schedule. */
function recordDivergence(context: Context, { seeds, runs }: MoreSeeds): void {
  const { parameters } = context;
  const { learningRate } = parameters;
  const atRate = runs.filter(({ rate }) => rate === learningRate);
  const diverged = (limits: Limits, own = runs) => shareBySeed(own, limits, ["diverged"]);
  context.claim("rnn-divergence", {
    labels: seeds,
    values: diverged(parameters),
    alternatives: [
      {
        name: "a run has diverged above 1.2 times the memoryless baseline",
        values: diverged({ ...parameters, divergedAbove: 1.2 }),
      },
      ...(atRate.length === 0 ? [] : [{
        name: `at a learning rate of ${learningRate} alone`,
        values: diverged(parameters, atRate),
      }]),
    ],
  });
}

/** Records the best learning rate of each network, and how often its runs fail at this rate. */
function recordBestRates(context: Context, runs: readonly StabilityRuns[]): void {
  const { parameters } = context;
  const best = atBestRate(runs);
  const lowest = lowestRates(parameters);
  const low = runs.filter(({ rate }) => lowest.includes(rate));
  for (const [id, effect] of Object.entries(effects)) {
    for (
      const [end, own, label] of [
        ["best-rate", best, "each network at its best learning rate"],
        ["low-rates", low, `at learning rates of ${lowest.join(" and ")}`],
      ] as const
    ) {
      context.metric({
        id: `${id}-${end}`,
        label: `share of failed runs, ${effect.name}, ${label}`,
        statistic: "mean",
        values: effectBySeed(own, effect, parameters),
      });
    }
  }
  context.table({
    id: "best-rates",
    title: "The learning rate of each network that its validation networks find best",
    columns: [
      network,
      conditionColumn,
      { name: "rate", label: "best learning rate" },
      { name: "failed", label: "runs of the seeds that fail there" },
      { name: "runs", label: "runs" },
    ],
    rows: best.map((one): CellInput[] => {
      const ends = endings(one, parameters);
      const count = ends.filter((ending) => failed.includes(ending)).length;
      return [one.architecture, conditionName(one.condition), one.rate, count, ends.length];
    }),
  });
}

/**
 * Records the differences under other limits, the number of seeds that agree, and the shares of
 * runs that diverge.
 */
function recordMore(context: Context, runs: readonly StabilityRuns[]): void {
  const { parameters } = context;
  const half: Limits = { ...parameters, stalledAbove: 0.5 };
  for (const name of ["clipping", "schedule", "plateau"] as const) {
    const effect = effects[`${name}-prevents-failure`];
    const values = effectBySeed(runs, effect, parameters);
    const called =
      { clipping: "clipping", schedule: "a cosine", plateau: "a plateau schedule" }[name];
    context.metric({
      id: `${name}-half`,
      label: `share of failed runs, ${effect.name}, if stalled is above half of the baseline`,
      statistic: "mean",
      values: effectBySeed(runs, effect, half),
    });
    for (const architecture of architectures) {
      context.metric({
        id: `${name}-prevents-failure-${architecture.toLowerCase()}`,
        label: `share of failed runs of the ${architecture}, ${effect.name}`,
        statistic: "mean",
        values: effectBySeed(runsOf(runs, architecture), effect, parameters),
      });
    }
    for (const [id, sign] of [["helps", 1], ["harms", -1]] as const) {
      context.metric({
        id: `${name}-${id}`,
        label: `share of seeds in which fewer runs fail with${sign === 1 ? "" : "out"} ${called}`,
        statistic: "share",
        values: values.map((value) => value * sign > 1e-9 ? 1 : 0),
      });
    }
  }
  for (const architecture of architectures) {
    for (const clipping of [false, true]) {
      const own = runs.filter((one) =>
        one.architecture === architecture && one.condition.clipping === clipping &&
        one.condition.schedule === "constant"
      );
      context.metric({
        id: `diverged-${architecture.toLowerCase()}${clipping ? "-clipped" : ""}`,
        label:
          `share of the ${architecture}'s runs that diverge at a constant learning rate, with` +
          `${clipping ? "" : "out"} clipping`,
        statistic: "mean",
        values: shareBySeed(own, parameters, ["diverged"]),
      });
    }
  }
}

/** Records the share of seeds whose run failed, by learning rate and condition. */
function recordShares(context: Context, runs: readonly StabilityRuns[]): void {
  const { parameters } = context;
  const { stabilitySteps, stabilityTrainingSteps, stalledAbove, divergedAbove } = parameters;
  context.intervals({
    id: "failed-runs",
    title: "Share of training runs that fail",
    names: [network, rateColumn, conditionColumn],
    value: { label: "share of failed runs", statistic: "share" },
    rows: runs.map((one) => ({
      names: [one.architecture, String(one.rate), conditionName(one.condition)],
      values: endings(one, parameters).map((ending) => failed.includes(ending) ? 1 : 0),
    })),
    figure: {
      title: "Training runs that fail",
      caption: "Compare the symbols of one learning rate: to the left, fewer runs fail. Share of " +
        `${context.seeds.length} runs on the adding problem of ${stabilitySteps} steps, with its exact ` +
        `95 % interval. A run has failed if after ${stabilityTrainingSteps} updates its test loss is ` +
        `above ${stalledAbove} of the memoryless baseline (above ${divergedAbove} times that it has ` +
        "diverged), or a loss is not finite.",
      alt:
        `A chart for each network (${
          architectures.join("; ")
        }): for each learning rate, and each ` +
        `of ${
          conditionNames.join(", ")
        }, a symbol at the share of failed runs from 0 to 1, with an ` +
        "interval.",
      x: { domain: [0, 1] },
      y: { column: "rate", names: ascending(parameters.stabilityRates).map(String) },
      series: { column: "condition", names: conditionNames },
      facet: "network",
    },
  });
}

/** Records how runs end, over all learning rates. */
function recordEndings(context: Context, runs: readonly StabilityRuns[]): void {
  context.table({
    id: "endings",
    title: "How training runs end, over all learning rates",
    columns: [
      network,
      conditionColumn,
      { name: "runs", label: "runs" },
      { name: "diverged", label: "diverged" },
      { name: "stalled", label: "stalled" },
      { name: "learned", label: "learned" },
    ],
    rows: architectures.flatMap((architecture) =>
      conditions.map((condition): CellInput[] => {
        const own = runs.filter((one) => {
          return one.architecture === architecture && one.condition === condition;
        }).flatMap((one) => endings(one, context.parameters));
        const count = (ending: string) => own.filter((one) => one === ending).length;
        return [
          ...[architecture, conditionName(condition), own.length],
          ...[count("diverged"), count("stalled"), count("learned")],
        ];
      })
    ),
  });
}

/** Records the differences by the loss above which a run counts as stalled. */
function recordLimits(context: Context, runs: readonly StabilityRuns[]): void {
  const { parameters, seeds } = context;
  const limits = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  const all = Object.values(effects);
  context.curves({
    id: "stalled-limit",
    title: "Differences between shares of failed runs, by the loss above which a run has stalled",
    names: [{ name: "effect", label: "difference" }],
    x: {
      ...{ name: "limit", label: "stalled above this share of the memoryless baseline" },
      values: limits,
    },
    value: { label: "difference of shares" },
    curves: all.map((effect) => {
      const byLimit = limits.map((stalledAbove) => {
        return effectBySeed(runs, effect, { ...parameters, stalledAbove });
      });
      return {
        names: [effect.name],
        values: seeds.map((_, seed) => byLimit.map((own) => own[seed] ?? NaN)),
      };
    }),
    figure: {
      title: "Does it matter what stalled means?",
      caption:
        "A curve that stays on one side of 0 says the same under every convention. Difference " +
        "between shares of failed runs, by the share of the memoryless baseline above which a run has " +
        `stalled; the claims take ${parameters.stalledAbove}. Mean over ${seeds.length} seeds; bands: ` +
        "pointwise 95 % intervals.",
      alt:
        "The difference between shares of failed runs against the limit from 0.1 to 1, a line with " +
        `a band for each of ${all.map(({ name }) => name).join("; ")}, and a rule at 0.`,
      series: "effect",
      under: [{ mark: "rule", axis: "y", value: 0, label: "no difference" }],
    },
  });
}
