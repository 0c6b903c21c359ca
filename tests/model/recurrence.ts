import { Matrix } from "ml-matrix";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";

/** The parameters of a simple network of one layer and a head, in float64: vectors are columns. */
export type Parameters = Readonly<Record<"W_ih" | "W_hh" | "b_h" | "W_ho" | "b_o", Matrix>>;

/** The parameters of the state dict of a SequenceModel of an RNN and a head; its two biases add up. */
export function parametersOf(dict: StateDict): Parameters {
  const matrix = (name: string) => {
    const { shape: [rows = 0, columns = 1] = [], data = [] } = dict[name] ?? {};
    return Matrix.from1DArray(rows, columns, [...data]);
  };
  return {
    W_ih: matrix("recurrent.weight_ih_l0"),
    W_hh: matrix("recurrent.weight_hh_l0"),
    b_h: Matrix.add(matrix("recurrent.bias_ih_l0"), matrix("recurrent.bias_hh_l0")),
    W_ho: matrix("head.weight"),
    b_o: matrix("head.bias"),
  };
}

/**
 * The recurrence in float64, for one sequence.
 *
 * @param x The inputs [sequence][input].
 * @returns The states h_0 to h_T and the outputs o_1 to o_T, as columns.
 */
export function recurrence(
  { W_ih, W_hh, b_h, W_ho, b_o }: Parameters,
  x: readonly (readonly number[])[],
): { states: Matrix[]; outputs: Matrix[] } {
  let h = Matrix.zeros(W_hh.rows, 1);
  const states = [h];
  const outputs: Matrix[] = [];
  for (const x_t of x) {
    h = Matrix.tanh(W_ih.mmul(Matrix.columnVector([...x_t])).add(W_hh.mmul(h)).add(b_h));
    states.push(h);
    outputs.push(W_ho.mmul(h).add(b_o));
  }
  return { states, outputs };
}

/**
 * The Jacobians d h_T / d h_(T-k) for k = 0 to T, each [hidden, hidden]: the product of
 * diag(1 - h_t^2) W_hh over the last k steps.
 */
export function jacobians(W_hh: Matrix, states: readonly Matrix[]): Matrix[] {
  const found = [Matrix.eye(W_hh.rows)];
  for (const h of states.slice(1).reverse()) {
    const last = found.at(-1) ?? Matrix.eye(W_hh.rows);
    const step = Matrix.diag(h.to1DArray().map((value) => 1 - value * value)).mmul(W_hh);
    found.push(last.mmul(step));
  }
  return found;
}

/** Rows of a vector, `size` numbers each. */
export function chunk(values: ArrayLike<number>, size: number): number[][] {
  const all = Array.from(values);
  return Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size));
}
