import { InputError } from "../../core/errors.ts";
import type { Chart, Layer } from "../../core/figure.ts";
import type { Table } from "../../core/result.ts";

/** A place in a chart; NaN where there is no value to draw. `high` differs from `y` in bands. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly high: number;
}

/** The rows of a layer that belong to one series and one facet, in the table's order. */
export interface Trace {
  readonly mark: "line" | "band" | "point";
  readonly role: "measured" | "theory";
  /** The place in the figure's `series`; `null` where the layer has no series. */
  readonly series: number | null;
  /** The facet; `null` where the layer's table has no such column, and so is in every facet. */
  readonly facet: string | null;
  /** The place of the layer in the figure. */
  readonly layer: number;
  readonly spots: readonly Spot[];
}

type DataLayer = Extract<Layer, { readonly table: string }>;

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
  layer: DataLayer,
  place: number,
  table: Table,
  what: string,
): Trace[] {
  const index = (name: string) => columnIndex(table, name, what);
  const x = index(layer.x);
  const low = index(layer.mark === "band" ? layer.low : layer.y);
  const high = index(layer.mark === "band" ? layer.high : layer.y);
  const series = layer.series === undefined ? undefined : index(layer.series);
  const facet = chart.facet === undefined
    ? -1
    : table.columns.findIndex((column) => column.name === chart.facet);
  const groups = new Map<string, { series: number | null; facet: string | null; spots: Spot[] }>();
  for (const row of table.rows) {
    const number = (column: number, scale: "linear" | "log") => {
      const cell = row[column] ?? null;
      if (typeof cell === "string") {
        const name = table.columns[column]?.name ?? "";
        throw new InputError(`column ${name} of table ${table.id}`, "numbers or null", cell);
      }
      return cell === null || (scale === "log" && cell <= 0) ? NaN : cell;
    };
    const of = series === undefined ? null : seriesPlace(chart, row[series] ?? null, table, what);
    const within = facet < 0 ? null : String(row[facet] ?? "");
    const key = JSON.stringify([within, of]);
    const group = groups.get(key) ?? { series: of, facet: within, spots: [] };
    groups.set(key, group);
    group.spots.push({
      x: number(x, chart.x.scale),
      y: number(low, chart.y.scale),
      high: number(high, chart.y.scale),
    });
  }
  const role = layer.mark === "line" ? layer.role : "measured";
  // The figure's order of series, whatever the table's.
  return [...groups.values()]
    .map((group) => ({ mark: layer.mark, role, layer: place, ...group }))
    .sort((a, b) => (a.series ?? -1) - (b.series ?? -1));
}

function columnIndex(table: Table, name: string, what: string): number {
  const index = table.columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  const names = table.columns.map((column) => column.name);
  throw new InputError(`a column of ${what}`, oneOf(`column of table ${table.id}`, names), name);
}

function seriesPlace(
  chart: Chart,
  cell: number | string | null,
  table: Table,
  what: string,
): number {
  const listed = chart.series ?? [];
  const place = listed.indexOf(String(cell));
  if (cell !== null && place >= 0) return place;
  throw new InputError(
    `a series of ${what}, from table ${table.id},`,
    oneOf("series", listed),
    cell,
  );
}

function oneOf(kind: string, names: readonly string[]): string {
  return names.length > 0
    ? `a ${kind} (${names.join(", ")})`
    : `a ${kind}, of which there are none`;
}
