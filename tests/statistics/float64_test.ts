import { assert, assertEquals } from "@std/assert";
import { between, powerOfTwoBelow } from "../../src/statistics/float64.ts";

Deno.test("powerOfTwoBelow() works over the whole range of float64", () => {
  const cases = [[1, 1], [1.99, 1], [2, 2], [0.75, 0.5], [0, 1]] as const;
  for (const [value, wanted] of cases) assertEquals(powerOfTwoBelow(value), wanted);
  const extremes = [Number.MIN_VALUE, 3 * Number.MIN_VALUE, 2 ** -1022, 2 - Number.EPSILON, 1e308];
  for (const value of [...extremes, Number.MAX_VALUE]) {
    const power = powerOfTwoBelow(value);
    assert(power <= value && value - power < power, `${value}`);
    assert(Number.isInteger(Math.log2(power)), `${value}`);
  }
});

Deno.test("between() interpolates even if the difference overflows", () => {
  assertEquals(between(1, 3, 0.25), 1.5);
  assertEquals(between(-Number.MAX_VALUE, Number.MAX_VALUE, 0.5), 0);
});
