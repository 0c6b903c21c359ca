import {
  bestOf,
  gateNames,
  type GateSummary,
  variation,
  type WeightGradients,
} from "./sections.ts";
import {
  type Context,
  flowLengths,
  type NetworkKey,
  networkKeys,
  sources,
  VANISHED,
  weightLengths,
} from "./parameters.ts";
import { JOINT_LIMIT, NotebookNetwork } from "./networks.ts";

/** Converts booleans to the values of a share: 1 for `true`, 0 for `false`. */
export function share(values: readonly boolean[]): number[] {
  return values.map(Number);
}

/** Computes the ratio by which section 2 decides whether the gradient vanishes (line 480). */
export function decayRate({ byLength }: WeightGradients): number {
  return (byLength.at(-1)?.W_hh ?? NaN) / (byLength[0]?.W_hh ?? NaN);
}

/** Returns whether the gradient of W_hh is below the notebook's limit at every length above 20. */
export function vanishesBeyond20({ byLength }: WeightGradients): boolean {
  const first = byLength[0]?.W_hh ?? NaN;
  return byLength.every(({ W_hh }, i) => (weightLengths[i] ?? 0) <= 20 || W_hh / first < VANISHED);
}

const matrices = ["W_ih", "W_hh", "W_ho"] as const;

/** Records section 2. */
export function recordWeights(context: Context, found: readonly WeightGradients[]): void {
  context.curves({
    id: "weight-gradients",
    title: "Section 2: gradient norms of the weights by length",
    names: [{ name: "matrix", label: "matrix" }],
    x: { name: "length", label: "sequence length", unit: "steps", values: weightLengths },
    value: { label: "norm of the gradient", statistic: "geometric-mean" },
    curves: matrices.map((matrix) => ({
      names: [matrix],
      values: found.map(({ byLength }) => byLength.map((own) => own[matrix])),
    })),
    figure: {
      title: "The notebook's test of vanishing",
      caption:
        "If this test showed vanishing, the line of W_hh would fall from the left to the right " +
        `to a tenth. Gradients of the weights for a loss on the last output, as in section 2. Geometric mean over ${found.length} seeds; bands: ` +
        "pointwise 95 % intervals over seeds.",
      alt:
        "Three lines, one for each weight matrix, of the gradient norm against sequence lengths " +
        "from 5 to 40 steps, with bands.",
      y: { scale: "log" },
      series: { column: "matrix", label: "gradient of" },
    },
  });
  context.metric({
    id: "decay-rate",
    label: "Norm of the gradient of W_hh at length 40 over that at length 5",
    statistic: "geometric-mean",
    values: found.map(decayRate),
  });
  context.metric({
    id: "spectral-radius",
    label: "Spectral radius of W_hh",
    values: found.map(({ spectralRadius }) => spectralRadius),
  });
}

/** Records section 3. */
export function recordGates(
  context: Context,
  found: readonly GateSummary[],
  shut: readonly GateSummary[],
): void {
  context.intervals({
    id: "gate-means",
    title: "Section 3: mean activation of each gate over units, sequences and steps",
    names: [{ name: "gate", label: "gate" }],
    value: { label: "mean activation" },
    rows: gateNames.map((gate) => ({
      names: [gate],
      values: found.map(({ means }) => means[gate]),
    })),
  });
  for (const gate of gateNames) {
    context.metric({
      id: `${gate}-mean`,
      label: `Mean activation of the ${gate} gate`,
      values: found.map(({ means }) => means[gate]),
    });
  }
  context.metric({
    id: "memory-retention",
    label: "Correlation of the norms of hidden and cell state, the notebook's memory retention",
    values: found.map(({ correlation }) => correlation),
  });
  context.metric({
    id: "retention-shut",
    label: "The same with every forget gate held shut, so that nothing is kept",
    values: shut.map(({ correlation }) => correlation),
  });
  context.metric({
    id: "retention-difference",
    label: "Memory retention less that of the same network with every forget gate held shut",
    values: found.map(({ correlation }, seed) => correlation - (shut[seed]?.correlation ?? NaN)),
  });
}

/** The gradient norms of section 4.1 by network, of shape [seed][length]. */
export type EarlyGradients = Readonly<Record<NetworkKey, readonly (readonly number[])[]>>;

/** Returns for each seed the key that section 4 prints as the best gradient flow. */
export function bestFlows(found: EarlyGradients): NetworkKey[] {
  const [rnn = [], lstm = [], gru = []] = networkKeys.map((key) =>
    found[key].map((gradients) => variation(gradients))
  );
  return rnn.map((own, seed) =>
    bestOf({
      Vanilla_RNN: own,
      Custom_LSTM: lstm[seed] ?? NaN,
      PyTorch_GRU: gru[seed] ?? NaN,
    }, networkKeys)
  );
}

/**
 * Computes the largest relative difference, over all networks, between 1 + CV^2 with the 0 at
 * length 5 and (n + 1) / n times 1 + CV^2 without it.
 */
export function zeroError(found: EarlyGradients): number {
  const errors = networkKeys.flatMap((key) =>
    found[key].map((gradients) => {
      const others = gradients.filter((gradient) => gradient > 0);
      const [all, without] = [gradients, others].map((own) => 1 + variation(own, 0) ** 2);
      const wanted = (without ?? NaN) * (others.length + 1) / others.length;
      return Math.abs((all ?? NaN) / wanted - 1);
    })
  );
  return Math.max(...errors);
}

const network = { name: "network", label: "network" };

/** Records section 4.1. */
export function recordFlow(context: Context, found: EarlyGradients): void {
  const { seeds } = context;
  context.curves({
    id: "early-gradients",
    title: "Section 4: gradient norm of the fifth input by length",
    names: [network],
    x: { name: "length", label: "sequence length", unit: "steps", values: flowLengths },
    value: { label: "norm of the gradient at step 5" },
    curves: networkKeys.map((key) => ({ names: [key], values: found[key] })),
    figure: {
      title: "The notebook's gradient flow",
      caption:
        "If the measure showed how far gradients reach, the three lines would fall at different " +
        "rates. The loss is over all steps, as in section 4; at length 5 the notebook's code writes 0, which a log axis cannot show. Mean " +
        `over ${seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt: "Three lines, one for each network, of the gradient norm of the fifth input against " +
        "sequence lengths from 10 to 30 steps, with bands.",
      y: { scale: "log" },
      series: "network",
    },
  });
  context.intervals({
    id: "variability",
    title: "Section 4: coefficient of variation over lengths, with the 0 at length 5",
    names: [network],
    value: { label: "standard deviation over mean" },
    rows: networkKeys.map((key) => ({
      names: [key],
      values: found[key].map((own) => variation(own)),
    })),
  });
  context.check("zero-keeps-the-winner", {
    cases: networkKeys.length * seeds.length,
    worst: zeroError(found),
  });
}

/** The counts that the notebook's code prints (lines 440 to 444, 978 and 1546). */
export const notebookCounts: Readonly<Record<NetworkKey, number>> = {
  Vanilla_RNN: 725,
  Custom_LSTM: 2585,
  PyTorch_GRU: 2025,
};

/** Checks that the networks agree with the notebook's. */
export async function recordChecks(context: Context): Promise<void> {
  let difference = 0;
  let largest = 0;
  let cases = 0;
  for (const key of networkKeys) {
    const network = new NotebookNetwork({ key, random: sources(context, "checks", key) });
    difference = Math.max(
      difference,
      Math.abs(network.inner.parameterCount - notebookCounts[key]),
    );
    if (key === "Custom_LSTM") {
      const { parameters } = network;
      for (const name of ["recurrent.weight_ih_l0", "recurrent.weight_hh_l0"]) {
        const weight = parameters[name];
        const columns = weight?.shape.at(-1) ?? 0;
        // The last column of the input weights is the bias.
        const isBias = (i: number) => name.includes("weight_ih") && i % columns === columns - 1;
        for (const [i, value] of (await weight?.data() ?? []).entries()) {
          if (isBias(i)) continue;
          largest = Math.max(largest, Math.abs(value) / JOINT_LIMIT);
          cases++;
        }
      }
    }
    network.dispose();
  }
  context.check("parameter-counts", { cases: networkKeys.length, worst: difference });
  context.check("initial-limit", { cases, worst: largest });
}
