import { badge } from "./badge.ts";
import { formatExact } from "./format.ts";
import { html, type Part, type Safe } from "./html.ts";
import { scrollRegion } from "./tables.ts";
import { familiesOf, tallyOf, verdicts } from "./verdicts.ts";
import { pagePath, type View } from "./view.ts";

/** One table of how the claims and checks of all experiments came out. */
export function tallyTable(views: readonly View[]): Safe {
  if (views.length === 0) return html`<p>This report has no experiments.</p>`;
  const rows = views.map((view) => {
    const { result } = view;
    const name = html`<a href="${pagePath(result)}">${result.experiment.title}</a>`;
    return row(name, [view]);
  });
  const total = views.length > 1 && row("Together", views);
  return html`${
    scrollRegion(
      "Claims and checks by experiment",
      html`
        <table class="tally">
          <thead>
            <tr>
              <th scope="col">Experiment</th>
              ${verdicts.map((verdict) =>
                html`<th scope="col" class="number">${badge(verdict)}</th>`
              )}
              <th scope="col" class="number">Checks that hold</th>
              <th scope="col" class="number">Undecided by adjustment</th>
              <th scope="col" class="number">Changed after first run</th>
              <th scope="col" class="number">Change under an alternative</th>
              <th scope="col">Sizes of families</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
          ${total && html`<tfoot>${total}</tfoot>`}
        </table>
      `,
    )
  }${unmeasuredNote(views)}`;
}

function row(name: Part, views: readonly View[]): Safe {
  const results = views.map((view) => view.result);
  const tally = tallyOf(results);
  const sizes = results.flatMap((result) => familiesOf(result.claims))
    .map(({ claims }) => claims.length).sort((a, b) => b - a);
  const failing = tally.holding < tally.checks;
  const cells = [
    ...verdicts.map((verdict) => html`<td class="number">${count(tally.verdicts[verdict])}</td>`),
    html`<td class="number${failing && " fails"}">${
      tally.checks === 0 ? count(0) : `${count(tally.holding)} of ${count(tally.checks)}`
    }</td>`,
    ...[tally.adjusted, tally.revised, tally.changing].map((value) =>
      html`<td class="number">${count(value)}</td>`
    ),
    html`<td>${sizes.length === 0 ? count(0) : sizes.map(formatExact).join(", ")}</td>`,
  ];
  return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
}

function unmeasuredNote(views: readonly View[]): Safe | null {
  const { unmeasured } = tallyOf(views.map((view) => view.result));
  if (unmeasured === 0) return null;
  return html`<p class="note">${
    unmeasured === 1
      ? "1 declared claim or check was"
      : `${formatExact(unmeasured)} declared claims and checks were`
  } not measured in this run; the pages say why.</p>`;
}

function count(value: number): string {
  return formatExact(value);
}
