import { estimate } from "../../analysis/estimate.ts";
import { fitDecay } from "../../analysis/decay.ts";
import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import { type Context, longest } from "./parameters.ts";

const geometric = "geometric-mean";

/**
 * Records the bound that holds where the largest singular value of W_hh is below 1.
 *
 * @param logNorms ln || dh_T/dh_(T-k) || of shape [seed][lag].
 */
export function recordContraction(
  context: Context,
  logNorms: readonly (readonly number[])[],
): void {
  const contractions = logNorms.map((logs) => logs.map(Math.exp));
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const sigma = context.parameters.contraction;
  const n = contractions.length;
  const random = (what: string) => context.random("bootstrap", what);
  const lag = { name: "lag", label: "lag k", unit: "steps" };

  const options = { statistic: geometric, random: random("contraction") } as const;
  context.table({
    id: "contraction",
    title: "Norm of the Jacobian product where the largest singular value is below 1",
    columns: [
      lag,
      ...curveColumns({ label: "norm of ∂h_T/∂h_(T-k)" }),
      { name: "bound", label: "sigma_1^k" },
    ],
    rows: curveRows(lags, contractions, options).map((row, k) => [...row, sigma ** k]),
  });
  context.figure({
    id: "contraction",
    kind: "chart",
    title: "The bound of a contraction",
    caption: `Default weights with W_hh scaled so that its largest singular value is ${sigma}. ` +
      `Dashed: the bound ${sigma}^k. Geometric mean over ${n} seeds; band: 95 % interval.`,
    alt: `A line of the norm of the Jacobian product against lag from 0 to ${T} steps on a log ` +
      "axis, with a band, and a dashed straight line, the bound.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "norm of the Jacobian product", scale: "log" },
    layers: [
      { mark: "line", table: "contraction", x: "lag", y: "bound", role: "theory" },
      ...curveLayers("contraction", "lag"),
    ],
  });

  // By logarithms, since norm and bound can both be too small for a number.
  const shares = logNorms.map((logs) =>
    Math.max(...logs.slice(1).map((log, i) => Math.exp(log - (i + 1) * Math.log(sigma))))
  );
  context.claim({
    id: "bound-holds",
    statement: "Where the largest singular value of W_hh is below 1, the gradient vanishes: on " +
      "average over seeds, the norm of the Jacobian product stays below sigma_1^k at every lag.",
    source: "Pascanu et al. (2013)",
    measure: `largest share of the bound ${sigma}^k that the norm takes, over lags 1 to ${T}`,
    estimate: estimate(shares, { random: random("bound-holds") }),
    threshold: { relation: "below", value: 1 },
  });
  context.claim({
    id: "contraction-decays",
    statement: `With sigma_1 = ${sigma} the norm falls by more than the factor ${sigma} for each ` +
      "step back.",
    source: "Pascanu et al. (2013)",
    measure: "fitted factor by which the norm of the Jacobian product changes for each step back",
    estimate: estimate(contractions.map((norms) => fitDecay(norms).rate), {
      statistic: geometric,
      random: random("contraction-decays"),
    }),
    threshold: { relation: "below", value: sigma },
  });
}
