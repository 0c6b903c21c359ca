import { fitDecay, lagAtFraction } from "../../analysis/decay.ts";
import type { CurveInput } from "../../harness/seed_figures.ts";
import { relative } from "../ratios.ts";
import { type DefaultNetwork, type RankedValues, rankNames } from "./networks.ts";
import type { Context } from "./parameters.ts";

/** The statistic that summarises norms and factors over seeds. */
export const geometric = "geometric-mean";

/** The smallest positive 32-bit float: an upper bound of a gradient that underflows to 0. */
const SMALLEST_FLOAT = 2 ** -149;

/** The lags in the notebook's words "longer than 15-20 time steps". */
const NOTEBOOK_LAGS = [15, 20] as const;

/** The fractions of the gradient at lag 0 below which it can count as vanished. */
const FRACTIONS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const;

/** The column of lags. */
export const lag = { name: "lag", label: "lag k", unit: "steps" };

/** The column that names singular values. */
export const rank = { name: "rank", label: "singular value" };

/**
 * Records the measures that show vanishing at the default initialisation: the gradient of the last
 * output's loss with respect to each hidden state, and the Jacobian products behind it, by lag.
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

/** Computes the per-step decay factor of the gradient of each network. */
export function decayFactors(networks: readonly DefaultNetwork[]): number[] {
  return networks.map((network) => fitDecay(network.stateGradients).rate);
}

/** Computes the per-step decay factor of the spectral norm of each network's Jacobian product. */
export function jacobianFactors(networks: readonly DefaultNetwork[]): number[] {
  return networks.map((network) => fitDecay(network.singularValues.largest).rate);
}

/** Records the gradient by lag, and how much is left at the notebook's lags and at the end. */
function recordGradients(context: Context, gradients: readonly (readonly number[])[]): void {
  const { steps: T } = context.parameters;
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const label = "norm of ∂L/∂h at lag k over that at lag 0";
  context.curves({
    id: "gradient-by-lag",
    title: "Gradient with respect to the hidden state by lag",
    x: { ...lag, values: lags },
    value: { label, statistic: geometric },
    curves: [{ values: gradients }],
    figure: {
      title: "The gradient by lag",
      caption: "A straight line on this log axis is a decay by the same factor at each step " +
        `back. ‖∂L/∂h_(T-k)‖ relative to lag 0, T = ${T}, loss on the last step alone, ` +
        `Glorot-uniform weights. Geometric mean over ${gradients.length} seeds; band: pointwise ` +
        "95 % interval. Rules: the lags that the notebook names.",
      alt: `A line of the relative gradient norm against lag from 0 to ${T} steps on a log axis, ` +
        "with a band and two vertical rules at 15 and 20 steps.",
      y: { label: "relative norm of ∂L/∂h", scale: "log" },
      under: notebookRules("x"),
    },
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

/** Returns the notebook's lags as rules across an axis of lags. */
function notebookRules(axis: "x" | "y") {
  return NOTEBOOK_LAGS.map((value) => {
    return { mark: "rule", axis, value, label: `notebook: ${value}` } as const;
  });
}

/**
 * Records the lag at which the gradient has vanished, by the fraction below which it counts as
 * vanished.
 */
function recordFractions(context: Context, gradients: readonly (readonly number[])[]): void {
  context.curves({
    id: "lag-by-fraction",
    title: "Lag at which the gradient has fallen to a fraction of its start",
    x: { name: "fraction", label: "fraction left", values: FRACTIONS },
    value: { label: "lag at which it is reached", unit: "steps" },
    // If the gradient of a seed does not fall below the fraction, the seed has no value and the row
    // no interval.
    curves: [{
      values: gradients.map((norms) => FRACTIONS.map((fraction) => lagAtFraction(norms, fraction))),
    }],
    figure: {
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
      y: { label: "lag" },
      under: notebookRules("y"),
    },
  });
}

/** Records the singular values of Jacobian products by lag. */
function recordSingularValues(context: Context, networks: readonly DefaultNetwork[]): void {
  const { hiddenSize: H, steps: T } = context.parameters;
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  context.curves({
    id: "singular-values-by-lag",
    title: "Singular values of the Jacobian product by lag",
    names: [rank],
    x: { ...lag, values: lags },
    value: { label: "singular value of ∂h_T/∂h_(T-k)", statistic: geometric },
    curves: rankedCurves(networks.map((network) => network.singularValues)),
    figure: {
      title: "Singular values of the Jacobian product",
      caption:
        "The largest singular value bounds what is left of any gradient; the others show how " +
        `far directions part. Singular values of ∂h_T/∂h_(T-k), a ${H} by ${H} ` +
        "matrix, in float64 from the states that the network went through. The largest is the " +
        `spectral norm. Geometric mean over ${networks.length} seeds; bands: pointwise 95 % ` +
        "intervals.",
      alt:
        "Four lines on a log axis against lag: the largest singular value, the upper quartile, " +
        "the median and the lower quartile, with bands.",
      y: { label: "singular value", scale: "log" },
      series: "rank",
    },
  });
}

/**
 * Returns curves of singular values, named by rank.
 *
 * @param seeds The ranked singular values of each seed.
 * @param names The names in front of the rank.
 * @returns A curve for each rank.
 */
export function rankedCurves(
  seeds: readonly RankedValues[],
  names: readonly string[] = [],
): CurveInput[] {
  return rankNames.map((rank) => ({
    names: [...names, rank],
    values: seeds.map((values) => values[rank]),
  }));
}
