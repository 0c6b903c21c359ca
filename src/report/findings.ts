import { claimFinding } from "./claim_binding.ts";
import { experimentOpening } from "./experiment_page.ts";
import { formatExact } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import type { Page } from "./markdown.ts";
import type { Neighbours } from "./neighbours.ts";
import { claimId, pagePath, type View } from "./view.ts";

/** How many findings stand for an experiment whose page does not begin with an answer. */
const MOST_FINDINGS = 3;

/** An experiment of the report with its narrative. */
export interface Narrated {
  /** What the experiment's page shows. */
  readonly there: View;
  /** The narrative, if there is one. */
  readonly page: Page | undefined;
}

/**
 * The question of each experiment and its answer: the first paragraph of its page. Without one, the
 * first findings of its claims stand in for it.
 */
export function findings(entries: readonly Narrated[], neighbours: Neighbours): Safe {
  if (entries.length === 0) return html`<p>This report has no experiments.</p>`;
  const answers = entries.map(({ there, page }) => {
    const { experiment } = there.result;
    const opening = page ? experimentOpening(there, page, neighbours) : html``;
    return html`
      <li>
        <p class="name"><a href="${pagePath(there.result)}">${experiment.title}</a></p>
        <p class="asked">${label(experiment.question)}</p>
        ${opening.markup.trim() === "" ? firstFindings(there) : opening}
      </li>
    `;
  });
  return html`<ol class="answers">${answers}</ol>`;
}

function firstFindings({ result }: View): Safe {
  const { claims } = result;
  if (claims.length === 0) return html`<p>It makes no claims.</p>`;
  const more = claims.length - MOST_FINDINGS;
  return html`${
    claims.slice(0, MOST_FINDINGS).map((claim) =>
      html`<p>${
        claimFinding(
          claim,
          (content) =>
            html`<a class="ref" href="${pagePath(result)}#${claimId(claim)}">${content}</a>`,
        )
      }</p>`
    )
  }${more > 0 && html`<p>And ${formatExact(more)} more.</p>`}`;
}

/** The experiments with their questions, and how to run each again. */
export function experiments(views: readonly View[]): Safe {
  if (views.length === 0) return html`<p>This report has no experiments.</p>`;
  return html`<ul class="experiments">${
    views.map(({ result, run }) =>
      html`
        <li>
          <p class="name"><a href="${pagePath(result)}">${result.experiment.title}</a></p>
          <p class="asked">${label(result.experiment.question)}</p>
          <pre tabindex="0"><code>${run.command}</code></pre>
        </li>
      `
    )
  }</ul>`;
}
