import { cells } from "../src/kernels/cells.ts";
import type { Workload } from "./workload.ts";

/** Lower bounds of the operations of a workload, for one step of all its networks. */
export interface Operations {
  /** Floating-point operations of the matrix products; a multiply-add is two. */
  readonly flops: number;
  /** Bytes that are read or written, each once. */
  readonly bytes: number;
}

/**
 * Counts the operations of a workload, as lower bounds.
 *
 * Operations, with N = steps * batch rows, G gates, H units, and I features of a layer's input:
 *
 *     forward     2 N G H (I + H)  a layer,   2 N H O  the head (N = batch at the last step alone)
 *     backward    the same for the gradients of the weights, and again for those of the inputs,
 *                 less 2 N G H I if the gradient of the first layer's input is not needed
 *
 * The products of the recurrence at the first step count although its state is zero. Activations,
 * the loss and the optimizer are left out: they are sums over N G H and over the parameters, which
 * makes this a lower bound.
 *
 * Bytes, four for each number: every parameter is read once. Without an update, gradients are
 * written once; an update reads and writes the parameter and both of Adam's moments, six numbers.
 * Of an embedding only the rows of the batch are read, and all rows are updated. Data are read
 * once. Activations are not counted, since they can stay in a cache.
 */
export function operationsOf(workload: Workload): Operations {
  const { task, replicas, batch, hiddenSize, outputSize, vocabulary, inputSize } = workload;
  const rows = workload.steps * batch;
  const gates = cells[workload.cell].gates.length * hiddenSize;
  const backward = task !== "generation" && task !== "sampling";
  // Gradient flow, embeddings and the comparison with cuDNN need the gradient of the input.
  const inputGradient = task !== "regression" && backward;
  let [products, parameters] = [0, 0];
  for (let layer = 0; layer < workload.numLayers; layer++) {
    const columns = layer === 0 ? inputSize : hiddenSize;
    const forward = rows * gates * (columns + hiddenSize);
    products += backward ? 3 * forward : forward;
    if (backward && layer === 0 && !inputGradient) products -= rows * gates * columns;
    parameters += gates * (columns + hiddenSize + 2);
  }
  const headRows = task === "flow" ? batch : rows;
  products += headRows * hiddenSize * outputSize * (backward ? 3 : 1);
  if (outputSize > 0) parameters += outputSize * (hiddenSize + 1);
  const table = vocabulary * inputSize;
  const looked = vocabulary > 0 ? Math.min(rows, vocabulary) * inputSize : 0;
  const data = rows * (vocabulary > 0 ? 1 : inputSize);
  const numbers = {
    regression: 6 * parameters + data + rows * outputSize,
    flow: 2 * parameters + 2 * data,
    language: 6 * (parameters + table) + 2 * data,
    generation: parameters + looked,
    sampling: parameters + looked,
    recurrence: 2 * parameters + 2 * data,
  };
  return { flops: 2 * products * replicas, bytes: 4 * numbers[task] * replicas };
}

/** The speeds of a machine. */
export interface Machine {
  /** Floating-point operations per second of matrix products. */
  readonly flopsPerSecond: number;
  /** Bytes per second of a copy by its size in bytes, smallest first. */
  readonly bandwidth: readonly { readonly size: number; readonly bytesPerSecond: number }[];
}

/**
 * A lower bound of the seconds of a step on a machine: the time of its operations or of its bytes,
 * whichever is longer. Data that fit a cache stay there between steps, so the speed of bytes is
 * that of copies of their size: the fastest of the largest size below it and of all sizes above.
 */
export function floorOf({ flops, bytes }: Operations, machine: Machine): number {
  const sizes = machine.bandwidth;
  const below = sizes.filter(({ size }) => size <= bytes).length;
  const speeds = sizes.slice(Math.max(0, below - 1)).map(({ bytesPerSecond }) => bytesPerSecond);
  const streaming = speeds.length === 0 ? 0 : bytes / Math.max(...speeds);
  return Math.max(flops / machine.flopsPerSecond, streaming);
}
