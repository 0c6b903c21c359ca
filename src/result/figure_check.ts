import { InputError } from "../core/errors.ts";
import type { Chart, Drawing, Layer, NumberAxis, TableLayer } from "./figure.ts";
import type { Table } from "./result.ts";
import { checkOptions } from "../core/options.ts";

/** The largest absolute coordinate of a cell. */
const LARGEST_COORDINATE = 1e6;

/**
 * Lists the columns that a layer names in its table.
 *
 * @param layer The layer.
 * @returns The names of the columns.
 */
export function layerColumns(layer: TableLayer): string[] {
  const series = "series" in layer && layer.series !== undefined ? [layer.series] : [];
  if (layer.mark === "band") return [layer.x, layer.low, layer.high, ...series];
  if (layer.mark === "interval") return [layer.x, layer.low, layer.high, layer.y, ...series];
  if (layer.mark === "cell") return [layer.x, layer.y, layer.value];
  return [layer.x, layer.y, ...series];
}

/**
 * Throws unless an axis can show a domain.
 *
 * @param axis The axis.
 * @param domain The lower and the upper end of the domain.
 * @returns The domain.
 * @throws {InputError} If the ends are equal or not in order, or the axis is log and an end is not positive.
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
 * Throws unless the layers of a chart match its axes.
 *
 * @param chart The chart.
 * @throws {InputError} If a layer needs axes of another kind, there are cells but no `colour`, a domain is
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
  for (const layer of chart.layers) {
    const purpose = `for ${layer.mark === "interval" ? "an" : "a"} ${layer.mark}`;
    if (layer.mark === "interval" || layer.mark === "bar") {
      if (y.scale !== "category") {
        throw new InputError(`the y axis of figure ${id}`, `of categories ${purpose}`, y.scale);
      }
    } else if (y.scale === "category" && !(layer.mark === "rule" && layer.axis === "x")) {
      throw new InputError(`the y axis of figure ${id}`, `of numbers ${purpose}`, y.scale);
    }
    checkLinear(chart, layer, purpose);
    if (layer.mark === "rule" && chart[layer.axis].scale === "log" && layer.value <= 0) {
      const what = `the rule "${layer.label}" of figure ${id}`;
      throw new InputError(what, "at a positive value on a log axis", layer.value);
    }
    if (layer.mark === "bar" && x.domain && !(x.domain[0] <= 0 && x.domain[1] >= 0)) {
      throw new InputError(`the x domain of figure ${id}`, `around 0 ${purpose}`, x.domain);
    }
    if (layer.mark === "cell" && !chart.colour) {
      throw new InputError(`colour of figure ${id}`, `given ${purpose}`, chart.colour);
    }
  }
}

/**
 * Throws unless the rows of the table of a layer can be drawn: columns of numbers contain numbers, series
 * are listed in the chart, categories are those of the axis, cells are at integers, and bars have lengths
 * of 0 or more.
 *
 * @param chart The chart.
 * @param layer A layer of the chart.
 * @param table The table of the layer.
 * @throws {InputError} If a cell of the table cannot be drawn. The message names the first such cell.
 */
export function checkRows(chart: Chart, layer: TableLayer, table: Table): void {
  const check = (
    name: string,
    wanted: string,
    fits: (cell: number | string | null) => boolean,
  ) => {
    const column = table.columns.findIndex((candidate) => candidate.name === name);
    for (const row of table.rows) {
      const cell = row[column] ?? null;
      if (fits(cell)) continue;
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
    const isCoordinate = (cell: unknown) =>
      typeof cell === "number" && Number.isInteger(cell) &&
      Math.abs(cell) <= LARGEST_COORDINATE;
    for (const name of [layer.x, layer.y]) check(name, "an integer up to a million", isCoordinate);
  }
  const series = "series" in layer ? layer.series : undefined;
  const others = [
    series,
    chart.y.scale === "category" && layer.mark !== "band" ? layer.y : undefined,
  ];
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

function checkLinear(chart: Chart, layer: Layer, purpose: string): void {
  const axes = layer.mark === "bar"
    ? [chart.x]
    : layer.mark === "cell" || layer.mark === "circle"
    ? [chart.x, chart.y]
    : [];
  const wrong = axes.find((axis) => axis.scale !== "linear");
  if (!wrong) return;
  throw new InputError(`the axes of figure ${chart.id}`, `linear ${purpose}`, wrong.scale);
}

/**
 * Checks the options of a drawing of an unfolded network.
 *
 * @param drawing The drawing.
 * @returns The number of steps; 8 if the options do not set it.
 * @throws {InputError} If `steps` is not an integer from 1 to 12, or another option is given.
 */
export function unfoldingSteps(drawing: Drawing): number {
  const options: { readonly steps?: number } = drawing.options;
  checkOptions(`drawing ${drawing.id}`, options, { steps: true });
  const { steps = 8 } = options;
  if (!Number.isInteger(steps) || steps < 1 || steps > 12) {
    throw new InputError(`steps of drawing ${drawing.id}`, "an integer from 1 to 12", steps);
  }
  return steps;
}
