import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import stringWidth from "string-width";
import type { Claim, Result } from "../../src/core/result.ts";
import { claimLines } from "../../tasks/claim_lines.ts";
import { coloured } from "../../tasks/terminal.ts";
import { sampleResult } from "../report/sample_result.ts";

const lag =
  "The gradient vanishes with lag, so that below a tenth of it is left after forty steps.";

function claim(over: Partial<Claim>, value: number, half: number | null): Claim {
  const [low, high] = half === null ? [null, null] : [value - half, value + half];
  return {
    id: "a",
    statement: lag,
    measure: "m",
    estimate: { value, low, high, n: 10, confidence: 0.95, method: "" },
    threshold: { relation: "below", value: 0.1 },
    verdict: "supported",
    ...over,
  };
}

function result(claims: readonly Claim[], seeds = 10): Result {
  return {
    ...sampleResult(),
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    claims: [...claims],
  };
}

const three = [
  claim({}, 0.031, 0.01),
  claim({ verdict: "refuted", unit: "steps" }, 12.5, 0.6),
  claim({ verdict: "inconclusive", statement: "短い文は折り返さない。".repeat(6) }, -0.1, 0.2),
];

function text(results: readonly Result[], width: number): string[] {
  // A unit has a space before it that no line breaks at.
  return coloured(claimLines(results, width), false).replaceAll("\u00a0", " ").split("\n");
}

Deno.test("claimLines() aligns numbers, wraps sentences at words and ends with a tally", () => {
  const lines = text([result(three)], 80);
  assertEquals(lines.slice(1), [
    `${sampleResult().experiment.title} (10 seeds, ${sampleResult().backend.name})`,
    "  ✓ supported      0.031 [0.021, 0.041]    below 0.1",
    "      The gradient vanishes with lag, so that below a tenth of it is left after",
    "      forty steps.",
    "  ✗ refuted       12.5 [11.9, 13.1] steps  below 0.1 steps",
    "      The gradient vanishes with lag, so that below a tenth of it is left after",
    "      forty steps.",
    "  ? inconclusive  −0.1 [−0.3, 0.1]         below 0.1",
    "      短い文は折り返さない。短い文は折り返さない。短い文は折り返さない。短い文は",
    "      折り返さない。短い文は折り返さない。短い文は折り返さない。",
    "",
    "1 supported, 1 refuted, 1 undecided",
  ]);
});

Deno.test("claimLines() keeps to the width of every terminal", () => {
  const long = claim({ unit: "of the largest singular value" }, 0.5, 0.1);
  const word = claim({ statement: `See ${"x".repeat(100)} for more.` }, 0.5, 0.1);
  for (const width of [40, 60, 80, 132]) {
    for (const line of text([result([...three, long, word])], width)) {
      // Numbers with their unit stay together, so that no line breaks within them.
      if (/^ {2}[✓✗?]/.test(line)) continue;
      assert(stringWidth(line) <= width, `${width}: ${line}`);
    }
  }
  const narrow = text([result(three)], 40);
  assert(narrow.includes("      below 0.1 steps"));
  assert(narrow.includes("  ✗ refuted       12.5 [11.9, 13.1] steps"));
});

Deno.test("claimLines() says once why there are no verdicts", () => {
  const undecided = claim({ verdict: "inconclusive" }, 0.5, null);
  const lines = text([result([undecided, undecided], 3), result([undecided], 3)], 80);
  assertEquals(lines.filter((line) => line.includes("interval")).length, 1);
  assertEquals(lines.slice(-3), [
    "0 supported, 0 refuted, 3 undecided",
    "Claims have no verdict: that takes an interval, and an interval takes 5 seeds or",
    "more; there are 3. See --profile and --seeds.",
  ]);
  // An experiment of one seed beside another that has enough.
  const mixed = text([result([undecided], 1), result(three)], 200);
  assertMatch(
    mixed.at(-1) ?? "",
    /^Claims of vanishing-gradients have no verdict: .* there are 1\./,
  );
  assertEquals(text([result(three)], 80).some((line) => line.includes("no verdict")), false);
  assertEquals(claimLines([result([])], 80), []);
});

Deno.test("claimLines() colours verdicts alone", () => {
  const shown = coloured(claimLines([result(three)], 80), true);
  assertStringIncludes(shown, "\x1b[32m✓ supported   \x1b[39m");
  assertStringIncludes(shown, "\x1b[31m✗ refuted     \x1b[39m");
  assertStringIncludes(shown, "\x1b[33m? inconclusive\x1b[39m");
  assertEquals(shown.split("\x1b").length, 7);
});
