import * as tf from "@tensorflow/tfjs";
import type { CellKind } from "../../src/kernels/cells.ts";
import type { StockOps } from "./stock_ops.ts";

/** Weights of a layer with PyTorch's names and shapes, or with a leading axis of networks. */
export interface LayerWeights {
  readonly inputWeight: tf.Tensor;
  readonly hiddenWeight: tf.Tensor;
  readonly inputBias: tf.Tensor;
  readonly hiddenBias: tf.Tensor;
}

/** The state of a layer [..., batch, hidden]; c is the LSTM's. */
export type LayerState = { readonly h: tf.Tensor; readonly c: tf.Tensor };

/**
 * One layer over a sequence in plain tfjs operations, with PyTorch's equations.
 *
 * @param x [..., steps, batch, input], with one leading axis of networks or none.
 * @returns The states after each step.
 */
export function layer(
  cell: CellKind,
  ops: StockOps,
  x: tf.Tensor,
  w: LayerWeights,
  initial: LayerState,
): LayerState[] {
  const lead = x.shape.slice(0, -3);
  const [steps = 0, batch = 0, features = 0] = x.shape.slice(-3);
  // One product projects the input of every step, as any fast implementation does.
  const flat = x.reshape([...lead, steps * batch, features]);
  const projected = tf.add(ops.product(flat, w.inputWeight), row(w.inputBias));
  const width = projected.shape.at(-1) ?? 0;
  const inputs = tf.unstack(projected.reshape([...lead, steps, batch, width]), lead.length);
  const states: LayerState[] = [];
  let state = initial;
  for (const input of inputs) {
    const recurrent = tf.add(ops.product(state.h, w.hiddenWeight), row(w.hiddenBias));
    state = cells[cell](input, recurrent, state);
    states.push(state);
  }
  return states;
}

/** A bias [..., n] as a row, to be added to every row of a product. */
export function row(bias: tf.Tensor): tf.Tensor {
  return bias.rank === 1 ? bias : bias.expandDims(1);
}

type Step = (input: tf.Tensor, recurrent: tf.Tensor, before: LayerState) => LayerState;

const cells: Readonly<Record<CellKind, Step>> = {
  rnn_tanh: (input, recurrent, { c }) => ({ h: tf.tanh(input.add(recurrent)), c }),
  rnn_relu: (input, recurrent, { c }) => ({ h: tf.relu(input.add(recurrent)), c }),
  lstm(input, recurrent, before) {
    const [i, f, g, o] = four(tf.split(input.add(recurrent), 4, -1));
    const c = tf.sigmoid(f).mul(before.c).add(tf.sigmoid(i).mul(tf.tanh(g)));
    return { h: tf.sigmoid(o).mul(tf.tanh(c)), c };
  },
  gru(input, recurrent, { h, c }) {
    const [inputR, inputZ, inputN] = four(tf.split(input, 3, -1));
    const [hiddenR, hiddenZ, hiddenN] = four(tf.split(recurrent, 3, -1));
    const r = tf.sigmoid(inputR.add(hiddenR));
    const z = tf.sigmoid(inputZ.add(hiddenZ));
    const n = tf.tanh(inputN.add(r.mul(hiddenN)));
    // (1 - z) n + z h, with one product fewer.
    return { h: n.add(z.mul(h.sub(n))), c };
  },
};

function four(parts: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const [a, b = a, c = a, d = a] = parts;
  if (!a || !b || !c || !d) throw new RangeError("a split without parts");
  return [a, b, c, d];
}
