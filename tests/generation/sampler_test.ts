import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Sampler } from "../../src/generation/sampler.ts";
import { probabilities, sampleToken, type SamplingOptions } from "../../src/generation/sampling.ts";

const settings: readonly SamplingOptions[] = [
  { temperature: 0 },
  { temperature: 0.7 },
  { topK: 4 },
  { topP: 0.8 },
  { minP: 0.1 },
  { topK: 9, topP: 0.9, minP: 0.01, repetitionPenalty: 1.3 },
];

for (const options of settings) {
  Deno.test(`a sampler draws token after token as from nothing: ${JSON.stringify(options)}`, () => {
    const random = new Random(1);
    const sampler = new Sampler(12, options);
    const history: number[] = [];
    const [mine, theirs] = [new Random(2), new Random(2)];
    for (let t = 0; t < 50; t++) {
      const logits = random.array(12, (r) => r.normal(0, 2));
      const id = sampler.next(logits, mine);
      const shares = probabilities(logits, options, history);
      assertEquals(id, options.temperature === 0 ? shares.indexOf(1) : sampleToken(shares, theirs));
      sampler.remember(id);
      history.push(id);
    }
  });
}

Deno.test("what is banned is never drawn, and the rest goes as its shares say", () => {
  const sampler = new Sampler(4, {}, [0, 3]);
  assertEquals([...sampler.probabilities([9, 1, 1, 9])], [0, 0.5, 0.5, 0]);
  assertEquals(new Sampler(4, { temperature: 0 }, [0]).next([9, 1, 1, 8], new Random(1)), 3);
});

Deno.test("a sampler takes as many logits as it was made for", () => {
  const sampler = new Sampler(3, {});
  assertThrows(
    () => sampler.next([1, 2], new Random(1)),
    InputError,
    "logits must be 3 numbers, found 2",
  );
});
