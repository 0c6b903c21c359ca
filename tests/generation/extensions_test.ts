import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Extensions } from "../../src/generation/extensions.ts";
import type { Hypothesis } from "../../src/generation/hypothesis.ts";
import { assertClose, tolerance } from "../tolerance.ts";

function hypothesis(logProbability: number): Hypothesis {
  return { before: null, id: -1, tokens: 4, logProbability };
}

Deno.test("the likeliest extensions are those of a full sort", () => {
  const random = new Random(1);
  const [vocabulary, batch] = [9, 4];
  for (const most of [1, 3, 12, 40]) {
    const extensions = new Extensions(most, vocabulary, [2]);
    const logits = random.array(batch * vocabulary, (r) => r.normal(0, 2));
    const live = [-1, -1.5, -2].map(hypothesis);
    const wanted = live.flatMap(({ logProbability }, row) => {
      const own = [...logits.subarray(row * vocabulary, (row + 1) * vocabulary)];
      const sum = own.reduce((sum, logit, id) => id === 2 ? sum : sum + Math.exp(logit), 0);
      return own.map((logit, id) => [row, id, logProbability + logit - Math.log(sum)] as const);
    }).filter(([, id]) => id !== 2).sort((a, b) => b[2] - a[2]).slice(0, most);
    const found = extensions.best(logits, live);
    assertEquals(
      found.map(({ row, hypothesis }) => [row, hypothesis.id]),
      wanted.map(([row, id]) => [row, id]),
    );
    assertClose(
      found.map(({ hypothesis }) => hypothesis.logProbability),
      wanted.map(([, , logProbability]) => logProbability),
      tolerance.rounding,
    );
    for (const { row, hypothesis } of found) {
      assertEquals([hypothesis.before, hypothesis.tokens], [live[row], 5]);
    }
  }
});

Deno.test("of equal extensions those of the earlier row and the lower id come first", () => {
  const extensions = new Extensions(5, 3, []);
  const found = extensions.best(new Float32Array(6), [hypothesis(-1), hypothesis(-1)]);
  assertEquals(found.map(({ row, hypothesis }) => [row, hypothesis.id]), [
    ...[[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]],
  ]);
});
