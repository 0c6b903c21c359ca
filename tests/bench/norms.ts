/** How far two competitors' losses may lie apart, as a fraction: float32 in another order. */
export const AGREEMENT = 1e-3;

/** The mean of some numbers. */
export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0) / values.length;
}

/** The Euclidean norm of all the numbers of some arrays. */
export function norm(arrays: readonly ArrayLike<number>[]): number {
  let squares = 0;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) squares += (array[i] ?? 0) ** 2;
  }
  return Math.sqrt(squares);
}

/** Whether two lists of numbers agree, each number to a fraction of the reference's size. */
export function agree(
  found: readonly number[],
  reference: readonly number[],
  relative: number,
): boolean {
  return found.length === reference.length && found.every((value, i) => {
    const wanted = reference[i] ?? NaN;
    return Math.abs(value - wanted) <= relative * Math.abs(wanted);
  });
}
