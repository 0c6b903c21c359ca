import type { Json } from "../core/json.ts";

/** A place where two results differ. */
export interface Difference {
  /** The path in the JSON: `claims.0.estimate.value`. */
  readonly path: string;
  readonly stated: Json | undefined;
  readonly found: Json | undefined;
  /** |stated - found| over the larger magnitude, where both are numbers; else `Infinity`. */
  readonly relative: number;
}

/** A comparison, number by number. */
export interface Comparison {
  /** How many numbers were compared. */
  readonly numbers: number;
  /** Every place that differs by more than the tolerance, the largest difference first. */
  readonly differences: readonly Difference[];
}

/**
 * Compares what a report states with what was found again.
 *
 * @param stated The JSON of the report.
 * @param found The JSON of the new run.
 * @param tolerance The largest relative difference of two numbers that counts as equal.
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

// Infinity less itself is no number, and a comparator that gives none leaves any order.
function largestFirst(a: Difference, b: Difference): number {
  return a.relative === b.relative ? 0 : b.relative - a.relative;
}

function isTree(value: Json | undefined): value is object & Json {
  return typeof value === "object" && value !== null;
}

function entries(value: object): Map<string, Json> {
  return new Map(Object.entries(value));
}
