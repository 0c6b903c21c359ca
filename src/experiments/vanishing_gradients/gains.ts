import { fitDecay } from "../../analysis/decay.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import type { GainNetworks } from "./measure.ts";
import { type Context, longest, sortedGains } from "./parameters.ts";
import { rankedLayers, rankedRows, rankNames } from "./ranks.ts";

const geometric = "geometric-mean";

/** What one gain measured, by seed. */
interface Gain {
  readonly gain: number;
  /** As a series is called: `"g = 0.9"`. */
  readonly name: string;
  readonly seeds: readonly GainNetworks[];
}

/** The networks by name, with where their gradients are. */
const networks = [["tanh network", "tanh"], ["linear network", "linear"]] as const;

const lag = { name: "lag", label: "lag k", unit: "steps" };
const gainColumn = { name: "gain", label: "gain of W_hh" };
const theoryColumn = { name: "theory", label: "g^k" };

/** Records how the gain of W_hh = g Q decides: gradients and Jacobian products by lag, against g^k. */
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

function recordGradients(context: Context, gains: readonly Gain[]): void {
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const table = "gradient-by-gain";
  context.table({
    id: table,
    title: "Gradient with respect to the hidden state by lag and gain",
    columns: [
      { name: "network", label: "network" },
      gainColumn,
      lag,
      ...curveColumns({ label: "norm of ∂L/∂h_(T-k) over that at lag 0" }, geometric),
      theoryColumn,
    ],
    rows: gains.flatMap(({ gain, name, seeds }) =>
      networks.flatMap(([network, kind]) =>
        curveRows(lags, seeds.map((seed) => seed[kind]), [network, name])
          .map((row, k) => [...row, power(gain, k)])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "The gradient by lag, for several gains",
    caption:
      "Without tanh the gradient follows g^k (dashed); with tanh it is compared with the same " +
      `lines. ‖∂L/∂h_(T-k)‖ relative to lag 0 for W_hh = g Q with Q orthogonal, T = ${T}. ` +
      `Geometric mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals.`,
    alt: `Two charts, of the tanh and of the linear network: the norm against lag from 0 to ${T} ` +
      `steps on a log axis, a line with a band for each of ${gains.length} gains, and a dashed ` +
      "straight line for g^k.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "relative norm of ∂L/∂h", scale: "log" },
    series: gains.map(({ name }) => name),
    seriesLabel: gainColumn.label,
    facet: "network",
    layers: [
      { mark: "line", table, x: "lag", y: "theory", series: "gain", role: "theory", label: "g^k" },
      ...curveLayers(table, "lag", "gain"),
    ],
  });
}

function recordSingularValues(context: Context, gains: readonly Gain[]): void {
  const T = longest(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const table = "singular-values-by-gain";
  context.table({
    id: table,
    title: "Singular values of the Jacobian product by lag and gain, tanh network",
    columns: [
      gainColumn,
      { name: "rank", label: "singular value" },
      lag,
      ...curveColumns({ label: "singular value of ∂h_T/∂h_(T-k)" }, geometric),
      theoryColumn,
    ],
    rows: gains.flatMap(({ gain, name, seeds }) =>
      rankedRows(lags, seeds.map((seed) => seed.singularValues), [name])
        // Once for each lag, since the theory is the same for all ranks.
        .map((row, i) => [...row, i < lags.length ? power(gain, i) : null])
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Singular values of the Jacobian product, for several gains",
    caption: "Without tanh all singular values lie at g^k (dashed), their bound with tanh. " +
      "Singular values of ∂h_T/∂h_(T-k) in the tanh network with " +
      `W_hh = g Q, T = ${T}. Geometric mean over ${context.seeds.length} seeds; bands: pointwise ` +
      "95 % intervals.",
    alt: `A chart for each of ${gains.length} gains: the largest singular value, the upper ` +
      "quartile, the median and the lower quartile against lag on a log axis, with bands, and a " +
      "dashed straight line for g^k.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "singular value", scale: "log" },
    series: rankNames,
    seriesLabel: "singular value",
    facet: "gain",
    layers: [
      { mark: "line", table, x: "lag", y: "theory", role: "theory", label: "g^k" },
      ...rankedLayers(table),
    ],
  });
}

function recordDecay(context: Context, gains: readonly Gain[]): void {
  const kinds = [
    { name: "gradient, tanh", of: (seed: GainNetworks) => seed.tanh },
    { name: "Jacobian product, tanh", of: (seed: GainNetworks) => seed.singularValues.largest },
    { name: "gradient, linear", of: (seed: GainNetworks) => seed.linear },
  ];
  context.table({
    id: "decay-by-gain",
    title: "Per-step decay factor, fitted over all lags, by gain of W_hh",
    columns: [
      { name: "gain", label: "gain g" },
      { name: "quantity", label: "norm of" },
      ...curveColumns({ label: "per-step decay factor" }, geometric),
    ],
    rows: gains.flatMap(({ gain, seeds }) =>
      kinds.map(({ name, of }): Cell[] => [
        gain,
        name,
        seeds.map((seed) => fitDecay(of(seed)).rate),
      ])
    ),
  });
}

/** g^k, or `null` where it is too large for a number. */
function power(gain: number, lag: number): number | null {
  const value = gain ** lag;
  return Number.isFinite(value) ? value : null;
}
