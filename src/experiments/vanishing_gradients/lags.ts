import { estimate } from "../../analysis/estimate.ts";
import { fitDecay, lagAtFraction } from "../../analysis/decay.ts";
import type { Random } from "../../core/random.ts";
import type { Estimate } from "../../core/result.ts";
import { curveColumns, curveLayers, curveRows, relative } from "../curves.ts";
import type { DefaultNetwork } from "./measure.ts";
import { type Context, longest } from "./parameters.ts";
import { rankedLayers, rankedRows, rankNames } from "./ranks.ts";

const geometric = "geometric-mean";

/** The smallest positive 32-bit float: an upper bound of a gradient that came out as 0. */
const SMALLEST_FLOAT = 2 ** -149;

/** The fraction of its start to which a gradient must fall to be called vanished. */
const VANISHED = 0.1;

/**
 * Records what shows vanishing at the default initialisation: the gradient of the last output's
 * loss with respect to each hidden state, and the Jacobian products behind it, by lag.
 */
export function recordLags(context: Context, networks: readonly DefaultNetwork[]): void {
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const random = (name: string) => context.random("bootstrap", name);
  const lag = { name: "lag", label: "lag k", unit: "steps" };
  const n = networks.length;
  const gradients = networks.map((network) => relative(network.stateGradients));

  const label = "norm of ∂L/∂h at lag k over that at lag 0";
  context.table({
    id: "gradient-by-lag",
    title: "Gradient with respect to the hidden state by lag",
    columns: [lag, ...curveColumns({ label })],
    rows: curveRows(lags, gradients, { statistic: geometric, random: random("gradient-by-lag") }),
  });
  context.figure({
    id: "gradient-by-lag",
    kind: "chart",
    title: "The gradient by lag",
    caption: `‖∂L/∂h_(T-k)‖ relative to lag 0, T = ${T}, loss on the last step alone, ` +
      `Glorot-uniform weights. Geometric mean over ${n} seeds; band: 95 % interval.`,
    alt: `A line of the relative gradient norm against lag from 0 to ${T} steps on a log axis, ` +
      "with a band and a rule at a tenth.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "relative norm of ∂L/∂h", scale: "log" },
    layers: [
      { mark: "rule", axis: "y", value: VANISHED, label: "a tenth" },
      ...curveLayers("gradient-by-lag", "lag"),
    ],
  });

  const H = context.parameters.hiddenSize;
  const table = "singular-values-by-lag";
  context.table({
    id: table,
    title: "Singular values of the Jacobian product by lag",
    columns: [
      { name: "rank", label: "singular value" },
      lag,
      ...curveColumns({ label: "singular value of ∂h_T/∂h_(T-k)" }),
    ],
    rows: rankedRows(context, table, lags, networks.map((network) => network.singularValues)),
  });
  context.figure({
    id: "singular-values-by-lag",
    kind: "chart",
    title: "Singular values of the Jacobian product",
    caption:
      `Singular values of ∂h_T/∂h_(T-k), a ${H} by ${H} matrix, in float64 from the states ` +
      `that the network went through. The largest is the spectral norm. Geometric mean over ${n} ` +
      "seeds; bands: 95 % intervals.",
    alt: "Four lines on a log axis against lag: the largest singular value, the upper quartile, " +
      "the median and the lower quartile, with bands.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "singular value", scale: "log" },
    series: rankNames,
    seriesLabel: "singular value",
    layers: rankedLayers(table),
  });

  const rates = networks.map((network) => fitDecay(network.stateGradients).rate);
  context.metric({
    id: "gradient-decay",
    label: "factor by which the norm of ∂L/∂h changes for each step back",
    estimate: estimate(rates, { statistic: geometric, random: random("gradient-decay") }),
  });
  const spectralNorms = networks.map((network) => network.singularValues.largest);
  context.metric({
    id: "jacobian-decay",
    label: "factor by which the spectral norm of the Jacobian product changes for each step back",
    estimate: estimate(spectralNorms.map((norms) => fitDecay(norms).rate), {
      statistic: geometric,
      random: random("jacobian-decay"),
    }),
  });
  context.claim({
    id: "gradient-vanishes",
    statement:
      `At the default initialisation the gradient vanishes with lag: ${T} steps back its ` +
      "norm is below a tenth of that at the last step.",
    source: "Bengio et al. (1994)",
    measure: `norm of ∂L/∂h_(T-k) at lag k = ${T} over that at lag 0`,
    estimate: estimate(gradients.map((norms) => Math.max(norms.at(-1) ?? NaN, SMALLEST_FLOAT)), {
      statistic: geometric,
      random: random("gradient-vanishes"),
    }),
    threshold: { relation: "below", value: VANISHED },
  });
  context.claim({
    id: "fifteen-to-twenty",
    statement: "The gradient takes 15 to 20 steps to fall to a tenth of its start.",
    source:
      "the notebook's summary (vanishing gradients “for sequences longer than 15-20 time steps”)",
    measure: "lag at which the norm of ∂L/∂h_(T-k) has fallen to a tenth",
    unit: "steps",
    estimate: lagEstimate(gradients, T, random("fifteen-to-twenty")),
    threshold: { relation: "within", low: 15, high: 20 },
  });
}

/**
 * The lag at which gradients have fallen so far. Where some never do, theirs is only known to lie
 * beyond the longest lag, and no interval can be given.
 */
function lagEstimate(
  gradients: readonly (readonly number[])[],
  longest: number,
  random: Random,
): Estimate {
  const lags = gradients.map((norms) => lagAtFraction(norms, VANISHED));
  const found = estimate(lags.map((lag) => lag ?? longest), { random });
  const beyond = lags.filter((lag) => lag === null).length;
  if (beyond === 0) return found;
  const method = `mean, with lag ${longest} for the ${beyond} of ${lags.length} seeds that lie ` +
    "beyond it; no interval";
  return { ...found, low: null, high: null, method };
}
