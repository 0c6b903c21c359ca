import type { Claim, Unmeasured } from "../../result/result.ts";
import {
  badge,
  decidingP,
  familySize,
  predictionBadge,
  restsOnAdjustment,
  unmeasuredBadge,
} from "./verdicts.ts";
import { type Binding, namesNo } from "../markdown/binding.ts";
import { estimateText } from "../format/estimates.ts";
import { formatExact } from "../format/numbers.ts";
import { formatEffect, formatPrediction, namedP } from "./format.ts";
import { html, type Safe } from "../format/html.ts";
import { label } from "../format/text.ts";
import { claimId, type View } from "../view.ts";

/** The parts of a claim that a binding can name. */
export const claimFields = [
  "finding",
  "estimate",
  "verdict",
  "statement",
  "prediction",
  "p",
  "detectable",
] as const;

/** Whether the value of a binding of a claim contains a link. */
export function isClaimLink({ field }: Binding): boolean {
  return field === undefined || field === "finding";
}

/**
 * Returns the value of a binding of a claim: the verdict as a link, or another part of the claim.
 * For a declared claim that was not measured, every part except the statement is "not measured".
 *
 * @param view The experiment.
 * @param binding The binding.
 * @param link Makes a link to an id in the page of the experiment.
 * @throws {UnboundError} If the binding names an unknown claim, or an unknown part of a claim.
 */
export function claimValue(
  view: View,
  binding: Binding,
  link: (id: string, content: Safe) => Safe,
): Safe {
  const { claims, unmeasured } = view.result;
  const claim = claims.find(({ id }) => id === binding.target);
  const missing = unmeasured.find(({ id }) => id === binding.target);
  if (claim) return measured(view, claim, binding, link);
  if (missing) return notMeasured(missing, binding, link);
  throw namesNo(binding, "claim", [...claims, ...unmeasured].map(({ id }) => id));
}

function measured(
  { result }: View,
  claim: Claim,
  binding: Binding,
  link: (id: string, content: Safe) => Safe,
): Safe {
  const verdict = () => link(claimId(claim), badge(claim.verdict));
  switch (binding.field) {
    case undefined:
      return verdict();
    case "finding":
      return claimFinding(
        claim,
        familySize(result.claims, claim),
        (content) => link(claimId(claim), content),
      );
    case "verdict":
      return html`${claim.verdict}`;
    case "statement":
      return label(claim.statement);
    case "estimate":
      return estimateText(claim.estimate, claim.unit, claim.predicts.value);
    case "prediction":
      return html`${formatPrediction(claim)}`;
    case "p":
      return html`<span class="estimate">${namedP(decidingP(claim))}</span>`;
    case "detectable":
      return html`<span class="estimate">${formatEffect(claim.detectable, claim)}</span>`;
    default:
      throw namesNo(binding, "field", claimFields);
  }
}

function notMeasured(
  claim: Unmeasured,
  binding: Binding,
  link: (id: string, content: Safe) => Safe,
): Safe {
  const verdict = () => link(claimId(claim), unmeasuredBadge());
  switch (binding.field) {
    case undefined:
      return verdict();
    case "finding":
      return html`${label(claim.statement)} ${verdict()}`;
    case "statement":
      return label(claim.statement);
    case "verdict":
    case "estimate":
    case "prediction":
    case "p":
    case "detectable":
      return html`not measured`;
    default:
      throw namesNo(binding, "field", claimFields);
  }
}

/**
 * Returns the declared sentence for the verdict, with the estimate, and then the verdict. If the
 * claim is undecided only because of the adjustment for the family, a note says so.
 *
 * @param claim The claim.
 * @param family The number of claims in its family.
 * @param link Makes the verdict a link to the claim.
 */
export function claimFinding(
  claim: Claim,
  family: number,
  link: (content: Safe) => Safe,
): Safe {
  const { findings, verdict, estimate, unit, predicts } = claim;
  const [first = "", ...rest] = findings[verdict].split("{estimate}");
  const text = rest.map((part) => [estimateText(estimate, unit, predicts.value), label(part)]);
  const adjusted = restsOnAdjustment(claim) &&
    html`
      (Not decided after adjustment for ${formatExact(family)} claims; alone it would be ${claim
        .unadjustedVerdict}.)
    `;
  return html`${label(first)}${text}${adjusted} ${link(predictionBadge(verdict))}`;
}
