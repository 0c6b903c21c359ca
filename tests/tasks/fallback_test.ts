import { assertEquals, assertThrows } from "@std/assert";
import * as model from "@std/cli/parse-args";
import * as widthModel from "@std/cli/unicode-width";
import * as ours from "../../tasks/fallback/assert.ts";
import { type Args, parseArgs } from "../../tasks/fallback/parse_args.ts";
import { unicodeWidth } from "../../tasks/fallback/unicode_width.ts";

// The expected values follow the documentation of @std/assert and @std/cli, since JSR may not
// answer. If it answers, the packages of @std/cli are tested with the same expected values.

/** Each assertion with a call that must pass and a call that must fail. */
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

Deno.test("each fallback for an assertion passes and fails as @std/assert does", async (t) => {
  for (const [name, holds, fails] of assertions) {
    await t.step(name, () => {
      holds();
      assertThrows(fails, ours.AssertionError);
    });
  }
});

Deno.test("assertRejects() waits and returns the error", async () => {
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

const options = {
  boolean: ["fresh", "help", "again"],
  string: ["out", "set", "_"],
  collect: ["set", "again"],
};

/** Command lines with the result of `@std/cli/parse-args`. */
const lines: readonly (readonly [args: readonly string[], parsed: Partial<Args>])[] = [
  [[], {}],
  [["--set", "a", "--set=b", "--set="], { set: ["a", "b", ""] }],
  [["--out", "a", "--out=b"], { out: "b" }],
  [["--again", "--again=false", "--again=no"], { again: [true, false, true] }],
  [["--out", "--fresh"], { out: "", fresh: true }],
  [["--out", "", "x"], { out: "", _: ["", "x"] }],
  [["--out"], { out: "" }],
  [["--out=-3", "--set=--fresh", "--set=a=b\nc"], { out: "-3", set: ["--fresh", "a=b\nc"] }],
  [["--fresh", "true", "x"], { fresh: true, _: ["x"] }],
  [["--fresh", "false", "--help", "x"], { fresh: false, help: true, _: ["x"] }],
  [["--fresh=false", "x"], { fresh: false, _: ["x"] }],
  [["3", "-", "--", "--fresh", "--", "-x"], { _: ["3", "-", "--fresh", "--", "-x"] }],
];

Deno.test("the fallback for parseArgs() reads command lines as @std/cli does", async (t) => {
  for (const [args, parsed] of lines) {
    await t.step(args.join(" ") || "nothing", () => {
      const unset = { _: [], fresh: false, help: false, again: [], set: [] };
      assertEquals({ ...parseArgs(args, options) }, { ...unset, ...parsed });
      assertEquals({ ...model.parseArgs(args, options) }, { ...unset, ...parsed });
    });
  }
  for (const parse of [parseArgs, model.parseArgs]) {
    // Without "_" in `string`, an operand that looks like a number becomes a number.
    assertEquals(parse(["3", "1e2", "x", "", " "])._, [3, 100, "x", "", " "]);
  }
});

Deno.test("the fallback for parseArgs() refuses undeclared flags", () => {
  for (const arg of ["--other", "--other=3", "-x", "-h=1", "--__proto__=1", "--=", "--no-fresh"]) {
    assertThrows(() => parseArgs([arg], options), TypeError, `found ${arg}`);
  }
});

Deno.test("the fallback for unicodeWidth() counts columns as @std/cli does", () => {
  const texts: readonly (readonly [text: string, width: number])[] = [
    ["", 0],
    ["0.031 [0.021, 0.041]", 20],
    ["\u22120.1 × 10⁻⁷", 11],
    ["W_hh, σ₁", 8],
    ["天地玄黃宇宙洪荒", 16],
    ["ｆｕｌｌ", 8],
    ["한국", 4],
    ["e\u0301", 1],
    ["\u0000a\u200b\n", 1],
    ["🦕", 2],
    ["👩\u200d👧", 4],
  ];
  for (const [text, width] of texts) {
    assertEquals(unicodeWidth(text), width, text);
    assertEquals(widthModel.unicodeWidth(text), width, text);
  }
});
