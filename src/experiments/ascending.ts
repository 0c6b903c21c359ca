/**
 * Sorts the values of a list parameter.
 *
 * @param values The values, such as sequence lengths.
 * @returns The values, the smallest first, each once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ascending } from "./ascending.ts";
 *
 * assertEquals(ascending([10, 5, 20, 5]), [5, 10, 20]);
 * ```
 */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
