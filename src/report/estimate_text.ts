import type { Estimate } from "../result/result.ts";
import { formatEstimate, ownConfidence } from "./format_estimate.ts";
import { html, type Safe } from "./html.ts";

/** A text that is broken across lines only where it is wider than one. */
export function unbroken(text: string): Safe {
  return text.includes(" ") ? html`<span class="estimate">${text}</span>` : html`${text}`;
}

/** The most characters of an estimate with its unit that are not broken. */
const LONGEST = 24;

/**
 * An estimate in a line of text, with its interval and unit.
 *
 * @param estimate The estimate.
 * @param unit Its unit, if it has one.
 * @param reference What it is compared with; see {@link formatEstimate}.
 */
export function estimateText(
  estimate: Estimate,
  unit: string | undefined,
  reference?: number,
): Safe {
  const own = ownConfidence(estimate);
  const { whole } = formatEstimate(estimate, unit, reference);
  const text = unit === undefined || whole.length <= LONGEST
    ? unbroken(whole)
    : html`${unbroken(formatEstimate(estimate, undefined, reference).whole)} ${unit}`;
  return html`${text}${own !== null && ` (${own})`}`;
}
