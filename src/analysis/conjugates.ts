/** A complex number. */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/**
 * Makes computed eigenvalues of a real matrix what they must be: real with `im` exactly 0, or in
 * pairs that are exact conjugates.
 *
 * Each value is paired with the one nearest to its conjugate, nearest pairs first, and both become
 * the mean of the two; one that is nearest to its own conjugate becomes real. No value moves by
 * more than rounding had moved them apart.
 *
 * @param values Eigenvalues, with rounding in every part.
 * @param rounding Imaginary parts up to this one count as 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { closeUnderConjugation } from "./conjugates.ts";
 *
 * const found = [{ re: 2, im: 1e-16 }, { re: 1, im: 3 }, { re: 1, im: -3.0000000000000004 }];
 * const [first, , last] = closeUnderConjugation(found, 1e-12);
 * assert(first?.im === 0 && last?.im === -3);
 * ```
 */
export function closeUnderConjugation(values: readonly Complex[], rounding: number): Complex[] {
  const closed: Complex[] = values.map(({ re, im }) => ({
    re,
    im: Math.abs(im) > rounding ? im : 0,
  }));
  const pairs = closed.flatMap((a, i) =>
    closed.slice(i).map((b, k) => ({
      i,
      j: i + k,
      distance: Math.hypot(a.re - b.re, a.im + b.im),
      middle: { re: (a.re + b.re) / 2, im: (a.im - b.im) / 2 },
    }))
  ).sort((a, b) => a.distance - b.distance || a.i - b.i || a.j - b.j);
  const left = new Set(closed.keys());
  for (const { i, j, middle } of pairs) {
    if (!left.has(i) || !left.has(j)) continue;
    left.delete(i);
    left.delete(j);
    const { re, im } = middle;
    closed[i] = { re, im: i === j ? 0 : im };
    closed[j] = { re, im: i === j ? 0 : 0 - im };
  }
  return closed;
}
