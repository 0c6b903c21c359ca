/**
 * Divides the values of a curve by its first value.
 *
 * @param values The curve, such as gradient norms by lag from 0.
 * @returns The ratios, of which the first is 1.
 */
export function relative(values: readonly number[]): number[] {
  const [first = NaN] = values;
  return values.map((value) => value / first);
}
