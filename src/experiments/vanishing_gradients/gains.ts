import { estimate } from "../../analysis/estimate.ts";
import { fitDecay } from "../../analysis/decay.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import type { GainNetworks } from "./measure.ts";
import { type Context, longest, sortedGains } from "./parameters.ts";

const geometric = "geometric-mean";
const networks = ["tanh network", "linear network"] as const;

/**
 * Records how the gain of W_hh decides: Jacobian norms by lag for W_hh = g Q against g^k, and the
 * bound that holds where the largest singular value is below 1.
 */
export function recordGains(
  context: Context,
  measured: readonly (readonly GainNetworks[])[],
  contractions: readonly (readonly number[])[],
): void {
  recordOrthogonal(context, measured);
  recordBound(context, contractions);
}

function recordOrthogonal(context: Context, measured: readonly (readonly GainNetworks[])[]): void {
  const T = longest(context);
  const gains = sortedGains(context);
  const lags = Array.from({ length: T + 1 }, (_, k) => k);
  const n = measured.length;
  const lag = { name: "lag", label: "lag k", unit: "steps" };
  const name = (gain: number) => `g = ${gain}`;
  const curves = (i: number, of: "tanh" | "linear") => measured.map((seed) => seed[i]?.[of] ?? []);
  const random = (what: string) => context.random("bootstrap", what);

  const rows: Cell[][] = gains.flatMap((gain, i) =>
    networks.flatMap((network) => {
      const kind = network === "tanh network" ? "tanh" : "linear";
      const options = { statistic: geometric, random: random(`gains ${kind} ${gain}`) } as const;
      return curveRows(lags, curves(i, kind), options, [network, name(gain)])
        .map((row, k) => [...row, gain ** k]);
    })
  );
  context.table({
    id: "jacobian-by-gain",
    title: "Norm of the Jacobian product by lag and gain",
    columns: [
      { name: "network", label: "network" },
      { name: "gain", label: "gain of W_hh" },
      lag,
      ...curveColumns({ label: "norm of ∂h_T/∂h_(T-k)" }),
      { name: "theory", label: "g^k" },
    ],
    rows,
  });
  context.figure({
    id: "jacobian-by-gain",
    kind: "chart",
    title: "Jacobian products by gain",
    caption:
      `Norm of ∂h_T/∂h_(T-k) for W_hh = g Q with Q orthogonal, T = ${T}, with tanh and without. ` +
      "Dashed: g^k, the theory of the linear network and the bound of the tanh network. " +
      `Geometric mean over ${n} seeds; bands: 95 % intervals.`,
    alt: `Two charts, of the tanh and of the linear network: the norm against lag from 0 to ${T} ` +
      `steps on a log axis, a line with a band for each gain from ${gains[0]} to ${
        gains.at(-1)
      }, ` +
      "and a dashed straight line for g^k.",
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "norm of the Jacobian product", scale: "log" },
    series: gains.map(name),
    seriesLabel: "gain of W_hh",
    facet: "network",
    layers: [
      {
        mark: "line",
        table: "jacobian-by-gain",
        x: "lag",
        y: "theory",
        series: "gain",
        role: "theory",
      },
      ...curveLayers("jacobian-by-gain", "lag", "gain"),
    ],
  });

  context.table({
    id: "decay-by-gain",
    title: "Factor by which the norm changes for each step back, by gain of W_hh",
    columns: [
      { name: "gain", label: "gain g" },
      ...curveColumns({ label: "tanh network" }),
      { name: "linear", label: "linear network" },
    ],
    rows: gains.map((gain, i) => {
      const rates = (kind: "tanh" | "linear") =>
        curves(i, kind).map((norms) => fitDecay(norms).rate);
      const tanh = estimate(rates("tanh"), {
        statistic: geometric,
        random: random(`decay ${gain}`),
      });
      const linear = rates("linear").reduce((sum, rate) => sum + rate, 0) / n;
      return [gain, tanh.value, tanh.low, tanh.high, linear];
    }),
  });

  const deviations = measured.map((seed) =>
    Math.max(
      ...seed.flatMap(({ gain, linear }) =>
        linear.map((norm, k) => Math.abs(norm / gain ** k - 1))
      ),
    )
  );
  context.claim({
    id: "linear-theory",
    statement: "Without the nonlinearity, W_hh = g Q scales the gradient by g for each step back.",
    source: "linear algebra",
    measure:
      "largest deviation of the measured norm from g^k, relative to g^k, over lags and gains",
    estimate: estimate(deviations, { random: random("linear-theory") }),
    threshold: { relation: "below", value: 1e-3 },
  });
}

function recordBound(context: Context, logNorms: readonly (readonly number[])[]): void {
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
    statement: "Where the largest singular value of W_hh is below 1, the gradient vanishes: the " +
      "norm of the Jacobian product stays below sigma_1^k.",
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
