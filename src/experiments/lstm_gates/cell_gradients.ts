import * as tf from "@tensorflow/tfjs";
import type { NDArray } from "../../core/nd_array.ts";
import type { Network } from "./networks.ts";

/**
 * What the output is multiplied by before the gradient is taken, and the norm divided by after it, so
 * that a small gradient stays in float32. A power of two, so that nothing is rounded.
 */
const SCALE = 2 ** 100;

/**
 * The norm of the gradient of the last output, summed over its features, with respect to the cell
 * state k steps before it, where the hidden state is kept: Euclidean over units, root mean square
 * over sequences.
 *
 * @param network Networks side by side.
 * @param x [replica, sequence, batch, input]
 * @returns By seed and k, from 1 to the number of steps; 0 below 1e-68.
 */
export async function cellGradients(network: Network, x: NDArray): Promise<number[][]> {
  const [replicas = 0, steps = 0, batch = 0, inputs = 0] = x.shape;
  const { hiddenSize } = network.recurrent.spec;
  const size = [replicas, 1, batch, hiddenSize];
  const input = tf.tensor(x.data, [...x.shape]);
  const [trace] = network.trace(input);
  const byLag: number[][] = [];
  try {
    for (let lag = 1; lag <= steps; lag++) {
      const from = steps - lag;
      const gradient = tf.tidy(() => {
        const after = (states: tf.Tensor | undefined) =>
          states && from > 0 ? states.slice([0, from - 1, 0, 0], size) : tf.zeros(size);
        const rest = input.slice([0, from, 0, 0], [replicas, lag, batch, inputs]);
        const h = after(trace?.hidden);
        return tf.grad((c: tf.Tensor) => {
          return network.forward(rest, { h, c }).output.sum().mul(SCALE);
        })(after(trace?.cell));
      });
      const values = await gradient.data<"float32">();
      gradient.dispose();
      byLag.push(norms(values, replicas, batch));
    }
  } finally {
    input.dispose();
    if (trace) tf.dispose(trace);
  }
  return Array.from({ length: replicas }, (_, seed) => byLag.map((lag) => lag[seed] ?? NaN));
}

function norms(values: Float32Array, replicas: number, batch: number): number[] {
  const each = values.length / replicas;
  return Array.from({ length: replicas }, (_, seed) => {
    const own = values.subarray(seed * each, (seed + 1) * each);
    const squares = own.reduce((sum, value) => sum + (value / SCALE) ** 2, 0);
    return Math.sqrt(squares / batch);
  });
}
