import * as tf from "@tensorflow/tfjs";
import { spectralRadius } from "../../analysis/spectrum.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import { NotebookNetwork } from "./networks.ts";
import type { Measuring } from "./parameters.ts";
import { sizes, weightLengths } from "./settings.ts";
import { normal, sources } from "./sources.ts";

/** What section 2 computes of the network of one seed. */
export interface WeightGradients {
  /** Gradient norms of the three matrices, and the loss, by length. */
  readonly byLength: readonly LengthGradients[];
  /** The largest modulus of an eigenvalue of W_hh. */
  readonly spectralRadius: number;
}

/** The same at one length. */
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
 * The norms of a loss's gradients, the loss on the last output alone.
 *
 * @param network An RNN of the notebook.
 * @param x [replica, sequence, batch, input]
 * @param target [replica, batch, output]
 * @returns By replica.
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
      // The sum: replicas do not depend on each other.
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

/** The spectral radius of each network's W_hh. */
async function spectralRadii(network: NotebookNetwork): Promise<number[]> {
  const weight = network.parameters["recurrent.weight_hh_l0"];
  if (!weight) throw new RangeError("no recurrent weights");
  const matrices = await weight.reshape<tf.Tensor3D>(weight.shape).array();
  return await Promise.all(
    matrices.map((matrix) => spectralRadius(matrix, { solver: "ml-matrix" })),
  );
}
