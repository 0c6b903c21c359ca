import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { selectLargest, selectMass } from "../../src/generation/selection.ts";

/** Sorts indices from the largest value to the smallest, equal ones by index. */
function sorted(values: Float64Array): number[] {
  return [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
}

/** Values of several kinds: few different ones, many, ascending, descending. */
function* samples(): Generator<Float64Array> {
  const random = new Random(1);
  for (let i = 0; i < 60; i++) {
    const size = random.integer(1, 40);
    yield Float64Array.from({ length: size }, () => random.integer(0, 5));
    yield Float64Array.from({ length: size }, () => random.normal());
    yield Float64Array.from({ length: size }, (_, k) => k);
    yield Float64Array.from({ length: size }, (_, k) => -k);
  }
}

const indices = (values: Float64Array): Int32Array => Int32Array.from(values.keys());
const ascending = (order: Iterable<number>): number[] => [...order].sort((a, b) => a - b);

Deno.test("selectLargest() moves the first k of the sorted order to the front", () => {
  for (const values of samples()) {
    for (const count of new Set([1, values.length >> 1, values.length].filter((k) => k > 0))) {
      const order = indices(values);
      selectLargest(order, values, count);
      const wanted = sorted(values).slice(0, count);
      assertEquals(ascending(order.subarray(0, count)), ascending(wanted));
      assertEquals(ascending(order), [...values.keys()]);
    }
  }
});

Deno.test("selectMass() takes the fewest of the sorted order whose weights exceed the mass", () => {
  const random = new Random(2);
  for (const values of samples()) {
    // Integers add up exactly in any order.
    const weights = Float64Array.from(values, () => random.integer(0, 9));
    const all = weights.reduce((a, b) => a + b, 0);
    for (const mass of [0, all / 3, random.integer(0, all), all, all + 1]) {
      let [wanted, sum] = [0, 0];
      for (const index of sorted(values)) {
        if (wanted > 0 && sum > mass) break;
        sum += weights[index] ?? 0;
        wanted++;
      }
      const order = indices(values);
      const found = selectMass(order, order.length, values, weights, mass);
      assertEquals(found, wanted, `${values} by ${weights} to ${mass}`);
      const front = sorted(values).slice(0, wanted);
      assertEquals(ascending(order.subarray(0, found)), ascending(front));
    }
  }
});

Deno.test("selectMass() considers only the front of the order", () => {
  const values = new Float64Array([1, 9, 2, 8]);
  const order = new Int32Array([0, 2, 1, 3]);
  assertEquals(selectMass(order, 2, values, new Float64Array(4).fill(1), 1.5), 2);
  assertEquals([...order.subarray(2)], [1, 3]);
  assert(order.subarray(0, 2).includes(0) && order.subarray(0, 2).includes(2));
});
