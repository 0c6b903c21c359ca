import type { SvgElement } from "./dom.ts";
import { InputError } from "../../core/errors.ts";
import type { Axis, Chart } from "../../core/figure.ts";
import type { Table } from "../../core/result.ts";
import type { Canvas } from "./canvas.ts";
import { type ChartLayout, inset, layoutChart } from "./chart_layout.ts";
import { chartData, facetsOf } from "./data.ts";
import { drawLegend } from "./legend.ts";
import { drawPanel, type Panel } from "./panel.ts";
import { makeScale } from "./scale.ts";
import { element, frame } from "./svg.ts";
import { cutText, textElement, wrapText } from "./text.ts";

const size = 13;
const lineHeight = 18;
const titleHeight = 22;
const ticksHeight = 26;
const rowGap = 8;

/** Draws a chart: legend, title of the y axis, a grid of panels, title of the x axis. */
export function drawChart(
  chart: Chart,
  tables: readonly Table[],
  canvas: Canvas,
  width: number,
): SvgElement {
  checkCircles(chart);
  const { document } = canvas;
  const traces = chartData(chart, tables);
  const facets = facetsOf(traces);
  const layout = layoutChart(chart, traces, facets.length, width);
  const { columns, rows, left, right, panel, total } = layout;

  const legend = drawLegend(canvas, chart, traces, total);
  const yTitle = wrapText(axisTitle(chart.y), size, total);
  const middle = (left + total - right) / 2;
  const xTitle = wrapText(axisTitle(chart.x), size, 2 * Math.min(middle, total - middle));
  const titled = facets[0] !== null;
  const rowHeight = (titled ? titleHeight : 0) + panel.height + ticksHeight;
  const yTop = legend.height + (legend.height > 0 ? 6 : 0);
  const top = yTop + yTitle.length * lineHeight + 8;
  const bottom = top + rows * rowHeight + (rows - 1) * rowGap;
  const height = bottom + xTitle.length * lineHeight;

  const panels = facets.flatMap((facet, i) => {
    const column = i % columns;
    const x = left + column * (panel.width + layout.across);
    const y = top + Math.floor(i / columns) * (rowHeight + rowGap) + (titled ? titleHeight : 0);
    const own = traces.filter((trace) => trace.facet === null || trace.facet === facet);
    const drawn = drawPanel(
      canvas,
      { chart, traces: own, yLabels: column === 0, ...panelFrame(chart, layout, x, y) },
      Math.round(total),
      Math.round(height),
    );
    if (facet === null) return drawn;
    const title = cutText(facetTitle(chart, tables, facet), size, panel.width);
    const attributes = { x, y: y - 9, "font-weight": 600, class: "facet" };
    return [textElement(document, title, attributes), ...drawn];
  });
  const axisTitles = [
    ...yTitle.map((line, i) =>
      textElement(document, line, { class: "axis-title", x: 0, y: yTop + (i + 1) * lineHeight - 5 })
    ),
    ...xTitle.map((line, i) =>
      textElement(document, line, {
        class: "axis-title",
        x: middle,
        y: bottom + (i + 1) * lineHeight - 6,
        "text-anchor": "middle",
      })
    ),
  ];
  const svg = frame(document, total, height);
  svg.append(element(document, "g", {}, legend.nodes), ...axisTitles, ...panels);
  return svg;
}

function panelFrame(
  chart: Chart,
  { panel: { width, height }, xDomain, yDomain, xTicks, yTicks }: ChartLayout,
  x: number,
  y: number,
): Omit<Panel, "chart" | "traces" | "yLabels"> {
  const xScale = makeScale(chart.x.scale, xDomain, [x + inset, x + width - inset]);
  const yScale = makeScale(chart.y.scale, yDomain, [y + height - inset, y + inset]);
  return { x, y, width, height, xScale, yScale, xTicks, yTicks };
}

function axisTitle(axis: Axis): string {
  return axis.unit === undefined ? axis.label : `${axis.label} (${axis.unit})`;
}

function facetTitle(chart: Chart, tables: readonly Table[], facet: string): string {
  const columns = tables.flatMap((table) => table.columns);
  const column = columns.find((candidate) => candidate.name === chart.facet);
  // A bare number says nothing; a name does.
  if (!column || facet.trim() === "" || Number.isNaN(Number(facet))) return facet;
  return `${column.label} = ${facet.replace("-", "\u2212")}`;
}

function checkCircles(chart: Chart): void {
  const log = chart.x.scale === "log" || chart.y.scale === "log";
  if (log && chart.layers.some((layer) => layer.mark === "circle")) {
    throw new InputError(`the axes of figure ${chart.id}`, "linear, to hold a circle", "log");
  }
}
