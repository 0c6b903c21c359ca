import type * as tf from "@tensorflow/tfjs";
import type { CellKind } from "../../src/kernels/cells.ts";
import { Feedforward } from "../../src/model/feedforward.ts";
import { GRU } from "../../src/model/gru.ts";
import { LSTM } from "../../src/model/lstm.ts";
import type {
  RecurrentForwardOptions,
  StateParts,
  TraceOptions,
} from "../../src/model/recurrent_inputs.ts";
import type { RecurrentOptions } from "../../src/model/recurrent_layer.ts";
import { RNN } from "../../src/model/rnn.ts";

/** A layer of any cell. */
export type AnyLayer = RNN | LSTM | GRU | Feedforward;

/** Every recurrent cell. */
export const recurrentCells = ["rnn_tanh", "rnn_relu", "lstm", "gru"] as const satisfies CellKind[];

/** Every cell. */
export const cells = [
  ...recurrentCells,
  "feedforward_tanh",
  "feedforward_relu",
] as const satisfies CellKind[];

/** Whether a layer of a cell can read in both directions. */
export function hasDirections(cell: CellKind): boolean {
  return recurrentCells.some((recurrent) => recurrent === cell);
}

/** A layer of a cell. */
export function layerOf(cell: CellKind, options: RecurrentOptions): AnyLayer {
  if (cell === "lstm") return new LSTM(options);
  if (cell === "gru") return new GRU(options);
  const nonlinearity = cell.endsWith("_relu") ? "relu" : "tanh";
  if (hasDirections(cell)) return new RNN({ ...options, nonlinearity });
  const { bidirectional = false, ...others } = options;
  if (bidirectional) throw new RangeError(`${cell} has one direction`);
  return new Feedforward({ ...others, nonlinearity });
}

/** Runs a layer of any cell and returns the output and the parts of the state, in this order. */
export function run(
  layer: AnyLayer,
  x: tf.Tensor,
  state?: StateParts,
  options?: RecurrentForwardOptions,
): tf.Tensor[] {
  if (layer instanceof LSTM) {
    const given = state?.c && { h: state.h, c: state.c };
    const { output, state: { h, c } } = layer.forward(x, given, options);
    return [output, h, c];
  }
  const { output, state: h } = layer.forward(x, state?.h, options);
  return [output, h];
}

/** Returns the trace of a layer of any cell: a record for each layer and direction. */
export function traceOf(
  layer: AnyLayer,
  x: tf.Tensor,
  state?: StateParts,
  options?: TraceOptions,
): Readonly<Record<string, tf.Tensor | readonly string[] | string | number>>[] {
  if (layer instanceof LSTM) {
    return layer.trace(x, state?.c && { h: state.h, c: state.c }, options);
  }
  return layer.trace(x, state?.h, options);
}
