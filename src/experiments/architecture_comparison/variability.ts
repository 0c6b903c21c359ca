import { standardDeviation as populationStandardDeviation } from "simple-statistics";
import { mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveRows } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import type { NotebookMeasured } from "./notebook_measure.ts";
import {
  type Context,
  EARLY_STEP,
  lengthsBeyond,
  NOTEBOOK_LENGTHS,
  notebookSeeds,
} from "./parameters.ts";
import { over } from "./trained.ts";

/** What the notebook's code adds to a mean before it divides by it. */
const SMALL = 1e-8;

/** Which lengths count. */
const measures = {
  "as written": "as the code computes it: 0 at length 5",
  "without the 0": "without the 0 at length 5",
} as const;
type Measure = keyof typeof measures;

/** Records by what the notebook's code ranks gradient flow: how little a norm varies with length. */
export function recordVariability(context: Context, networks: readonly NotebookMeasured[]): void {
  recordNorms(context, networks);
  recordTable(context, networks);
  recordNames(context, networks);
  recordDiscrimination(context, networks);
}

/** The coefficient of variation over lengths, by seed. */
function variations({ ranked }: NotebookMeasured, measure: Measure): number[] {
  return ranked.asWritten.map((norms) => {
    const counted = measure === "as written" ? norms : norms.slice(1);
    return populationStandardDeviation([...counted]) / (mean([...counted]) + SMALL);
  });
}

/** The coefficient on inputs that all networks and lengths share, by seed. */
function sharedVariations({ ranked }: NotebookMeasured): number[] {
  return ranked.shared.map((norms) => populationStandardDeviation([...norms]) / mean([...norms]));
}

function recordNorms(context: Context, networks: readonly NotebookMeasured[]): void {
  context.table({
    id: "notebook-norms",
    title: `Gradient at step ${EARLY_STEP} by length, as the notebook's code measures it`,
    labels: notebookSeeds(context),
    columns: [
      { name: "network", label: "network" },
      { name: "length", label: "sequence length T", unit: "steps" },
      ...curveColumns({ label: `norm of ∂L/∂x_${EARLY_STEP}, 0 at length 5` }),
    ],
    rows: networks.flatMap(({ architecture, ranked }) =>
      curveRows(NOTEBOOK_LENGTHS, ranked.asWritten, [architecture])
    ),
  });
}

function recordTable(context: Context, networks: readonly NotebookMeasured[]): void {
  const table = "variability";
  context.table({
    id: table,
    title: `Coefficient of variation over lengths of the gradient at step ${EARLY_STEP}`,
    labels: notebookSeeds(context),
    columns: [
      { name: "measure", label: "lengths" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "standard deviation over mean" }),
    ],
    rows: (["as written", "without the 0"] as const).flatMap((measure) =>
      networks.map((network): Cell[] => [
        measures[measure],
        network.architecture,
        ...intervalCells(variations(network, measure)),
      ])
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
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
    x: { label: "standard deviation over mean", scale: "linear" },
    y: { label: "network", scale: "category", categories: architectures },
    facet: "measure",
    layers: [intervalLayer(table, "network")],
  });
}

/** The architecture of the smallest value, or of the largest, of each seed; the first of equals. */
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
    rows: architectures.map((architecture): Cell[] => [
      architecture,
      share(named("as written"), architecture),
      share(furthest, architecture),
    ]),
  });
}

/**
 * How much of the gradient at the notebook's step is left at the longest length compared with the
 * shortest, in the RNN over the LSTM: of the notebook's lengths, or of all if these are too few.
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
    values: over(left("RNN"), left("LSTM")),
  });
}
