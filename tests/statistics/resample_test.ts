import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import {
  drawIndices,
  jackknife,
  replicates,
  statisticFunction,
} from "../../src/statistics/resample.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("drawIndices() draws every index equally often and depends only on the source", () => {
  const [places = new Uint32Array(), ...others] = drawIndices(5, 10_000, new Random(1));
  assertEquals([places.length, others.length], [50_000, 0]);
  assertEquals([places], [...drawIndices(5, 10_000, new Random(1))]);
  const counts = [0, 0, 0, 0, 0];
  for (const place of places) counts[place] = (counts[place] ?? NaN) + 1;
  // A count of 50,000 draws with probability 1/5 has a standard deviation of 89.
  for (const count of counts) assertLess(Math.abs(count - 10_000), 4 * 89);
});

Deno.test("replicates() by name equals that by function, in ascending order", () => {
  const random = new Random(2);
  for (const n of [2, 5, 8]) {
    const values = Array.from({ length: n }, () => random.uniform(1, 2));
    const places = [...drawIndices(n, 200, random)];
    for (const name of ["mean", "median", "geometric-mean"] as const) {
      const found = replicates(values, places, name);
      const wanted = replicates(values, places, statisticFunction(name));
      assertClose(found, wanted, tolerance.rounding, { what: name });
      assert(found.every((value, r) => r === 0 || value >= (found[r - 1] ?? NaN)));
    }
  }
});

Deno.test("replicates() computes the statistic of the values at the drawn indices", () => {
  const found = replicates(
    [1, 10, 100],
    [Uint32Array.of(0, 0, 1), Uint32Array.of(2, 2, 2)],
    "mean",
  );
  assertEquals([...found], [4, 100]);
});

Deno.test("replicates() throws on a statistic that is not finite", () => {
  const places = [Uint32Array.of(0, 1)];
  assertThrows(
    () => replicates([1, 2], places, () => NaN),
    InputError,
    "statistic of a resample must be finite, found NaN",
  );
});

for (const statistic of ["mean", "median", "geometric-mean"] as const) {
  Deno.test(`jackknife() in one pass equals the ${statistic} without each value`, () => {
    const random = new Random(1).fork(statistic);
    const compute = statisticFunction(statistic);
    for (const length of [1001, 1002]) {
      const values = Array.from({ length }, () => Math.exp(random.normal()));
      values[7] = values[3] ?? NaN; // A tie.
      const found = jackknife(values, statistic);
      assertEquals(found.length, length);
      for (const out of [0, 3, 7, 500, length - 1]) {
        const left = values.filter((_, i) => i !== out);
        assertClose([found[out] ?? NaN], [compute(left)], tolerance.rounding);
        assertClose([jackknife(left.slice(0, 9), statistic)[4] ?? NaN], [
          compute(left.slice(0, 9).filter((_, i) => i !== 4)),
        ], tolerance.rounding);
      }
    }
  });
}
