import { architectures, isAlike, type Likeness, likenesses } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { relative } from "../relative.ts";
import { initialisations } from "../initialisations.ts";
import type { Measured } from "./measure.ts";
import { type Context, longest } from "./parameters.ts";

const geometric = "geometric-mean";

/** The lags that are shown: far beyond, a gradient is too small to have an effect in float32. */
const MOST_LAGS = 50;

/** The relative rounding of float32. */
const ROUNDING = 2 ** -24;

/** Names of the figures, by likeness. */
const ids: Readonly<Record<Likeness, string>> = {
  "same hidden size": "gradient-by-lag",
  "matched parameters": "gradient-by-lag-matched",
};

/** What to see in the figures, by likeness. */
const finding: Readonly<Record<Likeness, string>> = {
  "same hidden size": "A straight line is an exponential decay, and a steeper one is faster.",
  "matched parameters": "The same with larger RNNs and GRUs.",
};

/** Records the gradient of the last step's loss by lag, relative to that at lag 0. */
export function recordLags(context: Context, measured: readonly Measured[]): void {
  for (const likeness of likenesses) recordLikeness(context, measured, likeness);
}

function recordLikeness(
  context: Context,
  measured: readonly Measured[],
  likeness: Likeness,
): void {
  const id = ids[likeness];
  const T = longest(context);
  const lags = Array.from({ length: Math.min(T, MOST_LAGS + 1) }, (_, k) => k);
  context.table({
    id,
    title: `Gradient with respect to the inputs by lag, ${likeness}`,
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
      { name: "lag", label: "lag k", unit: "steps" },
      ...curveColumns({ label: "norm of ∂L/∂x_(T-k) over that at lag 0" }, geometric),
    ],
    rows: measured.filter(({ contender }) => isAlike(contender, likeness)).flatMap(
      ({ initialisation, contender, byLag }): Cell[][] => {
        const { architecture } = contender;
        return curveRows(lags, byLag.map(relative), [initialisation, architecture]);
      },
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: `The gradient by lag, ${likeness}`,
    caption: `${finding[likeness]} ‖∂L/∂x_(T-k)‖ relative to lag 0, T = ${T}, loss on the last ` +
      `step alone. Lags from 0 to ${lags.length - 1}: below 6·10⁻⁸ (rule), the relative rounding ` +
      "of float32, a gradient is lost in a sum with the one at lag 0. Geometric mean over " +
      `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
    alt: `A chart for each way of starting (${initialisations.join("; ")}): the relative norm of ` +
      `the gradient on a log axis against the lag, from 0 to ${
        lags.length - 1
      } steps, a line with ` +
      `a band for each of ${architectures.join(", ")}, and a rule at the rounding of float32.`,
    x: { label: "lag k", unit: "steps", scale: "linear" },
    y: { label: "relative norm of ∂L/∂x", scale: "log" },
    series: architectures,
    seriesLabel: "network",
    facet: "initialisation",
    layers: [
      { mark: "rule", axis: "y", value: ROUNDING, label: "float32 rounding" },
      ...curveLayers(id, "lag", "network"),
    ],
  });
}
