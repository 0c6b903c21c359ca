/**
 * The instructions `attentionForward` and `attentionBackward`.
 *
 * @module
 */
import type { Fields } from "../instructions.ts";
import { type Arena, at, dot } from "./linear_algebra.ts";

/** Returns the rows of [steps, batch] at which sequence `b` has steps that count. */
function countedRows(
  arena: Arena,
  { steps, batch, mask }: Pick<Fields<"attentionForward">, "steps" | "batch" | "mask">,
  b: number,
): number[] {
  const rows = Array.from({ length: steps }, (_, t) => t * batch + b);
  return mask < 0 ? rows : rows.filter((row) => at(arena, mask + row) !== 0);
}

/** The instruction `attentionForward`. */
export function attentionForward(arena: Arena, f: Fields<"attentionForward">): void {
  const { width, size } = f;
  arena.fill(0, f.weights, f.weights + f.steps * f.batch);
  arena.fill(0, f.context, f.context + f.batch * width);
  for (let b = 0; b < f.batch; b++) {
    const rows = countedRows(arena, f, b);
    const scores = rows.map((row) => {
      const u = f.projected + row * size;
      for (let j = 0; j < size; j++) arena[u + j] = Math.tanh(at(arena, u + j));
      return dot(arena, u, f.query, size);
    });
    let largest = -Infinity;
    for (const score of scores) largest = Math.max(largest, score);
    const shares = scores.map((score) => Math.exp(score - largest));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const context = new Float64Array(width);
    rows.forEach((row, i) => {
      const weight = (shares[i] ?? 0) / total;
      arena[f.weights + row] = weight;
      for (let j = 0; j < width; j++) {
        context[j] = (context[j] ?? 0) + weight * at(arena, f.states + row * width + j);
      }
    });
    arena.set(context, f.context + b * width);
  }
}

/** The instruction `attentionBackward`. */
export function attentionBackward(arena: Arena, f: Fields<"attentionBackward">): void {
  const { width, size } = f;
  const rows = f.steps * f.batch;
  const dScores = new Float64Array(rows);
  const counted = new Set<number>();
  arena.fill(0, f.dStates, f.dStates + rows * width);
  for (let b = 0; b < f.batch; b++) {
    const dContext = f.dContext + b * width;
    const own = countedRows(arena, f, b);
    const weight = (row: number): number => at(arena, f.weights + row);
    const given = (row: number): number => f.dWeights < 0 ? 0 : at(arena, f.dWeights + row);
    let mean = 0;
    for (const row of own) mean += f.dWeights < 0 ? 0 : weight(row) * given(row);
    for (const row of own) {
      counted.add(row);
      const state = row * width;
      let dWeight = given(row) - mean;
      for (let j = 0; j < width; j++) {
        const distance = at(arena, f.states + state + j) - at(arena, f.context + b * width + j);
        dWeight += distance * at(arena, dContext + j);
      }
      dScores[row] = weight(row) * dWeight;
      for (let j = 0; j < width; j++) {
        arena[f.dStates + state + j] = weight(row) * at(arena, dContext + j);
      }
    }
  }
  if (size === 0) return;
  arena.set(dScores, f.weights);
  for (let j = 0; j < size; j++) {
    const query = at(arena, f.query + j);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const u = f.projected + row * size + j;
      const dScore = dScores[row] ?? 0;
      const value = at(arena, u);
      if (counted.has(row)) sum += dScore * value;
      arena[u] = counted.has(row) ? dScore * query * (1 - value * value) : 0;
    }
    arena[f.dQuery + j] = sum;
  }
}
