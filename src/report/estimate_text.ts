import type { Estimate } from "../core/result.ts";
import { formatEstimate, ownConfidence } from "./format_estimate.ts";
import { html, type Safe } from "./html.ts";

/** A text that is broken across lines only where it is wider than one. */
export function unbroken(text: string): Safe {
  return text.includes(" ") ? html`<span class="estimate">${text}</span>` : html`${text}`;
}

/** An estimate in a line of text, with its interval and unit. */
export function estimateText(estimate: Estimate, unit: string | undefined): Safe {
  const own = ownConfidence(estimate);
  return html`${unbroken(formatEstimate(estimate, unit).whole)}${own !== null && ` (${own})`}`;
}
