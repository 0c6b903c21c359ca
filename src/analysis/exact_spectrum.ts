import type { Complex, Matrix } from "./matrix.ts";

/** The largest number of binary places of an entry; further places are rounded off. */
const MOST_BITS = 256;

/** The size of a correction that counts as rounding. */
const CONVERGED = 2 ** -50;

/**
 * The largest number of sweeps. Simple roots converge in a few sweeps; the error of k equal roots
 * falls by (k - 1) / (k + 1) with each sweep.
 */
const SWEEPS = 200;

/** A complex number in fixed-point arithmetic. */
interface Fixed {
  readonly re: bigint;
  readonly im: bigint;
}

/**
 * Improves approximate eigenvalues of a matrix in exact arithmetic. Their error is about 1e-14
 * times the largest entry, however ill-conditioned they are.
 *
 * The characteristic polynomial is computed in integers, without rounding, by the method of Faddeev
 * and Le Verrier (Faddeev & Sominskii, 1949). Its roots are found by the method of Ehrlich (1967),
 * doi:10.1145/363067.363115, and Aberth (1973), doi:10.1090/S0025-5718-1973-0329236-7, with about
 * 64 bits for each eigenvalue. This takes n^4 products of integers: about 50 ms for 16 rows and a
 * few seconds for 32.
 *
 * @param matrix A square matrix [n, n] whose largest entry is about 1.
 * @param start An approximation of each eigenvalue.
 * @returns The eigenvalues. Rounding may make a real value complex, and may break conjugate pairs.
 * If more than about 15 eigenvalues are equal, they have fewer correct digits.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { exactEigenvalues } from "./exact_spectrum.ts";
 *
 * const start = [{ re: 1, im: 0.1 }, { re: 1, im: -0.1 }];
 * const [first, last] = exactEigenvalues([[1, 1], [2 ** -80, 1]], start);
 * const apart = Math.abs((first?.re ?? NaN) - (last?.re ?? NaN)); // 1 + 2^-40 and 1 - 2^-40
 * assert(Math.abs(apart - 2 ** -39) < 1e-15);
 * ```
 */
export function exactEigenvalues(matrix: Matrix, start: readonly Complex[]): Complex[] {
  const bits = bitsOf(matrix);
  const polynomial = characteristic(
    matrix.map((row) => row.map((entry) => BigInt(Math.round(entry * 2 ** bits)))),
  );
  // Eigenvalues of the integer matrix are those of the matrix times 2^bits.
  const fraction = 64 * (matrix.length + 1);
  const point = bits + fraction;
  const coefficients = polynomial.map((coefficient) => coefficient << BigInt(fraction));
  // Equal approximations would stay equal, and real ones would stay real.
  const roots = start.map(({ re, im }, i) => ({
    re: toFixed(re + 1e-9 * Math.cos(i + 1), point),
    im: toFixed(im + 1e-9 * Math.sin(i + 1), point),
  }));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let largest = 0;
    for (const [i, root] of roots.entries()) {
      const step = aberth(newton(coefficients, root, fraction, bits), i, roots, point);
      if (!Number.isFinite(step.re) || !Number.isFinite(step.im)) return [...start];
      roots[i] = {
        re: root.re - toFixed(step.re, point),
        im: root.im - toFixed(step.im, point),
      };
      largest = Math.max(largest, Math.hypot(step.re, step.im));
    }
    if (largest <= CONVERGED) break;
  }
  return roots.map(({ re, im }) => ({ re: toNumber(re, point), im: toNumber(im, point) }));
}

/** The number of binary places at which all entries are integers. */
function bitsOf(matrix: Matrix): number {
  let bits = 0;
  for (const entry of matrix.flat()) {
    while (bits < MOST_BITS && !Number.isInteger(entry * 2 ** bits)) bits++;
  }
  return bits;
}

/** The coefficients of det(z - A) from z^n, whose coefficient is 1, down to z^0. */
function characteristic(matrix: readonly (readonly bigint[])[]): bigint[] {
  const coefficients = [1n];
  let power = matrix.map((row) => row.map(() => 0n));
  for (const k of matrix.keys()) {
    const last = coefficients[k] ?? 0n;
    const added = power.map((row, i) => row.map((entry, j) => i === j ? entry + last : entry));
    power = times(matrix, added);
    const trace = power.reduce((sum, row, i) => sum + (row[i] ?? 0n), 0n);
    coefficients.push(-trace / BigInt(k + 1));
  }
  return coefficients;
}

function times(
  a: readonly (readonly bigint[])[],
  b: readonly (readonly bigint[])[],
): bigint[][] {
  return a.map((row) =>
    row.map((_, j) =>
      row.reduce((sum, entry, k) => entry === 0n ? sum : sum + entry * (b[k]?.[j] ?? 0n), 0n)
    )
  );
}

/** Newton's correction p / p' of a root, divided by 2^bits; 0 if the root is exact. */
function newton(
  coefficients: readonly bigint[],
  root: Fixed,
  fraction: number,
  bits: number,
): Complex {
  let value: Fixed = { re: 0n, im: 0n };
  let slope: Fixed = { re: 0n, im: 0n };
  for (const coefficient of coefficients) {
    slope = plus(product(slope, root, fraction), value);
    value = plus(product(value, root, fraction), { re: coefficient, im: 0n });
  }
  if (value.re === 0n && value.im === 0n) return { re: 0, im: 0 };
  const [p, q] = [toFloat(value), toFloat(slope)];
  const scale = 2 ** (p.exponent - q.exponent - bits);
  const { re, im } = quotient(p, q);
  return { re: re * scale, im: im * scale };
}

/** Aberth's correction: Newton's for the polynomial divided by the factors of the other roots. */
function aberth(step: Complex, i: number, roots: readonly Fixed[], point: number): Complex {
  const root = roots[i];
  if (root === undefined || (step.re === 0 && step.im === 0)) return step;
  let [re, im] = [0, 0];
  for (const [j, other] of roots.entries()) {
    if (j === i) continue;
    const apart = {
      re: toNumber(root.re - other.re, point),
      im: toNumber(root.im - other.im, point),
    };
    const inverse = quotient({ re: 1, im: 0 }, apart);
    re += inverse.re;
    im += inverse.im;
  }
  return quotient(step, {
    re: 1 - (step.re * re - step.im * im),
    im: -(step.re * im + step.im * re),
  });
}

function plus(a: Fixed, b: Fixed): Fixed {
  return { re: a.re + b.re, im: a.im + b.im };
}

function product(a: Fixed, b: Fixed, fraction: number): Fixed {
  const shift = BigInt(fraction);
  return {
    re: (a.re * b.re - a.im * b.im) >> shift,
    im: (a.re * b.im + a.im * b.re) >> shift,
  };
}

function quotient(a: Complex, b: Complex): Complex {
  const size = Math.max(Math.abs(b.re), Math.abs(b.im));
  const [re, im] = [b.re / size, b.im / size];
  const square = (re * re + im * im) * size;
  return { re: (a.re * re + a.im * im) / square, im: (a.im * re - a.re * im) / square };
}

/** A complex integer as 2^exponent times floating-point parts of at most 2^64. */
function toFloat({ re, im }: Fixed): Complex & { readonly exponent: number } {
  const exponent = Math.max(0, lengthOf(re) - 64, lengthOf(im) - 64);
  const shift = BigInt(exponent);
  return { re: Number(re >> shift), im: Number(im >> shift), exponent };
}

/** An upper bound, by up to 3, of the number of bits of an integer. */
function lengthOf(value: bigint): number {
  return 4 * value.toString(16).length;
}

/** value * 2^point as an integer; values below 2^-200 become 0. */
function toFixed(value: number, point: number): bigint {
  if (Math.abs(value) < 2 ** -200) return 0n;
  const kept = 60 - Math.floor(Math.log2(Math.abs(value)));
  const mantissa = BigInt(Math.round(value * 2 ** kept));
  return kept < point ? mantissa << BigInt(point - kept) : mantissa >> BigInt(kept - point);
}

/** value / 2^point */
function toNumber(value: bigint, point: number): number {
  const { re, exponent } = toFloat({ re: value, im: 0n });
  return re * 2 ** (exponent - point);
}
