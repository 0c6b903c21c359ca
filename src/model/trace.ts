import * as tf from "@tensorflow/tfjs";
import { cells } from "../kernels/cells.ts";
import { residualRegions } from "../kernels/ops/recurrent_kernel.ts";
import type { StackSize, StackSpec } from "../kernels/stack.ts";
import type { PlainStep } from "./reference/plain_stack.ts";

/** An axis of a trace's tensors. */
export type TraceAxis = "replica" | "sequence" | "batch" | "hidden";

/**
 * All that one direction of one layer computed, by time whatever the direction: tensors
 * [sequence, batch, hidden], after the replica axis where there is one.
 */
export type Trace<Name extends string> =
  & {
    /** The layer, from 0. */
    readonly layer: number;
    /** Whether it read the sequence from its beginning or from its end. */
    readonly direction: "forward" | "reverse";
    /** What the axes of the tensors are, in order. */
    // Mutable, as tf.dispose wants what it is given.
    readonly axes: TraceAxis[];
  }
  & Readonly<Record<Name, tf.Tensor>>;

/** The trace of a simple layer: the states h_t after each step. */
export type RNNTrace = Trace<"hidden">;

/** The trace of an LSTM layer: i_t, f_t, g_t, o_t, c_t and h_t. */
export type LSTMTrace = Trace<
  "inputGate" | "forgetGate" | "candidate" | "outputGate" | "cell" | "hidden"
>;

/** The trace of a GRU layer: r_t, z_t, n_t and h_t. */
export type GRUTrace = Trace<"resetGate" | "updateGate" | "candidate" | "hidden">;

/** Tensors [replica, sequence, batch, hidden] of one direction of one layer, by name. */
export type DirectionTrace = Readonly<Record<string, tf.Tensor>>;

/** The traces of a plain stack's steps, by layer and direction. */
export function traceSteps(steps: readonly (readonly PlainStep[])[]): DirectionTrace[] {
  return steps.map((scan) => {
    const named = scan.map(({ gates, hidden, cell }): Readonly<Record<string, tf.Tensor>> => {
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
 * Returns the traces in the residuals of the fused kernel, by layer and direction.
 *
 * @param residuals [replica, numbers], in the layout of {@link residualRegions}.
 */
export function traceResiduals(
  spec: StackSpec,
  residuals: tf.Tensor2D,
  size: StackSize,
): DirectionTrace[] {
  const { steps, batch } = size;
  const { gates, storesGates } = cells[spec.cell];
  const names = storesGates ? gates.map(({ name }) => name) : [];
  const state = batch * spec.hiddenSize;
  const read = (offset: number, width: number): tf.Tensor => {
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
