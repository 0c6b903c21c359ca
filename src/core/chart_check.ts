import { InputError } from "./errors.ts";
import type { Chart } from "./figure.ts";
import type { Layer, TableLayer } from "./figure_layers.ts";
import type { Table } from "./result.ts";

/** The columns that a layer names in its table. */
export function layerColumns(layer: TableLayer): string[] {
  const series = "series" in layer && layer.series !== undefined ? [layer.series] : [];
  if (layer.mark === "band") return [layer.x, layer.low, layer.high, ...series];
  if (layer.mark === "interval") return [layer.x, layer.low, layer.high, layer.y, ...series];
  if (layer.mark === "cell") return [layer.x, layer.y, layer.value];
  return [layer.x, layer.y, ...series];
}

/**
 * Whether a chart's layers go with its axes.
 *
 * @throws {InputError} Where one wants axes of another kind, or cells have no `colour`.
 */
export function checkChart(chart: Chart): void {
  const { id, x, y } = chart;
  if (y.scale === "category") {
    const { size } = new Set(y.categories);
    if (size === 0 || size < y.categories.length) {
      const wanted = "one or more different names";
      throw new InputError(`the categories of figure ${id}`, wanted, y.categories);
    }
  }
  for (const layer of chart.layers) {
    const purpose = `to hold ${layer.mark === "interval" ? "an" : "a"} ${layer.mark}`;
    if (layer.mark === "interval" || layer.mark === "bar") {
      if (y.scale !== "category") {
        throw new InputError(`the y axis of figure ${id}`, `of categories, ${purpose}`, y.scale);
      }
    } else if (y.scale === "category" && !(layer.mark === "rule" && layer.axis === "x")) {
      throw new InputError(`the y axis of figure ${id}`, `of numbers, ${purpose}`, y.scale);
    }
    checkLinear(chart, layer, purpose);
    if (layer.mark === "bar" && x.domain && !(x.domain[0] <= 0 && x.domain[1] >= 0)) {
      throw new InputError(`the x domain of figure ${id}`, `around 0, ${purpose}`, x.domain);
    }
    if (layer.mark === "cell" && !chart.colour) {
      throw new InputError(`colour of figure ${id}`, `given, ${purpose}`, chart.colour);
    }
  }
}

/**
 * Whether the rows of a layer's table can be drawn: their categories are the axis's, cells lie at
 * whole numbers, and bars have lengths.
 *
 * @throws {InputError} At the first cell that is not so.
 */
export function checkRows(chart: Chart, layer: TableLayer, table: Table): void {
  const check = (
    name: string,
    wanted: string,
    holds: (cell: number | string | null) => boolean,
  ) => {
    const column = table.columns.findIndex((candidate) => candidate.name === name);
    for (const row of table.rows) {
      const cell = row[column] ?? null;
      if (holds(cell)) continue;
      const place = `column ${name} of table ${table.id}, drawn in figure ${chart.id},`;
      throw new InputError(place, wanted, cell);
    }
  };
  if (chart.y.scale === "category" && layer.mark !== "band") {
    const { categories } = chart.y;
    const wanted = `one of the categories ${categories.join(", ")}`;
    check(layer.y, wanted, (cell) => categories.some((category) => category === cell));
  }
  if (layer.mark === "bar") {
    check(layer.x, "0 or more, or null", (cell) => typeof cell !== "string" && (cell ?? 0) >= 0);
  }
  if (layer.mark === "cell") {
    for (const name of [layer.x, layer.y]) check(name, "a whole number", Number.isInteger);
  }
}

function checkLinear(chart: Chart, layer: Layer, purpose: string): void {
  const axes = layer.mark === "bar"
    ? [chart.x]
    : layer.mark === "cell" || layer.mark === "circle"
    ? [chart.x, chart.y]
    : [];
  const wrong = axes.find((axis) => axis.scale !== "linear");
  if (!wrong) return;
  throw new InputError(`the axes of figure ${chart.id}`, `linear, ${purpose}`, wrong.scale);
}
