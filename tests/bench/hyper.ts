import { HYPER, hyperColumn } from "../../src/kernels/instructions.ts";
import { ADAM, ADAMW } from "./workload.ts";

/**
 * Rows of the kernels' table of hyperparameters for the updates `first` to `first + count - 1`,
 * counted from 1: Adam's, or with clipping and weight decay AdamW's.
 *
 * @returns [count, HYPER.length]
 */
export function hyperRows(first: number, count: number, decayed: boolean): Float32Array {
  const { lr, beta1, beta2, epsilon } = ADAM;
  const rows = new Float32Array(count * HYPER.length);
  for (let i = 0; i < count; i++) {
    const t = first + i;
    const values = {
      ...{ beta1, beta2, epsilon, rest1: 1 - beta1, rest2: 1 - beta2 },
      rate: lr / (1 - beta1 ** t),
      root: 1 / Math.sqrt(1 - beta2 ** t),
      decay: decayed ? 1 - lr * ADAMW.weightDecay : 1,
      maxNorm: decayed ? ADAMW.maxNorm : 0,
    };
    for (const [name, value] of Object.entries(values)) {
      rows[i * HYPER.length + (hyperColumn[name as keyof typeof values])] = value;
    }
  }
  return rows;
}
