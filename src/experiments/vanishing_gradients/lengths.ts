import { estimate } from "../../analysis/estimate.ts";
import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import type { DefaultNetwork, LengthGradients } from "./measure.ts";
import { type Context, sortedLengths } from "./parameters.ts";

const matrices = ["W_ih", "W_hh", "W_ho"] as const;

/**
 * Records what the notebook looked at: loss and gradients of the weight matrices by sequence
 * length, and whether the gradient of W_hh shows that early steps have vanished.
 */
export function recordLengths(context: Context, networks: readonly DefaultNetwork[]): void {
  const lengths = sortedLengths(context);
  const [shortest = 0, second = 0] = lengths;
  const longest = lengths.at(-1) ?? 0;
  const random = (name: string) => context.random("bootstrap", name);
  const curves = (of: (gradients: LengthGradients) => number) =>
    networks.map((network) => network.byLength.map(of));
  const ratios = (curve: readonly number[]) =>
    curve.slice(1).map((norm, i) => norm / (curve[i] ?? NaN));
  const length = { name: "length", label: "sequence length T", unit: "steps" };
  const matrix = { name: "matrix", label: "weight matrix" };
  const geometric = "geometric-mean";

  context.table({
    id: "weight-gradients",
    title: "Norm of the gradient of each weight matrix by sequence length",
    columns: [matrix, length, ...curveColumns({ label: "norm of the gradient" })],
    rows: matrices.flatMap((name) =>
      curveRows(lengths, curves((of) => of[name]), {
        statistic: geometric,
        random: random(`weight-gradients ${name}`),
      }, [name])
    ),
  });
  context.figure({
    id: "weight-gradients",
    kind: "chart",
    title: "Gradients of the weights by sequence length",
    caption: "Frobenius norm of the gradient of the loss on the last step. Geometric mean over " +
      `${networks.length} seeds; bands: 95 % intervals.`,
    alt: "Three lines, one for each weight matrix, of gradient norm against sequence length from " +
      `${shortest} to ${longest} steps, with bands.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "norm of the gradient", scale: "log" },
    series: matrices,
    seriesLabel: "gradient of",
    layers: [
      ...curveLayers("weight-gradients", "length", "matrix"),
    ],
  });

  context.table({
    id: "weight-gradient-ratios",
    title: "Norm of the gradient at a length over that at the length before",
    columns: [matrix, length, ...curveColumns({ label: "ratio to the length before" })],
    rows: matrices.flatMap((name) =>
      curveRows(lengths.slice(1), curves((of) => of[name]).map(ratios), {
        statistic: geometric,
        random: random(`weight-gradient-ratios ${name}`),
      }, [name])
    ),
  });
  context.figure({
    id: "weight-gradient-ratios",
    kind: "chart",
    title: "From one length to the next",
    caption:
      "Ratio of the gradient's norm at a length to that at the length before; 1 means that " +
      `longer sequences change nothing. Geometric mean over ${networks.length} seeds; bands: 95 % intervals.`,
    alt: "Three lines, one for each weight matrix, of the ratio of gradient norms between " +
      `neighbouring lengths from ${second} to ${longest} steps, with a rule at 1.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "ratio to the length before", scale: "linear" },
    series: matrices,
    seriesLabel: "gradient of",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "no change" },
      ...curveLayers("weight-gradient-ratios", "length", "matrix"),
    ],
  });

  context.table({
    id: "loss",
    title: "Loss by sequence length",
    columns: [length, ...curveColumns({ label: "mean squared error" })],
    rows: curveRows(lengths, curves((of) => of.loss), { random: random("loss") }),
  });
  context.figure({
    id: "loss",
    kind: "chart",
    title: "Loss by sequence length",
    caption: "Mean squared error of the untrained network's last output against a normal target. " +
      `Mean over ${networks.length} seeds; band: 95 % interval.`,
    alt:
      `A line of the loss against sequence length from ${shortest} to ${longest} steps, with a band.`,
    x: { label: length.label, unit: length.unit, scale: "linear" },
    y: { label: "mean squared error", scale: "linear" },
    layers: [
      ...curveLayers("loss", "length"),
    ],
  });

  const shares = curves((of) => of.W_hh).map((curve) => (curve.at(-1) ?? NaN) / (curve[0] ?? NaN));
  context.claim({
    id: "weight-gradient",
    statement: `The gradient of W_hh shows the vanishing: at length ${longest} its norm is below ` +
      `a tenth of that at length ${shortest}.`,
    source: "the notebook's own measure",
    measure: `norm of the gradient of W_hh at length ${longest} over that at length ${shortest}`,
    estimate: estimate(shares, { statistic: geometric, random: random("weight-gradient") }),
    threshold: { relation: "below", value: 0.1 },
  });
}
