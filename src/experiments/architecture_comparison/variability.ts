import { estimate } from "../../analysis/estimate.ts";
import { mean, standardDeviation } from "../../analysis/statistics.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import type { Measured } from "./measure.ts";
import { type Context, EARLY_STEP, lengthsBeyond, tutorialLengths } from "./parameters.ts";
import { asInTutorial } from "./places.ts";

/** Records by what the tutorial ranks gradient flow: how little its measure varies with length. */
export function recordVariability(context: Context, measured: readonly Measured[]): void {
  const table = "variability";
  const lengths = tutorialLengths(context);
  const places = lengths.map((length) => lengthsBeyond(context).indexOf(length));
  const variations = (architecture: Architecture): number[] =>
    asInTutorial(measured, architecture).early.all.map((norms) => {
      const its = places.map((place) => norms[place] ?? NaN);
      return standardDeviation(its) / mean(its);
    });
  context.table({
    id: table,
    title: `Coefficient of variation over lengths of the gradient at step ${EARLY_STEP}`,
    columns: [
      { name: "network", label: "network" },
      ...curveColumns({ label: "standard deviation over mean" }),
    ],
    rows: architectures.map((architecture): Cell[] => [
      architecture,
      ...intervalCells(variations(architecture), {
        random: context.random("bootstrap", table, architecture),
      }),
    ]),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Variability over lengths",
    caption: `Standard deviation over mean, over lengths ${lengths.join(", ")}, of ` +
      `‖∂L/∂x_${EARLY_STEP}‖ for a loss over all steps: what the tutorial calls gradient ` +
      `stability. Mean over ${context.seeds.length} seeds with its 95 % interval.`,
    alt: `For each of ${architectures.join(", ")} a symbol at its coefficient of variation, with ` +
      "an interval.",
    x: { label: "standard deviation over mean", scale: "linear" },
    y: { label: "network", scale: "category", categories: architectures },
    layers: [intervalLayer(table, "network")],
  });
  const rnn = variations("RNN");
  for (const other of ["LSTM", "GRU"] as const) {
    const others = variations(other);
    context.claim({
      id: `variability-${other.toLowerCase()}`,
      statement:
        "By how little this measure varies with the length, the RNN has a better gradient " +
        `flow than the ${other}.`,
      source: "what the notebook's code prints (“best gradient flow: Vanilla RNN”)",
      measure: `coefficient of variation of the RNN less that of the ${other}`,
      estimate: estimate(rnn.map((own, seed) => own - (others[seed] ?? NaN)), {
        random: context.random("bootstrap", "claim", table, other),
      }),
      threshold: { relation: "below", value: 0 },
    });
  }
}
