import type { Json } from "../core/json.ts";

/** A value in which two results differ. */
export interface Difference {
  /** The path in the JSON: `claims.0.estimate.value`. */
  readonly path: string;
  readonly stated: Json | undefined;
  readonly found: Json | undefined;
  /** |stated - found| over the larger magnitude if both are numbers, otherwise `Infinity`. */
  readonly relative: number;
}

/** The outcome of {@link compare}. */
export interface Comparison {
  /** The number of compared numbers. */
  readonly numbers: number;
  /** The values that differ by more than the tolerance, the largest difference first. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the values of a report with those of a new run, number by number.
 *
 * @param stated The JSON of the report.
 * @param found The JSON of the new run.
 * @param tolerance The largest relative difference of equal numbers. Default: 0.
 * @returns The count of numbers, and the values that differ.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { compare } from "./compare.ts";
 *
 * const { numbers, differences } = compare({ a: [1, 2] }, { a: [1, 2.5] });
 * assert(numbers === 2 && differences[0]?.path === "a.1");
 * ```
 */
export function compare(stated: Json, found: Json, tolerance = 0): Comparison {
  let numbers = 0;
  const differences: Difference[] = [];
  const visit = (a: Json | undefined, b: Json | undefined, path: string): void => {
    if (typeof a === "number" && typeof b === "number") {
      numbers += 1;
      const relative = a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
      if (relative > tolerance) differences.push({ path, stated: a, found: b, relative });
      return;
    }
    if (isTree(a) && isTree(b)) {
      const [left, right] = [entries(a), entries(b)];
      for (const key of new Set([...left.keys(), ...right.keys()])) {
        visit(left.get(key), right.get(key), path === "" ? key : `${path}.${key}`);
      }
      return;
    }
    if (a !== b) differences.push({ path, stated: a, found: b, relative: Infinity });
  };
  visit(stated, found, "");
  return { numbers, differences: differences.sort(largestFirst) };
}

// Infinity - Infinity is NaN, for which the order would be undefined.
function largestFirst(a: Difference, b: Difference): number {
  return a.relative === b.relative ? 0 : b.relative - a.relative;
}

function isTree(value: Json | undefined): value is object & Json {
  return typeof value === "object" && value !== null;
}

function entries(value: object): Map<string, Json> {
  return new Map(Object.entries(value));
}
