import type { Figure, TableLayer } from "../../result/figure.ts";
import type { Table } from "../../result/result.ts";
import { formatExact } from "../format.ts";

/**
 * What a chart's log axes leave out, in a sentence.
 *
 * @param figure The figure.
 * @param tables The tables that it is drawn from.
 * @returns How many rows have a value of 0 or less on a log axis; `null` if all rows are drawn.
 */
export function droppedNote(figure: Figure, tables: readonly Table[]): string | null {
  if (figure.kind !== "chart") return null;
  const log = (["x", "y"] as const).filter((axis) => figure[axis].scale === "log");
  const dropped = new Map<Table, Set<number>>();
  for (const layer of figure.layers) {
    const table = "table" in layer && tables.find(({ id }) => id === layer.table);
    if (!table) continue;
    const rows = dropped.get(table) ?? new Set();
    dropped.set(table, rows);
    const names = log.flatMap((axis) => columnsOn(layer, axis));
    const places = names.map((name) => table.columns.findIndex((column) => column.name === name));
    for (const [r, row] of table.rows.entries()) {
      const isDropped = (place: number) => {
        const cell = row[place];
        return typeof cell === "number" && cell <= 0;
      };
      if (places.some(isDropped)) rows.add(r);
    }
  }
  const entries = [...dropped];
  const count = entries.reduce((sum, [, rows]) => sum + rows.size, 0);
  if (count === 0) return null;
  const all = entries.reduce((sum, [table]) => sum + table.rows.length, 0);
  return `Not drawn: ${formatExact(count)} of ${
    formatExact(all)
  } rows, because a log axis cannot ` +
    "show 0 or negative values.";
}

/** The columns whose values must have a place on an axis for the row to be drawn. */
function columnsOn(layer: TableLayer, axis: "x" | "y"): string[] {
  if (axis === "x") return [layer.x];
  return layer.mark === "band" ? [layer.low, layer.high] : [layer.y];
}
