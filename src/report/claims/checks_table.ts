import type { Check, Result } from "../../result/result.ts";
import { checkBadge } from "./verdicts.ts";
import { formatExact, formatNumber } from "../format/numbers.ts";
import { html, type Safe, scrollRegion } from "../format/html.ts";
import { label } from "../format/text.ts";
import { checkId } from "../view.ts";

/** Returns the table of the checks of the program: identities and theorems. */
export function checksTable({ checks }: Result): Safe {
  if (checks.length === 0) return html`<p>This experiment has no checks of the program.</p>`;
  const rows = checks.map((check) =>
    html`
      <tr id="${checkId(check)}" ${!check.holds && html`
        class="failed"
      `}>
        <th
          scope="row">${checkBadge(check)} ${label(check.statement)}<span class="detail">${label(
            check.measure,
          )}; source: ${check.source}</span></th>
        <td class="number">${formatNumber(check.worst, 2)}</td>
        <td class="number">${formatExact(check.limit)}<span class="detail">${label(
          check.reason,
        )}</span></td>
        <td class="number">${formatExact(check.cases)}</td>
      </tr>
    `
  );
  return html`
    <p>Checks are identities and theorems. They test the program, so they are not counted as claims.</p>
    ${scrollRegion(
      "Checks of the program",
      html`
        <table class="checks">
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col" class="number">Largest value</th>
              <th scope="col" class="number">Limit</th>
              <th scope="col" class="number">Cases</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      `,
    )}
  `;
}

/**
 * Returns the warning at the top of a page if a check fails; `null` if all checks hold.
 *
 * @param checks The checks of an experiment.
 * @param page The path of the page of the experiment; empty on that page itself.
 * @param title The title of the experiment.
 */
export function alarm(checks: readonly Check[], page: string, title: string): Safe | null {
  const failed = checks.filter(({ holds }) => !holds);
  if (failed.length === 0) return null;
  const items = failed.map((check) =>
    html`<li><a href="${page}#${checkId(check)}">${label(check.statement)}</a> Largest value ${
      formatNumber(check.worst, 2)
    }, limit ${formatExact(check.limit)}.</li>`
  );
  return html`
    <div class="alarm" role="alert">
      <p><strong>${failed.length === 1
        ? "A check of the program failed"
        : "Checks of the program fail"}.</strong> Do not rely on the numbers of ${`\u201c${title}\u201d`}.</p>
      <ul>${items}</ul>
    </div>
  `;
}
