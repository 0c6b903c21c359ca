import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import stringWidth from "string-width";
import type { Claim, Result } from "../../../src/result/result.ts";
import { claimLines } from "../../../tasks/report/claim_lines.ts";
import { coloured } from "../../../tasks/cli/terminal.ts";
import { claim as sampleClaim, estimate, sampleChecks } from "../../report/sample_claims.ts";
import { sampleResult } from "../../report/sample_result.ts";

const lag =
  "The gradient vanishes with lag, so that below a tenth of it is left after forty steps.";

function claim(over: Partial<Claim>, value: number, half: number | null): Claim {
  const found = estimate(value, half ?? 0);
  const none = half === null ? { low: null, high: null } : {};
  return sampleClaim({
    ...{ id: "a", statement: lag, statistic: "geometric-mean" },
    predicts: { relation: "below", value: 0.1, smallestEffect: 0.1, reason: "A convention." },
    estimate: { ...found, ...none },
    ...over,
  });
}

function result(claims: readonly Claim[], seeds = 10, checks: Result["checks"] = []): Result {
  return {
    ...sampleResult(),
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    claims: [...claims],
    unmeasured: [],
    checks,
  };
}

const undecided = { verdict: "undecided", unadjustedVerdict: "undecided" } as const;
const three = [
  claim({}, 0.031, 0.01),
  claim({ verdict: "refuted", unit: "steps", statistic: "mean" }, 12.5, 0.6),
  claim(
    { ...undecided, adjustedP: null, statement: "短い文は折り返さない。".repeat(6) },
    -0.1,
    0.2,
  ),
];

function text(results: readonly Result[], width: number): string[] {
  // A unit follows a space without a line break.
  return coloured(claimLines(results, width), false).replaceAll(/[\u202f\u00a0]/g, " ").split("\n");
}

Deno.test("claimLines() aligns numbers, wraps sentences at words and ends with a tally", () => {
  const lines = text([result(three)], 90);
  assertEquals(lines.slice(1), [
    `${sampleResult().experiment.title} (10 seeds, ${sampleResult().backend.name})`,
    "  ✓ supported   0.031 [0.021, 0.041]    p = 0.002  below 0.1 (smallest effect: 10 %)",
    "      The gradient vanishes with lag, so that below a tenth of it is left after forty",
    "      steps.",
    "  ✗ refuted    12.5 [11.9, 13.1] steps",
    "      p = 0.002, predicted below 0.1 steps (smallest effect: 0.1 steps)",
    "      The gradient vanishes with lag, so that below a tenth of it is left after forty",
    "      steps.",
    "  ? undecided  −0.1 [−0.3, 0.1]         no p       below 0.1 (smallest effect: 10 %)",
    "      短い文は折り返さない。短い文は折り返さない。短い文は折り返さない。短い文は折り返さな",
    "      い。短い文は折り返さない。短い文は折り返さない。",
    "",
    "1 supported, 1 refuted, 0 equivalent, 1 undecided",
  ]);
});

Deno.test("claimLines() names checks that fail, and counts the remarks on verdicts", () => {
  const [bound, ...others] = sampleChecks;
  assert(bound);
  const checks = [{ ...bound, worst: 0.031, holds: false }, ...others];
  const sample = sampleResult();
  const lines = text([{ ...sample, checks, claims: sample.claims.slice(1, 2) }], 100);
  const start = lines.indexOf("  ✗ a check of the program failed");
  assertEquals(lines.slice(start + 1), [
    "      largest value 0.031, limit 1 × 10⁻⁶",
    "      The norm of a product of Jacobians is at most the product of the norms.",
    "",
    "0 supported, 1 refuted, 0 equivalent, 0 undecided; 1 of 2 checks of the program passed",
    "1 with the result of an earlier run known, 1 changed after the first run, 1 with another verdict",
    "under an alternative, 1 not measured",
  ]);
});

Deno.test("claimLines() fits every width", () => {
  const long = claim({ unit: "of the largest singular value" }, 0.5, 0.1);
  const word = claim({ statement: `See ${"x".repeat(100)} for more.` }, 0.5, 0.1);
  for (const width of [40, 60, 80, 132]) {
    for (const line of text([result([...three, long, word])], width)) {
      // Numbers with their unit stay together, so that no line breaks within them.
      if (/^ {2}[✓✗≈?]/.test(line)) continue;
      assert(stringWidth(line) <= width, `${width}: ${line}`);
    }
  }
  const narrow = text([result(three)], 40);
  assert(narrow.includes("      p = 0.002, predicted below"));
  assert(narrow.includes("  ✗ refuted    12.5 [11.9, 13.1] steps"));
});

Deno.test("claimLines() says once why there are no verdicts", () => {
  const few = claim(undecided, 0.5, null);
  const lines = text([result([few, few], 3), result([few], 3)], 80);
  assertEquals(lines.filter((line) => line.includes("interval")).length, 1);
  assertEquals(lines.slice(-3), [
    "0 supported, 0 refuted, 0 equivalent, 3 undecided",
    "Claims have no verdict: a verdict needs an interval, and an interval needs at",
    "least 10 seeds, found 3. Use --seeds or another --profile.",
  ]);
  // Values of folds, which more seeds do not make more.
  const labels = ["fold 1", "fold 2", "fold 3"];
  const ofFolds = { ...few, labels, values: [0.4, 0.5, 0.6] };
  assertEquals(text([result([ofFolds])], 200).slice(-1), [
    "Claims have no verdict: a verdict needs an interval, and an interval needs at least 10 values, " +
    "one for each fold or other division, found 3. Use another --profile.",
  ]);
  // An experiment of one seed beside another that has enough.
  const mixed = text([result([few], 1), result(three)], 200);
  assertMatch(
    mixed.at(-1) ?? "",
    /^Claims of vanishing-gradients have no verdict: .*, found 1\./,
  );
  assertEquals(text([result(three)], 90).some((line) => line.includes("no verdict")), false);
  assertEquals(claimLines([result([])], 80), []);
});

Deno.test("claimLines() colours only verdicts", () => {
  const shown = coloured(claimLines([result(three)], 80), true);
  assertStringIncludes(shown, "\x1b[32m✓ supported\x1b[39m");
  assertStringIncludes(shown, "\x1b[31m✗ refuted  \x1b[39m");
  assertStringIncludes(shown, "\x1b[33m? undecided\x1b[39m");
  assertEquals(shown.split("\x1b").length, 7);
});
