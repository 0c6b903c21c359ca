import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { sampleToken } from "../../src/generation/sample_token.ts";
import { chiSquare } from "./chi_square.ts";

Deno.test("tokens are drawn as often as their probabilities say", () => {
  const shares = [0.02, 0, 0.3, 0.18, 0.5, 0];
  const random = new Random(1);
  const counts = shares.map(() => 0);
  for (let i = 0; i < 20_000; i++) {
    const id = sampleToken(Float64Array.from(shares), random);
    counts[id] = (counts[id] ?? 0) + 1;
  }
  // 4 classes, 3 degrees of freedom: 99.9 % of samples lie below 16.27.
  assert(chiSquare(counts, shares) < 16.27, `${counts}`);
});

Deno.test("weights need not add up to 1", () => {
  const draw = (factor: number): number[] => {
    const random = new Random(2);
    const weights = Float64Array.from([1, 2, 3], (weight) => weight * factor);
    return Array.from({ length: 100 }, () => sampleToken(weights, random));
  };
  assertEquals(draw(8), draw(0.125));
});

Deno.test("equal sources draw equal tokens", () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 50 }, () => sampleToken(new Float64Array(9).fill(1), random));
  };
  assertEquals(draw(3), draw(3));
  assert(draw(3).join() !== draw(4).join());
});

Deno.test("what is no distribution is an error, never a token", () => {
  const wrong: readonly [number[], string][] = [
    [[0.5, NaN], "probabilities[1] must be at least 0, found NaN"],
    [[-0.1, 1], "probabilities[0] must be at least 0, found -0.1"],
    [[0, 0], "probabilities must be of a finite sum above 0, found 0"],
    [[], "probabilities must be of a finite sum above 0, found 0"],
    [[Infinity], "probabilities must be of a finite sum above 0, found Infinity"],
  ];
  for (const [values, message] of wrong) {
    assertThrows(() => sampleToken(Float64Array.from(values), new Random(1)), InputError, message);
  }
});
