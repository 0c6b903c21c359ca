import type { Estimate } from "../core/result.ts";
import { formatEstimate, ownConfidence } from "./format_estimate.ts";
import { html, type Safe } from "./html.ts";

/** A text that is broken across lines only where it is wider than one. */
export function unbroken(text: string): Safe {
  return text.includes(" ") ? html`<span class="estimate">${text}</span>` : html`${text}`;
}

/** The most characters of an estimate that fit into a line of a narrow screen. */
const LONGEST = 32;

/** An estimate in a line of text, with its interval and unit. */
export function estimateText(estimate: Estimate, unit: string | undefined): Safe {
  const own = ownConfidence(estimate);
  const { whole } = formatEstimate(estimate, unit);
  const text = unit === undefined || whole.length <= LONGEST
    ? unbroken(whole)
    : html`${unbroken(formatEstimate(estimate).whole)} ${unit}`;
  return html`${text}${own !== null && ` (${own})`}`;
}
