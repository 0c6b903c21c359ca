import type { Measured } from "./record_survival.ts";
import { type Context, SEPARATE, type WeightKind } from "./parameters.ts";

/** The two quantities that are drawn by bias. */
const quantities = ["correlation of norms", "share kept over the sequence"] as const;

/**
 * Records whether the correlation of norms, which the notebook reports as memory retention, follows
 * the retention of forget gates.
 */
export function recordRetention(context: Context, kinds: readonly Measured[]): void {
  const { forgetBias, closedBias, openBias } = context.parameters;
  const byBias = kinds.flatMap(({ weights, bias, seeds }): OfBias[] =>
    weights === "joint" && bias !== null ? [{ bias, seeds }] : []
  );
  recordCurves(context, byBias);
  recordClaim(context, kinds, { name: "without-memory", more: forgetBias, less: closedBias });
  recordClaim(context, kinds, { name: "with-memory", more: openBias, less: forgetBias });
  for (const bias of [closedBias, openBias]) {
    const seeds = byBias.find((kind) => kind.bias === bias)?.seeds ?? [];
    const name = bias === closedBias ? "closed" : "open";
    context.metric({
      id: `kept-${name}`,
      label: `share of a cell value that forget gates with a bias of ${bias} keep in a step`,
      statistic: "geometric-mean",
      values: seeds.map(({ patterns }) => patterns.kept),
    });
    context.metric({
      id: `correlation-${name}`,
      label: `correlation over time of the norms with a bias of ${bias}, before training`,
      values: seeds.map(({ correlation }) => correlation),
    });
  }
}

/** The networks with the notebook's weights and one bias of the forget gates. */
interface OfBias {
  readonly bias: number;
  readonly seeds: Measured["seeds"];
}

/** Records the correlation of norms and the share that is kept, by bias. */
function recordCurves(context: Context, byBias: readonly OfBias[]): void {
  const { length } = context.parameters;
  const curves = (of: Of) =>
    context.seeds.map((_, i) => byBias.map(({ seeds }) => seeds[i] ? of(seeds[i]) : NaN));
  context.curves({
    id: "retention",
    title: "Correlation of norms, and what forget gates keep over a sequence, by their bias",
    names: [{ name: "quantity", label: "quantity" }],
    x: {
      name: "bias",
      label: "bias of the forget gates b",
      values: byBias.map(({ bias }) => bias),
    },
    value: { label: "correlation, or share" },
    curves: [
      { names: [quantities[0]], values: curves(({ correlation }) => correlation) },
      { names: [quantities[1]], values: curves(({ patterns }) => patterns.kept ** length) },
    ],
    figure: {
      title: "Does the correlation of norms measure memory?",
      caption:
        "If it did, both lines would rise together. Correlation over time of ‖h_t‖ and ‖c_t‖ " +
        `and share of a cell value that the forget gates keep over ${length} steps, against their ` +
        "bias; the notebook's sequences, before training, all from the same weights. Mean over " +
        `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt:
        "Two lines with bands against the bias of the forget gates: the correlation of norms, and " +
        "the share of a cell value that is kept over a sequence.",
      series: "quantity",
    },
  });
}

/** A measure of a network of one seed. */
type Of = (seed: Measured["seeds"][number]) => number;

/** Records the claim that compares the correlation of norms at two biases. */
function recordClaim(
  context: Context,
  kinds: readonly Measured[],
  { name, more, less }: { readonly name: string; readonly more: number; readonly less: number },
): void {
  const norms: Of = ({ correlation }) => correlation;
  const at = (bias: number, of: Of, weights: WeightKind) =>
    (kinds.find((kind) => kind.bias === bias && kind.weights === weights)?.seeds ?? []).map(of);
  const differences = (of = norms, weights: WeightKind = "joint") => {
    const other = at(less, of, weights);
    return at(more, of, weights).map((value, i) => value - (other[i] ?? NaN));
  };
  const inZ = differences(({ correlation }) => Math.atanh(correlation));
  // Fisher's z of a correlation of 1 is infinite, for example over two steps.
  const hasZ = inZ.every(Number.isFinite);
  if (hasZ) {
    context.metric({
      id: `z-${name}`,
      label: `correlation of norms in Fisher's z with a bias of ${more}, less that with ${less}`,
      values: inZ,
    });
  }
  context.claim(`retention-${name}`, {
    values: differences(),
    parts: {
      [`b = ${more}`]: at(more, norms, "joint"),
      [`b = ${less}`]: at(less, norms, "joint"),
    },
    alternatives: [
      {
        name: "the first sequence alone, as the notebook takes it",
        values: differences(({ firstCorrelation }) => firstCorrelation),
      },
      { name: SEPARATE, values: differences(norms, "separate") },
      ...hasZ ? [{ name: "in Fisher's z, atanh of each network's correlation", values: inZ }] : [],
    ],
  });
}
