import { fitDecay, lagAtFraction } from "../../analysis/decay.ts";
import { curveColumns, curveLayers, curveRows, relative } from "../../harness/curves.ts";
import type { DefaultNetwork } from "./measure.ts";
import type { Context } from "./parameters.ts";
import { rankedLayers, rankedRows, rankNames } from "./ranks.ts";

const geometric = "geometric-mean";

/** The smallest positive 32-bit float: an upper bound of a gradient that came out as 0. */
const SMALLEST_FLOAT = 2 ** -149;

/** The lags of the notebook's "longer than 15-20 time steps". */
const NOTEBOOK_LAGS = [15, 20] as const;

/** Fractions of its start to which a gradient can have fallen to be called vanished. */
const FRACTIONS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const;

const lag = { name: "lag", label: "lag k", unit: "steps" };

/**
 * Records what shows vanishing at the default initialisation: the gradient of the last output's
 * loss with respect to each hidden state, and the Jacobian products behind it, by lag.
 *
 * @param context The run.
 * @param networks The networks of all seeds.
 */
export function recordLags(context: Context, networks: readonly DefaultNetwork[]): void {
  const gradients = networks.map((network) => relative(network.stateGradients));
  recordGradients(context, gradients);
  recordFractions(context, gradients);
  recordSingularValues(context, networks);
  context.metric({
    id: "gradient-decay",
    label: "per-step decay factor of the norm of ∂L/∂h",
    statistic: geometric,
    values: decayFactors(networks),
  });
  context.metric({
    id: "jacobian-decay",
    label: "per-step decay factor of the spectral norm of the Jacobian product",
    statistic: geometric,
    values: jacobianFactors(networks),
  });
}

/** The per-step decay factor of the gradient of each network. */
export function decayFactors(networks: readonly DefaultNetwork[]): number[] {
  return networks.map((network) => fitDecay(network.stateGradients).rate);
}

/** The per-step decay factor of the spectral norm of the Jacobian product of each network. */
export function jacobianFactors(networks: readonly DefaultNetwork[]): number[] {
  return networks.map((network) => fitDecay(network.singularValues.largest).rate);
}

function recordGradients(context: Context, gradients: readonly (readonly number[])[]): void {
  const { steps: T } = context.parameters;
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const label = "norm of ∂L/∂h at lag k over that at lag 0";
  context.table({
    id: "gradient-by-lag",
    title: "Gradient with respect to the hidden state by lag",
    columns: [lag, ...curveColumns({ label }, geometric)],
    rows: curveRows(lags, gradients),
  });
  context.figure({
    id: "gradient-by-lag",
    kind: "chart",
    title: "The gradient by lag",
    caption: "A straight line on this log axis is a decay by the same factor at each step " +
      `back. ‖∂L/∂h_(T-k)‖ relative to lag 0, T = ${T}, loss on the last step alone, ` +
      `Glorot-uniform weights. Geometric mean over ${gradients.length} seeds; band: pointwise ` +
      "95 % interval. Rules: the lags that the notebook names.",
    alt: `A line of the relative gradient norm against lag from 0 to ${T} steps on a log axis, ` +
      "with a band and two vertical rules at 15 and 20 steps.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "relative norm of ∂L/∂h", scale: "log" },
    layers: [...notebookRules("x"), ...curveLayers("gradient-by-lag", "lag")],
  });
  const left = (k: number) => gradients.map((norms) => Math.max(norms[k] ?? NaN, SMALLEST_FLOAT));
  for (const k of NOTEBOOK_LAGS) {
    context.metric({
      id: `left-at-${k}`,
      label: `norm of ∂L/∂h at lag ${k} over that at lag 0`,
      statistic: geometric,
      values: left(k),
    });
  }
  context.metric({
    id: "left-at-end",
    label: `norm of ∂L/∂h at lag ${T} over that at lag 0`,
    statistic: geometric,
    values: left(T),
  });
}

/** The notebook's lags as rules across an axis of lags. */
function notebookRules(axis: "x" | "y") {
  return NOTEBOOK_LAGS.map((value) => {
    return { mark: "rule", axis, value, label: `notebook: ${value}` } as const;
  });
}

/** At what lag the gradient has vanished, by what vanished is taken to mean. */
function recordFractions(context: Context, gradients: readonly (readonly number[])[]): void {
  const table = "lag-by-fraction";
  context.table({
    id: table,
    title: "Lag at which the gradient has fallen to a fraction of its start",
    columns: [
      { name: "fraction", label: "fraction left" },
      ...curveColumns({ label: "lag at which it is reached", unit: "steps" }),
    ],
    // A seed that does not fall so far has no value, and the row no interval.
    rows: FRACTIONS.map((fraction) => [
      fraction,
      gradients.map((norms) => lagAtFraction(norms, fraction)),
    ]),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "What vanished means decides when it happens",
    caption:
      "When a gradient has vanished depends on what vanished means: the notebook's 15 to 20 " +
      "steps hold for the fractions at which the line is between the rules. Lag at which ‖∂L/∂h_(T-k)‖ has fallen " +
      `to a fraction of its start; mean over ${gradients.length} seeds; band: pointwise 95 % ` +
      "interval.",
    alt:
      "A line of the lag against the fraction left, from a tenth to a millionth on a log axis, " +
      "with a band and two horizontal rules at 15 and 20 steps.",
    x: { label: "fraction that is left", scale: "log" },
    y: { label: "lag", unit: "steps", scale: "linear" },
    layers: [...notebookRules("y"), ...curveLayers(table, "fraction")],
  });
}

function recordSingularValues(context: Context, networks: readonly DefaultNetwork[]): void {
  const { hiddenSize: H, steps: T } = context.parameters;
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const table = "singular-values-by-lag";
  context.table({
    id: table,
    title: "Singular values of the Jacobian product by lag",
    columns: [
      { name: "rank", label: "singular value" },
      lag,
      ...curveColumns({ label: "singular value of ∂h_T/∂h_(T-k)" }, geometric),
    ],
    rows: rankedRows(lags, networks.map((network) => network.singularValues)),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Singular values of the Jacobian product",
    caption:
      "The largest singular value bounds what is left of any gradient; the others show how " +
      `far directions part. Singular values of ∂h_T/∂h_(T-k), a ${H} by ${H} ` +
      "matrix, in float64 from the states that the network went through. The largest is the " +
      `spectral norm. Geometric mean over ${networks.length} seeds; bands: pointwise 95 % ` +
      "intervals.",
    alt: "Four lines on a log axis against lag: the largest singular value, the upper quartile, " +
      "the median and the lower quartile, with bands.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "singular value", scale: "log" },
    series: rankNames,
    seriesLabel: "singular value",
    layers: rankedLayers(table),
  });
}
