/** Sampling of the next token from logits, with options and earlier tokens. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { probabilities, sampleToken } from "../../../src/generation/sampling.ts";
import { strategies, strategyOf } from "../../../src/generation/strategies.ts";
import { oddNumber, oddText } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

const logit = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: -20, max: 20, noNaN: true }) },
  { weight: 8, arbitrary: fc.constantFrom(0, 1, -Infinity, 1e-30, 3e38, -3e38, 88.7, 1e308) },
  { weight: 1, arbitrary: oddNumber },
);

/** Generates numbers of a range, often its ends, and rarely other numbers. */
function within(max: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max, noNaN: true }) },
    { weight: 4, arbitrary: fc.constantFrom(1e-300, 5e-324, 1, 0.9, 1 - 2 ** -53, max) },
    { weight: 1, arbitrary: oddNumber },
  );
}

const share = within(1);
const near = within(4);

const options = fc.record({
  temperature: near,
  topK: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 10 }) }, {
    weight: 1,
    arbitrary: oddNumber,
  }),
  topP: share,
  minP: share,
  repetitionPenalty: near,
}, { requiredKeys: [] });

const sampling = inputTarget({
  name: "sampling",
  inputs: fc.record({
    logits: fc.array(logit, { minLength: 1, maxLength: 12 }),
    options,
    history: fc.array(
      fc.oneof({ weight: 9, arbitrary: fc.nat(11) }, {
        weight: 1,
        arbitrary: oddNumber,
      }),
      { maxLength: 4 },
    ),
  }),
  errors: [InputError],
  read: ({ logits, options, history }) => probabilities(logits, options, history),
  check(found, { logits, options, history }) {
    assertEquals(found.length, logits.length);
    assert(found.every((value) => value >= 0 && value <= 1), `${found.join()} are not in [0, 1]`);
    assertAlmostEquals(found.reduce((a, b) => a + b, 0), 1, 1e-9);
    const kept = found.filter((value) => value > 0).length;
    if (options.topK !== undefined) assert(kept <= options.topK, `${kept} tokens are kept`);
    logits.forEach((logit, id) => {
      if (logit === -Infinity) assertEquals(found[id], 0, "a token that cannot be");
    });
    const token = sampleToken(found, new Random(1));
    assert(Number(found[token]) > 0, "a token of probability 0 was drawn");
    assertEquals([...probabilities(logits, options, history)], [...found]);
  },
});

const names = Object.keys(strategies);
const optionNames = [...new Set(Object.values(strategies).flatMap((own) => Object.keys(own)))];

const named = inputTarget({
  name: "strategies",
  inputs: fc.record({
    name: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, {
      weight: 1,
      arbitrary: oddText,
    }),
    given: fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...optionNames) }, {
        weight: 1,
        arbitrary: oddText,
      }),
      fc.oneof(share, fc.integer({ min: 1, max: 9 })),
      { maxKeys: 3 },
    ),
  }),
  errors: [InputError],
  read: ({ name, given }) => strategyOf(name, given),
  check(strategy) {
    if (strategy.kind === "beam") {
      assert(Number.isInteger(strategy.beams) && strategy.beams > 0);
      return;
    }
    const found = probabilities([1, 2, 3], strategy.sampling);
    assertAlmostEquals(found.reduce((a, b) => a + b, 0), 1, 1e-9);
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [sampling, named];
