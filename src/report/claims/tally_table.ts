import type { Verdict } from "../../result/result.ts";
import { formatExact, greatest, none, smallest } from "../format/numbers.ts";
import { html, type Part, type Safe, scrollRegion } from "../format/html.ts";
import { familiesOf, tallyOf, verdicts, verdictSymbols } from "./verdicts.ts";
import { CLAIMS_LIST, pagePath, type View } from "../view.ts";

/** Returns a table of the verdicts and checks of all experiments. */
export function tallyTable(views: readonly View[]): Safe {
  if (views.length === 0) return html`<p>This report has no experiments.</p>`;
  const rows = views.map((view) => {
    const { result } = view;
    const name = html`<a href="${pagePath(result)}">${result.experiment.title}</a>`;
    return row(name, [view]);
  });
  const total = views.length > 1 && row("All experiments", views);
  return html`${
    scrollRegion(
      "Claims and checks by experiment",
      html`
        <table class="tally">
          <thead>
            <tr>
              <th scope="col">Experiment</th>
              ${verdicts.map(verdictHead)}
              <th scope="col" class="number">Checks passed</th>
              <th scope="col" class="number">Undecided by adjustment</th>
              <th scope="col" class="number">Result of an earlier run known</th>
              <th scope="col" class="number">Changed after first run</th>
              <th scope="col" class="number">Change under an alternative, of claims that have one</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
          ${total && html`<tfoot>${total}</tfoot>`}
        </table>
      `,
    )
  }${notes(views)}`;
}

function verdictHead(verdict: Verdict): Safe {
  return html`
    <th scope="col"
      class="number head-${verdict}"><span aria-hidden="true">${verdictSymbols[
        verdict
      ]}</span> ${verdict}</th>
  `;
}

function row(name: Part, views: readonly View[]): Safe {
  const results = views.map((view) => view.result);
  const tally = tallyOf(results);
  const failing = tally.holding < tally.checks;
  const cells = [
    ...verdicts.map((verdict) => html`<td class="number">${count(tally.verdicts[verdict])}</td>`),
    html`<td class="number${failing && " fails"}">${countOf(tally.holding, tally.checks)}</td>`,
    ...[tally.adjusted, tally.known, tally.revised].map((value) =>
      html`<td class="number">${count(value)}</td>`
    ),
    html`<td class="number">${countOf(tally.changing, tally.alternatives)}</td>`,
  ];
  return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
}

/** Returns notes on adjusted p values, power, single seeds, and claims that were not measured. */
function notes(views: readonly View[]): Safe {
  const results = views.map((view) => view.result);
  const sizes = results.flatMap((result) => familiesOf(result.claims))
    .map(({ claims }) => claims.length);
  const { claims, influenced, powered, unmeasured } = tallyOf(results);
  const families = sizes.length === 1 ? "family" : "families";
  const missing = unmeasured === 1 ? "claim or check was" : "claims and checks were";
  const sentences = [
    ...(sizes.length === 0 ? [] : [
      `p values are adjusted in ${count(sizes.length)} ${families} of ` +
      `${range(smallest(sizes), greatest(sizes))} claims.`,
    ]),
    ...(claims === 0 ? [] : [
      `For ${
        countOf(powered, claims)
      } claims, the number of seeds detects the smallest effect of ` +
      "interest with a power of 80\u00a0%; the cards of the others state the larger effect that is " +
      "detectable.",
    ]),
    ...(influenced === 0 ? [] : [
      influenced === 1
        ? "1 verdict changes if a single seed is left out; its card names the seed."
        : `${count(influenced)} verdicts change if a single seed is left out; their cards name it.`,
    ]),
    ...(unmeasured === 0 ? [] : [
      `${
        count(unmeasured)
      } declared ${missing} not measured in this run; the pages give the reasons.`,
    ]),
  ];
  return html`
    <p class="note">${sentences.join(" ")} <a href="${CLAIMS_LIST}">All claims as CSV</a></p>
  `;
}

function range(from: number, to: number): string {
  return from === to ? count(from) : `${count(from)} to ${count(to)}`;
}

/** Formats a count out of a total: `"3 of 5"`; a dash if the total is 0. */
function countOf(value: number, all: number): string {
  return all === 0 ? none : `${count(value)} of ${count(all)}`;
}

function count(value: number): string {
  return formatExact(value);
}
