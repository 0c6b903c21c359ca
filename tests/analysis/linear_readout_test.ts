import { assert, assertEquals, assertThrows } from "@std/assert";
import { partialRSquared, type ReadoutRows } from "../../src/analysis/linear_readout.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Rows of normal states in two groups; `of` computes the target from the state and the group. */
function rows(
  seed: number,
  count: number,
  units: number,
  of: (state: readonly number[], group: number, noise: number) => number,
): ReadoutRows {
  const random = new Random(seed);
  const groups = Array.from({ length: count }, (_, i) => i % 2);
  const features = groups.map(() => Array.from({ length: units }, () => random.normal()));
  const target = features.map((state, i) => of(state, groups[i] ?? NaN, random.normal()));
  return { features, groups, target };
}

Deno.test("partialRSquared() is 1 if the target is linear in the state within groups", () => {
  const of = ([a = 0, b = 0]: readonly number[], group: number) => 2 * a - b + 100 * group;
  assertClose(
    [partialRSquared(rows(1, 60, 3, of), rows(2, 40, 3, of))],
    [1],
    tolerance.rounding,
  );
});

Deno.test("partialRSquared() is the share of the variance that is not noise", () => {
  // Variance 4 of the state and 1 of noise: 0.8, with a standard error of about 0.004.
  const of = ([a = 0]: readonly number[], _: number, noise: number) => 2 * a + noise;
  const found = partialRSquared(rows(1, 20_000, 2, of), rows(2, 20_000, 2, of));
  assert(Math.abs(found - 0.8) < 0.016, `${found}`);
});

Deno.test("partialRSquared() is near 0 if the state depends on the group alone, and negative if overfitted", () => {
  const of = (_: readonly number[], group: number, noise: number) => group + noise;
  const withGroup = (seed: number, count: number) => {
    const { features, ...rest } = rows(seed, count, 2, of);
    return {
      ...rest,
      features: features.map(([a = 0], i) => [(rest.groups[i] ?? 0) + 0.1 * a, 1]),
    };
  };
  const found = partialRSquared(withGroup(1, 10_000), withGroup(2, 10_000));
  assert(Math.abs(found) < 0.005, `${found}`);
  assert(partialRSquared(rows(1, 24, 20, of), rows(2, 1000, 20, of)) < -0.5);
});

Deno.test("partialRSquared() ignores constant units and copies of a unit", () => {
  const of = ([a = 0]: readonly number[], _: number, noise: number) => a + noise;
  const [training, test] = [rows(1, 500, 1, of), rows(2, 500, 1, of)];
  const wide = (given: ReadoutRows): ReadoutRows => ({
    ...given,
    features: given.features.map(([a = 0]) => [a, 5, a, 0]),
  });
  const found = partialRSquared(wide(training), wide(test));
  assertClose([found], [partialRSquared(training, test)], tolerance.lapack);
  const dead = (given: ReadoutRows): ReadoutRows => ({
    ...given,
    features: given.features.map(() => [3]),
  });
  assertEquals(partialRSquared(dead(training), dead(test)), 0);
});

Deno.test("partialRSquared() throws if the rows do not match", () => {
  const good: ReadoutRows = { features: [[1], [2]], groups: [1, 1], target: [1, 3] };
  const wrong: readonly [ReadoutRows, ReadoutRows, string][] = [
    [{ ...good, features: [] }, good, "training must be of at least 1 row and unit"],
    [{ ...good, target: [1] }, good, "training.target must be 2 numbers, found 1"],
    [
      good,
      { ...good, groups: [1, 2] },
      "group of a test row must be a group of the training rows, found 2",
    ],
    [good, { ...good, features: [[1, 1], [2, 2]] }, "test must be rows of 1 units"],
    [{ ...good, features: [[1], [2, 3]] }, good, "training must be rows of 1 units, found 2"],
    [{ ...good, features: [[1], [NaN]] }, good, "training must be of finite numbers, found NaN"],
    [good, { ...good, target: [2, 2] }, "test must be rows whose targets vary within groups"],
  ];
  for (const [training, test, message] of wrong) {
    assertThrows(() => partialRSquared(training, test), InputError, message);
  }
});
