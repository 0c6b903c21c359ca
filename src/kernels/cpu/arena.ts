/** The numbers that a program computes on: float32, or float64 where rounding must not show. */
export type Arena = Float32Array | Float64Array;

/** The number at `i`; 0 beyond the end, which no command reaches. */
export function at(arena: Arena, i: number): number {
  return arena[i] ?? 0;
}
