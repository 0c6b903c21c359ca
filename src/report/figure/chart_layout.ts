import type { Axis, Chart } from "../../core/figure.ts";
import { formatTicks } from "../format_axis.ts";
import type { Trace } from "./data.ts";
import { axisDomain, axisTicks, type Domain } from "./scale.ts";
import { textWidth } from "./text.ts";

const tickSize = 12;
/** Pixels between the ends of the axes and the outermost data, so that symbols are whole. */
export const inset = 7;

/** The grid of a chart's panels and what their axes have in common. */
export interface ChartLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels between two columns. */
  readonly across: number;
  /** Pixels left of the first column, for the labels of the y ticks. */
  readonly left: number;
  /** Pixels right of the last column, for the end of its last tick's label. */
  readonly right: number;
  readonly panel: { readonly width: number; readonly height: number };
  /** The width of all. */
  readonly total: number;
  readonly xDomain: Domain;
  readonly yDomain: Domain;
  readonly xTicks: number[];
  readonly yTicks: number[];
}

/** Lays out a chart of so many facets in at most this width. */
export function layoutChart(
  chart: Chart,
  traces: readonly Trace[],
  facets: number,
  width: number,
): ChartLayout {
  const narrow = width < 500;
  const columns = narrow ? (facets > 3 ? 2 : 1) : Math.min(facets, facets === 4 ? 2 : 3);
  const guess = panelSize(chart, columns, narrow, (width - 50) / columns - 20);
  // Of equal aspect: equal ticks, too.
  const perTick = chart.aspect === "equal" ? 75 : 48;
  const counts = { x: Math.max(2, guess.width / 75), y: Math.max(3, guess.height / perTick) };
  const [xValues, yValues] = [axisValues(chart, traces, "x"), axisValues(chart, traces, "y")];
  const xDomain = axisDomain(chart.x, xValues, counts.x);
  const yDomain = axisDomain(chart.y, yValues, counts.y);
  const xTicks = wholeTicks(fittingTicks(chart.x, xDomain, counts.x, guess.width), xValues);
  const yTicks = wholeTicks(axisTicks(chart.y.scale, yDomain, counts.y), yValues);
  const left = Math.max(16, labelWidth(yTicks, chart.y) + 10);
  const right = Math.max(10, labelWidth(xTicks.slice(-1), chart.x) / 2 + 2 - inset);
  const across = narrow ? 20 : 30;
  const most = (width - left - right - across * (columns - 1)) / columns;
  const panel = panelSize(chart, columns, narrow, most, xDomain, yDomain);
  const total = columns === 1 ? left + panel.width + right : width;
  const rows = Math.ceil(facets / columns);
  return { columns, rows, across, left, right, panel, total, xDomain, yDomain, xTicks, yTicks };
}

function panelSize(
  chart: Chart,
  columns: number,
  narrow: boolean,
  most: number,
  x: Domain = [0, 1],
  y: Domain = [0, 1],
): { readonly width: number; readonly height: number } {
  if (chart.aspect === "equal") {
    const ratio = (y[1] - y[0]) / (x[1] - x[0]);
    const width = Math.min(most, narrow ? most : 460, 520 / ratio);
    return { width, height: (width - 2 * inset) * ratio + 2 * inset };
  }
  if (columns > 1) return { width: most, height: narrow ? 150 : 210 };
  return { width: most, height: narrow ? (chart.facet === undefined ? 270 : 180) : 320 };
}

function axisValues(chart: Chart, traces: readonly Trace[], axis: "x" | "y"): number[] {
  const values = traces.flatMap((trace) =>
    trace.spots.filter((spot) => !Number.isNaN(spot.x) && !Number.isNaN(spot.y))
      .flatMap((spot) => axis === "x" ? [spot.x] : [spot.y, spot.high])
  );
  const log = chart[axis].scale === "log";
  for (const layer of chart.layers) {
    if (layer.mark === "rule" && layer.axis === axis && (!log || layer.value > 0)) {
      values.push(layer.value);
    }
    if (layer.mark === "circle") values.push(-layer.radius, layer.radius);
  }
  return values;
}

/** Ticks whose labels have room between them. */
function fittingTicks(axis: Axis, domain: Domain, count: number, width: number): number[] {
  let ticks = axisTicks(axis.scale, domain, count);
  for (let fewer = Math.floor(count); fewer >= 1 && ticks.length > 2; fewer--) {
    if (ticks.length * (labelWidth(ticks, axis) + 14) <= width) break;
    ticks = axisTicks(axis.scale, domain, fewer);
  }
  return ticks;
}

/** No ticks between whole numbers, where all values are whole: there is no half step. */
function wholeTicks(ticks: number[], values: readonly number[]): number[] {
  const whole = ticks.filter(Number.isInteger);
  return values.length > 0 && values.every(Number.isInteger) && whole.length > 1 ? whole : ticks;
}

function labelWidth(ticks: readonly number[], axis: Axis): number {
  return Math.max(0, ...formatTicks(ticks, axis.scale).map((tick) => textWidth(tick, tickSize)));
}
