import { unicodeWidth } from "@std/cli/unicode-width";
import wrapAnsi from "wrap-ansi";
import { MINIMUM_SEEDS } from "../src/analysis/estimate.ts";
import type { Claim, Result, Verdict } from "../src/core/result.ts";
import { formatEstimate, formatThreshold } from "../src/report/format_estimate.ts";
import type { Colour, Span } from "./terminal.ts";

const looks: Readonly<Record<Verdict, { readonly symbol: string; readonly colour: Colour }>> = {
  supported: { symbol: "✓", colour: "green" },
  refuted: { symbol: "✗", colour: "red" },
  inconclusive: { symbol: "?", colour: "yellow" },
};

/** Before the sentence of a claim. */
const INDENT = "      ";

/** A line of a terminal. */
type Line = readonly Span[];

/**
 * The claims of a report for a terminal: for each a line of its numbers, and its sentence. The last
 * line counts the verdicts.
 *
 * @param width How many columns a line has.
 */
export function claimLines(results: readonly Result[], width: number): Line[] {
  const claims = results.flatMap((result) => result.claims);
  if (claims.length === 0) return [];
  return [
    ...results.flatMap((result) => resultLines(result, width)),
    [],
    ...wrapped(tally(claims), width).map(plain),
    ...wrapped(withoutVerdict(results), width).map(plain),
  ];
}

function plain(text: string): Line {
  return [{ text }];
}

function resultLines({ experiment, seeds, backend, claims }: Result, width: number): Line[] {
  const count = seeds.length === 1 ? "1 seed" : `${seeds.length} seeds`;
  const rows = claims.map((claim) => ({
    claim,
    verdict: `${looks[claim.verdict].symbol} ${claim.verdict}`,
    estimate: estimateText(claim),
    threshold: formatThreshold(claim.threshold, claim.unit),
  }));
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => unicodeWidth(text)));
  const verdicts = widest(rows.map(({ verdict }) => verdict));
  // Numbers are below each other by their decimal points.
  const lead = widest(rows.map(({ estimate }) => beforePoint(estimate)));
  const aligned = rows.map((row) => {
    const missing = lead - unicodeWidth(beforePoint(row.estimate));
    return { ...row, estimate: " ".repeat(missing) + row.estimate };
  });
  const estimates = widest(aligned.map(({ estimate }) => estimate));
  return [
    [],
    ...wrapped(`${experiment.title} (${count}, ${backend.name})`, width).map(plain),
    ...aligned.flatMap(({ claim, verdict, estimate, threshold }) => {
      const numbers = `${padded(estimate, estimates)}  ${threshold}`;
      const { colour } = looks[claim.verdict];
      const fits = verdicts + unicodeWidth(numbers) + 4 <= width;
      return [
        [
          { text: "  " },
          { text: padded(verdict, verdicts), colour },
          { text: fits ? `  ${numbers}` : `  ${estimate}` },
        ],
        ...fits ? [] : indented(threshold, width),
        ...indented(claim.statement, width),
      ];
    }),
  ];
}

/** An estimate without a word on an interval that it lacks, which is said once. */
function estimateText({ estimate, unit }: Claim): string {
  const { whole, interval } = formatEstimate(estimate, unit);
  return estimate.low === null ? whole.replace(` ${interval}`, "") : whole;
}

/** What a number has before its decimal point. */
function beforePoint(text: string): string {
  return /^[^\d]*\d*/.exec(text)?.[0] ?? "";
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - unicodeWidth(text)));
}

/** A text in lines of a width, parted at words; a longer word, or a script without spaces, within. */
function wrapped(text: string, width: number): string[] {
  return text === "" ? [] : wrapAnsi(text, Math.max(20, width), { hard: true }).split("\n");
}

function indented(text: string, width: number): Line[] {
  return wrapped(text, width - INDENT.length).map((line) => plain(INDENT + line));
}

/** How many claims have each verdict: `"31 supported, 12 refuted, 11 inconclusive"`. */
function tally(claims: readonly Claim[]): string {
  const count = (verdict: Verdict) => claims.filter((claim) => claim.verdict === verdict).length;
  return `${count("supported")} supported, ${count("refuted")} refuted, ` +
    `${count("inconclusive")} inconclusive`;
}

/** Why claims have no verdict, if there are too few seeds for one; else nothing. */
function withoutVerdict(results: readonly Result[]): string {
  const few = results.filter(({ seeds, claims }) =>
    seeds.length < MINIMUM_SEEDS && claims.some(({ estimate }) => estimate.low === null)
  );
  if (few.length === 0) return "";
  const seeds = [...new Set(few.map((result) => result.seeds.length))].sort((a, b) => a - b);
  const which = few.length === results.length
    ? ""
    : ` of ${few.map((r) => r.experiment.id).join()}`;
  return `Claims${which} have no verdict: a verdict needs an interval, and an interval needs at ` +
    `least ${MINIMUM_SEEDS} seeds, found ${seeds.join(" and ")}. Use --seeds or another --profile.`;
}
