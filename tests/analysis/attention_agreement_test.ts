import { assert, assertEquals } from "@std/assert";
import {
  attentionAgreement,
  attentionOverSeeds,
  excessAttention,
} from "../../src/analysis/attention_agreement.ts";
import { jensenShannon } from "../../src/analysis/attention_distances.ts";
import { Random } from "../../src/core/random.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { randomDistribution } from "./attentions.ts";

Deno.test("attentionAgreement() is 1 for the same order and -1 for the opposite one", () => {
  const weights = randomDistribution(8, new Random(1));
  assertEquals(attentionAgreement(weights, weights.map((w) => w ** 3)), 1);
  assertEquals(attentionAgreement(weights, weights.map((w) => -w)), -1);
});

Deno.test("attentionAgreement() is null for one word, equal weights or equal importances", () => {
  assertEquals(attentionAgreement([1], [3]), null);
  assertEquals(attentionAgreement([0.5, 0.5], [1, 2]), null);
  assertEquals(attentionAgreement([0.4, 0.6], [0, 0]), null);
});

Deno.test("attentionOverSeeds() has the mean divergence from the other networks", () => {
  const random = new Random(2);
  const weights = Array.from({ length: 4 }, () => randomDistribution(6, random));
  const wanted = weights.map((own, r) => {
    const others = weights.filter((_, s) => s !== r);
    return others.reduce((sum, other) => sum + jensenShannon(own, other), 0) / others.length;
  });
  assertClose(attentionOverSeeds(weights), wanted, tolerance.rounding);
  assertClose(attentionOverSeeds(weights.toReversed()), wanted.toReversed(), tolerance.rounding);
  assertEquals(attentionOverSeeds([[0.3, 0.7], [0.3, 0.7]]), [0, 0]);
});

Deno.test("excessAttention() is 0 for uniform weights, and null if no word or every word is chosen", () => {
  assertEquals(excessAttention([0.25, 0.25, 0.25, 0.25], [true, false, false, true]), 0);
  assertEquals(excessAttention([1, 0], [1, 0]), 0.5);
  assertEquals(excessAttention([0.5, 0.5], [false, false]), null);
  assertEquals(excessAttention([0.5, 0.5], [true, true]), null);
  const random = new Random(3);
  for (let k = 0; k < 20; k++) {
    const weights = randomDistribution(5, random);
    const chosen = [true, false, k % 2 === 0, false, true];
    const found = excessAttention(weights, chosen) ?? NaN;
    const rest = excessAttention(weights, chosen.map((flag) => !flag)) ?? NaN;
    assertClose([rest], [-found], tolerance.rounding, { scale: 1 });
    assert(found > -1 && found < 1);
  }
});

Deno.test("attentionAgreement(), attentionOverSeeds() and excessAttention() refuse wrong arguments", async () => {
  await assertMistakes([
    [() => attentionAgreement([0.5, 0.5], [1]), "importance must be of 2 words, found 1"],
    [() => attentionAgreement([0.5, 0.5], [1, NaN]), "importance[1] must be a finite number"],
    [() => attentionAgreement([2], [1]), "weights[0] must be a number from 0 to 1, found 2"],
    [() => attentionOverSeeds([[1]]), "weights must be of at least 2 networks, found 1"],
    [() => attentionOverSeeds([[1], [0.5, 0.5]]), "weights[1] must be of 1 words, as weights[0]"],
    [() => excessAttention([1], [true, false]), "chosen must be of 1 words, found 2"],
    [() => excessAttention([1], [2]), "chosen[0] must be true or false, found 2"],
    [() => call(null, excessAttention, [1], "x"), "chosen must be an array of booleans"],
  ]);
});
