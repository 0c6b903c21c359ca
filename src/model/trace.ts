import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { tf } from "../core/tfjs.ts";
import { cells } from "../kernels/cells.ts";
import { residualRegions } from "../kernels/ops/recurrent_kernel.ts";
import type { StackSize, StackSpec } from "../kernels/stack.ts";
import type { GRUStep } from "./reference/gru_cell.ts";
import type { LSTMStep } from "./reference/lstm_cell.ts";
import type { PlainStep } from "./reference/plain_stack.ts";

/** The name of an axis of a trace's tensors. */
export type TraceAxis = "replica" | "sequence" | "batch" | "hidden";

/**
 * The gates and states of one direction of one layer: tensors [sequence, batch, hidden], after the
 * replica axis if there is one. Steps are in the order of time in both directions.
 */
export type Trace<Name extends string> =
  & {
    /** The index of the layer. */
    readonly layer: number;
    /** Whether the layer reads the sequence from its beginning or from its end. */
    readonly direction: "forward" | "reverse";
    /** The names of the tensors' axes, in order. */
    // Mutable, since tf.dispose accepts only mutable arrays.
    readonly axes: TraceAxis[];
  }
  & Readonly<Record<Name, Tensor>>;

/** The trace of a layer of an {@link RNN}: h_t. */
export type RNNTrace = Trace<"hidden">;

/** The trace of a layer of a {@link Feedforward}: h_t. */
export type FeedforwardTrace = Trace<"hidden">;

/** The trace of a layer of an {@link LSTM}: i_t, f_t, g_t, o_t, c_t and h_t. */
export type LSTMTrace = Trace<keyof LSTMStep<Tensor>>;

/** The trace of a layer of a {@link GRU}: r_t, z_t, n_t and h_t. */
export type GRUTrace = Trace<keyof GRUStep<Tensor>>;

/** The tensors [replica, sequence, batch, hidden] of one direction of one layer, by name. */
export type DirectionTrace = Readonly<Record<string, Tensor>>;

/**
 * Stacks the steps of a plain stack.
 *
 * @param steps The steps by layer and direction, and by time.
 * @returns The traces, by layer and direction.
 */
export function traceSteps(steps: readonly (readonly PlainStep[])[]): DirectionTrace[] {
  return steps.map((scan) => {
    const named = scan.map(({ gates, hidden, cell }): Readonly<Record<string, Tensor>> => {
      return cell ? { ...gates, cell, hidden } : { ...gates, hidden };
    });
    return Object.fromEntries(
      Object.keys(named[0] ?? {}).map((name) => {
        return [name, tf.stack(named.flatMap((step) => step[name] ?? []), 1)];
      }),
    );
  });
}

/**
 * Returns the traces in the residuals of the fused kernel.
 *
 * @param spec The cell and the sizes.
 * @param residuals [replica, numbers], in the layout of {@link residualRegions}.
 * @param size The sizes of the call.
 * @returns The traces, by layer and direction.
 */
export function traceResiduals(
  spec: StackSpec,
  residuals: Tensor2D,
  size: StackSize,
): DirectionTrace[] {
  const { steps, batch } = size;
  const { gates, storesGates } = cells[spec.cell];
  const names = storesGates ? gates.map(({ name }) => name) : [];
  const state = batch * spec.hiddenSize;
  const read = (offset: number, width: number): Tensor => {
    const part = residuals.slice([0, offset], [-1, steps * batch * width]);
    return part.reshape([residuals.shape[0], steps, batch, width]);
  };
  return residualRegions(spec, size).flatMap(({ directions }) =>
    directions.map(({ gates, h, c }, direction): DirectionTrace => {
      // In the forward direction the first state is the initial one.
      const skipped = direction === 0 ? state : 0;
      const all = names.length > 0
        ? tf.split(read(gates.offset, names.length * spec.hiddenSize), names.length, -1)
        : [];
      return {
        ...Object.fromEntries(all.map((gate, i) => [names[i], gate])),
        ...(c ? { cell: read(c.offset + skipped, spec.hiddenSize) } : {}),
        hidden: read(h.offset + skipped, spec.hiddenSize),
      };
    })
  );
}
