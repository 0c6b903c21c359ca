import { assert, assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import {
  probabilities,
  Sampler,
  sampleToken,
  type SamplingOptions,
} from "../../src/generation/sampling.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { chiSquare } from "./chi_square.ts";

const cases = z.array(z.object({
  logits: z.array(z.number()),
  temperature: z.number(),
  top_k: z.number().nullable(),
  top_p: z.number().nullable(),
  probabilities: z.array(z.number()),
})).parse(
  JSON.parse(Deno.readTextFileSync(new URL("../../fixtures/sampling.json", import.meta.url))),
);

for (const { logits, temperature, top_k: topK, top_p: topP, probabilities: wanted } of cases) {
  const options: SamplingOptions = {
    temperature,
    ...(topK === null ? {} : { topK }),
    ...(topP === null ? {} : { topP }),
  };
  Deno.test(`probabilities() equal PyTorch's: ${JSON.stringify(options)}`, () => {
    const found = probabilities(logits, options);
    assertEquals(Array.from(found, (p) => p === 0), wanted.map((p) => p === 0), "what is removed");
    assertClose(found, wanted, tolerance.sampling);
  });
}

/** Converts probabilities to logits. */
const logs = (...values: number[]): number[] => values.map((p) => Math.log(p));

Deno.test("probabilities() with top-p keep the token that crosses p, and none after it", () => {
  const logits = logs(0.125, 0.5, 0.25, 0.125);
  const kept = (topP: number): number[] => {
    return [...probabilities(logits, { topP })].flatMap((p, id) => p > 0 ? [id] : []);
  };
  assertEquals(kept(1e-9), [1]);
  assertEquals(kept(0.49), [1]);
  assertEquals(kept(0.51), [1, 2]);
  assertEquals(kept(0.76), [0, 1, 2]);
  assertEquals(kept(0.88), [0, 1, 2, 3]);
  assertEquals(kept(1), [0, 1, 2, 3]);
  // The first token does not exceed p, so the next is kept, too.
  assertEquals([...probabilities([0, 0], { topP: 0.5 })], [0.5, 0.5]);
});

Deno.test("probabilities() keep the lower id of equal logits", () => {
  const logits = [1, 3, 3, 3, 1];
  assertEquals([...probabilities(logits, { topK: 2 })], [0, 0.5, 0.5, 0, 0]);
  assertEquals([...probabilities(logits, { topP: 0.2 })], [0, 1, 0, 0, 0]);
  assertEquals([...probabilities(logits, { temperature: 0 })], [0, 1, 0, 0, 0]);
});

Deno.test("probabilities() apply top-p to the tokens that top-k keeps", () => {
  // Of 4 : 2 : 1 : 1, top-k leaves 2/3 and 1/3.
  const found = probabilities(logs(0.5, 0.25, 0.125, 0.125), { topK: 2, topP: 0.6 });
  assertEquals([...found], [1, 0, 0, 0]);
});

Deno.test("probabilities() with min-p keep tokens by their share of the likeliest", () => {
  const logits = logs(0.6, 0.3, 0.08, 0.02);
  const wanted = [0.6, 0.3, 0.08, 0].map((p) => p / 0.98);
  assertClose(probabilities(logits, { minP: 0.1 }), wanted, tolerance.rounding);
  assertEquals([...probabilities(logits, { minP: 1 })], [1, 0, 0, 0]);
  assertClose(probabilities(logits, { minP: 0 }), [0.6, 0.3, 0.08, 0.02], tolerance.rounding);
  // At a higher temperature the shares are closer.
  assert(probabilities(logits, { minP: 0.1, temperature: 2 }).every((p) => p > 0));
});

Deno.test("probabilities() with a repetition penalty fall for the history, whatever the sign of the logit", () => {
  const logits = [2, -2, 1, 0];
  const found = probabilities(logits, { repetitionPenalty: 2 }, [1, 0, 0, 1]);
  const wanted = probabilities([1, -4, 1, 0]);
  assertEquals([...found], [...wanted]);
  assertEquals([...probabilities(logits, {}, [0])], [...probabilities(logits)]);
  assertEquals([...probabilities(logits, { repetitionPenalty: 2, temperature: 0 }, [0])], [
    ...[1, 0, 0, 0],
  ]);
  assertEquals([...probabilities(logits, { repetitionPenalty: 3, temperature: 0 }, [0])], [
    ...[0, 0, 1, 0],
  ]);
});

Deno.test("probabilities() add up to 1 for any logits and options", () => {
  const random = new Random(1);
  for (let i = 0; i < 300; i++) {
    const logits = Array.from({ length: random.integer(1, 60) }, () => random.normal(0, 8));
    const found = probabilities(logits, {
      temperature: random.uniform(0.1, 3),
      topK: random.integer(1, 70),
      topP: random.uniform(0.01, 1),
      minP: random.uniform(0, 0.5),
    });
    assertClose([found.reduce((a, b) => a + b, 0)], [1], tolerance.rounding);
    assert(found.every((p) => p >= 0 && p <= 1));
  }
});

/** Computes the probabilities by a full sort, literally by the definitions. */
function bySorting(logits: readonly number[], options: Required<SamplingOptions>): number[] {
  const { temperature, topK, topP, minP } = options;
  const order = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  const largest = logits[order[0] ?? 0] ?? 0;
  const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const first = order.slice(0, topK);
  const sum = (ids: readonly number[]) => ids.reduce((sum, id) => sum + (weights[id] ?? 0), 0);
  const all = sum(first);
  const kept = first.filter((_, rank) => sum(first.slice(0, rank)) <= topP * all)
    .filter((id) => (weights[id] ?? 0) >= minP);
  return logits.map((_, id) => kept.includes(id) ? (weights[id] ?? 0) / sum(kept) : 0);
}

Deno.test("probabilities() keep the tokens that a full sort keeps", () => {
  const random = new Random(2);
  for (const spread of [0.1, 1, 4, 15]) {
    for (let i = 0; i < 60; i++) {
      const logits = Array.from({ length: random.integer(1, 50) }, () => random.normal(0, spread));
      const options = {
        temperature: random.uniform(0.2, 2),
        topK: random.integer(1, 60),
        topP: i % 3 === 0 ? 1 : random.uniform(0.05, 0.999),
        minP: i % 2 === 0 ? 0 : random.uniform(0, 0.2),
        repetitionPenalty: 1,
      };
      const [found, wanted] = [probabilities(logits, options), bySorting(logits, options)];
      const message = JSON.stringify({ logits, options });
      assertEquals(Array.from(found, (p) => p > 0), wanted.map((p) => p > 0), message);
      assertClose(found, wanted, tolerance.rounding);
    }
  }
});

Deno.test("probabilities() are finite for extreme logits and temperatures", () => {
  assertEquals([...probabilities([1e30, 0, -1e30])], [1, 0, 0]);
  assertEquals([...probabilities([-Infinity, 3, -Infinity])], [0, 1, 0]);
  assertEquals([...probabilities([1, 2], { temperature: 1e-320 })], [0, 1]);
  assertClose(probabilities([1, 2], { temperature: 1e300 }), [0.5, 0.5], tolerance.rounding);
});

Deno.test("probabilities() throw on logits that are NaN or infinity, with any options", () => {
  const wrong: readonly [number[], string][] = [
    [[0, NaN, 1], "logits[1] must be a number below infinity, found NaN"],
    [[Infinity, 1], "logits[0] must be a number below infinity, found Infinity"],
    [[-Infinity, -Infinity], "logits must be finite for a token that is not banned"],
    [[], "logits must be finite for a token that is not banned"],
  ];
  for (const [logits, message] of wrong) {
    for (const options of [{}, { temperature: 0 }, { topK: 1 }, { topP: 0.5 }, { minP: 0.5 }]) {
      assertThrows(() => probabilities(logits, options), InputError, message);
    }
  }
});

Deno.test("probabilities() refuse wrong options with what is wanted and found", () => {
  const wrong: readonly [SamplingOptions, string][] = [
    [{ temperature: -1 }, "temperature must be a finite number of at least 0, found -1"],
    [{ temperature: NaN }, "temperature must be a finite number of at least 0, found NaN"],
    [{ temperature: Infinity }, "temperature must be a finite number of at least 0"],
    [{ topK: 0 }, "topK must be a positive integer, found 0"],
    [{ topK: 2.5 }, "topK must be a positive integer, found 2.5"],
    [{ topP: 0 }, "topP must be a number above 0 and at most 1, found 0"],
    [{ topP: 1.1 }, "topP must be a number above 0 and at most 1, found 1.1"],
    [{ minP: -0.1 }, "minP must be a number from 0 to 1, found -0.1"],
    [{ minP: NaN }, "minP must be a number from 0 to 1, found NaN"],
    [{ repetitionPenalty: 0 }, "repetitionPenalty must be a finite number above 0, found 0"],
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => probabilities([1, 2], options), InputError, message);
  }
  assertThrows(
    () => probabilities([1, 2], JSON.parse('{ "topK": 1, "topp": 0.9 }')),
    InputError,
    "an option of sampling must be one of temperature, topK, topP, minP, repetitionPenalty, " +
      'found "topp"',
  );
  assertThrows(
    () => probabilities([1, 2], { repetitionPenalty: 2 }, [2]),
    InputError,
    "history must be integers from 0 to 1, found 2",
  );
});

Deno.test("probabilities() are not NaN for any repetition penalty", () => {
  const penalties = [5e-324, 1e-300, 1e-38, 0.5, 2, 1e38, 1e300, Number.MAX_VALUE];
  for (const repetitionPenalty of penalties) {
    for (const logits of [[3, 2, 1], [-3, -2, -1], [0, 1e-300, -1e-300], [3e38, -3e38, 0]]) {
      for (const options of [{}, { temperature: 0 }, { temperature: 1e-300 }, { topP: 0.9 }]) {
        for (const history of [[0], [1, 2], [0, 1, 2]]) {
          let found: number[] = [];
          try {
            found = [...probabilities(logits, { ...options, repetitionPenalty }, history)];
          } catch (error) {
            assert(error instanceof InputError, `${error}`);
            continue;
          }
          const sum = found.reduce((a, b) => a + b, 0);
          assertClose([sum], [1], tolerance.rounding, {
            what: `${repetitionPenalty} on ${logits}`,
          });
        }
      }
    }
  }
  assertThrows(
    () => probabilities([2, 5], { repetitionPenalty: 1e-308 }, [1]),
    InputError,
    "repetitionPenalty must be so large that a logit of 5 divided by it is finite, found 1e-308",
  );
  assertEquals([...probabilities([2, 1], { repetitionPenalty: 1e-300 }, [1])], [0, 1]);
  assertEquals([...probabilities([2, -1], { repetitionPenalty: 1e300 }, [0, 1])], [1, 0]);
});

Deno.test("probabilities() are right for logits whose difference overflows float64", () => {
  const { MAX_VALUE } = Number;
  const found = probabilities([MAX_VALUE, -MAX_VALUE], { temperature: MAX_VALUE });
  assertClose(found, [1 / (1 + Math.exp(-2)), 1 / (1 + Math.exp(2))], tolerance.rounding);
  assertEquals([...probabilities([MAX_VALUE, -MAX_VALUE, 0])], [1, 0, 0]);
  assertEquals([...probabilities([1, 2], { temperature: 5e-324 })], [0, 1]);
});

Deno.test("probabilities() and sampleToken() refuse arguments of other types", () => {
  const random = new Random(1);
  const wrong: readonly [CallableFunction, unknown[], string][] = [
    [probabilities, [], "logits must be an array or typed array of numbers, found undefined"],
    [probabilities, [["2", "1"]], 'logits[0] must be a number below infinity, found "2"'],
    [probabilities, [[[2], [1]]], "logits[0] must be a number below infinity, found [2]"],
    [probabilities, [BigInt64Array.of(1n)], "Array.from(logits, Number) makes one"],
    [probabilities, [[2, 1], 0.7], "options of sampling must be an object such as { temperature"],
    [probabilities, [[2, 1], [0]], "options of sampling must be an object such as { temperature"],
    [probabilities, [[2, 1], { top_k: 1 }], 'found "top_k". Did you mean topK?'],
    [probabilities, [[2, 1], { temperature: "0.7" }], "temperature must be a finite number"],
    [probabilities, [[2, 1], { topP: "0.9" }], "topP must be a number above 0 and at most 1"],
    [probabilities, [[2, 1], { minP: "0.1" }], "minP must be a number from 0 to 1"],
    [probabilities, [[2, 1], { repetitionPenalty: "2" }], "repetitionPenalty must be a finite"],
    [probabilities, [[2, 1], {}, [2]], "history must be integers from 0 to 1, found 2"],
    [probabilities, [[2, 1], {}, 1], "history must be ids in an array or typed array, found 1"],
    [sampleToken, [[0.5, 0.5]], "random must be a source of random numbers, found undefined"],
    [sampleToken, [[0.5, 0.5], 3], "found 3. new Random(3) makes one"],
    [sampleToken, [{ 0: 1 }, random], "probabilities must be an array or typed array of numbers"],
    [sampleToken, [["1"], random], 'probabilities[0] must be at least 0, found "1"'],
    [sampleToken, [[1e308, 1e308], random], "probabilities must be of a finite sum above 0"],
  ];
  for (const [use, args, message] of wrong) {
    assertThrows(() => Reflect.apply(use, undefined, args), InputError, message);
  }
});

Deno.test("sampleToken() draws tokens as often as their probabilities say", () => {
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

Deno.test("sampleToken() accepts weights that do not sum to 1", () => {
  const draw = (factor: number): number[] => {
    const random = new Random(2);
    const weights = Float64Array.from([1, 2, 3], (weight) => weight * factor);
    return Array.from({ length: 100 }, () => sampleToken(weights, random));
  };
  assertEquals(draw(8), draw(0.125));
});

Deno.test("sampleToken() draws equal tokens from equal sources", () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 50 }, () => sampleToken(new Float64Array(9).fill(1), random));
  };
  assertEquals(draw(3), draw(3));
  assert(draw(3).join() !== draw(4).join());
});

Deno.test("sampleToken() throws on weights that are not a distribution", () => {
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

const settings: readonly SamplingOptions[] = [
  { temperature: 0 },
  { temperature: 0.7 },
  { topK: 4 },
  { topP: 0.8 },
  { minP: 0.1 },
  { topK: 9, topP: 0.9, minP: 0.01, repetitionPenalty: 1.3 },
];

for (const options of settings) {
  Deno.test(`Sampler.next() draws each token like a new sampler: ${JSON.stringify(options)}`, () => {
    const random = new Random(1);
    const sampler = new Sampler(12, options);
    const history: number[] = [];
    const [mine, theirs] = [new Random(2), new Random(2)];
    for (let t = 0; t < 50; t++) {
      const logits = random.array(12, (r) => r.normal(0, 2));
      const id = sampler.next(logits, mine);
      const shares = probabilities(logits, options, history);
      assertEquals(id, options.temperature === 0 ? shares.indexOf(1) : sampleToken(shares, theirs));
      sampler.addToHistory(id);
      history.push(id);
    }
  });
}

Deno.test("Sampler.next() never draws banned tokens, and draws the others by their shares", () => {
  const sampler = new Sampler(4, {}, [0, 3]);
  assertEquals([...sampler.probabilities([9, 1, 1, 9])], [0, 0.5, 0.5, 0]);
  assertEquals(new Sampler(4, { temperature: 0 }, [0]).next([9, 1, 1, 8], new Random(1)), 3);
});

Deno.test("Sampler.next() refuses another number of logits", () => {
  const sampler = new Sampler(3, {});
  assertThrows(
    () => sampler.next([1, 2], new Random(1)),
    InputError,
    "logits must be 3 numbers, found 2",
  );
});
