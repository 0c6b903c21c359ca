import type { Claim, Verdict } from "../core/result.ts";
import { html, type Safe } from "./html.ts";

const symbols: Readonly<Record<Verdict, string>> = {
  supported: "\u2713",
  refuted: "\u2717",
  inconclusive: "?",
};

/** A verdict as a word and a symbol, so that nothing hangs on its colour. */
export function badge(verdict: Verdict): Safe {
  return html`<span class="verdict ${verdict}"><span aria-hidden="true">${
    symbols[verdict]
  }</span> ${verdict}</span>`;
}

/** How many claims have each verdict: `"2 supported, 1 refuted"`, with their symbols. */
export function verdictCounts(claims: readonly Claim[]): Safe {
  const counts = (["supported", "refuted", "inconclusive"] as const).flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count === 0 ? [] : [html`<span class="count">${count} ${badge(verdict)}</span>`];
  });
  return counts.length === 0
    ? html`no claims`
    : html`${counts.flatMap((c, i) => i ? [" ", c] : [c])}`;
}
