import type { Claim } from "../core/result.ts";
import { badge, unmeasuredBadge } from "./badge.ts";
import { formatExact, formatPercent, formatSize } from "./format.ts";
import {
  formatEffect,
  formatFreeze,
  formatP,
  formatPlace,
  formatPrediction,
} from "./format_claim.ts";
import { formatEstimate } from "./format_estimate.ts";
import { html, type Part, type Safe } from "./html.ts";
import { label } from "./label.ts";
import { scrollRegion } from "./tables.ts";
import { changingAlternatives, familiesOf, type Family } from "./verdicts.ts";
import { claimId, claimPath, type View } from "./view.ts";

/** The claims of an experiment by family, each with what it rests on, then those not measured. */
export function claimCards(view: View): Safe {
  const { claims } = view.result;
  const families = familiesOf(claims).map((family) => familyBlock(view, family));
  const measured = claims.length === 0
    ? html`<p>This experiment has measured no claims.</p>`
    : html`${families}`;
  return html`${measured}${unmeasuredList(view)}`;
}

function familyBlock(view: View, { name, claims }: Family): Safe {
  const size = claims.length === 1
    ? "1 claim, no adjustment"
    : `${formatExact(claims.length)} claims, p adjusted together (Holm)`;
  return html`
    <div class="family" role="group" aria-label="Claims of the family ${name}">
      <p class="family-name">Family: ${name} <span>(${size})</span></p>
      <ol class="claims">${claims.map((claim) => card(view, claim, claims.length))}</ol>
    </div>
  `;
}

function card(view: View, claim: Claim, family: number): Safe {
  return html`
    <li class="claim" id="${claimId(claim)}">
      <p class="statement">${badge(claim.verdict)} ${label(claim.statement)}</p>
      ${quotation(claim)}
      <dl class="numbers">${numbers(claim, family)}</dl>
      <dl class="details">${details(view, claim)}</dl>
      ${alternatives(claim)}${revisions(claim)}
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

function numbers(claim: Claim, family: number): readonly Safe[] {
  const { estimate, unit } = claim;
  const confidence = estimate.low === null
    ? ""
    : ` [${formatPercent(estimate.confidence)} interval]`;
  return [
    entry(
      `Estimate${confidence}, ${formatSize(estimate.n)}`,
      html`<strong>${formatEstimate(estimate, unit).whole}</strong>`,
    ),
    entry(`p, adjusted (Holm, of ${formatExact(family)})`, formatP(claim.adjustedP)),
    entry("p, unadjusted", formatP(claim.p)),
    entry("p of equivalence, adjusted", formatP(claim.adjustedEquivalenceP)),
    ...(claim.predicts.relation === "near"
      ? [entry("p of a larger difference, adjusted", formatP(claim.adjustedOutsideP))]
      : []),
    entry("Share of values that agree", formatEstimate(claim.agreeing).whole),
    entry("p, signed ranks", formatP(claim.signedRankP)),
    entry("Smallest effect that n decides", formatEffect(claim.detectable, claim)),
  ];
}

function details(view: View, claim: Claim): readonly Safe[] {
  const { predicts, overlap, unadjustedVerdict, verdict, estimate } = claim;
  const parts = Object.keys(claim.parts ?? {});
  const columns = parts.length === 0 ? "" : `, with ${parts.join(", ")}`;
  return [
    entry("Predicted", html`${formatPrediction(claim)}: ${label(predicts.reason)}`),
    entry("Measured", label(claim.measure)),
    claim.search === undefined ? null : entry("Search", label(claim.search)),
    unadjustedVerdict === verdict
      ? null
      : entry("Unadjusted", html`without allowance for the family: ${badge(unadjustedVerdict)}`),
    entry("Source", claim.source),
    claim.priorResult === undefined ? null : entry("Known when declared", label(claim.priorResult)),
    overlap === undefined ? null : entry(
      "Overlap",
      `the splits overlap (test over training set ${
        formatExact(overlap)
      }); intervals and tests allow for it (Nadeau & Bengio, 2003)`,
    ),
    entry(
      "Values",
      html`
        <a
          href="${claimPath(view, claim.id)}">CSV</a> of all ${formatExact(
            claim.values.length,
          )} values${columns}; ${estimate.method}
      `,
    ),
    entry("Declared", declared(claim)),
  ].filter((part) => part !== null);
}

/** When a claim was first written down, and when it was last changed. */
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
        <td class="number">${formatEstimate(estimate, claim.unit).whole}</td>
        <td>${badge(verdict)}</td>
      </tr>
    `
  );
  const table = html`
    <table class="alternatives">
      <caption>Under other conventions, p values adjusted in the same family</caption>
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

function revisions({ revisions }: Claim): Safe | null {
  if (revisions.length === 0) return null;
  return html`
    <div class="revisions">
      <p><strong>Changed after it was first run:</strong></p>
      <ul>${revisions.map((revision) =>
        html`<li>${formatFreeze(revision)}: ${label(revision.what)}<span class="why">Why: ${
          label(revision.why)
        }</span></li>`
      )}</ul>
    </div>
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

function entry(term: string, description: Part): Safe {
  return html`
    <div>
      <dt>${term}</dt>
      <dd>${description}</dd>
    </div>
  `;
}
