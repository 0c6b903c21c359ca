import { groupBy } from "../../core/arrays.ts";
import type { Claim, Influence, Verdict } from "../../result/result.ts";
import {
  badge,
  changingAlternatives,
  familiesOf,
  type Family,
  restsOnAdjustment,
  unmeasuredBadge,
} from "./verdicts.ts";
import { claimFinding } from "./claim_binding.ts";
import { estimateText } from "../format/estimates.ts";
import {
  formatDeclared,
  formatExact,
  formatNumber,
  formatPercent,
  formatSize,
  none,
} from "../format/numbers.ts";
import { formatEffect, formatFreeze, formatP, formatPlace, formatPrediction } from "./format.ts";
import { html, type Part, type Safe, scrollRegion } from "../format/html.ts";
import { label, sourceText } from "../format/text.ts";
import { decidesSmallestEffect, seedsForSmallestEffect } from "./power.ts";
import { claimId, claimPath, METHODS, type View } from "../view.ts";

/**
 * Returns the claims of an experiment by family, with their values and sources, and then the claims
 * that were not measured.
 */
export function claimCards(view: View): Safe {
  const { claims } = view.result;
  const families = familiesOf(claims).map((family) => familyBlock(view, family));
  const measured = claims.length === 0
    ? html`<p>This experiment has no measured claims.</p>`
    : html`${families}`;
  return html`${measured}${unmeasuredList(view)}`;
}

function familyBlock(view: View, { name, claims }: Family): Safe {
  const size = claims.length === 1
    ? "1 claim, p not adjusted"
    : `${formatExact(claims.length)} claims, p adjusted together (Holm)`;
  const common = commonTo(claims);
  const shared = entriesOf(common);
  return html`
    <div class="family" role="group" aria-label="Claims of the family ${name}">
      <p class="family-name">Family: ${name} <span>(${size})</span></p>
      ${shared.length > 0 && html`
        <dl class="details common">${shared}</dl>
      `}
      <ol class="claims">${claims.map((claim) => card(view, claim, claims.length, common))}</ol>
    </div>
  `;
}

/**
 * The texts behind a claim or a family: the reason for the smallest effect, the source, the search,
 * and what was known before.
 */
type Background = Partial<Record<"reason" | "source" | "search" | "known", string>>;

function backgroundOf({ predicts, source, search, priorResult }: Claim): Background {
  return {
    reason: predicts.reason,
    source,
    ...(search === undefined ? {} : { search }),
    ...(priorResult === undefined ? {} : { known: priorResult }),
  };
}

/** Returns the background that all claims of a family share; empty for a single claim. */
function commonTo(claims: readonly Claim[]): Background {
  const [first = {}, ...others] = claims.map(backgroundOf);
  if (others.length === 0) return {};
  return without(first, (name) => others.some((other) => other[name] !== first[name]));
}

function without(background: Background, isLeftOut: (name: keyof Background) => boolean) {
  const { reason, source, search, known } = background;
  return {
    ...(reason === undefined || isLeftOut("reason") ? {} : { reason }),
    ...(source === undefined || isLeftOut("source") ? {} : { source }),
    ...(search === undefined || isLeftOut("search") ? {} : { search }),
    ...(known === undefined || isLeftOut("known") ? {} : { known }),
  };
}

function entriesOf({ reason, source, search, known }: Background): readonly Safe[] {
  return [
    reason === undefined ? null : entry("Why this smallest effect", sourceText(reason)),
    source === undefined ? null : entry("Source", sourceText(source)),
    search === undefined ? null : entry("Search", label(search)),
    known === undefined ? null : entry("Known when declared", label(known)),
  ].filter((part) => part !== null);
}

function card(view: View, claim: Claim, family: number, common: Background): Safe {
  return html`
    <li class="claim" id="${claimId(claim)}">
      <p class="statement"><span class="role">Predicted:</span> ${label(claim.statement)}</p>
      ${quotation(claim)}
      <p class="found"><span class="role">Found:</span> ${claimFinding(
        claim,
        family,
        (content) => content,
      )}</p>
      <dl class="numbers">${numbers(view, claim, family)}</dl>
      <dl class="details">${details(view, claim)}</dl>
      ${background(claim, common)}${alternatives(claim)}${influence(claim)}${revisions(claim)}
    </li>
  `;
}

function quotation({ quotation }: Claim): Safe | null {
  if (!quotation) return null;
  return html`
    <div class="quotation">
      <blockquote>
        <p>${`\u201c${quotation.text}\u201d`}</p>
      </blockquote>
      <p class="place">${formatPlace(quotation)} <code>${quotation.file}</code></p>
    </div>
  `;
}

function numbers(view: View, claim: Claim, family: number): readonly Safe[] {
  const { estimate, unit, predicts } = claim;
  const confidence = estimate.low === null
    ? ""
    : ` [${formatPercent(estimate.confidence)} interval]`;
  const { n } = estimate;
  const values = claim.overlap === undefined ? "seeds" : "splits";
  const term = (words: string, section: keyof typeof methodsSections) =>
    view.methods ? html`<a href="${METHODS}#${methodsSections[section]}">${words}</a>` : words;
  const together = family > 1;
  return [
    entry(
      term(`Estimate${confidence}, ${formatSize(n)}`, "estimates"),
      html`<strong>${estimateText(estimate, unit, predicts.value)}</strong>`,
    ),
    entry(term("p", "verdicts"), formatP(claim.p)),
    together && entry(
      term(`p, adjusted for ${formatExact(family)} claims`, "families"),
      formatP(claim.adjustedP),
    ),
    entry(
      term(`p, effect too small to matter${together ? ", adjusted" : ""}`, "verdicts"),
      formatP(claim.adjustedEquivalenceP),
    ),
    predicts.relation === "near" && entry(
      term(`p, effect large enough to matter${together ? ", adjusted" : ""}`, "verdicts"),
      formatP(claim.adjustedOutsideP),
    ),
    entry(
      term(`share of ${values} that agree`, "verdicts"),
      estimateText(claim.agreeing, undefined),
    ),
    entry(term("p, Wilcoxon", "verdicts"), formatP(claim.signedRankP)),
    entry(
      term(`effect detectable with ${formatExact(n)} ${values} (80\u00a0% power)`, "detectable"),
      formatEffect(claim.detectable, claim),
    ),
    entry(
      term(`${values} needed for the smallest effect (80\u00a0% power)`, "detectable"),
      needed(claim),
    ),
  ].filter((part) => part !== false);
}

/** Describes the number of seeds that is needed to decide the smallest effect of interest. */
function needed(claim: Claim): string {
  const values = seedsForSmallestEffect(claim);
  if (values === null) return none;
  if (decidesSmallestEffect(claim)) return `at most the ${formatExact(claim.estimate.n)} here`;
  return values === Infinity
    ? "more splits of the same data do not suffice"
    : `about ${formatNumber(values, 2)}`;
}

/** The sections of the page of methods that explain the numbers of a claim. */
const methodsSections = {
  estimates: "section-estimates-and-intervals",
  verdicts: "section-verdicts",
  families: "section-families",
  detectable: "section-what-n-seeds-decide",
} as const;

function details(view: View, claim: Claim): readonly Safe[] {
  const { estimate, unadjustedVerdict, verdict } = claim;
  const parts = Object.keys(claim.parts ?? {});
  const columns = parts.length === 0 ? "" : `, with ${parts.join(", ")}`;
  return [
    entry("Prediction", formatPrediction(claim)),
    entry("Measure", label(claim.measure)),
    entry(
      "Values",
      html`
        <a
          href="${claimPath(view, claim.id)}">CSV by ${claim.overlap === undefined
            ? "seed"
            : "split"}</a> of all ${formatExact(
              claim.values.length,
            )} values${label(columns)}; ${estimate.method}
      `,
    ),
    unadjustedVerdict === verdict || restsOnAdjustment(claim)
      ? null
      : entry("Unadjusted", html`without adjustment for the family: ${badge(unadjustedVerdict)}`),
    entry("Declared", declared(claim)),
  ].filter((part) => part !== null);
}

/**
 * Returns the reasons and sources of a claim that its family does not share, in a closed `details`
 * element.
 */
function background(claim: Claim, common: Background): Safe | null {
  const { overlap } = claim;
  const own = without(backgroundOf(claim), (name) => name in common);
  const entries = [
    ...entriesOf(own),
    overlap === undefined ? null : entry(
      "Overlap",
      `the splits overlap (test over training set ${
        formatDeclared(overlap)
      }); intervals and tests allow for it (Nadeau & Bengio, 2003)`,
    ),
  ].filter((part) => part !== null);
  if (entries.length === 0) return null;
  return html`
    <details class="background">
      <summary>${own.known === undefined
        ? "Source and reasons"
        : "Source, reasons, and what was known before"}</summary>
      <dl class="details">${entries}</dl>
    </details>
  `;
}

/** Describes when a claim was declared and last changed. */
function declared({ frozen, revisions }: Claim): string {
  const last = revisions.at(-1);
  const first = formatFreeze(frozen);
  return last === undefined ? first : `${first}; last changed ${formatFreeze(last)}`;
}

function alternatives(claim: Claim): Safe | null {
  if (claim.alternatives.length === 0) return null;
  const changing = changingAlternatives(claim);
  const rows = claim.alternatives.map(({ name, estimate, verdict }) =>
    html`
      <tr>
        <th scope="row">${label(name)}</th>
        <td class="number">${estimateText(estimate, claim.unit, claim.predicts.value)}</td>
        <td>${badge(verdict)}</td>
      </tr>
    `
  );
  const table = html`
    <table class="alternatives">
      <caption><span>Under other conventions, p values adjusted in the same family</span></caption>
      <thead>
        <tr>
          <th scope="col">Convention</th>
          <th scope="col" class="number">Estimate</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  `;
  return html`${scrollRegion(`Other conventions for claim ${claim.id}`, table)}${
    changing.length > 0 && html`
      <p class="changes"><strong>The verdict changes under:</strong> ${changing.map((
        { name, verdict },
        i,
      ) => [i > 0 && "; ", label(name), ` (${verdict})`])}.</p>
    `
  }`;
}

/** The largest number of seeds that a sentence names. */
const NAMED = 4;

/** Returns the sentences about seeds or splits whose omission changes the verdict. */
function influence(claim: Claim): Safe | null {
  if (claim.influential.length === 0) return null;
  const groups = groupBy(claim.influential, ({ verdict }) => verdict);
  const kind = claim.overlap === undefined ? "seed" : "split";
  const sentences = [...groups].map(([verdict, all]) => withoutSentence(kind, verdict, all));
  return html`<p class="influence">${label(sentences.join(" "))}</p>`;
}

function withoutSentence(kind: string, verdict: Verdict, all: readonly Influence[]): string {
  const names = all.map(({ label }) => String(label));
  const then = `the verdict is ${verdict}.`;
  if (names.length === 1) return `Without ${kind} ${names.join("")} ${then}`;
  // "or 5" is as short as "or 1 others".
  const named = names.length <= NAMED + 1 ? names.slice(0, -1) : names.slice(0, NAMED);
  const rest = names.length <= NAMED + 1
    ? names.slice(-1).join("")
    : `${formatExact(names.length - NAMED)} others`;
  return `Without one of the ${kind}s ${named.join(", ")} or ${rest} ${then}`;
}

function revisions({ revisions }: Claim): Safe | null {
  if (revisions.length === 0) return null;
  const times = ["once", "twice"][revisions.length - 1] ??
    `${formatExact(revisions.length)} times`;
  return html`
    <details class="revisions">
      <summary>Changed ${times} after a first run</summary>
      <ul>${revisions.map((revision) =>
        html`<li>${formatFreeze(revision)}: ${label(revision.what)} <span class="why">Why: ${
          label(revision.why)
        }</span></li>`
      )}</ul>
    </details>
  `;
}

function unmeasuredList({ result }: View): Safe | null {
  if (result.unmeasured.length === 0) return null;
  return html`
    <div class="family" role="group" aria-label="Declared, but not measured">
      <p class="family-name">Declared, but not measured in this run</p>
      <ul class="claims">${result.unmeasured.map((claim) =>
        html`
          <li class="claim" id="${claimId(claim)}">
            <p class="statement">${unmeasuredBadge()} ${label(claim.statement)}</p>
            <p>Why: ${label(claim.reason)}</p>
          </li>
        `
      )}</ul>
    </div>
  `;
}

function entry(term: Part, description: Part): Safe {
  return html`
    <div>
      <dt>${term}</dt>
      <dd>${description}</dd>
    </div>
  `;
}
