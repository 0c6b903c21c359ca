import type { Column, Estimate, Result, Table } from "../core/result.ts";
import { formatExact, formatJson, formatPercent } from "./format.ts";
import { formatColumn } from "./format_axis.ts";
import { formatEstimate, ownConfidence, usualConfidence } from "./format_estimate.ts";
import { html, type Safe } from "./html.ts";
import { label, labelWithUnit } from "./label.ts";
import { machineName } from "./machine_note.ts";
import { metricPath, ofMachine, type View } from "./view.ts";

/** A table in a region of its own, which scrolls where the screen is too narrow for it. */
export function scrollRegion(name: Safe | string, table: Safe): Safe {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
}

/** A result's table: every row, numbers of a column alike. */
export function resultTable(table: Table): Safe {
  const columns = table.columns.map((column, i) =>
    columnCells(column, table.rows.map((row) => row[i] ?? null))
  );
  const head = columns.map(({ column, numeric }) =>
    html`<th scope="col" class="${numeric ? "number" : "text"}">${labelWithUnit(column)}</th>`
  );
  const body = table.rows.map((_, row) =>
    html`<tr>${
      columns.map(({ cells, numeric }) =>
        html`<td class="${numeric ? "number" : "text"}">${cells[row]}</td>`
      )
    }</tr>`
  );
  return scrollRegion(
    `Table: ${table.title}`,
    html`
      <table>
        <caption>${label(table.title)}</caption>
        <thead>
          <tr>${head}</tr>
        </thead>
        <tbody>${body}</tbody>
      </table>
    `,
  );
}

/** The metrics of an experiment, then those of the machine, which are marked. */
export function metricsTable(view: View): Safe {
  const { metrics } = view;
  if (metrics.length === 0) return html`<p>This experiment has no estimates without verdict.</p>`;
  const rows = metrics.map((metric) =>
    html`
      <tr>
        <th scope="row">${label(metric.label)}${ofMachine(view, "metrics", metric.id) &&
          html`<span class="detail">measured on ${machineName(view.run.machine)}</span>`}</th>
        ${estimateCell(metric.estimate, metric.unit)}
        <td class="number">${formatExact(metric.estimate.n)}</td>
        <td class="method">${metric.estimate.method}</td>
        <td><a href="${metricPath(view, metric.id)}">CSV</a></td>
      </tr>
    `
  );
  const heads = [
    "Estimate without verdict",
    estimateHeading(metrics.map((metric) => metric.estimate)),
    "n",
    "Method",
    "Values",
  ];
  return scrollRegion(
    "Estimates without verdict",
    html`
      <table>
        <thead>
          <tr>${heads.map(head)}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    `,
  );
}

/** The parameters of an experiment. */
export function parametersTable({ parameters }: Result): Safe {
  const names = Object.keys(parameters).sort();
  if (names.length === 0) return html`<p>This experiment has no parameters.</p>`;
  const rows = names.map((name) =>
    html`
      <tr>
        <th scope="row"><code>${name}</code></th>
        <td>${formatJson(parameters[name] ?? null)}</td>
      </tr>
    `
  );
  return scrollRegion(
    "Parameters",
    html`
      <table>
        <thead>
          <tr>${["Parameter", "Value"].map(head)}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    `,
  );
}

function head(name: string): Safe {
  const numeric = name === "n" || name.startsWith("Estimate [");
  return html`<th scope="col" class="${numeric ? "number" : "text"}">${name}</th>`;
}

function estimateHeading(estimates: readonly Estimate[]): string {
  const usual = formatPercent(usualConfidence);
  return estimates.some((estimate) => ownConfidence(estimate) !== null)
    ? `Estimate [interval, ${usual} where nothing else is said]`
    : `Estimate [${usual} interval]`;
}

function estimateCell(estimate: Estimate, unit?: string): Safe {
  const own = ownConfidence(estimate);
  return html`<td class="number">${formatEstimate(estimate, unit).whole}${
    own !== null && html`<span class="detail">${own}</span>`
  }</td>`;
}

function columnCells(column: Column, values: readonly (number | string | null)[]) {
  const numeric = values.some((value) => typeof value === "number") &&
    !values.some((value) => typeof value === "string");
  return { column, numeric, cells: formatColumn(values) };
}
