import { assertEquals, assertThrows } from "@std/assert";
import * as ours from "../../tasks/fallback/assert.ts";

// Tested by hand against what @std/assert documents, since JSR may not answer here.

/** Each assertion with a call that holds and one that must fail. */
const assertions: readonly (readonly [name: string, holds: () => unknown, fails: () => unknown])[] =
  [
    ["assert", () => ours.assert(1), () => ours.assert(0)],
    [
      "assertEquals",
      () => ours.assertEquals([{ a: 1 }], [{ a: 1 }]),
      () => ours.assertEquals({ a: 1 }, { a: 2 }),
    ],
    ["assertNotEquals", () => ours.assertNotEquals([1], [2]), () => ours.assertNotEquals([1], [1])],
    [
      "assertStrictEquals",
      () => ours.assertStrictEquals(1, 1),
      () => ours.assertStrictEquals([], []),
    ],
    ["assertExists", () => ours.assertExists(0), () => ours.assertExists(null)],
    [
      "assertAlmostEquals",
      () => ours.assertAlmostEquals(1, 1 + 1e-8),
      () => ours.assertAlmostEquals(1, 1 + 1e-6),
    ],
    [
      "assertAlmostEquals with a tolerance",
      () => ours.assertAlmostEquals(1, 1.1, 0.2),
      () => ours.assertAlmostEquals(1, 1.3, 0.2),
    ],
    [
      "assertAlmostEquals of NaN",
      () => ours.assertAlmostEquals(NaN, NaN),
      () => ours.assertAlmostEquals(NaN, 1),
    ],
    ["assertGreater", () => ours.assertGreater(2, 1), () => ours.assertGreater(1, 1)],
    [
      "assertGreaterOrEqual",
      () => ours.assertGreaterOrEqual(1, 1),
      () => ours.assertGreaterOrEqual(0, 1),
    ],
    ["assertLess", () => ours.assertLess(1, 2), () => ours.assertLess(1, 1)],
    ["assertLessOrEqual", () => ours.assertLessOrEqual(1, 1), () => ours.assertLessOrEqual(2, 1)],
    [
      "assertStringIncludes",
      () => ours.assertStringIncludes("abc", "b"),
      () => ours.assertStringIncludes("abc", "d"),
    ],
    ["assertMatch", () => ours.assertMatch("abc", /b/), () => ours.assertMatch("abc", /d/)],
    [
      "assertNotMatch",
      () => ours.assertNotMatch("abc", /d/),
      () => ours.assertNotMatch("abc", /b/),
    ],
    [
      "assertIsError",
      () => ours.assertIsError(new TypeError("x"), TypeError, "x"),
      () => ours.assertIsError(new Error("x"), TypeError),
    ],
    [
      "assertThrows",
      () =>
        ours.assertThrows(
          () => {
            throw new TypeError("bad");
          },
          TypeError,
          "bad",
        ),
      () => ours.assertThrows(() => 1, TypeError),
    ],
    [
      "assertThrows with another message",
      () =>
        ours.assertThrows(() => {
          throw new Error("x");
        }),
      () =>
        ours.assertThrows(
          () => {
            throw new TypeError("good");
          },
          TypeError,
          "bad",
        ),
    ],
  ];

Deno.test("each stand-in for an assertion holds and fails as its model does", async (t) => {
  for (const [name, holds, fails] of assertions) {
    await t.step(name, () => {
      holds();
      assertThrows(fails, ours.AssertionError);
    });
  }
});

Deno.test("assertRejects waits, and gives back the error", async () => {
  const error = await ours.assertRejects(
    () => Promise.reject(new TypeError("no")),
    TypeError,
    "no",
  );
  assertEquals(error.message, "no");
  await ours.assertRejects(
    () => ours.assertRejects(() => Promise.resolve(1), TypeError),
    ours.AssertionError,
  );
});
