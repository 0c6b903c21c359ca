/**
 * The largest of many numbers without sorting all of them: Hoare's selection (1961), with the
 * median of three as pivot. Of equal numbers the one of the lower index comes first, so what is
 * selected never depends on the order in which it was found.
 *
 * @module
 */

/** Moves the indices of the `count` largest values to the front of `order`, in no order. */
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
 * Moves to the front of `order` the indices of the fewest largest values whose weights add up to
 * more than `mass`, in no order.
 *
 * @param length How many of `order` there are to choose from, at least 1.
 * @param weights By index as the values, none negative.
 * @param mass At least 0.
 * @returns How many they are: at least 1, and all where they never add up to more.
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
 * Puts one index of a range where it belongs, those of larger values before it and the others
 * behind.
 *
 * @returns Where it is.
 */
function partition(order: Int32Array, values: Float64Array, low: number, high: number): number {
  const last = high - 1;
  const middle = (low + last) >> 1;
  if (before(values, order[middle] ?? 0, order[low] ?? 0)) swap(order, middle, low);
  if (before(values, order[last] ?? 0, order[low] ?? 0)) swap(order, last, low);
  if (before(values, order[middle] ?? 0, order[last] ?? 0)) swap(order, middle, last);
  // The median of the three is the last now.
  const pivot = order[last] ?? 0;
  const value = values[pivot] ?? 0;
  let place = low;
  for (let i = low; i < last; i++) {
    const index = order[i] ?? 0;
    const other = values[index] ?? 0;
    order[i] = order[place] ?? 0;
    order[place] = index;
    // Sums, since no processor can foresee branches on what a network says: half as fast again.
    place += Number(other > value) | (Number(other === value) & Number(index < pivot));
  }
  swap(order, place, last);
  return place;
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
