// `Math.min(...values)` throws a RangeError if there are more values than a call takes arguments.

/** The smallest of any number of values; `Infinity` if there are no values. */
export function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** The greatest of any number of values; `-Infinity` if there are no values. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
