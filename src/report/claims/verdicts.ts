import type { Alternative, Check, Claim, Result, Verdict } from "../../result/result.ts";
import { decidesSmallestEffect } from "./power.ts";
import { html, type Safe } from "../format/html.ts";

/** The verdicts, in the order of tables. */
export const verdicts = ["supported", "refuted", "equivalent", "undecided"] as const;

/** A symbol for each verdict, so that its meaning does not depend on its colour. */
export const verdictSymbols: Readonly<Record<Verdict, string>> = {
  supported: "\u2713",
  refuted: "\u2717",
  equivalent: "\u2248",
  undecided: "?",
};

/** The measured claims of a family, which share a risk of error. */
export interface Family {
  /** The name of the family in the hypotheses. */
  readonly name: string;
  /** The measured claims of the family. */
  readonly claims: readonly Claim[];
}

/** Counts of the claims and checks of results. */
export interface Tally {
  /** The number of claims by verdict. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** The number of measured claims. */
  readonly claims: number;
  /** The number of declared claims and checks that were not measured. */
  readonly unmeasured: number;
  /** The number of checks. */
  readonly checks: number;
  /** The number of checks that hold. */
  readonly holding: number;
  /** The number of claims that are undecided only because of the adjustment for the family. */
  readonly adjusted: number;
  /** The number of claims that were changed after their first run. */
  readonly revised: number;
  /** The number of claims that were declared when the result of an earlier run was known. */
  readonly known: number;
  /** The number of claims with alternatives. */
  readonly alternatives: number;
  /** The number of claims with another verdict under one of their alternatives. */
  readonly changing: number;
  /** The number of claims with another verdict if one of their values is left out. */
  readonly influenced: number;
  /**
   * The number of claims whose values detect the smallest effect of interest with a power of 0.8.
   */
  readonly powered: number;
}

/**
 * Counts the claims and checks of results.
 *
 * @param results The results.
 * @returns The counts over all of them.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { tallyOf } from "./verdicts.ts";
 *
 * const tally = tallyOf([]);
 * assert(tally.claims === 0 && tally.verdicts.equivalent === 0);
 * ```
 */
export function tallyOf(
  results: readonly Pick<Result, "claims" | "unmeasured" | "checks">[],
): Tally {
  const claims = results.flatMap((result) => result.claims);
  const checks = results.flatMap((result) => result.checks);
  const count = (holds: (claim: Claim) => boolean) => claims.filter(holds).length;
  const of = (verdict: Verdict) => count((claim) => claim.verdict === verdict);
  return {
    verdicts: {
      supported: of("supported"),
      refuted: of("refuted"),
      equivalent: of("equivalent"),
      undecided: of("undecided"),
    },
    claims: claims.length,
    unmeasured: results.flatMap((result) => result.unmeasured).length,
    checks: checks.length,
    holding: checks.filter(({ holds }) => holds).length,
    adjusted: count(restsOnAdjustment),
    revised: count(({ revisions }) => revisions.length > 0),
    known: count(({ priorResult }) => priorResult !== undefined),
    alternatives: count(({ alternatives }) => alternatives.length > 0),
    changing: count((claim) => changingAlternatives(claim).length > 0),
    influenced: count(({ influential }) => influential.length > 0),
    powered: count(decidesSmallestEffect),
  };
}

/** The p value that a verdict follows from. */
export interface DecidingP {
  /** The p value, adjusted within the family; `null` if there are too few values. */
  readonly p: number | null;
  /**
   * The test: of a `"difference"` from the value of the prediction, of `"equivalence"` (a
   * difference below the smallest effect), or of a difference `"outside"` the smallest effect.
   */
  readonly of: "difference" | "equivalence" | "outside";
}

/**
 * Returns the adjusted p value that decides the verdict. For a prediction `near` this is the p
 * value of equivalence, or of a difference outside the smallest effect if the claim is refuted. For
 * other predictions it is the p value of equivalence if the verdict is equivalent, and of a
 * difference otherwise.
 *
 * @param claim The claim.
 * @returns The p value and its test.
 */
export function decidingP(
  { predicts, verdict, adjustedP, adjustedEquivalenceP, adjustedOutsideP }: Pick<
    Claim,
    "predicts" | "verdict" | "adjustedP" | "adjustedEquivalenceP" | "adjustedOutsideP"
  >,
): DecidingP {
  const isNear = predicts.relation === "near";
  if (isNear && verdict === "refuted") return { p: adjustedOutsideP, of: "outside" };
  return isNear || verdict === "equivalent"
    ? { p: adjustedEquivalenceP, of: "equivalence" }
    : { p: adjustedP, of: "difference" };
}

/** Whether a verdict is undecided only because of the adjustment for the family. */
export function restsOnAdjustment({ verdict, unadjustedVerdict }: Claim): boolean {
  return verdict === "undecided" && unadjustedVerdict !== "undecided";
}

/** Lists the alternatives under which a claim has another verdict. */
export function changingAlternatives(
  { alternatives, verdict }: Pick<Claim, "alternatives" | "verdict">,
): readonly Alternative[] {
  return alternatives.filter((other) => other.verdict !== verdict);
}

/** Counts the claims in the family of a claim. */
export function familySize(claims: readonly Claim[], { family }: Claim): number {
  return claims.filter((claim) => claim.family === family).length;
}

/** Groups claims by family, in the order of their first claims. */
export function familiesOf(claims: readonly Claim[]): readonly Family[] {
  const names = [...new Set(claims.map(({ family }) => family))];
  return names.map((name) => ({
    name,
    claims: claims.filter(({ family }) => family === name),
  }));
}

/** Returns a verdict as a word and a symbol. */
export function badge(verdict: Verdict): Safe {
  return pill(verdict, verdictSymbols[verdict], verdict);
}

/**
 * Returns a verdict for a place beside a finding, with the word "prediction". Without it, "refuted"
 * beside "the two differ" could be read as a verdict on the finding.
 */
export function predictionBadge(verdict: Verdict): Safe {
  const words = verdict === "equivalent" ? "prediction: equivalent" : `prediction ${verdict}`;
  return pill(verdict, verdictSymbols[verdict], words);
}

/** Returns whether a check holds, as a word and a symbol. */
export function checkBadge({ holds }: Check): Safe {
  return holds ? pill("holds", "\u2713", "passed") : pill("fails", "\u2717", "failed");
}

/** Returns the badge of a declared claim that was not measured, in place of a verdict. */
export function unmeasuredBadge(): Safe {
  return pill("unmeasured", "\u2013", "not measured");
}

function pill(kind: string, symbol: string, word: string): Safe {
  return html`<span class="verdict ${kind}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}
