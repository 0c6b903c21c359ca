import { unicodeWidth } from "@std/cli/unicode-width";
import wrapAnsi from "wrap-ansi";
import { MINIMUM_SEEDS } from "../../src/statistics/seed_statistic.ts";
import type { Check, Claim, Result, Verdict } from "../../src/result/result.ts";
import { formatExact, formatNumber } from "../../src/report/format/numbers.ts";
import { formatPrediction, namedP } from "../../src/report/claims/format.ts";
import { formatEstimate } from "../../src/report/format/estimates.ts";
import { decidingP, tallyOf, verdicts, verdictSymbols } from "../../src/report/claims/verdicts.ts";
import type { Colour, Span } from "../cli/terminal.ts";

const colours: Readonly<Record<Verdict, Colour>> = {
  supported: "green",
  refuted: "red",
  equivalent: "cyan",
  undecided: "yellow",
};

/** The spaces in front of the sentence of a claim. */
const INDENT = "      ";

/** A line of a terminal. */
type Line = readonly Span[];

/**
 * Formats the claims of a report for a terminal: for each claim a line of numbers and its sentence,
 * then the checks that fail, and at the end the counts.
 *
 * @param width The number of columns of a line.
 */
export function claimLines(results: readonly Result[], width: number): Line[] {
  const shown = results.filter(({ claims, checks }) => claims.length + checks.length > 0);
  if (shown.length === 0) return [];
  return [
    ...shown.flatMap((result) => resultLines(result, width)),
    [],
    ...wrapped(tally(shown), width).map(plain),
    ...wrapped(cautions(shown), width).map(plain),
    ...wrapped(withoutVerdict(shown), width).map(plain),
  ];
}

function plain(text: string): Line {
  return [{ text }];
}

function resultLines(
  { experiment, seeds, backend, claims, checks }: Result,
  width: number,
): Line[] {
  const count = seeds.length === 1 ? "1 seed" : `${seeds.length} seeds`;
  const rows = claims.map((claim) => ({
    claim,
    verdict: `${verdictSymbols[claim.verdict]} ${claim.verdict}`,
    estimate: estimateText(claim),
    p: namedP(decidingP(claim)),
    prediction: formatPrediction(claim),
  }));
  const widest = (texts: readonly string[]) =>
    Math.max(0, ...texts.map((text) => unicodeWidth(text)));
  const verdictWidth = widest(rows.map(({ verdict }) => verdict));
  // The estimates are aligned at their decimal points.
  const lead = widest(rows.map(({ estimate }) => beforePoint(estimate)));
  const aligned = rows.map((row) => {
    const missing = lead - unicodeWidth(beforePoint(row.estimate));
    return { ...row, estimate: " ".repeat(missing) + row.estimate };
  });
  const estimates = widest(aligned.map(({ estimate }) => estimate));
  const ps = widest(aligned.map(({ p }) => p));
  return [
    [],
    ...wrapped(`${experiment.title} (${count}, ${backend.name})`, width).map(plain),
    ...aligned.flatMap(({ claim, verdict, estimate, p, prediction }) => {
      const numbers = `${padded(estimate, estimates)}  ${padded(p, ps)}  ${prediction}`;
      const fits = verdictWidth + unicodeWidth(numbers) + 4 <= width;
      return [
        [
          { text: "  " },
          { text: padded(verdict, verdictWidth), colour: colours[claim.verdict] },
          { text: fits ? `  ${numbers}` : `  ${estimate}` },
        ],
        ...fits ? [] : indented(`${p}, predicted ${prediction}`, width),
        ...indented(claim.statement, width),
      ];
    }),
    ...checks.filter(({ holds }) => !holds).flatMap((check) => failedLines(check, width)),
  ];
}

function failedLines({ statement, worst, limit }: Check, width: number): Line[] {
  const numbers = `largest value ${formatNumber(worst, 2)}, limit ${formatExact(limit)}`;
  return [
    [{ text: "  " }, { text: "\u2717 a check of the program failed", colour: "red" }],
    ...indented(numbers, width),
    ...indented(statement, width),
  ];
}

/**
 * Formats an estimate. It does not say that an interval is missing, since the summary says so once.
 */
function estimateText({ estimate, unit, predicts }: Claim): string {
  const { whole, interval } = formatEstimate(estimate, unit, predicts.value);
  return estimate.low === null ? whole.replace(` ${interval}`, "") : whole;
}

/** Returns the part of a number before its decimal point. */
function beforePoint(text: string): string {
  return /^[^\d]*\d*/.exec(text)?.[0] ?? "";
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - unicodeWidth(text)));
}

/**
 * Breaks a text into lines of at most `width` columns, between words if possible and within a
 * longer word otherwise.
 */
function wrapped(text: string, width: number): string[] {
  return text === "" ? [] : wrapAnsi(text, Math.max(20, width), { hard: true }).split("\n");
}

function indented(text: string, width: number): Line[] {
  return wrapped(text, width - INDENT.length).map((line) => plain(INDENT + line));
}

/** A summary of claims and checks: `"31 supported, 12 refuted, ...; 20 of 20 checks hold"`. */
function tally(results: readonly Result[]): string {
  const found = tallyOf(results);
  const claims = verdicts.map((verdict) => `${found.verdicts[verdict]} ${verdict}`).join(", ");
  return found.checks === 0
    ? claims
    : `${claims}; ${found.holding} of ${found.checks} checks of the program passed`;
}

/** Remarks on the verdicts; empty if there are none. */
function cautions(results: readonly Result[]): string {
  const { adjusted, changing, known, revised, unmeasured } = tallyOf(results);
  const parts = [
    [adjusted, "undecided by the adjustment for the family"],
    [known, "with the result of an earlier run known"],
    [revised, "changed after the first run"],
    [changing, "with another verdict under an alternative"],
    [unmeasured, "not measured"],
  ] as const;
  return parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(", ");
}

/**
 * Returns sentences that say why claims have no verdict, if there are too few seeds or, in claims
 * whose values have other labels, too few values; otherwise an empty text.
 */
function withoutVerdict(results: readonly Result[]): string {
  const bySeed = results.flatMap(({ experiment: { id }, seeds: { length }, claims }) =>
    length < MINIMUM_SEEDS && claims.some((claim) => hasNoInterval(claim) && isBySeed(claim))
      ? { id, length }
      : []
  );
  const byOther = results.flatMap(({ experiment: { id }, claims }) => {
    const few = claims.find((claim) => hasNoInterval(claim) && !isBySeed(claim));
    return few && few.values.length < MINIMUM_SEEDS ? { id, length: few.values.length } : [];
  });
  const sentence = (few: readonly { id: string; length: number }[], what: string, help: string) => {
    if (few.length === 0) return "";
    const found = [...new Set(few.map(({ length }) => length))].sort((a, b) => a - b).join(" and ");
    const which = few.length === results.length ? "" : ` of ${few.map(({ id }) => id).join()}`;
    return `Claims${which} have no verdict: a verdict needs an interval, and an interval needs at ` +
      `least ${MINIMUM_SEEDS} ${what}, found ${found}. ${help}`;
  };
  return [
    sentence(bySeed, "seeds", "Use --seeds or another --profile."),
    sentence(byOther, "values, one for each fold or other division", "Use another --profile."),
  ].filter((one) => one !== "").join(" ");
}

function hasNoInterval({ estimate }: Claim): boolean {
  return estimate.low === null;
}

/** Whether the values of a claim are those of seeds: other values have names as labels. */
function isBySeed({ labels }: Claim): boolean {
  return labels.every((label) => typeof label === "number");
}
