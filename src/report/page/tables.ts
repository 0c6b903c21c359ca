import type { Column, Estimate, MachineRecord, Result, Table } from "../../result/result.ts";
import { INTERVAL } from "../data_files.ts";
import {
  estimateText,
  formatEstimate,
  ownConfidence,
  usualConfidence,
} from "../format/estimates.ts";
import {
  formatColumn,
  formatExact,
  formatJson,
  formatNumber,
  formatPercent,
  none,
} from "../format/numbers.ts";
import { html, type Safe, scrollRegion } from "../format/html.ts";
import { day, label, labelWithUnit } from "../format/text.ts";
import { metricPath, ofMachine, tablePath, type View } from "../view.ts";

/** The number of rows from which a table is closed at first. */
const MANY_ROWS = 30;

/**
 * A table of a result: all rows, with an estimate and its interval in one column. A long table is closed
 * at first.
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

/** A column of a table in a page. */
interface ShownColumn {
  readonly heading: Safe;
  readonly numeric: boolean;
  readonly cells: readonly (Safe | string)[];
}

/**
 * Returns the columns of a table. If the table has samples, `value`, `low` and `high` are one
 * column.
 */
function withIntervals(table: Table): readonly ShownColumn[] {
  const { columns, rows, samples } = table;
  const indices = INTERVAL.map((name) => columns.findIndex((column) => column.name === name));
  const [value = -1, low = -1, high = -1] = indices;
  const merged = samples !== undefined && indices.every((index) => index >= 0);
  return columns.flatMap((column, index): readonly ShownColumn[] => {
    if (merged && (index === low || index === high)) return [];
    if (!merged || index !== value) {
      return [columnCells(column, rows.map((row) => row[index] ?? null))];
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

/** Returns the metrics of an experiment, and then the metrics of the machine, which have a note. */
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
        <td><a href="${metricPath(view, metric.id)}">CSV by ${metric.overlap === undefined
          ? "seed"
          : "split"}</a></td>
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
    ? `Estimate [interval, ${usual} unless stated]`
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

/** A table in a page; a table of the machine has a note of the machine. */
export function tableBlock(view: View, table: Table): Safe {
  return html`${resultTable(table)}${ofMachine(view, "tables", table.id) && machineNote(view)}`;
}

/** The machine of a run: `"linux x86_64, 2 cores"`. */
export function machineName({ os, arch, cores }: MachineRecord): string {
  return `${os} ${arch}, ${formatExact(cores)} ${cores === 1 ? "core" : "cores"}`;
}

/**
 * Returns the note under a figure or a table of the machine, with the machine and the time of the
 * measurement.
 */
export function machineNote({ result, run }: View): Safe {
  const { name, adapter } = result.backend;
  const on = adapter ? ` on ${adapter.description}` : "";
  const date = html`<time datetime="${run.date}">${day(run.date)}</time>`;
  return html`<p class="note">${[
    `Measured on this machine: ${machineName(run.machine)}, ${name} backend${on}, `,
    date,
    "; other machines and other runs give other numbers.",
  ]}</p>`;
}

/** List items with links to the files of tables. */
export function tableLinks(view: View, tables: readonly Table[]): Safe {
  return html`${
    tables.map((table) => {
      const link = (type: "csv" | "json" | "seeds.csv", name: string) =>
        html`<a href="${tablePath(view, table.id, type)}">${name}</a>`;
      return html`<li>${label(table.title)}: ${link("csv", "CSV")}, ${link("json", "JSON")}${
        table.samples && html`, ${link("seeds.csv", "CSV by seed")}`
      }</li>`;
    })
  }`;
}
