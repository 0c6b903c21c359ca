import type { Chart } from "../../result/figure.ts";
import { type ChartAxes, chartAxes, labelWidth, labelWidths } from "./chart_axes.ts";
import type { Trace } from "./marks/mark.ts";
import { isFilled, tableMark, tableMarksOf } from "./marks/registry.ts";
import { layoutRows, type Rows } from "./geometry/rows.ts";
import { placeRuleLabels, type RuleLabel } from "./geometry/labels.ts";
import { type Domain, makeScale, spanOf } from "./geometry/scale.ts";

/** Pixels between the ends of an axis and the outermost data, so that symbols are not cut. */
const inset = 7;

const noLabels = { height: 0, labels: [] } as const;

/** The grid of the panels of a chart, and the axes that they share. */
export interface ChartLayout extends ChartAxes {
  readonly columns: number;
  readonly rows: number;
  /** Pixels between two columns. */
  readonly across: number;
  /** Pixels left of the first column, for the labels of the y ticks or the names of rows. */
  readonly left: number;
  /** Pixels right of the last column, for the label of its last tick. */
  readonly right: number;
  readonly panel: { readonly width: number; readonly height: number };
  readonly insets: Insets;
  /** The width of the drawing. */
  readonly total: number;
  /** The rows of a category axis. */
  readonly categories: Rows | null;
  /** The labels of rules above these rows; pixels are from the corner of the panel. */
  readonly ruleLabels: readonly RuleLabel[];
}

/** Lays out a chart with a number of facets in at most this width. */
export function layoutChart(
  chart: Chart,
  traces: readonly Trace[],
  facets: number,
  width: number,
): ChartLayout {
  const narrow = width < 500;
  const categories = chartRows(chart, traces, narrow, width);
  const insets = insetsOf(chart, traces);
  const columns = gridColumns(chart, facets, narrow);
  const across = narrow ? 20 : 30;
  const place = { columns, narrow };
  const names = categories?.left ?? 0;
  const axes = chartAxes(
    chart,
    traces,
    panelSize(chart, { ...place, most: (width - 50 - names) / columns - 20 }, insets),
  );
  const left = leftOf(chart, axes, categories);
  const overhang = (labelWidths(axes.xTicks, chart.x).at(-1) ?? 0) / 2 + 2;
  const right = Math.max(10, overhang - insets.right);
  const most = (width - left - right - across * (columns - 1)) / columns;
  const size = panelSize(chart, { ...place, most }, insets, axes.xDomain, axes.yDomain);
  const xScale = makeScale(chart.x.scale, axes.xDomain, [insets.left, size.width - insets.right]);
  const rules = categories ? placeRuleLabels(chart.layers, xScale, size.width) : noLabels;
  const panel = categories
    ? { ...size, height: rules.height + categories.names.length * categories.height }
    : size;
  return {
    ...axes,
    columns,
    rows: Math.ceil(facets / columns),
    across,
    left,
    right,
    panel,
    insets: { ...insets, top: insets.top + rules.height },
    total: columns === 1 ? left + panel.width + right : width,
    categories,
    ruleLabels: rules.labels,
  };
}

/** The rows of the category axis of a chart; `null` if its y axis is of numbers. */
export function chartRows(
  chart: Chart,
  traces: readonly Trace[],
  narrow: boolean,
  width: number,
): Rows | null {
  if (chart.y.scale !== "category") return null;
  const dodged = traces.filter((trace) => tableMark(trace).isDodged);
  const slots = [...new Set(dodged.map(({ series }) => series))]
    .sort((a, b) => (a ?? -1) - (b ?? -1));
  const height = Math.max(0, ...tableMarksOf(traces).map(([, { rowHeight = 0 }]) => rowHeight));
  return layoutRows(chart.y.categories, slots, height, narrow, width);
}

function insetsOf(chart: Chart, traces: readonly Trace[]): Insets {
  const labels = tableMarksOf(traces).map(([, mark]) => mark.labelRoom?.(traces) ?? 0);
  // Cells and rows include the space around their marks.
  const y = chart.y.scale === "category" || isFilled(traces) ? 0 : inset;
  const x = isFilled(traces) ? 0 : inset;
  return { left: x, right: Math.max(x, ...labels), top: y, bottom: y };
}

function leftOf(chart: Chart, axes: ChartAxes, categories: Rows | null): number {
  if (chart.y.scale !== "category") return Math.max(16, labelWidth(axes.yTicks, chart.y) + 10);
  if (categories && !categories.above) return categories.left + 14;
  return Math.max(4, (labelWidths(axes.xTicks, chart.x)[0] ?? 0) / 2 + 2 - inset);
}

/** Pixels between the edges of a panel and the ends of its scales. */
export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The largest width of a panel, and its grid. */
export interface Place {
  /** The number of panels side by side. */
  readonly columns: number;
  /** Whether the screen is narrow. */
  readonly narrow: boolean;
  /** The largest width of a panel. */
  readonly most: number;
}

/** The largest height of a panel of cells, in pixels: smaller cells cannot be seen. */
const highest = 2000;

/** The number of columns of a grid with a number of panels. */
export function gridColumns(chart: Chart, facets: number, narrow: boolean): number {
  if (narrow) return facets > 3 && chart.y.scale !== "category" ? 2 : 1;
  return Math.min(facets, facets === 4 || facets === 8 ? 2 : 3);
}

/** The size of a panel whose axes are both of numbers. */
export function panelSize(
  chart: Chart,
  { columns, narrow, most }: Place,
  insets: Insets,
  x: Domain = [0, 1],
  y: Domain = [0, 1],
): { readonly width: number; readonly height: number } {
  if (chart.aspect === "equal") {
    const ratio = spanOf(y) / spanOf(x);
    const width = Math.min(most, narrow ? most : 460, 520 / ratio);
    const height = (width - insets.left - insets.right) * ratio + insets.top + insets.bottom;
    return { width, height };
  }
  const alone = narrow ? (chart.facet === undefined ? 270 : 180) : 320;
  const height = columns === 1 ? alone : narrow ? 150 : 210;
  if (!isFilled(chart.layers)) return { width: most, height };
  // A row of cells is high enough to be visible, and lower than a bar.
  const rows = spanOf(y);
  return {
    width: most,
    height: Math.max(80, Math.min(rows * 5, highest), Math.min(height, rows * 30)),
  };
}
