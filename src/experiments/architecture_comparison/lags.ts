import { architectures } from "../architectures.ts";
import { contenderName, isAlike, type Likeness, likenesses } from "../contenders.ts";
import { type Cell, curveColumns, curveLayers, curveRows, relative } from "../curves.ts";
import { initialisations } from "../initialisations.ts";
import type { Measured } from "./measure.ts";
import { type Context, longest } from "./parameters.ts";

const geometric = "geometric-mean";

/** Names of the figures, by likeness. */
const ids: Readonly<Record<Likeness, string>> = {
  "same hidden size": "gradient-by-lag",
  "matched parameters": "gradient-by-lag-matched",
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
  const lags = Array.from({ length: T }, (_, k) => k);
  context.table({
    id,
    title: `Gradient with respect to the inputs by lag, ${likeness}`,
    columns: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
      { name: "lag", label: "lag k", unit: "steps" },
      ...curveColumns({ label: "norm of ∂L/∂x_(T-k) over that at lag 0" }),
    ],
    rows: measured.filter(({ contender }) => isAlike(contender, likeness)).flatMap(
      ({ initialisation, contender, byLag }): Cell[][] => {
        const { architecture } = contender;
        return curveRows(lags, byLag.map(relative), {
          statistic: geometric,
          random: context.random("bootstrap", id, initialisation, contenderName(contender)),
        }, [initialisation, architecture]);
      },
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: `The gradient by lag, ${likeness}`,
    caption: `‖∂L/∂x_(T-k)‖ relative to lag 0, T = ${T}, loss on the last step alone. Geometric ` +
      `mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: `A chart for each way of starting (${initialisations.join("; ")}): the relative norm of ` +
      `the gradient on a log axis against the lag, from 0 to ${T - 1} steps, a line with a band ` +
      `for each of ${architectures.join(", ")}.`,
    x: { label: "lag k", unit: "steps", scale: "linear" },
    y: { label: "relative norm of ∂L/∂x", scale: "log" },
    series: architectures,
    seriesLabel: "network",
    facet: "initialisation",
    layers: curveLayers(id, "lag", "network"),
  });
}
