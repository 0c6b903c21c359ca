import { badge, verdictCounts } from "./badge.ts";
import { formatPercent, formatSize } from "./format.ts";
import { formatEstimate, formatThreshold } from "./format_estimate.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import { claimId, pagePath, type View } from "./view.ts";

/** Every claim of every experiment, with its verdict and what it rests on. */
export function findings(views: readonly View[]): Safe {
  const entries = views.flatMap(({ result }) =>
    result.claims.map((claim) => {
      const { estimate, unit } = claim;
      const interval = estimate.low === null
        ? ""
        : `, ${formatPercent(estimate.confidence)} interval`;
      return html`
        <li>
          <p class="statement">${badge(claim.verdict)} ${label(claim.statement)}</p>
          <dl>
        <div><dt>Measured</dt><dd>${label(
          claim.measure,
        )}: <strong class="estimate">${formatEstimate(estimate, unit)
          .whole}</strong> (${formatSize(estimate.n)}${interval})</dd></div>
        <div><dt>Supported if</dt><dd>${formatThreshold(claim.threshold, unit)}</dd></div>
        ${claim.source && html`
          <div>
            <dt>Source</dt>
            <dd>${claim.source}</dd>
          </div>
        `}<div><dt>Evidence</dt><dd><a href="${pagePath(result)}#${claimId(claim)}">${result
          .experiment.title}</a></dd></div>
          </dl>
        </li>
      `;
    })
  );
  if (entries.length === 0) return html`<p>No experiment of this report makes a claim.</p>`;
  return html`<ol class="findings">${entries}</ol>`;
}

/** The experiments: the question of each, how its claims fared, how to run it again. */
export function experiments(views: readonly View[]): Safe {
  if (views.length === 0) return html`<p>This report has no experiments.</p>`;
  return html`<ul class="experiments">${
    views.map(({ result, run }) =>
      html`
        <li>
          <p class="name"><a href="${pagePath(result)}">${result.experiment.title}</a></p>
          <p>${label(result.experiment.question)}</p>
          <p class="counts">${verdictCounts(result.claims)}</p>
          <pre tabindex="0"><code>${run.command}</code></pre>
        </li>
      `
    )
  }</ul>`;
}
