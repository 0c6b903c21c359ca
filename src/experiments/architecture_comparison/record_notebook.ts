import type { CellInput } from "../../harness/seed_values.ts";
import {
  linearRegression,
  standardDeviation as populationStandardDeviation,
} from "simple-statistics";
import { geometricMean, mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import type { NotebookMeasured } from "./measure.ts";
import {
  type Context,
  EARLY_STEP,
  lengthsBeyond,
  NOTEBOOK_LENGTHS,
  notebookSeeds,
} from "./parameters.ts";
import { ratioBySeed } from "../ratios.ts";

/** The places of the loss, in words. */
const places = { last: "loss on the last step", all: "loss over all steps" } as const;

const networkColumn = { name: "network", label: "network" };
const lengthColumn = { name: "length", label: "sequence length T", unit: "steps" };
const norm = { label: `norm of ∂L/∂x_${EARLY_STEP}`, statistic: "geometric-mean" } as const;

/**
 * Records the gradient at an early step by length, for a loss on the last step and for a loss over
 * all steps.
 */
export function recordPlaces(context: Context, networks: readonly NotebookMeasured[]): void {
  recordBoth(context, networks);
  recordAll(context, networks);
  recordExponents(context, networks);
}

/**
 * The longest sequence of the first figure. In longer sequences the gradient has almost vanished.
 */
const LONGEST = 50;

/** Lists the lengths that the first figure shows, at least two. */
function shownLengths(context: Context): number[] {
  const lengths = lengthsBeyond(context);
  return lengths.filter((length, i) => length <= LONGEST || i < 2);
}

function rangeOf(lengths: readonly number[]): string {
  return `lengths from ${lengths[0]} to ${lengths.at(-1)} steps`;
}

/** Records the early gradient by length for both places of the loss. */
function recordBoth(context: Context, networks: readonly NotebookMeasured[]): void {
  const shown = shownLengths(context);
  context.curves({
    id: "early-gradient",
    title: `Gradient with respect to the input of step ${EARLY_STEP} by sequence length`,
    names: [{ name: "loss", label: "loss" }, networkColumn],
    x: { ...lengthColumn, values: shown },
    value: norm,
    curves: (["last", "all"] as const).flatMap((place) =>
      networks.map(({ architecture, early }) => ({
        names: [places[place], architecture],
        values: early[place],
      }))
    ),
    figure: {
      title: "Where the loss must be to show decay",
      caption:
        "A loss on the last step shows how fast gradients decay; a loss over all steps can " +
        `only show the weight 1/T of the outputs near step ${EARLY_STEP}. ‖∂L/∂x_${EARLY_STEP}‖ by ` +
        `sequence length T, with the notebook's initial weights. Geometric mean over ` +
        `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt:
        "Two charts, for a loss on the last step and for one over all steps: the norm on a log " +
        `axis against ${rangeOf(shown)}, a line with a band for each of ` +
        `${architectures.join(", ")}.`,
      y: { scale: "log" },
      series: "network",
      facet: "loss",
    },
  });
}

/** Records the early gradient of a loss over all steps, compared with a fall as 1/T. */
function recordAll(context: Context, networks: readonly NotebookMeasured[]): void {
  const lengths = lengthsBeyond(context);
  const [shortest = NaN] = lengths;
  context.curves({
    id: "loss-over-all-steps",
    title: `Gradient at step ${EARLY_STEP} of a loss over all steps, and how a mean over T falls`,
    names: [networkColumn],
    x: { ...lengthColumn, values: lengths },
    value: norm,
    more: [{ name: "share", label: `that at length ${shortest} times ${shortest}/T` }],
    curves: networks.map(({ architecture, early }) => {
      const first = geometricMean(early.all.map(([norm = NaN]) => norm));
      return {
        names: [architecture],
        values: early.all,
        more: [lengths.map((length) => first > 0 ? first * shortest / length : null)],
      };
    }),
    figure: {
      title: "The gradient of a loss over all steps",
      caption:
        "A line along its dashed one falls as 1/T, which is the weight of a step in a mean " +
        "over T steps, whatever the decay. The right part of the figure before, at more lengths; the " +
        "notebook's end at 30. " +
        `Geometric mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over ` +
        "seeds.",
      alt: `The norm on a log axis against ${rangeOf(lengths)}, a line with a band for each of ` +
        `${architectures.join(", ")}, each with a dashed line that falls as 1/T.`,
      y: { scale: "log" },
      series: "network",
      under: [{
        ...{ mark: "line", table: "loss-over-all-steps", x: "length", y: "share" },
        ...{ series: "network", role: "theory", label: "falling as 1/T" },
      }],
    },
  });
}

/**
 * Records the exponent of the power law by which the gradient of a loss over all steps falls with
 * the length.
 */
function recordExponents(context: Context, networks: readonly NotebookMeasured[]): void {
  const lengths = lengthsBeyond(context).map(Math.log);
  for (const { architecture, early } of networks) {
    context.metric({
      id: `exponent-${architecture.toLowerCase()}`,
      label: `power of the length T by which the gradient at step ${EARLY_STEP} of a loss over ` +
        `all steps falls in the ${architecture}`,
      values: early.all.map((norms) =>
        linearRegression(norms.map((norm, i) => [lengths[i] ?? NaN, Math.log(norm)])).m
      ),
    });
  }
}

/** The number that the notebook's code adds to a mean before dividing by the mean. */
const SMALL = 1e-8;

/**
 * The coefficients of variation: with and without the norm at length 5, which the code sets to 0.
 */
const measures = {
  "as written": "as the code computes it: 0 at length 5",
  "without the 0": "without the 0 at length 5",
} as const;
type Measure = keyof typeof measures;

/** Records the notebook's score of gradient flow: how little a norm varies with length. */
export function recordVariability(context: Context, networks: readonly NotebookMeasured[]): void {
  recordNorms(context, networks);
  recordTable(context, networks);
  recordNames(context, networks);
  recordDiscrimination(context, networks);
}

/** Computes the coefficient of variation over lengths, by seed. */
function variations({ ranked }: NotebookMeasured, measure: Measure): number[] {
  return ranked.asWritten.map((norms) => {
    const counted = measure === "as written" ? norms : norms.slice(1);
    return populationStandardDeviation([...counted]) / (mean([...counted]) + SMALL);
  });
}

/** Computes the coefficient of variation on shared inputs, by seed. */
function sharedVariations({ ranked }: NotebookMeasured): number[] {
  return ranked.shared.map((norms) => populationStandardDeviation([...norms]) / mean([...norms]));
}

/** Records the norms of the early gradient as the notebook's code measures them. */
function recordNorms(context: Context, networks: readonly NotebookMeasured[]): void {
  context.curves({
    id: "notebook-norms",
    title: `Gradient at step ${EARLY_STEP} by length, as the notebook's code measures it`,
    labels: notebookSeeds(context),
    names: [{ name: "network", label: "network" }],
    x: { name: "length", label: "sequence length T", unit: "steps", values: NOTEBOOK_LENGTHS },
    value: { label: `norm of ∂L/∂x_${EARLY_STEP}, 0 at length 5` },
    curves: networks.map(({ architecture, ranked }) => ({
      names: [architecture],
      values: ranked.asWritten,
    })),
  });
}

/** Records the coefficient of variation of each network, with and without the 0 at length 5. */
function recordTable(context: Context, networks: readonly NotebookMeasured[]): void {
  context.intervals({
    id: "variability",
    title: `Coefficient of variation over lengths of the gradient at step ${EARLY_STEP}`,
    labels: notebookSeeds(context),
    names: [{ name: "measure", label: "lengths" }, { name: "network", label: "network" }],
    value: { label: "standard deviation over mean" },
    rows: (["as written", "without the 0"] as const).flatMap((measure) =>
      networks.map((network) => ({
        names: [measures[measure], network.architecture],
        values: variations(network, measure),
      }))
    ),
    figure: {
      title: "Variability over lengths",
      caption: "The notebook's code calls the network furthest left the one of the best gradient " +
        `flow. Standard deviation over mean, over lengths ${NOTEBOOK_LENGTHS.join(", ")}, of ` +
        `‖∂L/∂x_${EARLY_STEP}‖ for a loss over all steps. The code enters 0 at length 5: alone, it ` +
        `would make 0.45 of five equal norms. Mean over ${
          notebookSeeds(context).length
        } seeds with its ` +
        "95 % interval.",
      alt: "Two charts, as the code computes it and without the 0: for each of " +
        `${architectures.join(", ")} a symbol at its coefficient of variation, with an interval.`,
      y: "network",
      facet: "measure",
    },
  });
}

/**
 * Returns for each seed the architecture with the smallest (or largest) value; of equal values the
 * first.
 */
function chosen(
  networks: readonly NotebookMeasured[],
  values: readonly (readonly number[])[],
  order: 1 | -1,
): (Architecture | undefined)[] {
  const [first = []] = values;
  return first.map((_, seed) => {
    const own = values.map((one) => order * (one[seed] ?? NaN));
    return networks[own.indexOf(Math.min(...own))]?.architecture;
  });
}

/**
 * Records which network the notebook's code names, and whether the gradient of this network decays
 * most slowly.
 */
function recordNames(context: Context, networks: readonly NotebookMeasured[]): void {
  const furthest = chosen(networks, networks.map(({ ranked }) => ranked.rates), -1);
  const named = (measure: Measure) =>
    chosen(networks, networks.map((network) => variations(network, measure)), 1);
  const agrees = (names: readonly (Architecture | undefined)[]): number[] =>
    names.map((name, seed) => name === furthest[seed] ? 1 : 0);
  const labels = notebookSeeds(context);
  context.claim("notebook-key", {
    labels,
    values: agrees(named("as written")),
    alternatives: [{
      name: "the same inputs for all networks and lengths, without the 0",
      values: agrees(chosen(networks, networks.map(sharedVariations), 1)),
    }],
  });
  const few = labels.slice(0, context.seeds.length);
  context.metric({
    id: "named-most-slowly-few",
    label: "share of the run's own seeds in which the notebook's code names the network whose " +
      "gradient decays most slowly",
    statistic: "share",
    labels: few,
    values: agrees(named("as written")).slice(0, few.length),
  });
  for (const architecture of architectures) {
    context.metric({
      id: `named-${architecture.toLowerCase()}`,
      label: `share of seeds in which the notebook's code names the ${architecture}`,
      statistic: "share",
      labels,
      values: named("as written").map((one) => one === architecture ? 1 : 0),
    });
  }
  const share = (names: readonly (string | undefined)[], architecture: Architecture): number =>
    names.filter((name) => name === architecture).length / names.length;
  context.table({
    id: "named",
    title: "Share of seeds in which a network is named",
    columns: [
      { name: "network", label: "network" },
      { name: "written", label: "named by the notebook's code" },
      { name: "furthest", label: "gradient decays most slowly" },
    ],
    rows: architectures.map((architecture): CellInput[] => [
      architecture,
      share(named("as written"), architecture),
      share(furthest, architecture),
    ]),
  });
}

/**
 * Records the ratio of RNN to LSTM in the share of the early gradient that is left: the gradient at
 * the longest length over that at the shortest. The lengths are the notebook's, or all if these are
 * too few.
 */
function recordDiscrimination(context: Context, networks: readonly NotebookMeasured[]): void {
  const lengths = lengthsBeyond(context);
  const upTo = lengths.filter((length) => length <= Math.max(...NOTEBOOK_LENGTHS));
  const long = (upTo.length < 2 ? lengths : upTo).length - 1;
  const left = (architecture: Architecture): number[] => {
    const found = networks.find((network) => network.architecture === architecture);
    return (found?.early.all ?? []).map((norms) => (norms[long] ?? NaN) / (norms[0] ?? NaN));
  };
  context.metric({
    id: "left-rnn-over-lstm",
    label: `share of the gradient at step ${EARLY_STEP}, of a loss over all steps, at length ` +
      `${lengths[0]} that is left at length ${lengths[long]}: RNN over LSTM, on the same inputs`,
    statistic: "geometric-mean",
    values: ratioBySeed(left("RNN"), left("LSTM")),
  });
}
