import { recordTheoryClaims } from "./theory_claims.ts";
import { edge } from "./theory_claims.ts";
import { curveLayers } from "../../harness/seed_figures.ts";
import { geometric } from "./lags.ts";
import type { DefaultNetwork } from "./networks.ts";
import { type Context, inputVariances, theoryGains, widths } from "./parameters.ts";
import { factorOf, type Prediction, type Width, type WidthFactors } from "./wide_networks.ts";
import { linearRegression } from "simple-statistics";

const unitsColumn = { name: "units", label: "units N" };
const gainColumn = { name: "gain", label: "gain g" };
const varianceColumn = { name: "variance", label: "variance of an input" };
const factor = { label: "per-step factor", statistic: geometric } as const;
const theoryColumn = { name: "theory", label: "per-step factor of the theory" };

/** Returns the name of the series of a width. */
const named = (units: number) => `N = ${units}`;

/**
 * Records how the mean-field theory of wide networks compares with measured gradients, over gains,
 * input variances and widths.
 *
 * @param context The run.
 * @param predicted The prediction of the theory for each width.
 * @param measured The measured factors, of shape [seed][width].
 * @param networks The networks of all seeds at the default initialisation.
 */
export function recordTheory(
  context: Context,
  predicted: readonly Prediction[],
  measured: readonly (readonly Width[])[],
  networks: readonly DefaultNetwork[],
): void {
  recordGains(context, predicted, measured);
  recordVariances(context, predicted, measured);
  recordDeviations(context, measured);
  recordRatios(context, predicted, measured);
  recordNumbers(context, predicted, measured);
  recordTheoryClaims(context, predicted, measured, networks);
}

/** Returns the largest width. */
function widest(context: Context): number {
  return widths(context).at(-1) ?? 0;
}

/** Adds nine points between each value and the next. */
function spread(
  values: readonly number[],
  between: (from: number, to: number, share: number) => number,
): number[] {
  const [first] = values;
  const rest = values.slice(1).flatMap((to, i) => {
    const from = values[i] ?? NaN;
    return Array.from({ length: 10 }, (_, j) => j === 9 ? to : between(from, to, (j + 1) / 10));
  });
  return first === undefined ? rest : [first, ...rest];
}

/** Returns the curves of one width, of shape [seed][point]. */
function curves(
  measured: readonly (readonly Width[])[],
  width: number,
  of: (factors: WidthFactors) => readonly number[],
): number[][] {
  return measured.map((seed) => {
    const one = seed[width];
    return one ? [...of(one.measured)] : [];
  });
}

/** Records measured and predicted factors by gain. */
function recordGains(
  context: Context,
  predicted: readonly Prediction[],
  measured: readonly (readonly Width[])[],
): void {
  const gains = theoryGains(context);
  const crossing = edge(gains, predicted.at(-1)?.byGain ?? []);
  const table = "factor-by-gain";
  context.curves({
    id: table,
    title: "Per-step factor of the gradient by gain and width",
    names: [unitsColumn],
    x: { ...gainColumn, values: gains },
    value: factor,
    more: [theoryColumn],
    curves: widths(context).map((units, w) => ({
      names: [named(units)],
      values: curves(measured, w, ({ byGain }) => byGain),
      more: [gains.map((_, i) => predicted[w]?.byGain[i] ?? null)],
    })),
  });
  const curve = "theory-by-gain";
  const between = spread(gains, (from, to, share) => from + (to - from) * share);
  context.table({
    id: curve,
    title: "Per-step factor of the theory by gain",
    columns: [gainColumn, theoryColumn],
    rows: between.map((gain) => [gain, factorOf(context, widest(context), gain, 1)]),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "The factor by gain, and the theory",
    caption: "Compare the measured factors with the theory of wide networks (dashed), and where " +
      "each crosses 1: below it gradients vanish, above it they explode" +
      (crossing === null ? "" : `; the theory crosses it at a gain of ${crossing.toFixed(2)}`) +
      ". Glorot-uniform W_hh " +
      `times the gain, inputs of variance 1. Geometric mean over ${measured.length} seeds; ` +
      "bands: pointwise 95 % intervals.",
    alt:
      "Lines of the per-step factor against the gain, one for each width, with bands, a dashed " +
      "line for the theory and a rule at 1.",
    x: { label: "gain of W_hh", scale: "linear" },
    y: { label: "per-step factor", scale: "linear" },
    series: widths(context).map(named),
    seriesLabel: "units",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "neither vanishes nor explodes" },
      ...curveLayers(table, "gain", "units"),
      {
        mark: "line",
        table: curve,
        x: "gain",
        y: "theory",
        role: "theory",
        label: "mean-field theory",
      },
    ],
  });
}

/** Records measured and predicted factors by the variance of the inputs. */
function recordVariances(
  context: Context,
  predicted: readonly Prediction[],
  measured: readonly (readonly Width[])[],
): void {
  const variances = inputVariances(context);
  const table = "factor-by-variance";
  context.curves({
    id: table,
    title: "Per-step factor of the gradient by the inputs' variance and width",
    names: [unitsColumn],
    x: { ...varianceColumn, values: variances },
    value: factor,
    more: [theoryColumn],
    curves: widths(context).map((units, w) => ({
      names: [named(units)],
      values: curves(measured, w, ({ byVariance }) => byVariance),
      more: [variances.map((_, i) => predicted[w]?.byVariance[i] ?? null)],
    })),
  });
  const curve = "theory-by-variance";
  const between = spread(variances, (from, to, share) => from * (to / from) ** share);
  context.table({
    id: curve,
    title: "Per-step factor of the theory by the inputs' variance",
    columns: [varianceColumn, theoryColumn],
    rows: between.map((variance) => [variance, factorOf(context, widest(context), 1, variance)]),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "The factor by the inputs' variance, and the theory",
    caption: "Larger inputs saturate tanh, so gradients vanish faster with the same weights; " +
      "dashed: the theory. Glorot-uniform weights, gain 1. Geometric mean over " +
      `${measured.length} seeds; bands: pointwise 95 % intervals.`,
    alt: "Lines of the per-step factor against the variance of an input on a log axis, one for " +
      "each width, with bands, and a dashed line for the theory.",
    x: { label: "variance of an input", scale: "log" },
    y: { label: "per-step factor", scale: "linear" },
    series: widths(context).map(named),
    seriesLabel: "units",
    layers: [
      ...curveLayers(table, "variance", "units"),
      {
        mark: "line",
        table: curve,
        x: "variance",
        y: "theory",
        role: "theory",
        label: "mean-field theory",
      },
    ],
  });
}

/** Records the deviation from the theory by width. */
function recordDeviations(context: Context, measured: readonly (readonly Width[])[]): void {
  const deviations = measured.map((seed) => seed.map(({ deviation }) => deviation));
  if (widths(context).length > 1) {
    context.metric({
      id: "deviation-exponent",
      label: "power of the width with which the deviation from the theory goes",
      values: measured.map((seed) =>
        linearRegression(
          seed.map(({ units, deviation }) => [Math.log(units), Math.log(deviation)]),
        ).m
      ),
    });
  }
  context.curves({
    id: "deviation-by-width",
    title: "Deviation of the per-step factor from the theory by width",
    x: { ...unitsColumn, values: widths(context) },
    value: { label: "root mean square of ln(measured/theory)", statistic: geometric },
    curves: [{ values: deviations }],
    figure: {
      title: "The deviation from the theory by width",
      caption: "A line that falls is a deviation that disappears with the width. " +
        `Root mean square of ln(measured/theory) over the gains ${
          theoryGains(context).join(", ")
        }, ` +
        `of one network a seed. Geometric mean over ${measured.length} seeds; band: pointwise 95 % interval.`,
      alt:
        "A line of the deviation against the units of the network, both on log axes, with a band.",
      x: { scale: "log" },
      y: { label: "deviation of ln(factor)", scale: "log" },
    },
  });
}

/** Records the ratio of measured to predicted factors by gain. */
function recordRatios(
  context: Context,
  predicted: readonly Prediction[],
  measured: readonly (readonly Width[])[],
): void {
  const gains = theoryGains(context);
  context.curves({
    id: "ratio-by-gain",
    title: "Measured per-step factor over that of the theory by gain and width",
    names: [unitsColumn],
    x: { ...gainColumn, values: gains },
    value: { label: "measured over theory", statistic: geometric },
    curves: predicted.map(({ units, byGain: expected }, w) => ({
      names: [named(units)],
      values: curves(
        measured,
        w,
        ({ byGain }) => byGain.map((factor, i) => factor / (expected[i] ?? NaN)),
      ),
    })),
    figure: {
      title: "Measured over theory, by gain and width",
      caption:
        "Below 1 the gradient decays faster, or grows more slowly, than the theory predicts. " +
        `Geometric mean over ${measured.length} seeds; bands: pointwise 95 % intervals. For ` +
        `N = ${context.parameters.hiddenSize} each seed has ${context.parameters.repeats} networks, ` +
        "for other widths one.",
      alt: "Lines of the ratio against the gain, one for each width, with bands and a rule at 1.",
      x: { label: "gain of W_hh" },
      y: { label: "measured factor over theory", scale: "linear" },
      series: { column: "units", label: "units" },
      under: [{ mark: "rule", axis: "y", value: 1, label: "as the theory predicts" }],
    },
  });
}

/** Records the metrics of the theory that the page cites. */
function recordNumbers(
  context: Context,
  predicted: readonly Prediction[],
  measured: readonly (readonly Width[])[],
): void {
  const { hiddenSize } = context.parameters;
  const narrow = measured.flatMap((seed) => seed.filter(({ units }) => units === hiddenSize));
  context.metric({
    id: "theory-factor",
    label: "per-step factor that the mean-field theory predicts",
    labels: ["theory"],
    values: predicted.flatMap(({ units, plain }) => units === hiddenSize ? [plain] : []),
  });
  context.metric({
    id: "largest-gain",
    label: "the largest gain at which the theory is compared",
    labels: ["gain"],
    values: theoryGains(context).slice(-1),
  });
  const [expected] = predicted.filter(({ units }) => units === hiddenSize);
  context.metric({
    id: "ratio-at-largest-gain",
    label: "measured per-step factor over that of the theory at the largest gain",
    statistic: geometric,
    values: narrow.map(({ measured: { byGain } }) =>
      (byGain.at(-1) ?? NaN) / (expected?.byGain.at(-1) ?? NaN)
    ),
  });
  context.metric({
    id: "measured-factor",
    label: "per-step factor of the norm of ∂L/∂h, after the warm-up",
    statistic: geometric,
    values: narrow.map(({ measured }) => measured.plain),
  });
  context.metric({
    id: "factor-from-states",
    label: "per-step factor of the theory with the mean of tanh′² over the network's own states",
    statistic: geometric,
    values: narrow.map(({ measured }) => measured.fromStates),
  });
}
