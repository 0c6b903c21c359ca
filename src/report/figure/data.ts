import { checkRows } from "../../result/figure_check.ts";
import { isTableLayer, layerColumns, type TableLayer } from "../../result/marks.ts";
import { InputError } from "../../core/errors.ts";
import type { Chart } from "../../result/figure.ts";
import type { Table } from "../../result/result.ts";
import type { RowReader, Spot, Trace } from "./marks/mark.ts";
import { tableMark, tableMarksOf } from "./marks/registry.ts";

/**
 * Reads the traces of a chart from the rows of its tables.
 *
 * @param chart The chart.
 * @param tables The tables of the result.
 * @returns The traces, in the order of the layers.
 * @throws {InputError} If a table or a column does not exist, a table has a series that the chart does
 * not list, or a cell has the wrong type.
 */
export function chartData(chart: Chart, tables: readonly Table[]): Trace[] {
  const traces = chart.layers.flatMap((layer, place) => {
    if (!isTableLayer(layer)) return [];
    const what = `figure ${chart.id}, layer ${place + 1} (${layer.mark})`;
    const table = tables.find((candidate) => candidate.id === layer.table);
    if (!table) {
      const ids = tables.map((candidate) => candidate.id);
      throw new InputError(`the table of ${what}`, oneOf("table", ids), layer.table);
    }
    return layerData(chart, layer, place, table, what);
  });
  return arranged(traces);
}

/** Arranges the traces of each mark, and keeps their order: bars are stacked. */
function arranged(traces: readonly Trace[]): Trace[] {
  const byTrace = new Map<Trace, Trace>();
  for (const [mark, { arrange }] of tableMarksOf(traces)) {
    const own = traces.filter((trace) => trace.mark === mark);
    arrange?.(own).forEach((trace, i) => {
      const before = own[i];
      if (before) byTrace.set(before, trace);
    });
  }
  return traces.map((trace) => byTrace.get(trace) ?? trace);
}

/** The facets in the order of first appearance; one `null` for a chart without facets. */
export function facetsOf(traces: readonly Trace[]): (string | null)[] {
  const names = new Set(traces.flatMap((trace) => trace.facet === null ? [] : [trace.facet]));
  return names.size > 0 ? [...names] : [null];
}

function layerData(
  chart: Chart,
  layer: TableLayer,
  place: number,
  table: Table,
  what: string,
): Trace[] {
  const indices = new Map(
    layerColumns(layer).map((name) => [name, columnIndex(table, name, what)]),
  );
  checkRows(chart, layer, table);
  const by = "series" in layer ? layer.series : undefined;
  const facet = table.columns.findIndex((column) => column.name === chart.facet);
  const listed = chart.series ?? [];
  const groups = new Map<string, { series: number | null; facet: string | null; spots: Spot[] }>();
  for (const row of table.rows) {
    const cell = (name: string) => row[indices.get(name) ?? -1] ?? null;
    const series = by === undefined ? null : listed.indexOf(String(cell(by)));
    const within = facet < 0 ? null : String(row[facet] ?? "");
    const key = JSON.stringify([within, series]);
    const group = groups.get(key) ?? { series, facet: within, spots: [] };
    groups.set(key, group);
    group.spots.push(tableMark(layer).spot(layer, readerOf(chart, cell)));
  }
  const role = layer.mark === "line" ? layer.role : "measured";
  const label = layer.mark === "line" ? layer.label ?? null : null;
  // Series are in the order of the figure, not of the table.
  return [...groups.values()]
    .map((group) => ({ mark: layer.mark, role, label, layer: place, ...group }))
    .sort((a, b) => (a.series ?? -1) - (b.series ?? -1));
}

/** Reads a row by its cells. */
function readerOf({ x, y }: Chart, cell: (name: string) => number | string | null): RowReader {
  const number = (name: string) => Number(cell(name) ?? NaN);
  // A log axis has no position for 0 and negative values.
  const on = (scale: "linear" | "log", value: number) =>
    scale === "log" && value <= 0 ? NaN : value;
  return {
    number,
    onX: (name) => on(x.scale, number(name)),
    onY: (name) =>
      y.scale === "category"
        ? y.categories.findIndex((category) => category === cell(name))
        : on(y.scale, number(name)),
  };
}

function columnIndex(table: Table, name: string, what: string): number {
  const index = table.columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  const names = table.columns.map((column) => column.name);
  throw new InputError(`a column of ${what}`, oneOf(`column of table ${table.id}`, names), name);
}

function oneOf(kind: string, names: readonly string[]): string {
  return names.length > 0
    ? `a ${kind} (${names.join(", ")})`
    : `a ${kind}, of which there are none`;
}
