import { InputError } from "../core/errors.ts";
import type { Axis, NumberAxis } from "./axes.ts";
import { drawingChecks } from "./drawings.ts";
import type { Chart, Drawing } from "./figure.ts";
import { type Layer, layerColumns, rulesOf, type TableLayer } from "./marks.ts";
import type { Table } from "./result.ts";

/**
 * Checks the domain that a figure sets for an axis.
 *
 * @param axis The axis.
 * @param domain The range to draw.
 * @returns The domain.
 * @throws {InputError} If the domain is empty, or not positive on a log axis.
 */
export function checkDomain(
  axis: NumberAxis,
  domain: readonly [number, number],
): readonly [number, number] {
  const [low, high] = domain;
  if (low < high && (axis.scale === "linear" || low > 0)) return domain;
  const wanted = axis.scale === "log" ? "two positive numbers in order" : "two numbers in order";
  throw new InputError(`the domain of axis "${axis.label}"`, wanted, domain);
}

/**
 * Checks that the layers of a chart fit its axes.
 *
 * @param chart The chart.
 * @throws {InputError} If a layer requires another kind of axis, cells have no `colour`, a domain is
 * empty, or a rule or a domain is not positive on a log axis.
 */
export function checkChart(chart: Chart): void {
  const { id, x, y } = chart;
  for (const axis of [x, y]) {
    if (axis.scale !== "category" && axis.domain) checkDomain(axis, axis.domain);
  }
  if (chart.aspect === "equal") {
    const other = [x, y].find((axis) => axis.scale !== "linear");
    if (other) {
      throw new InputError(`the axes of figure ${id}`, "linear for equal aspect", other.scale);
    }
  }
  if (y.scale === "category") {
    const { size } = new Set(y.categories);
    if (size === 0 || size < y.categories.length) {
      const wanted = "one or more different names";
      throw new InputError(`the categories of figure ${id}`, wanted, y.categories);
    }
  }
  for (const layer of chart.layers) checkLayer(chart, layer);
}

function checkLayer<L extends Layer>(chart: Chart, layer: L): void {
  const { id, y } = chart;
  const { yAxis = "number", linear = [], check } = rulesOf<L>(layer);
  const purpose = `for ${layer.mark === "interval" ? "an" : "a"} ${layer.mark}`;
  const kind = typeof yAxis === "string" ? yAxis : yAxis(layer);
  if (kind !== "either" && (y.scale === "category") !== (kind === "category")) {
    const wanted = kind === "category" ? "of categories" : "of numbers";
    throw new InputError(`the y axis of figure ${id}`, `${wanted} ${purpose}`, y.scale);
  }
  const wrong = linear.map((name): Axis => chart[name]).find(({ scale }) => scale !== "linear");
  if (wrong) {
    throw new InputError(`the axes of figure ${id}`, `linear ${purpose}`, wrong.scale);
  }
  check?.(chart, layer, purpose);
}

/**
 * Checks that the rows of a layer's table can be drawn: their numbers, series and categories, and
 * the requirements of the mark.
 *
 * @param chart The chart.
 * @param layer A layer of the chart.
 * @param table The table of the layer.
 * @throws {InputError} If a cell is invalid; the message names the first one.
 */
export function checkRows(chart: Chart, layer: TableLayer, table: Table): void {
  const check = (
    name: string,
    wanted: string,
    isValid: (cell: number | string | null) => boolean,
  ) => {
    const column = table.columns.findIndex((candidate) => candidate.name === name);
    for (const row of table.rows) {
      const cell = row[column] ?? null;
      if (isValid(cell)) continue;
      const place = `column ${name} of table ${table.id}, drawn in figure ${chart.id},`;
      throw new InputError(place, wanted, cell);
    }
  };
  const names = chart.y.scale === "category" ? rulesOf(layer).onY(layer) : [];
  if (chart.y.scale === "category") {
    const { categories } = chart.y;
    const wanted = `one of the categories ${categories.join(", ")}`;
    for (const name of names) {
      check(name, wanted, (cell) => categories.some((category) => category === cell));
    }
  }
  for (const { column, wanted, isValid } of rulesOf(layer).cells?.(layer) ?? []) {
    check(column, wanted, isValid);
  }
  const series = "series" in layer ? layer.series : undefined;
  const others = [series, ...names];
  for (const name of layerColumns(layer).filter((column) => !others.includes(column))) {
    check(name, "a number or null", (cell) => typeof cell !== "string");
  }
  if (series !== undefined) {
    const listed = chart.series ?? [];
    const wanted = listed.length > 0
      ? `one of the figure's series ${listed.join(", ")}`
      : "listed in the figure's series";
    check(series, wanted, (cell) => cell !== null && listed.includes(String(cell)));
  }
}

/**
 * Checks the options of a drawing.
 *
 * @param drawing The drawing.
 * @throws {InputError} If an option is unknown or its value is invalid.
 */
export function checkDrawing(drawing: Drawing): void {
  drawingChecks[drawing.drawing](drawing);
}
