import type { Alternative, Check, Claim, Result, Verdict } from "../../result/result.ts";
import { decidesSmallestEffect } from "./power.ts";
import { html, type Safe } from "../format/html.ts";

/** The verdicts in the order in which they are counted. */
export const verdicts = ["supported", "refuted", "equivalent", "undecided"] as const;

/** A symbol for each verdict, so that nothing depends on its colour. */
export const verdictSymbols: Readonly<Record<Verdict, string>> = {
  supported: "\u2713",
  refuted: "\u2717",
  equivalent: "\u2248",
  undecided: "?",
};

/** Hypotheses that share a risk of error. */
export interface Family {
  /** As the hypotheses name it. */
  readonly name: string;
  /** Those of them that were measured. */
  readonly claims: readonly Claim[];
}

/** What the claims and checks of a result come to. */
export interface Tally {
  /** How many claims have each verdict. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** How many claims there are. */
  readonly claims: number;
  /** How many declared claims were not measured. */
  readonly unmeasured: number;
  /** How many checks there are. */
  readonly checks: number;
  /** How many of them hold. */
  readonly holding: number;
  /** How many verdicts the adjustment for the family turns to undecided. */
  readonly adjusted: number;
  /** How many claims were changed after they were first run. */
  readonly revised: number;
  /** For how many claims the result of an earlier run was known when they were declared. */
  readonly known: number;
  /** How many claims have alternatives. */
  readonly alternatives: number;
  /** How many of them have another verdict under one of their alternatives. */
  readonly changing: number;
  /** How many claims have another verdict without one of their values. */
  readonly influenced: number;
  /** How many claims have values that decide the smallest effect of interest with a power of 0.8. */
  readonly powered: number;
}

/**
 * Counts what results come to.
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
  /** Adjusted within the family; `null` with too few values. */
  readonly p: number | null;
  /**
   * What it tests: no difference from the prediction's value, one of at least the smallest effect, or
   * one of at most the smallest effect.
   */
  readonly of: "difference" | "equivalence" | "outside";
}

/**
 * The p value that a verdict follows from, adjusted. If a claim predicts nearness, it is that of
 * equivalence, or of a larger difference if the claim is refuted. Else it is that of equivalence if the
 * claim is equivalent, and that of no difference if it is not.
 *
 * @param claim The claim.
 * @returns The p value and what it tests.
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

/** Whether the adjustment for the family turns a verdict to undecided. */
export function restsOnAdjustment({ verdict, unadjustedVerdict }: Claim): boolean {
  return verdict === "undecided" && unadjustedVerdict !== "undecided";
}

/** The alternatives under which a claim has another verdict. */
export function changingAlternatives(
  { alternatives, verdict }: Pick<Claim, "alternatives" | "verdict">,
): readonly Alternative[] {
  return alternatives.filter((other) => other.verdict !== verdict);
}

/** How many claims the family of a claim has. */
export function familySize(claims: readonly Claim[], { family }: Claim): number {
  return claims.filter((claim) => claim.family === family).length;
}

/** The families of claims, in the order in which each is first met. */
export function familiesOf(claims: readonly Claim[]): readonly Family[] {
  const names = [...new Set(claims.map(({ family }) => family))];
  return names.map((name) => ({
    name,
    claims: claims.filter(({ family }) => family === name),
  }));
}

/** A verdict as a word and a symbol, so that nothing depends on its colour. */
export function badge(verdict: Verdict): Safe {
  return pill(verdict, verdictSymbols[verdict], verdict);
}

/**
 * A verdict beside a finding, which says what it is a verdict of: of "the two differ" alone, "refuted"
 * could be taken for a verdict of the finding.
 */
export function predictionBadge(verdict: Verdict): Safe {
  const words = verdict === "equivalent" ? "prediction: equivalent" : `prediction ${verdict}`;
  return pill(verdict, verdictSymbols[verdict], words);
}

/** Whether a check holds, as a word and a symbol. */
export function checkBadge({ holds }: Check): Safe {
  return holds ? pill("holds", "\u2713", "holds") : pill("fails", "\u2717", "fails");
}

/** What stands in a verdict's place if a declared claim was not measured. */
export function unmeasuredBadge(): Safe {
  return pill("unmeasured", "\u2013", "not measured");
}

function pill(kind: string, symbol: string, word: string): Safe {
  return html`<span class="verdict ${kind}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}
