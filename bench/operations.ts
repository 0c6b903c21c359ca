import { cells } from "../src/kernels/cells.ts";
import type { Workload } from "./workload.ts";

/** The least operations of a workload, for one step of all its networks. */
export interface Operations {
  /** Floating-point operations of the matrix products, two for each multiply-add. */
  readonly flops: number;
  /** Bytes that are read or written at least once. */
  readonly bytes: number;
}

/**
 * Counts the least work of a workload.
 *
 * Operations, with N = steps * batch rows, G gates, H units, and I features of a layer's input:
 *
 *     forward     2 N G H (I + H)  a layer,   2 N H O  the head (N = batch at the last step alone)
 *     backward    the same for the weights' gradients, and again for those of what was multiplied,
 *                 less 2 N G H I where no one asks for the gradient of the first layer's input
 *
 * The products of the recurrence at the first step count although its state is zero. Activations,
 * the loss and the optimizer are left out: they are sums over N G H and over the parameters, which
 * makes this a lower bound.
 *
 * Bytes, four to a number: every parameter is read once; where gradients are wanted alone they are
 * written once; an update reads and writes the parameter and both of Adam's moments, six in all.
 * An embedding is read at the rows that are looked up, and updated whole. Data are read once.
 * Activations count nothing, since a cache may hold them.
 */
export function operationsOf(workload: Workload): Operations {
  const { task, replicas, batch, hiddenSize, outputSize, vocabulary, inputSize } = workload;
  const rows = workload.steps * batch;
  const gates = cells[workload.cell].gates.length * hiddenSize;
  const backward = task !== "generation" && task !== "sampling";
  // Whoever asks for the input's gradient: gradient flow, the embedding, and cuDNN's comparison.
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
  /** Floating-point operations a second in matrix products. */
  readonly flopsPerSecond: number;
  /** Streamed bytes a second by the size of what is streamed, in bytes, smallest first. */
  readonly bandwidth: readonly { readonly size: number; readonly bytesPerSecond: number }[];
}

/**
 * The seconds below which a workload cannot come on a machine: the longer of its operations and
 * its bytes. What fits a cache stays there from step to step, so bytes are taken at the speed of
 * streams of their size: the best that was measured at the largest size below, or above it.
 */
export function floorOf({ flops, bytes }: Operations, machine: Machine): number {
  const sizes = machine.bandwidth;
  const below = sizes.filter(({ size }) => size <= bytes).length;
  const speeds = sizes.slice(Math.max(0, below - 1)).map(({ bytesPerSecond }) => bytesPerSecond);
  const streaming = speeds.length === 0 ? 0 : bytes / Math.max(...speeds);
  return Math.max(flops / machine.flopsPerSecond, streaming);
}
