import { fitDecay } from "../../analysis/decay.ts";
import { estimate } from "../../analysis/estimate.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
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
      ...curveColumns({ label: "norm of ∂L/∂h_(T-k) over that at lag 0" }),
      theoryColumn,
    ],
    rows: gains.flatMap(({ gain, name, seeds }) =>
      networks.flatMap(([network, kind]) =>
        curveRows(lags, seeds.map((seed) => seed[kind]), {
          statistic: geometric,
          random: context.random("bootstrap", table, kind, gain),
        }, [network, name]).map((row, k) => [...row, power(gain, k)])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "The gradient by lag, for several gains",
    caption: `‖∂L/∂h_(T-k)‖ relative to lag 0 for W_hh = g Q with Q orthogonal, T = ${T}, with ` +
      `tanh and without. Dashed: g^k. Geometric mean over ${context.seeds.length} seeds; bands: ` +
      "95 % intervals.",
    alt: `Two charts, of the tanh and of the linear network: the norm against lag from 0 to ${T} ` +
      `steps on a log axis, a line with a band for each of ${gains.length} gains, and a dashed ` +
      "straight line for g^k.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "relative norm of ∂L/∂h", scale: "log" },
    series: gains.map(({ name }) => name),
    seriesLabel: gainColumn.label,
    facet: "network",
    layers: [
      { mark: "line", table, x: "lag", y: "theory", series: "gain", role: "theory" },
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
      ...curveColumns({ label: "singular value of ∂h_T/∂h_(T-k)" }),
      theoryColumn,
    ],
    rows: gains.flatMap(({ gain, name, seeds }) =>
      rankedRows(context, table, lags, seeds.map((seed) => seed.singularValues), [name])
        // Once for each lag, since the theory is the same for all ranks.
        .map((row, i) => [...row, i < lags.length ? power(gain, i) : null])
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Singular values of the Jacobian product, for several gains",
    caption: `Singular values of ∂h_T/∂h_(T-k) in the tanh network with W_hh = g Q, T = ${T}. ` +
      "Dashed: g^k, where all of them lie without the nonlinearity. Geometric mean over " +
      `${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: `A chart for each of ${gains.length} gains: the largest singular value, the upper ` +
      "quartile, the median and the lower quartile against lag on a log axis, with bands, and a " +
      "dashed straight line for g^k.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "singular value", scale: "log" },
    series: rankNames,
    seriesLabel: "singular value",
    facet: "gain",
    layers: [
      { mark: "line", table, x: "lag", y: "theory", role: "theory" },
      ...rankedLayers(table),
    ],
  });
}

function recordDecay(context: Context, gains: readonly Gain[]): void {
  const random = (what: string) => context.random("bootstrap", what);
  const rates = (gain: Gain, of: (seed: GainNetworks) => readonly number[]) =>
    gain.seeds.map((seed) => fitDecay(of(seed)).rate);
  const kinds = [
    { name: "gradient, tanh", of: (seed: GainNetworks) => seed.tanh },
    { name: "Jacobian product, tanh", of: (seed: GainNetworks) => seed.singularValues.largest },
    { name: "gradient, linear", of: (seed: GainNetworks) => seed.linear },
  ];
  context.table({
    id: "decay-by-gain",
    title: "Factor for each step back, fitted over all lags, by gain of W_hh",
    columns: [
      { name: "gain", label: "gain g" },
      { name: "quantity", label: "norm of" },
      ...curveColumns({ label: "factor for each step" }),
    ],
    rows: gains.flatMap((gain) =>
      kinds.map(({ name, of }): Cell[] => {
        const { value, low, high } = estimate(rates(gain, of), {
          statistic: geometric,
          random: random(`decay ${name} ${gain.gain}`),
        });
        return [gain.gain, name, value, low, high];
      })
    ),
  });

  const worst = context.seeds.map((_, i) =>
    gains.map(({ gain, seeds }) => fitDecay(seeds[i]?.linear ?? []).rate / gain)
      .reduce((a, b) => Math.abs(b - 1) > Math.abs(a - 1) ? b : a)
  );
  context.claim({
    id: "linear-theory",
    statement: "Without the nonlinearity, W_hh = g Q scales the gradient by g for each step back.",
    source: "linear algebra",
    measure: "fitted factor for each step back over g, at the gain where it is furthest from 1",
    estimate: estimate(worst, { random: random("linear-theory") }),
    threshold: { relation: "within", low: 0.999, high: 1.001 },
  });
  const [smallest] = gains;
  const largest = gains.at(-1);
  if (!smallest || !largest) return;
  const most = rates(largest, (seed) => seed.tanh);
  context.claim({
    id: "gain-decides",
    statement: `The gain of W_hh decides how far the gradient of a tanh network reaches: at ` +
      `g = ${largest.gain} more of it is left after each step back than at g = ${smallest.gain}.`,
    source: "Pascanu et al. (2013)",
    measure: "fitted factor for each step back at the largest gain over that at the smallest",
    estimate: estimate(
      rates(smallest, (seed) => seed.tanh).map((least, i) => (most[i] ?? NaN) / least),
      { statistic: geometric, random: random("gain-decides") },
    ),
    threshold: { relation: "above", value: 1 },
  });
}

/** g^k, or `null` where it is too large for a number. */
function power(gain: number, lag: number): number | null {
  const value = gain ** lag;
  return Number.isFinite(value) ? value : null;
}
