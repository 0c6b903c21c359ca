import { assert, assertEquals, assertThrows } from "@std/assert";
import { holm } from "../../src/analysis/holm.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { holmAgain } from "./independent_inference.ts";

Deno.test("holm() rejects what the common example does: two of four at 5 %", () => {
  // p of 0.01, 0.04, 0.03 and 0.005: 4 * 0.005, then 3 * 0.01; 2 * 0.03 is too large, and 0.04 stays
  // with it (https://en.wikipedia.org/wiki/Holm-Bonferroni_method#Example).
  const found = holm([0.01, 0.04, 0.03, 0.005]);
  assertClose(found, [0.03, 0.06, 0.06, 0.02], tolerance.rounding);
});

Deno.test("holm() keeps the order that was given", () => {
  const found = holm([0.04, 0.01, 0.03, 0.02, 0.05]);
  assertClose(found, [0.09, 0.05, 0.09, 0.08, 0.09], tolerance.rounding);
});

Deno.test("holm() of one p is that p, and of none is none", () => {
  assertEquals(holm([0.04]), [0.04]);
  assertEquals(holm([]), []);
});

Deno.test("holm() is at most 1, and 0 for 0", () => {
  assertEquals(holm([0, 0.6, 1]), [0, 1, 1]);
});

Deno.test("holm() is as by its definition, with ties", () => {
  const random = new Random(1);
  for (let trial = 0; trial < 50; trial++) {
    const ps = Array.from({ length: 1 + trial % 12 }, () => random.integer(0, 20) / 200);
    assertClose(holm(ps), holmAgain(ps), tolerance.rounding, { scale: 1 });
  }
});

Deno.test("holm() rejects no less than Bonferroni, and never a larger p alone", () => {
  const random = new Random(2);
  for (let trial = 0; trial < 50; trial++) {
    const ps = Array.from({ length: 8 }, () => random.uniform() ** 3);
    const adjusted = holm(ps);
    for (const [i, p] of ps.entries()) {
      const own = adjusted[i] ?? NaN;
      assert(own >= p && own <= Math.min(1, 8 * p));
      for (const [j, other] of ps.entries()) if (other <= p) assert((adjusted[j] ?? NaN) <= own);
    }
  }
});

Deno.test("holm() refuses what is no p value", () => {
  const wrong: readonly [unknown, string][] = [
    [[0.1, 1.1], "ps[1] must be a number from 0 to 1, found 1.1"],
    [[NaN], "ps[0] must be a number from 0 to 1, found NaN"],
    [["0.1"], 'ps[0] must be a number from 0 to 1, found "0.1"'],
    [0.1, "ps must be an array of numbers from 0 to 1, found 0.1"],
  ];
  for (const [ps, message] of wrong) {
    assertThrows(() => Reflect.apply(holm, undefined, [ps]), InputError, message);
  }
});
