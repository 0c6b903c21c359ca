import type { Random } from "../../core/random.ts";

/**
 * What normal inputs of variance 1 add to the pre-activations.
 *
 * @param W_ih Of shape [hidden, input].
 * @param steps How many steps.
 * @param random Where the inputs come from.
 * @returns W_ih x_t of shape [step, hidden].
 */
export function drive(
  W_ih: readonly (readonly number[])[],
  steps: number,
  random: Random,
): Float64Array[] {
  return Array.from({ length: steps }, () => {
    const x = random.array(W_ih[0]?.length ?? 0);
    return Float64Array.from(W_ih, (row) => {
      let sum = 0;
      for (let j = 0; j < row.length; j++) sum += (row[j] ?? NaN) * (x[j] ?? NaN);
      return sum;
    });
  });
}

/**
 * The gradient of the mean squared error of the output W_ho h with respect to h.
 *
 * @param W_ho Of shape [output, hidden].
 * @param h The last state.
 * @param target What the output should be.
 * @returns dL/dh of shape [hidden].
 */
export function lossGradient(
  W_ho: readonly (readonly number[])[],
  h: ArrayLike<number>,
  target: ArrayLike<number>,
): Float64Array {
  const gradient = new Float64Array(h.length);
  for (const [i, row] of W_ho.entries()) {
    const output = row.reduce((sum, weight, j) => sum + weight * (h[j] ?? NaN), 0);
    const error = 2 * (output - (target[i] ?? NaN)) / W_ho.length;
    for (const [j, weight] of row.entries()) gradient[j] = (gradient[j] ?? NaN) + error * weight;
  }
  return gradient;
}
