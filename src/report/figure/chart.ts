/// <reference lib="dom" />
import { InputError } from "../../core/errors.ts";
import type { Axis, Chart } from "../../core/figure.ts";
import type { Table } from "../../core/result.ts";
import { formatTicks } from "../format.ts";
import type { Canvas } from "./canvas.ts";
import { chartData, facetsOf, type Trace } from "./data.ts";
import { drawLegend } from "./legend.ts";
import { drawPanel } from "./panel.ts";
import { axisDomain, axisTicks, type Domain, makeScale } from "./scale.ts";
import { element, frame } from "./svg.ts";
import { cutText, textElement, textWidth, wrapText } from "./text.ts";

const size = 13;
const lineHeight = 18;
const tickSize = 12;
/** Pixels between the ends of the axes and the outermost data, so that symbols are whole. */
const inset = 7;

/** Draws a chart: legend, title of the y axis, a grid of panels, title of the x axis. */
export function drawChart(
  chart: Chart,
  tables: readonly Table[],
  canvas: Canvas,
  width: number,
): SVGSVGElement {
  const traces = chartData(chart, tables);
  checkCircles(chart);
  const facets = facetsOf(traces);
  const narrow = width < 500;
  const columns = narrow ? 1 : Math.min(facets.length, facets.length === 4 ? 2 : 3);
  const rows = Math.ceil(facets.length / columns);
  const guess = panelSize(chart, columns, narrow, (width - 50) / columns - 20);

  // Of equal aspect: equal ticks, too.
  const perTick = chart.aspect === "equal" ? 75 : 48;
  const counts = { x: Math.max(2, guess.width / 75), y: Math.max(3, guess.height / perTick) };
  const xDomain = axisDomain(chart.x, axisValues(chart, traces, "x"), counts.x);
  const yDomain = axisDomain(chart.y, axisValues(chart, traces, "y"), counts.y);
  const yTicks = axisTicks(chart.y.scale, yDomain, counts.y);
  const left = Math.max(16, labelWidth(yTicks, chart.y) + 10);
  const xTicks = fittingTicks(chart.x, xDomain, counts.x, guess.width);
  const right = Math.max(10, labelWidth(xTicks.slice(-1), chart.x) / 2 + 2 - inset);
  const across = 22;
  const most = (width - left - right - across * (columns - 1)) / columns;
  const panel = panelSize(chart, columns, narrow, most, xDomain, yDomain);
  const total = columns === 1 ? left + panel.width + right : width;

  const document = canvas.document;
  const content: Node[] = [];
  const legend = drawLegend(canvas, chart, traces, total);
  content.push(element(document, "g", {}, legend.nodes.slice()));
  let top = legend.height + (legend.height > 0 ? 6 : 0);
  for (const line of wrapText(axisTitle(chart.y), size, total)) {
    top += lineHeight;
    content.push(textElement(document, line, { class: "axis-title", x: 0, y: top - 5 }));
  }
  top += 8;
  const titled = facets[0] !== null;
  const rowHeight = (titled ? 22 : 0) + panel.height + 26;
  const height = top + rows * rowHeight + (rows - 1) * 8;
  const xTitle = wrapText(axisTitle(chart.x), size, total);
  const wholeHeight = height + xTitle.length * lineHeight;
  const svg = frame(document, total, wholeHeight);
  facets.forEach((facet, i) => {
    const column = i % columns;
    const x = left + column * (panel.width + across);
    const y = top + Math.floor(i / columns) * (rowHeight + 8) + (titled ? 22 : 0);
    if (facet !== null) {
      const title = cutText(facetTitle(chart, tables, facet), size, panel.width);
      content.push(
        textElement(document, title, { x, y: y - 9, "font-weight": 600, class: "facet" }),
      );
    }
    content.push(...drawPanel(
      canvas,
      {
        chart,
        traces: traces.filter((trace) => trace.facet === null || trace.facet === facet),
        x,
        y,
        width: panel.width,
        height: panel.height,
        xScale: makeScale(chart.x.scale, xDomain, [x + inset, x + panel.width - inset]),
        yScale: makeScale(chart.y.scale, yDomain, [y + panel.height - inset, y + inset]),
        xTicks,
        yTicks,
        yLabels: column === 0,
      },
      Math.round(total),
      Math.round(wholeHeight),
    ));
  });
  xTitle.forEach((line, i) => {
    content.push(textElement(document, line, {
      class: "axis-title",
      x: (left + total - right) / 2,
      y: height + (i + 1) * lineHeight - 6,
      "text-anchor": "middle",
    }));
  });
  svg.append(...content);
  return svg;
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
  if (chart.facet !== undefined && columns > 1) return { width: most, height: 210 };
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

function labelWidth(ticks: readonly number[], axis: Axis): number {
  return Math.max(0, ...formatTicks(ticks, axis.scale).map((tick) => textWidth(tick, tickSize)));
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
