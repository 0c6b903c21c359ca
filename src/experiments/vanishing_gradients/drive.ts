/**
 * What the inputs of a sequence add to the pre-activations.
 *
 * @param W_ih Of shape [hidden, input].
 * @param x The inputs of shape [step, input], in one list.
 * @param inputSize Features of an input.
 * @returns W_ih x_t of shape [step, hidden].
 */
export function drive(
  W_ih: readonly (readonly number[])[],
  x: Float32Array,
  inputSize: number,
): Float64Array[] {
  return Array.from({ length: x.length / inputSize }, (_, t) => {
    const start = t * inputSize;
    return Float64Array.from(W_ih, (row) => {
      let sum = 0;
      for (let j = 0; j < inputSize; j++) sum += (row[j] ?? NaN) * (x[start + j] ?? NaN);
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
