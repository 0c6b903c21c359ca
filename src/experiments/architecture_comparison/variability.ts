import { estimate } from "../../analysis/estimate.ts";
import { mean, standardDeviation } from "../../analysis/statistics.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type Cell, curveColumns } from "../curves.ts";
import type { Measured } from "./measure.ts";
import { type Context, EARLY_STEP, lengthsBeyond } from "./parameters.ts";
import { asInTutorial } from "./places.ts";

/** Records by what the tutorial ranks gradient flow: how little its measure varies with length. */
export function recordVariability(context: Context, measured: readonly Measured[]): void {
  const table = "variability";
  const variations = (architecture: Architecture): number[] =>
    asInTutorial(measured, architecture).early.all.map((norms) =>
      standardDeviation(norms) / mean(norms)
    );
  context.table({
    id: table,
    title: `Coefficient of variation over lengths of the gradient at step ${EARLY_STEP}`,
    columns: [
      { name: "network", label: "network" },
      ...curveColumns({ label: "standard deviation over mean" }),
    ],
    rows: architectures.map((architecture): Cell[] => {
      const { value, low, high } = estimate(variations(architecture), {
        random: context.random("bootstrap", table, architecture),
      });
      return [architecture, value, low, high];
    }),
  });
  const lengths = lengthsBeyond(context);
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
    layers: [{ mark: "interval", table, x: "value", low: "low", high: "high", y: "network" }],
  });
  const [rnn = [], lstm = [], gru = []] = architectures.map(variations);
  context.claim({
    id: "best-by-variability",
    statement: "Ranked by how little this measure varies with the length, the RNN has the best " +
      "gradient flow of the three.",
    source: "what the notebook's code prints (“best gradient flow: Vanilla RNN”)",
    measure: "coefficient of variation of the RNN less the smaller one of LSTM and GRU",
    estimate: estimate(
      rnn.map((own, seed) => own - Math.min(lstm[seed] ?? NaN, gru[seed] ?? NaN)),
      { random: context.random("bootstrap", "claim", table) },
    ),
    threshold: { relation: "below", value: 0 },
  });
}
