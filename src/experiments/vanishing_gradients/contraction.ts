import { curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { boundShare, type GainNetworks } from "./measure.ts";
import { type Context, longest } from "./parameters.ts";

/**
 * Records the bound that holds if the largest singular value of W_hh is below 1.
 *
 * @param context The run.
 * @param logNorms ln || dh_T/dh_(T-k) || of shape [seed][lag], with W_hh scaled to the contraction.
 * @param gains Networks with W_hh = g Q of shape [seed][gain], to which the bound applies, too.
 */
export function recordContraction(
  context: Context,
  logNorms: readonly (readonly number[])[],
  gains: readonly (readonly GainNetworks[])[],
): void {
  const contractions = logNorms.map((logs) => logs.map(Math.exp));
  const sigma = context.parameters.contraction;
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const lag = { name: "lag", label: "lag k", unit: "steps" };
  context.table({
    id: "contraction",
    title: "Norm of the Jacobian product if the largest singular value is below 1",
    columns: [
      lag,
      ...curveColumns({ label: "norm of ∂h_T/∂h_(T-k)" }, "geometric-mean"),
      { name: "bound", label: "sigma_1^k" },
    ],
    rows: curveRows(lags, contractions).map((row, k) => [...row, sigma ** k]),
  });
  context.figure({
    id: "contraction",
    kind: "chart",
    title: "The bound of a contraction",
    caption:
      `The norm stays below the bound ${sigma}^k (dashed); the distance is what the bound leaves open. ` +
      `Default weights with W_hh scaled so that its largest singular value is ${sigma}. ` +
      `Geometric mean over ${contractions.length} seeds; band: pointwise 95 % interval.`,
    alt: `A line of the norm of the Jacobian product against lag from 0 to ${T} steps on a log ` +
      "axis, with a band, below a dashed straight line, the bound.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "norm of the Jacobian product", scale: "log" },
    layers: [
      { mark: "line", table: "contraction", x: "lag", y: "bound", role: "theory", label: "bound" },
      ...curveLayers("contraction", "lag"),
    ],
  });

  const all = gains.flat();
  const shares = [
    ...logNorms.map((logs) => boundShare(logs, sigma)),
    ...all.map((gain) => gain.boundShare),
  ];
  context.check("bound-holds", {
    cases: shares.length * T,
    worst: shares.reduce((a, b) => Math.max(a, b), 0),
  });
  context.check("linear-theory", {
    cases: all.reduce((sum, { linear }) => sum + linear.length - 1, 0),
    worst: all.reduce((worst, { linearError }) => Math.max(worst, linearError), 0),
  });
}
