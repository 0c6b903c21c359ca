import { relative } from "../ratios.ts";
import { geometricMean } from "../../statistics/descriptive.ts";
import type { DefaultNetwork, LengthGradients } from "./networks.ts";
import { type Context, sortedLengths } from "./parameters.ts";

const matrices = ["W_ih", "W_hh", "W_ho"] as const;
const geometric = "geometric-mean";
const NEW_SEQUENCES = "W_hh, new sequences";

/** The ratio below which the notebook's rule calls a gradient vanished (line 488). */
const NOTEBOOK_RULE = 0.1;

const length = { name: "length", label: "sequence length T", unit: "steps" };
const matrix = { name: "matrix", label: "weight matrix" };

/**
 * Records the notebook's measures: loss and gradients of the weight matrices by sequence length,
 * and the outcome of the notebook's rule.
 *
 * @param context The run.
 * @param networks The networks of all seeds.
 */
export function recordLengths(context: Context, networks: readonly DefaultNetwork[]): void {
  const lengths = sortedLengths(context);
  const [shortest = 0] = lengths;
  const longest = lengths.at(-1) ?? 0;
  recordNorms(context, networks);
  recordNeighbours(context, networks);
  recordLoss(context, networks);

  const ends = (curve: readonly number[]) => (curve.at(-1) ?? NaN) / (curve[0] ?? NaN);
  const alike = curvesOf(networks, (of) => of.W_hh);
  const fresh = networks.map(({ newSequences }) => geometricMean(newSequences.map(ends)));
  const drawn = networks.map(({ newSequences: [first = []] }) => ends(first));
  const between =
    `norm of the gradient of W_hh at length ${longest} over that at length ${shortest}`;
  const ratios: readonly [string, string, readonly number[]][] = [
    ["weight-gradient-ratio", `${between}, the same end and target`, alike.map(ends)],
    ["new-sequences-ratio", `${between}, with new sequences and targets`, fresh],
    [
      "one-draw-ratio",
      `${between}, with one new sequence and target for each length, as in the notebook's code`,
      drawn,
    ],
  ];
  for (const [id, label, values] of ratios) {
    context.metric({ id, label, statistic: geometric, values });
  }
  context.metric({
    id: "rule-detects",
    label:
      `share of networks in which the notebook's rule, with its new sequence at each length, ` +
      "reports a vanishing gradient",
    statistic: "share",
    values: drawn.map((ratio) => Number(ratio < NOTEBOOK_RULE)),
  });
}

/** Returns curves by length from values of shape [seed][length]. */
function curvesOf(
  networks: readonly DefaultNetwork[],
  of: (gradients: LengthGradients) => number,
): number[][] {
  return networks.map((network) => network.byLength.map(of));
}

/** Records the norms of the gradients of weights by length, and relative to the shortest length. */
function recordNorms(context: Context, networks: readonly DefaultNetwork[]): void {
  const lengths = sortedLengths(context);
  const [shortest = 0] = lengths;
  context.curves({
    id: "weight-gradients",
    title: "Norm of the gradient of each weight matrix by sequence length",
    names: [matrix],
    x: { ...length, values: lengths },
    value: { label: "norm of the gradient", statistic: geometric },
    curves: matrices.map((name) => ({
      names: [name],
      values: curvesOf(networks, (of) => of[name]),
    })),
  });
  const redrawn = networks.map(({ newSequences }) => {
    const curves = newSequences.map(relative);
    return lengths.map((_, i) => geometricMean(curves.map((curve) => curve[i] ?? NaN)));
  });
  context.curves({
    id: "weight-gradients-to-shortest",
    title: `Norm of the gradient at a length over that at ${shortest} steps, in the same network`,
    names: [matrix],
    x: { ...length, values: lengths },
    value: { label: "ratio of norms", statistic: geometric },
    curves: [
      ...matrices.map((name) => ({
        names: [name],
        values: curvesOf(networks, (of) => of[name]).map(relative),
      })),
      { names: [NEW_SEQUENCES], values: redrawn },
    ],
    figure: {
      title: "Gradients of the weights by sequence length",
      caption:
        "The notebook's rule looks for a fall to a tenth as the sequence gets longer. Frobenius norm " +
        `of the gradient of the loss on the last step over that at ${shortest} steps, paired within ` +
        "networks. Sequences of a network end alike, with the same target; in " +
        `“${NEW_SEQUENCES}” each length has sequences and targets of its own, as in the notebook ` +
        `(${context.parameters.draws} draws a network). Geometric mean over ${networks.length} ` +
        "seeds; bands: pointwise 95 % intervals.",
      alt: "Four lines, one for each weight matrix and one for new sequences, of the ratio of " +
        `gradient norms against sequence length from ${shortest} to ${
          lengths.at(-1)
        } steps, with ` +
        "bands and a rule at 1.",
      y: { label: `norm over that at ${shortest} steps`, scale: "linear" },
      series: { column: "matrix", label: "gradient of" },
      under: [{ mark: "rule", axis: "y", value: 1, label: "no change" }],
    },
  });
}

/** Records the ratios of the norms at neighbouring lengths: the notebook's decay pattern. */
function recordNeighbours(context: Context, networks: readonly DefaultNetwork[]): void {
  const lengths = sortedLengths(context);
  const toPrevious = (curve: readonly number[]) =>
    curve.slice(1).map((norm, i) => norm / (curve[i] ?? NaN));
  context.curves({
    id: "weight-gradient-ratios",
    title: "Norm of the gradient at a length over that at the length before",
    names: [matrix],
    x: { ...length, values: lengths.slice(1) },
    value: { label: "ratio to the length before", statistic: geometric },
    curves: matrices.map((name) => ({
      names: [name],
      values: curvesOf(networks, (of) => of[name]).map(toPrevious),
    })),
    figure: {
      title: "From one length to the next",
      caption: "At 1 a longer sequence changes nothing. Ratio of the " +
        "gradient's norm at a length to that at the length before, the notebook's “Gradient " +
        `Decay Pattern”. Geometric mean over ${networks.length} seeds; bands: pointwise 95 % ` +
        "intervals.",
      alt: "Three lines, one for each weight matrix, of the ratio of gradient norms between " +
        `neighbouring lengths up to ${lengths.at(-1)} steps, with a rule at 1.`,
      series: { column: "matrix", label: "gradient of" },
      under: [{ mark: "rule", axis: "y", value: 1, label: "no change" }],
    },
  });
}

/** Records the loss by length. */
function recordLoss(context: Context, networks: readonly DefaultNetwork[]): void {
  const lengths = sortedLengths(context);
  const [shortest = 0] = lengths;
  context.curves({
    id: "loss",
    title: `Loss by sequence length over that at ${shortest} steps, in the same network`,
    x: { ...length, values: lengths },
    value: { label: "ratio of mean squared errors", statistic: geometric },
    curves: [{ values: curvesOf(networks, (of) => of.loss).map(relative) }],
    figure: {
      title: "Loss by sequence length",
      caption: "At 1 the loss is as large as in the shortest sequence. Mean squared error " +
        `of the last output against a normal target over that at ${shortest} steps, paired within ` +
        `networks. Geometric mean over ${networks.length} seeds; band: pointwise 95 % interval.`,
      alt: `A line of the ratio of losses against sequence length from ${shortest} to ` +
        `${lengths.at(-1)} steps, with a band and a rule at 1.`,
      y: { label: `loss over that at ${shortest} steps`, scale: "linear" },
      under: [{ mark: "rule", axis: "y", value: 1, label: "no change" }],
    },
  });
}
