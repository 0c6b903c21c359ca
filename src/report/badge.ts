import type { Check, Verdict } from "../core/result.ts";
import { html, type Safe } from "./html.ts";
import { type Tally, verdicts, verdictSymbols } from "./verdicts.ts";

/** A verdict as a word and a symbol, so that nothing depends on its colour. */
export function badge(verdict: Verdict): Safe {
  return pill(verdict, verdictSymbols[verdict], verdict);
}

/** Whether a check holds, as a word and a symbol. */
export function checkBadge({ holds }: Check): Safe {
  return holds ? pill("holds", "\u2713", "holds") : pill("fails", "\u2717", "fails");
}

/** What stands in a verdict's place if a declared claim was not measured. */
export function unmeasuredBadge(): Safe {
  return pill("unmeasured", "\u2013", "not measured");
}

/** How many claims have each verdict: `"2 supported 1 refuted"`, with their symbols. */
export function verdictCounts(tally: Tally): Safe {
  const counts = verdicts.flatMap((verdict) => {
    const count = tally.verdicts[verdict];
    return count === 0 ? [] : [html`<span class="count">${count} ${badge(verdict)}</span>`];
  });
  return counts.length === 0
    ? html`no claims`
    : html`${counts.flatMap((count, i) => i ? [" ", count] : [count])}`;
}

function pill(kind: string, symbol: string, word: string): Safe {
  return html`<span class="verdict ${kind}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}
