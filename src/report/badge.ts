import type { Check, Verdict } from "../result/result.ts";
import { html, type Safe } from "./html.ts";
import { verdictSymbols } from "./verdicts.ts";

/** A verdict as a word and a symbol, so that nothing depends on its colour. */
export function badge(verdict: Verdict): Safe {
  return pill(verdict, verdictSymbols[verdict], verdict);
}

/**
 * A verdict beside a finding, which says what it is a verdict of: of "the two differ" alone, "refuted"
 * could be taken for a verdict of the finding.
 */
export function predictionBadge(verdict: Verdict): Safe {
  const words = verdict === "equivalent" ? "prediction: equivalent" : `prediction ${verdict}`;
  return pill(verdict, verdictSymbols[verdict], words);
}

/** Whether a check holds, as a word and a symbol. */
export function checkBadge({ holds }: Check): Safe {
  return holds ? pill("holds", "\u2713", "holds") : pill("fails", "\u2717", "fails");
}

/** What stands in a verdict's place if a declared claim was not measured. */
export function unmeasuredBadge(): Safe {
  return pill("unmeasured", "\u2013", "not measured");
}

function pill(kind: string, symbol: string, word: string): Safe {
  return html`<span class="verdict ${kind}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}
