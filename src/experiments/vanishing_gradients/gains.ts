import { geometric } from "./lags.ts";
import { lag } from "./lags.ts";
import { rank } from "./lags.ts";
import { rankedCurves } from "./lags.ts";
import { fitDecay } from "../../analysis/decay.ts";
import { boundShare, type GainNetworks } from "./networks.ts";
import { type Context, longest, sortedGains } from "./parameters.ts";

/** The measures for one gain, by seed. */
interface Gain {
  readonly gain: number;
  /** The name of the series: `"g = 0.9"`. */
  readonly name: string;
  readonly seeds: readonly GainNetworks[];
}

/** The networks by name, with the key of their gradients. */
const networks = [["tanh network", "tanh"], ["linear network", "linear"]] as const;

const gainColumn = { name: "gain", label: "gain of W_hh" };
const theoryColumn = { name: "theory", label: "g^k" };

/** The layer that draws the theory column of a table by lag. */
const theoryLine = { mark: "line", x: "lag", y: "theory", role: "theory", label: "g^k" } as const;

/**
 * Records gradients and Jacobian products by lag for networks with W_hh = g Q, compared with g^k.
 */
export function recordGains(
  context: Context,
  measured: readonly (readonly GainNetworks[])[],
): void {
  const gains = sortedGains(context).map((gain, i): Gain => ({
    gain,
    name: `g = ${gain}`,
    seeds: measured.flatMap((seed) => seed[i] ?? []),
  }));
  recordGradients(context, gains);
  recordSingularValues(context, gains);
  recordDecay(context, gains);
}

/** Records the gradient by lag, for each gain. */
function recordGradients(context: Context, gains: readonly Gain[]): void {
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  context.curves({
    id: "gradient-by-gain",
    title: "Gradient with respect to the hidden state by lag and gain",
    names: [{ name: "network", label: "network" }, gainColumn],
    x: { ...lag, values: lags },
    value: { label: "norm of ∂L/∂h_(T-k) over that at lag 0", statistic: geometric },
    more: [theoryColumn],
    curves: gains.flatMap(({ gain, name, seeds }) =>
      networks.map(([network, kind]) => ({
        names: [network, name],
        values: seeds.map((seed) => seed[kind]),
        more: [lags.map((k) => power(gain, k))],
      }))
    ),
    figure: {
      title: "The gradient by lag, for several gains",
      caption:
        "Without tanh the gradient follows g^k (dashed); with tanh it is compared with the same " +
        `lines. ‖∂L/∂h_(T-k)‖ relative to lag 0 for W_hh = g Q with Q orthogonal, T = ${T}. ` +
        `Geometric mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals.`,
      alt:
        `Two charts, of the tanh and of the linear network: the norm against lag from 0 to ${T} ` +
        `steps on a log axis, a line with a band for each of ${gains.length} gains, and a dashed ` +
        "straight line for g^k.",
      y: { label: "relative norm of ∂L/∂h", scale: "log" },
      series: "gain",
      facet: "network",
      under: [{ ...theoryLine, table: "gradient-by-gain", series: "gain" }],
    },
  });
}

/** Records the singular values of Jacobian products by lag, for each gain. */
function recordSingularValues(context: Context, gains: readonly Gain[]): void {
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  context.curves({
    id: "singular-values-by-gain",
    title: "Singular values of the Jacobian product by lag and gain, tanh network",
    names: [gainColumn, rank],
    x: { ...lag, values: lags },
    value: { label: "singular value of ∂h_T/∂h_(T-k)", statistic: geometric },
    more: [theoryColumn],
    curves: gains.flatMap(({ gain, name, seeds }) =>
      rankedCurves(seeds.map((seed) => seed.singularValues), [name])
        // The theory is in the table once, since it is the same for all ranks.
        .map((curve, i) => i === 0 ? { ...curve, more: [lags.map((k) => power(gain, k))] } : curve)
    ),
    figure: {
      title: "Singular values of the Jacobian product, for several gains",
      caption: "Without tanh all singular values lie at g^k (dashed), their bound with tanh. " +
        "Singular values of ∂h_T/∂h_(T-k) in the tanh network with " +
        `W_hh = g Q, T = ${T}. Geometric mean over ${context.seeds.length} seeds; bands: pointwise ` +
        "95 % intervals.",
      alt: `A chart for each of ${gains.length} gains: the largest singular value, the upper ` +
        "quartile, the median and the lower quartile against lag on a log axis, with bands, and a " +
        "dashed straight line for g^k.",
      y: { label: "singular value", scale: "log" },
      series: "rank",
      facet: "gain",
      under: [{ ...theoryLine, table: "singular-values-by-gain" }],
    },
  });
}

/** Records the per-step decay factors by gain. */
function recordDecay(context: Context, gains: readonly Gain[]): void {
  const kinds = [
    { name: "gradient, tanh", of: (seed: GainNetworks) => seed.tanh },
    { name: "Jacobian product, tanh", of: (seed: GainNetworks) => seed.singularValues.largest },
    { name: "gradient, linear", of: (seed: GainNetworks) => seed.linear },
  ];
  context.intervals({
    id: "decay-by-gain",
    title: "Per-step decay factor, fitted over all lags, by gain of W_hh",
    names: [{ name: "gain", label: "gain g" }, { name: "quantity", label: "norm of" }],
    value: { label: "per-step decay factor", statistic: geometric },
    rows: gains.flatMap(({ gain, seeds }) =>
      kinds.map(({ name, of }) => ({
        names: [gain, name],
        values: seeds.map((seed) => fitDecay(of(seed)).rate),
      }))
    ),
  });
}

/** Computes g^k; `null` if it overflows. */
function power(gain: number, lag: number): number | null {
  const value = gain ** lag;
  return Number.isFinite(value) ? value : null;
}

/**
 * Records the norm of the Jacobian product for a largest singular value of W_hh below 1, and the
 * checks of the bound and of the linear networks.
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
  context.curves({
    id: "contraction",
    title: "Norm of the Jacobian product if the largest singular value is below 1",
    x: { ...lag, values: lags },
    value: { label: "norm of ∂h_T/∂h_(T-k)", statistic: geometric },
    more: [{ name: "bound", label: "sigma_1^k" }],
    curves: [{ values: contractions, more: [lags.map((k) => sigma ** k)] }],
    figure: {
      title: "The bound of a contraction",
      caption:
        `The norm stays below the bound ${sigma}^k (dashed); the distance is what the bound leaves open. ` +
        `Default weights with W_hh scaled so that its largest singular value is ${sigma}. ` +
        `Geometric mean over ${contractions.length} seeds; band: pointwise 95 % interval.`,
      alt: `A line of the norm of the Jacobian product against lag from 0 to ${T} steps on a log ` +
        "axis, with a band, below a dashed straight line, the bound.",
      y: { label: "norm of the Jacobian product", scale: "log" },
      under: [{ ...theoryLine, table: "contraction", y: "bound", label: "bound" }],
    },
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
