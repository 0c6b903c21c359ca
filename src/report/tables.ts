import type { Column, Estimate, Result, Table } from "../result/result.ts";
import { INTERVAL } from "./data_files.ts";
import { estimateText } from "./estimate_text.ts";
import { formatExact, formatJson, formatNumber, formatPercent, none } from "./format.ts";
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

/** From so many rows on a table is closed at first. */
const MANY_ROWS = 30;

/**
 * A result's table: every row, numbers of a column alike, an estimate with its interval in one column.
 * If it is long, it is there to be opened.
 */
export function resultTable(table: Table): Safe {
  const columns = withIntervals(table);
  const head = columns.map(({ heading, numeric }) =>
    html`<th scope="col" class="${numeric ? "number" : "text"}">${heading}</th>`
  );
  const body = table.rows.map((_, row) =>
    html`<tr>${
      columns.map(({ cells, numeric }) =>
        html`<td class="${numeric ? "number" : "text"}">${cells[row]}</td>`
      )
    }</tr>`
  );
  const region = scrollRegion(
    `Table: ${table.title}`,
    html`
      <table>
        <caption><span>${label(table.title)}</span></caption>
        <thead>
          <tr>${head}</tr>
        </thead>
        <tbody>${body}</tbody>
      </table>
    `,
  );
  if (table.rows.length < MANY_ROWS) return region;
  return html`
    <details class="rows">
      <summary>Table: ${label(table.title)} (${formatExact(table.rows.length)} rows)</summary>
      ${region}
    </details>
  `;
}

/** A column of a table as a page shows it. */
interface ShownColumn {
  readonly heading: Safe;
  readonly numeric: boolean;
  readonly cells: readonly (Safe | string)[];
}

/** The columns of a table; of one over seeds, `value`, `low` and `high` are one column. */
function withIntervals(table: Table): readonly ShownColumn[] {
  const { columns, rows, samples } = table;
  const places = INTERVAL.map((name) => columns.findIndex((column) => column.name === name));
  const [value = -1, low = -1, high = -1] = places;
  const merged = samples !== undefined && places.every((place) => place >= 0);
  return columns.flatMap((column, place): readonly ShownColumn[] => {
    if (merged && (place === low || place === high)) return [];
    if (!merged || place !== value) {
      return [columnCells(column, rows.map((row) => row[place] ?? null))];
    }
    const confidence = `[${formatPercent(usualConfidence)} interval]`;
    return [{
      heading: html`${labelWithUnit(column)} ${confidence}`,
      numeric: true,
      cells: rows.map((row) => intervalText(row[value], row[low], row[high])),
    }];
  });
}

type Cell = number | string | null | undefined;

function intervalText(value: Cell, low: Cell, high: Cell): string {
  if (typeof value !== "number") return none;
  if (typeof low !== "number" || typeof high !== "number") return formatNumber(value, 3);
  const about = { n: 0, confidence: usualConfidence, method: "" };
  return formatEstimate({ value, low, high, ...about }).whole;
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
        <td><a href="${metricPath(view, metric.id)}">CSV by seed</a></td>
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
  return html`<td class="number measured">${estimateText(estimate, unit)}</td>`;
}

function columnCells(column: Column, values: readonly (number | string | null)[]): ShownColumn {
  const numeric = values.some((value) => typeof value === "number") &&
    !values.some((value) => typeof value === "string");
  const cells = formatColumn(values).map((cell) => label(cell));
  return { heading: labelWithUnit(column), numeric, cells };
}
