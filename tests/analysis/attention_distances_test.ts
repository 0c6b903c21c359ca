import { assert, assertEquals } from "@std/assert";
import { jensenShannon, totalVariation } from "../../src/analysis/attention_distances.ts";
import { Random } from "../../src/core/random.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { randomDistribution } from "./attentions.ts";

const distances = [totalVariation, jensenShannon];

Deno.test("totalVariation() is the largest difference of the probabilities of an event", () => {
  const random = new Random(1);
  for (let k = 0; k < 20; k++) {
    const [p, q] = [randomDistribution(5, random), randomDistribution(5, random)];
    const events = Array.from({ length: 32 }, (_, bits) => {
      return p.reduce((sum, value, i) => sum + (bits >> i & 1) * (value - (q[i] ?? NaN)), 0);
    });
    assertClose([totalVariation(p, q)], [Math.max(...events)], tolerance.rounding);
  }
});

Deno.test("jensenShannon() is SciPy's squared distance, and ln 2 at most", () => {
  // scipy.spatial.distance.jensenshannon(p, q)**2.
  assertClose([jensenShannon([0.5, 0.5], [0.9, 0.1])], [0.10174922507919676], tolerance.rounding);
  assertClose(
    [jensenShannon([0.1, 0.2, 0.7], [0.3, 0.3, 0.4])],
    [0.05191225923810343],
    tolerance.rounding,
  );
  assertEquals(jensenShannon([1, 0, 0], [0, 0.5, 0.5]), Math.LN2);
});

Deno.test("totalVariation() and jensenShannon() are symmetric, 0 for equals, and bounded", () => {
  const random = new Random(2);
  for (const distance of distances) {
    for (let k = 0; k < 50; k++) {
      const [p, q] = [randomDistribution(7, random), randomDistribution(7, random)];
      assertEquals(distance(p, p), 0);
      assertClose([distance(p, q)], [distance(q, p)], tolerance.rounding);
      assertClose([distance(p.toReversed(), q.toReversed())], [distance(p, q)], tolerance.rounding);
      assert(distance(p, q) > 0 && distance(p, q) <= 1);
    }
  }
  // Pinsker's inequality for the Jensen-Shannon divergence (Lin, 1991).
  for (let k = 0; k < 50; k++) {
    const [p, q] = [randomDistribution(4, random), randomDistribution(4, random)];
    assert(jensenShannon(p, q) <= Math.LN2 * totalVariation(p, q) + 1e-12);
    assert(jensenShannon(p, q) >= totalVariation(p, q) ** 2 / 2 - 1e-12);
  }
});

Deno.test("totalVariation() and jensenShannon() refuse what is not a distribution", async () => {
  await assertMistakes(distances.flatMap((distance) => [
    [() => distance([1], [0.5, 0.5]), "q must be of 1 numbers, as many as p, found 2"],
    [() => distance([0.5, 0.4], [0.5, 0.5]), "p must be of the sum 1, found [0.5, 0.4]"],
    [() => distance([0.5, 0.5], [1.5, -0.5]), "q[0] must be a number from 0 to 1, found 1.5"],
    [() => distance([NaN, 1], [1, 0]), "p[0] must be a number from 0 to 1, found NaN"],
    [() => distance([], []), "p must be of the sum 1, found []"],
    [() => call(null, distance, "01", [1]), "p must be an array of numbers from 0 to 1"],
    [() => call(null, distance, Float32Array.of(1), [1]), "Array.from(p) makes one"],
  ]));
});
