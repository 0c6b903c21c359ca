import { InputError } from "./errors.ts";

/** Checks that `value` is an integer of at least 1, and gives it back. */
export function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError(name, "a positive integer", value);
  }
  return value;
}

/** How many numbers a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * Checks a tensor's shape against the wanted sizes, by axis.
 *
 * @param name The tensor's name, for the message.
 * @param found Its shape.
 * @param wanted The axes in order, by name: a size, or `null` where any will do.
 * @throws {InputError} Naming the axes, the wanted and the found sizes.
 *
 * @example
 * ```ts
 * import { assertShape } from "./shapes.ts";
 *
 * assertShape("x", [7, 2, 10], { sequence: null, batch: null, input: 10 });
 * ```
 */
export function assertShape(
  name: string,
  found: readonly number[],
  wanted: Readonly<Record<string, number | null>>,
): void {
  const axes = Object.entries(wanted);
  const fits = found.length === axes.length &&
    axes.every(([, size], i) => size === null ? (found[i] ?? 0) > 0 : size === found[i]);
  if (fits) return;
  const shape = axes.map(([axis, size]) => size === null ? axis : `${axis} ${size}`).join(", ");
  throw new InputError(name, `of shape [${shape}]`, found);
}
