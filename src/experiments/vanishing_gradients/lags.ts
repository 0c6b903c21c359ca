import { estimate } from "../../analysis/estimate.ts";
import { fitDecay, lagAtFraction } from "../../analysis/decay.ts";
import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import { type DefaultNetwork, relative } from "./measure.ts";
import { type Context, longest } from "./parameters.ts";

const geometric = "geometric-mean";

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
  const ranks = [
    { name: "largest", place: 0 },
    { name: "upper quartile", place: Math.floor((H - 1) / 4) },
    { name: "median", place: Math.floor((H - 1) / 2) },
    { name: "lower quartile", place: Math.floor(3 * (H - 1) / 4) },
  ];
  context.table({
    id: "singular-values-by-lag",
    title: "Singular values of the Jacobian product by lag",
    columns: [
      { name: "rank", label: "singular value" },
      lag,
      ...curveColumns({ label: "singular value of ∂h_T/∂h_(T-k)" }),
    ],
    rows: ranks.flatMap(({ name, place }) => {
      const curves = networks.map((network) =>
        network.singularValues.map((values) => values[place] ?? 0)
      );
      const options = { statistic: geometric, random: random(`singular-values ${name}`) } as const;
      return curveRows(lags, curves, options, [name]);
    }),
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
    series: ranks.map(({ name }) => name),
    seriesLabel: "singular value",
    layers: [
      ...curveLayers("singular-values-by-lag", "lag", "rank"),
    ],
  });

  const rates = networks.map((network) => fitDecay(network.stateGradients).rate);
  context.metric({
    id: "gradient-decay",
    label: "factor by which the norm of ∂L/∂h changes for each step back",
    estimate: estimate(rates, { statistic: geometric, random: random("gradient-decay") }),
  });
  const spectralNorms = networks.map((network) => network.singularValues.map((of) => of[0] ?? 0));
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
    // The mean and not the geometric mean: it is the larger one, and a gradient may vanish to 0.
    estimate: estimate(gradients.map((norms) => norms.at(-1) ?? NaN), {
      random: random("gradient-vanishes"),
    }),
    threshold: { relation: "below", value: VANISHED },
  });
  // A gradient that never falls so far counts with the longest lag, a lower bound of its own.
  const reached = gradients.map((norms) => lagAtFraction(norms, VANISHED) ?? T);
  context.claim({
    id: "fifteen-to-twenty",
    statement: "RNNs suffer from vanishing gradients for sequences longer than 15 to 20 steps.",
    source: "the notebook's summary",
    measure: "lag at which the norm of ∂L/∂h_(T-k) has fallen to a tenth",
    unit: "steps",
    estimate: estimate(reached, { random: random("fifteen-to-twenty") }),
    threshold: { relation: "within", low: 15, high: 20 },
  });
}
