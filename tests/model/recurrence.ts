import { Matrix } from "ml-matrix";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";

/** A vanilla RNN's parameters in float64: vectors are columns. */
export type Parameters = Readonly<Record<"W_ih" | "W_hh" | "b_h" | "W_ho" | "b_o", Matrix>>;

/** The parameters of a state dict. */
export function parametersOf(dict: StateDict): Parameters {
  const matrix = (name: string) => {
    const { shape: [rows = 0, columns = 1] = [], data = [] } = dict[name] ?? {};
    return Matrix.from1DArray(rows, columns, [...data]);
  };
  return {
    W_ih: matrix("W_ih"),
    W_hh: matrix("W_hh"),
    b_h: matrix("b_h"),
    W_ho: matrix("W_ho"),
    b_o: matrix("b_o"),
  };
}

/**
 * The recurrence written out in float64, for one sequence: what tfjs must come close to.
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
