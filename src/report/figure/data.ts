import { checkRows } from "../../result/figure_check.ts";
import { layerColumns } from "../../result/marks.ts";
import { InputError } from "../../core/errors.ts";
import type { Axis, Chart, TableLayer } from "../../result/figure.ts";
import type { Table } from "../../result/result.ts";

/** A place in a chart; NaN where there is no value to draw. */
export interface Spot {
  readonly x: number;
  /** On a category axis, the place of the category: 0 at the top. */
  readonly y: number;
  /** The lower end: on y in bands, where it is `y`, on x in intervals and bars. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** What the colour of a cell shows. */
  readonly value: number;
}

/** The rows of a layer that belong to one series and one facet, in the table's order. */
export interface Trace {
  readonly mark: TableLayer["mark"];
  readonly role: "measured" | "theory";
  /** What a line is; `null` if the layer does not say so. */
  readonly label: string | null;
  /** The place in the figure's `series`; `null` where the layer has no series. */
  readonly series: number | null;
  /** The facet; `null` where the layer's table has no such column, and so is in every facet. */
  readonly facet: string | null;
  /** The place of the layer in the figure. */
  readonly layer: number;
  readonly spots: readonly Spot[];
}

/**
 * The rows of a figure's tables, as what is drawn of them.
 *
 * @throws {InputError} Where the figure names a table or a column that is not there, or a table
 * holds a series that the figure does not list or words where numbers should be.
 */
export function chartData(chart: Chart, tables: readonly Table[]): Trace[] {
  return chart.layers.flatMap((layer, place) => {
    if (layer.mark === "rule" || layer.mark === "circle") return [];
    const what = `figure ${chart.id}, layer ${place + 1} (${layer.mark})`;
    const table = tables.find((candidate) => candidate.id === layer.table);
    if (!table) {
      const ids = tables.map((candidate) => candidate.id);
      throw new InputError(`the table of ${what}`, oneOf("table", ids), layer.table);
    }
    return layerData(chart, layer, place, table, what);
  });
}

/** The facets in order of first appearance; one unnamed facet where the chart has none. */
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
    group.spots.push(spotOf(chart, layer, (name) => Number(cell(name) ?? NaN), cell));
  }
  const role = layer.mark === "line" ? layer.role : "measured";
  const label = layer.mark === "line" ? layer.label ?? null : null;
  // The figure's order of series, whatever the table's.
  return [...groups.values()]
    .map((group) => ({ mark: layer.mark, role, label, layer: place, ...group }))
    .sort((a, b) => (a.series ?? -1) - (b.series ?? -1));
}

function spotOf(
  { x: xAxis, y: yAxis }: Chart,
  layer: TableLayer,
  number: (name: string) => number,
  cell: (name: string) => number | string | null,
): Spot {
  // A value that is not positive has no place on a log axis.
  const on = (scale: Axis["scale"], value: number) => scale === "log" && value <= 0 ? NaN : value;
  const x = on(xAxis.scale, number(layer.x));
  if (layer.mark === "band") {
    const y = on(yAxis.scale, number(layer.low));
    return { x, y, low: y, high: on(yAxis.scale, number(layer.high)), value: NaN };
  }
  const y = yAxis.scale === "category"
    ? yAxis.categories.findIndex((category) => category === cell(layer.y))
    : on(yAxis.scale, number(layer.y));
  if (layer.mark === "interval") {
    return { x, y, low: number(layer.low), high: number(layer.high), value: NaN };
  }
  if (layer.mark === "bar") return { x, y, low: 0, high: x, value: NaN };
  if (layer.mark === "cell") return { x, y, low: y, high: y, value: number(layer.value) };
  return { x, y, low: y, high: y, value: NaN };
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

/**
 * Puts the bars of one layer, facet and category behind each other, in the order of the traces:
 * `low` and `high` become where they begin and end.
 */
export function stackBars(traces: readonly Trace[]): Trace[] {
  const ends = new Map<string, number>();
  return traces.map((trace) => {
    if (trace.mark !== "bar") return trace;
    const spots = trace.spots.map((spot) => {
      const key = JSON.stringify([trace.layer, trace.facet, spot.y]);
      const low = ends.get(key) ?? 0;
      const high = low + (Number.isNaN(spot.x) ? 0 : spot.x);
      ends.set(key, high);
      return { ...spot, low, high };
    });
    return { ...trace, spots };
  });
}
