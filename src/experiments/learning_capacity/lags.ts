import { architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { type Likeness, likenesses } from "../contenders.ts";
import { simultaneous } from "./found_lags.ts";
import { beats, outcomeOf, pairName, pairs } from "./pairs.ts";
import { type Context, sortedLags } from "./parameters.ts";
import type { Outcome } from "./train.ts";

const lagColumn = { name: "lag", label: "lag T", unit: "steps" };
const likenessColumn = { name: "likeness", label: "with" };

/** The name of copy memory at each lag, the shortest first. */
export function copyTasks(context: Context, outcomes: readonly Outcome[]): string[] {
  return sortedLags(context.parameters).flatMap((lag) => {
    return outcomes.find((outcome) => outcome.lag === lag)?.task.name ?? [];
  });
}

/** Records how the networks fare on copy memory as the lag grows. */
export function recordLags(context: Context, outcomes: readonly Outcome[]): void {
  recordLosses(context, outcomes);
  recordPairs(context, outcomes);
}

function recordLosses(context: Context, outcomes: readonly Outcome[]): void {
  const table = "loss-by-lag";
  const lags = sortedLags(context.parameters);
  const names = copyTasks(context, outcomes);
  // Of each seed, the test loss by lag, as a share of what is lost without memory.
  const shares = (architecture: (typeof architectures)[number], likeness: Likeness): number[][] => {
    const byLag = names.map((name) => outcomeOf(outcomes, name, architecture, likeness));
    return context.seeds.map((_, seed) =>
      byLag.map(({ tests, task }) => (tests[seed] ?? NaN) / task.memoryless.value)
    );
  };
  context.table({
    id: table,
    title: "Test loss on copy memory by lag, over what is lost without memory",
    columns: [
      likenessColumn,
      { name: "network", label: "network" },
      lagColumn,
      ...curveColumns({ label: "test loss over that without memory" }),
    ],
    rows: likenesses.flatMap((likeness) =>
      architectures.flatMap((architecture) =>
        curveRows(lags, shares(architecture, likeness), {
          statistic: "geometric-mean",
          random: context.random("bootstrap", table, likeness, architecture),
        }, [likeness, architecture])
      )
    ),
  });
  const { copyLength, symbols, hiddenSize } = context.parameters;
  context.figure({
    id: table,
    kind: "chart",
    title: "Copy memory by lag",
    caption: `Test loss over what is lost without memory; ${copyLength} symbols out of ` +
      `${symbols}. Left: networks of ${hiddenSize} units; right: with as many parameters as the ` +
      `LSTM. Geometric mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: "Two charts, for the same hidden size and for matched parameters: the share of the loss " +
      `without memory that is left, against lags from ${lags[0]} to ${lags.at(-1)} steps, a line ` +
      `with a band for each of ${architectures.join(", ")}, and a rule at 1.`,
    x: { label: lagColumn.label, unit: lagColumn.unit, scale: "linear" },
    y: { label: "test loss over that without memory", scale: "linear" },
    series: architectures,
    seriesLabel: "network",
    facet: "likeness",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "without memory" },
      ...curveLayers(table, "lag", "network"),
    ],
  });
}

function recordPairs(context: Context, outcomes: readonly Outcome[]): void {
  const table = "beats-by-lag";
  const lags = sortedLags(context.parameters);
  const names = copyTasks(context, outcomes);
  const confidence = simultaneous(names.length);
  context.table({
    id: table,
    title: "Probability that one network beats another on copy memory, by lag",
    columns: [
      likenessColumn,
      { name: "pair", label: "pair" },
      lagColumn,
      { name: "value", label: "share of seeds won" },
      { name: "low", label: "lower end of the interval that holds for all lags at once" },
      { name: "high", label: "upper end of the interval that holds for all lags at once" },
    ],
    rows: likenesses.flatMap((likeness) =>
      pairs.flatMap((pair) =>
        names.map((name, i): Cell[] => {
          const { value, low, high } = beats(outcomes, name, pair, likeness, confidence);
          return [likeness, pairName(pair), lags[i] ?? null, value, low, high];
        })
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Who beats whom on copy memory, by lag",
    caption:
      "Probability that a network of the first kind has the lower test loss, trained on the " +
      `same sequences as one of the second: share of ${context.seeds.length} seeds. Networks that ` +
      "are no better than without memory tie, and a tie is won by neither. Bands: 95 % intervals " +
      "for all lags of a line at once.",
    alt:
      "Two charts, for the same hidden size and for matched parameters: the probability from 0 " +
      "to 1 that the first of a pair beats the second against the lag, a line with a band for " +
      "each pair, and a rule at a half.",
    x: { label: lagColumn.label, unit: lagColumn.unit, scale: "linear" },
    y: { label: "probability of the lower test loss", scale: "linear", domain: [0, 1] },
    series: pairs.map(pairName),
    seriesLabel: "pair",
    facet: "likeness",
    layers: [
      { mark: "rule", axis: "y", value: 0.5, label: "half" },
      ...curveLayers(table, "lag", "pair"),
    ],
  });
}
