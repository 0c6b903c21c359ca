import { assert, assertEquals } from "@std/assert";
import {
  attendedOutput,
  permutedAttention,
  uniformAttention,
} from "../../src/analysis/attention_counterfactuals.ts";
import { totalVariation } from "../../src/analysis/attention_distances.ts";
import { Random } from "../../src/core/random.ts";
import { median } from "../../src/statistics/descriptive.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { randomDistribution, randomLogits } from "./attentions.ts";

Deno.test("attendedOutput() is the softmax of the weighted mean, also of large logits", () => {
  assertClose(
    attendedOutput([0.25, 0.75], [[4, 0], [0, 4]]),
    [1 / (1 + Math.exp(2)), 1 / (1 + Math.exp(-2))],
    tolerance.rounding,
  );
  assertEquals(attendedOutput([1, 0], [[1000, 0, -1000], [0, 0, 0]]), [1, 0, 0]);
});

Deno.test("uniformAttention() is the distance of the output with equal weights", () => {
  const random = new Random(1);
  for (const classes of [2, 3]) {
    const [weights, logits] = [randomDistribution(6, random), randomLogits(6, classes, random)];
    const uniform = Array(6).fill(1 / 6);
    const wanted = totalVariation(attendedOutput(weights, logits), attendedOutput(uniform, logits));
    assertClose([uniformAttention(weights, logits)], [wanted], tolerance.rounding);
    assertEquals(uniformAttention(uniform, logits), 0);
  }
});

Deno.test("permutedAttention() is near the median over all permutations", () => {
  const random = new Random(1);
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
  const weights = [0.7, 0.2, 0.1];
  const logits = [[1, 0], [0, 0.5], [0.2, 2]];
  const given = attendedOutput(weights, logits);
  const distances = orders.map((order) => {
    return totalVariation(given, attendedOutput(order.map((t) => weights[t] ?? NaN), logits));
  });
  const sorted = distances.toSorted((a, b) => a - b);
  const found = permutedAttention(weights, logits, { random, permutations: 6001 });
  // The median of six values lies between two of them, and that of many draws is one of these.
  assert(found >= (sorted[2] ?? NaN) - 1e-12 && found <= (sorted[3] ?? NaN) + 1e-12);
  assert(found <= 2 * median(distances));
});

Deno.test("permutedAttention() draws each permutation equally often", () => {
  // Only if the last word has the weight of the first one is the output 1 - 1e-9.
  const logits = [[0, 0], [0, 0], [20, 0]];
  const counts = [0, 1, 2].map((heavy) => {
    const weights = [0, 1, 2].map((t) => Number(t === heavy));
    let moved = 0;
    for (let seed = 0; seed < 900; seed++) {
      const found = permutedAttention(weights, logits, {
        random: new Random(seed),
        permutations: 1,
      });
      moved += Number(found > 0.25);
    }
    return moved / 900;
  });
  const [first = NaN, second = NaN, third = NaN] = counts;
  // Three standard errors of a share of 900 draws.
  for (const [share, wanted] of [[first, 1 / 3], [second, 1 / 3], [third, 2 / 3]] as const) {
    assert(Math.abs(share - wanted) < 0.05, `${counts}`);
  }
});

Deno.test("permutedAttention() depends on the source and the text alone", () => {
  const random = new Random(1);
  const [weights, logits] = [randomDistribution(5, random), randomLogits(5, 3, random)];
  const source = new Random(2);
  const found = permutedAttention(weights, logits, { random: source });
  permutedAttention(weights.slice(0, 1).fill(1), logits.slice(0, 1), { random: source });
  assertEquals(permutedAttention(weights, logits, { random: source }), found);
  assertEquals(permutedAttention([1], [[0, 3]], { random: source }), 0);
  assertEquals(permutedAttention(weights, Array(5).fill([1, 2, 3]), { random: source }), 0);
});

Deno.test("permutedAttention() and uniformAttention() refuse wrong arguments", async () => {
  const random = new Random(1);
  const logits = [[1, 2], [3, 4]];
  await assertMistakes([
    [() => uniformAttention([0.5, 0.6], logits), "weights must be of the sum 1"],
    [() => uniformAttention([1], logits), "wordLogits must be of 1 words, found 2"],
    [() => uniformAttention([0.5, 0.5], [[1], [2]]), "wordLogits[0] must be of at least 2 classes"],
    [
      () => uniformAttention([0.5, 0.5], [[1, 2], [2]]),
      "wordLogits[1] must be of 2 classes, found [2]",
    ],
    [() => attendedOutput([1], [[1, NaN]]), "wordLogits[0] must be finite numbers"],
    [() => call(null, attendedOutput, [1], [[1, , 3]]), "wordLogits[0] must be finite numbers"],
    [
      () => permutedAttention([0.5, 0.5], logits, { random, permutations: 0 }),
      "permutations must be a positive integer, found 0",
    ],
    [() => call(null, permutedAttention, [1], [[1, 2]], {}), "random must be"],
    [() => call(null, permutedAttention, [1], [[1, 2]]), "options of permutedAttention must be"],
    [
      () => call(null, permutedAttention, [1], [[1, 2]], { random, permutation: 3 }),
      "permutations",
    ],
  ]);
});
