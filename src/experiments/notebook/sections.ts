import * as tf from "@tensorflow/tfjs";
import { spectralRadius } from "../../analysis/spectrum.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import { NotebookNetwork } from "./networks.ts";
import {
  EARLY_STEP,
  FLOW_BATCH,
  flowLengths,
  gateSequences,
  type Measuring,
  type NetworkKey,
  normal,
  sizes,
  sources,
  weightLengths,
} from "./parameters.ts";
import {
  type Activations,
  seriesVariation,
  stateNorms,
  summaryByStep,
  temporalDeviation,
} from "../../analysis/activations.ts";
import { correlation } from "../../statistics/correlation.ts";
import { mean } from "../../statistics/descriptive.ts";
import { gateSequence } from "../../data/gate_sequence.ts";
import { stackSamples } from "../../data/sequence_task.ts";
import { nested } from "../lstm_gates/networks.ts";
import { inputGradients } from "../../analysis/gradient_flow.ts";

/** The findings of section 2 with one seed. */
export interface WeightGradients {
  /** Gradient norms of the three matrices, and the loss, by length. */
  readonly byLength: readonly LengthGradients[];
  /** The largest modulus of an eigenvalue of W_hh. */
  readonly spectralRadius: number;
}

/** The gradient norms and the loss at one length. */
export interface LengthGradients {
  readonly W_ih: number;
  readonly W_hh: number;
  readonly W_ho: number;
  readonly loss: number;
}

/** Runs section 2 on the networks of all seeds side by side. */
export async function weightGradients(context: Measuring): Promise<WeightGradients[]> {
  const network = new NotebookNetwork({
    key: "Vanilla_RNN",
    random: sources(context, "section 2", "weights"),
    readout: "last",
  });
  try {
    const byLength: LengthGradients[][] = [];
    for (const length of weightLengths) {
      const x = normal(sources(context, "section 2", "inputs", length), [
        length,
        1,
        sizes.inputSize,
      ]);
      const target = normal(sources(context, "section 2", "target", length), [1, sizes.outputSize]);
      byLength.push(await gradientsOf(network, x, target));
    }
    const radii = await spectralRadii(network);
    return context.seeds.map((_, r) => ({
      byLength: byLength.flatMap((own) => own[r] ?? []),
      spectralRadius: radii[r] ?? NaN,
    }));
  } finally {
    network.dispose();
  }
}

/**
 * Computes the norms of the gradients of the three matrices, for a loss on the last output only.
 *
 * @param network An RNN of the notebook.
 * @param x [replica, sequence, batch, input]
 * @param target [replica, batch, output]
 * @returns The norms, by replica.
 */
export async function gradientsOf(
  network: NotebookNetwork,
  x: NDArray,
  target: NDArray,
): Promise<LengthGradients[]> {
  const { parameters, replicas } = network;
  const norm = (gradient: tf.Tensor | undefined, columns?: number): tf.Tensor1D => {
    if (!gradient) throw new RangeError("no gradient of a matrix");
    const kept = columns === undefined ? gradient : gradient.slice([0, 0, 0], [-1, -1, columns]);
    return kept.reshape([replicas, -1]).square().sum<tf.Tensor1D>(1).sqrt();
  };
  const [W_ih, W_hh, W_ho, loss] = tf.tidy(() => {
    let losses: tf.Tensor1D | undefined;
    const { grads } = tf.variableGrads(() => {
      const { output } = network.forward(tf.tensor(x.data, [...x.shape]));
      const wanted = tf.tensor(target.data, [...target.shape]);
      losses = tf.keep(new MSELoss().compute(output, wanted, { replicas }).reshape([replicas]));
      // Replicas are independent, so the gradient of the sum has the gradient of each replica.
      return losses.sum<tf.Scalar>();
    });
    const of = (name: string) => grads[parameters[name]?.name ?? ""];
    // The last column of input weights is the bias.
    return [
      norm(of("recurrent.weight_ih_l0"), sizes.inputSize),
      norm(of("recurrent.weight_hh_l0")),
      norm(of("head.weight")),
      losses,
    ];
  });
  try {
    const [ih, hh, ho, each] = await Promise.all(
      [W_ih, W_hh, W_ho, loss].map((tensor) => tensor?.data()),
    );
    return Array.from({ length: replicas }, (_, r) => ({
      ...{ W_ih: ih?.[r] ?? NaN, W_hh: hh?.[r] ?? NaN, W_ho: ho?.[r] ?? NaN },
      loss: each?.[r] ?? NaN,
    }));
  } finally {
    tf.dispose([W_ih, W_hh, W_ho]);
    loss?.dispose();
  }
}

/** Computes the spectral radius of W_hh of each network. */
async function spectralRadii(network: NotebookNetwork): Promise<number[]> {
  const weight = network.parameters["recurrent.weight_hh_l0"];
  if (!weight) throw new RangeError("no recurrent weights");
  const matrices = await weight.reshape<tf.Tensor3D>(weight.shape).array();
  return await Promise.all(
    matrices.map((matrix) => spectralRadius(matrix, { solver: "ml-matrix" })),
  );
}

/** The gates, in the notebook's order. */
export const gateNames = ["forget", "input", "output"] as const;

/** One of the {@link gateNames}. */
export type GateName = (typeof gateNames)[number];

/** The findings of section 3 with one seed. */
export interface GateSummary {
  /** The mean activation over units, sequences and steps. */
  readonly means: Readonly<Record<GateName, number>>;
  /** The standard deviation over time of the mean activation. */
  readonly deviations: Readonly<Record<GateName, number>>;
  /** The correlation over time of the norms of hidden and cell state, of the first sequence. */
  readonly correlation: number;
  /** The standard deviation over time of the norms of that sequence. */
  readonly stability: { readonly hidden: number; readonly cell: number };
}

/** The bias of a forget gate that is always closed: its sigmoid is below 1e-40. */
const SHUT = -100;

/**
 * Runs section 3 on the networks of all seeds side by side.
 *
 * @param forgetBias The bias of the forget gates. Default: 1, as in the notebook.
 */
export async function gateSummaries(
  context: Measuring,
  forgetBias?: "shut",
): Promise<GateSummary[]> {
  const network = new NotebookNetwork({
    ...{ key: "Custom_LSTM", random: sources(context, "section 3", "weights") },
    ...(forgetBias === "shut" ? { forgetBias: SHUT } : {}),
  });
  const { x } = stackSamples(
    sources(context, "section 3", "sequences").map((random) => {
      const x = gateSequence({ ...gateSequences, inputSize: sizes.inputSize }, random);
      // The targets are not used.
      return { x, target: x };
    }),
  );
  const traced = tf.tidy(() => {
    const { shape, data } = network.inputs(x);
    return network.inner.trace(tf.tensor(data, [...shape]));
  });
  network.dispose();
  const [trace] = traced;
  try {
    const of = (name: string): Promise<Activations[]> => {
      const tensor: unknown = trace && Reflect.get(trace, name);
      if (!(tensor instanceof tf.Tensor)) throw new RangeError(`no ${name} was traced`);
      return nested(tensor);
    };
    const [forget, input, output, hidden, cell] = await Promise.all(
      ["forgetGate", "inputGate", "outputGate", "hidden", "cell"].map(of),
    );
    return context.seeds.map((_, r) =>
      summaryOf({
        gates: { forget: forget?.[r] ?? [], input: input?.[r] ?? [], output: output?.[r] ?? [] },
        hidden: hidden?.[r] ?? [],
        cell: cell?.[r] ?? [],
      })
    );
  } finally {
    tf.dispose(traced);
  }
}

/** Computes the notebook's summary of gates and states. */
export function summaryOf({ gates, hidden, cell }: {
  readonly gates: Readonly<Record<GateName, Activations>>;
  readonly hidden: Activations;
  readonly cell: Activations;
}): GateSummary {
  const [hiddenNorms = []] = stateNorms(hidden);
  const [cellNorms = []] = stateNorms(cell);
  const each = (of: (gate: Activations) => number) => ({
    ...{ forget: of(gates.forget), input: of(gates.input), output: of(gates.output) },
  });
  return {
    means: each((gate) => mean(summaryByStep(gate).map((step) => step.mean))),
    deviations: each((gate) => temporalDeviation(gate).ofMean),
    correlation: correlation(hiddenNorms, cellNorms),
    stability: {
      hidden: seriesVariation(hiddenNorms).deviation,
      cell: seriesVariation(cellNorms).deviation,
    },
  };
}

/**
 * Computes the norm of the gradient at step {@link EARLY_STEP}, of shape [seed][length]. At lengths
 * up to this step it is 0, as in the notebook's code (lines 1128 to 1134).
 */
export async function earlyGradients(context: Measuring, key: NetworkKey): Promise<number[][]> {
  // Section 4.2 trains the same networks, so they have the same sources.
  const network = new NotebookNetwork({
    key,
    random: sources(context, "section 4", "weights", key),
  });
  try {
    const byLength: number[][] = [];
    for (const length of flowLengths) {
      if (length <= EARLY_STEP) {
        byLength.push(context.seeds.map(() => 0));
        continue;
      }
      const of = (what: string, width: number) => {
        const random = sources(context, "section 4", what, key, length);
        const { shape, data } = normal(random, [length, FLOW_BATCH, width]);
        return tf.tensor(data, [...shape]);
      };
      const x = of("inputs", sizes.inputSize);
      const target = of("targets", sizes.outputSize);
      try {
        const norms = await inputGradients(network, x, target, "all");
        byLength.push(norms.map((own) => own[EARLY_STEP - 1] ?? NaN));
      } finally {
        tf.dispose([x, target]);
      }
    }
    return context.seeds.map((_, r) => byLength.map((own) => own[r] ?? NaN));
  } finally {
    network.dispose();
  }
}

/**
 * Computes the notebook's measure of stability: the standard deviation, with the sum of squares
 * divided by n as in `np.std`, relative to the mean (line 1236).
 *
 * @param gradients The gradient norms, by length.
 * @param epsilon The number that is added to the mean. Default: as in the notebook.
 */
export function variation(gradients: readonly number[], epsilon = 1e-8): number {
  const centre = mean(gradients);
  const square = mean(gradients.map((value) => (value - centre) ** 2));
  return Math.sqrt(square) / (centre + epsilon);
}

/**
 * Finds the network that the notebook calls the best gradient flow: the network with the smallest
 * variation, and the first of equal variations (line 1520).
 */
export function bestOf<Key extends string>(
  scores: Readonly<Record<Key, number>>,
  keys: readonly Key[],
): Key {
  return keys.reduce((best, key) => scores[key] < scores[best] ? key : best);
}
