import type { Canvas, SvgElement } from "./svg/canvas.ts";
import { checkChart } from "../../result/figure_check.ts";
import type { Axis } from "../../result/axes.ts";
import type { Chart } from "../../result/figure.ts";
import type { Table } from "../../result/result.ts";
import { greatest } from "../format/numbers.ts";
import { type ChartLayout, layoutChart } from "./layout.ts";
import { colourLimit, drawColourBar } from "./colour_scale.ts";
import { chartData, facetsOf } from "./data.ts";
import { drawLegend } from "./legend.ts";
import type { Panel } from "./marks/mark.ts";
import { isFilled, tableMark } from "./marks/registry.ts";
import { drawPanel } from "./panel.ts";
import { makeScale } from "./geometry/scale.ts";
import { element, frame } from "./svg/svg.ts";
import { BOLD, cutText, textElement, textWidth, wrapText } from "./svg/text.ts";
import { textures } from "./series_style.ts";

const size = 13;
const lineHeight = 18;
/** Pixels between the title of a facet and its panel. */
const titlePad = 4;
const ticksHeight = 26;
const rowGap = 8;
/** Pixels below the legend. */
const legendGap = 12;
/** Pixels between the titles of a category axis and of a facet. */
const titleGap = 8;

/** Draws a chart: legend, title of the y axis, a grid of panels, title of the x axis. */
export function drawChart(
  chart: Chart,
  tables: readonly Table[],
  canvas: Canvas,
  width: number,
): SvgElement {
  checkChart(chart);
  const { document } = canvas;
  const traces = chartData(chart, tables);
  const facets = facetsOf(traces);
  const layout = layoutChart(chart, traces, facets.length, width);
  const { columns, rows, left, right, panel, total } = layout;

  const limit = colourLimit(chart, traces);
  const legend = drawLegend(canvas, chart, traces, total);
  const colours = chart.colour && isFilled(traces)
    ? drawColourBar(document, chart.colour, limit, width)
    : { width: 0, height: 0, nodes: [] };
  const legends = legend.height + colours.height;
  const titled = facets[0] !== null;
  const titles = facets.map((facet) =>
    facet === null ? [] : titleLines(facetTitle(chart, tables, facet), panel.width)
  );
  const titleHeight = greatest(titles.map((lines) => lines.length * lineHeight)) + titlePad;
  // The title of a category axis is above the names, beside the titles of the facets, if it fits.
  const yName = axisTitle(chart.y);
  const beside = titled && layout.categories !== null && !layout.categories.above &&
    textWidth(yName, size) <= left - titleGap;
  const yTitle = beside ? [] : wrapText(yName, size, total);
  const middle = (left + total - right) / 2;
  const xTitle = wrapText(axisTitle(chart.x), size, 2 * Math.min(middle, total - middle));
  const rowHeight = (titled ? titleHeight : 0) + panel.height + ticksHeight;
  const yTop = legends + (legends > 0 ? legendGap : 0);
  const top = yTop + yTitle.length * lineHeight + 8;
  const bottom = top + rows * rowHeight + (rows - 1) * rowGap;
  const height = bottom + xTitle.length * lineHeight;

  const panels = facets.flatMap((facet, i) => {
    const column = i % columns;
    const x = left + column * (panel.width + layout.across);
    const y = top + Math.floor(i / columns) * (rowHeight + rowGap) + (titled ? titleHeight : 0);
    const drawn = drawPanel(
      canvas,
      {
        ...panelFrame(chart, layout, x, y),
        chart,
        facet,
        traces: traces.filter((trace) => trace.facet === null || trace.facet === facet),
        all: traces,
        limit,
        yLabels: column === 0,
      },
      Math.round(total),
      Math.round(height),
    );
    if (facet === null) return drawn;
    const lines = titles[i] ?? [];
    const title = lines.map((line, place) =>
      textElement(document, line, {
        x,
        y: y - 9 - (lines.length - 1 - place) * lineHeight,
        "font-weight": 600,
        class: "facet",
      })
    );
    return [...title, ...drawn];
  });
  // The title is muted, so that it does not look like a row of the legend.
  const title = (line: string, y: number) =>
    textElement(document, line, { class: "axis-title", x: 0, y, fill: "var(--muted)" });
  const axisTitles = [
    ...(beside ? [title(yName, top + titleHeight - 9)] : []),
    ...yTitle.map((line, i) => title(line, yTop + (i + 1) * lineHeight - 5)),
    ...xTitle.map((line, i) =>
      textElement(document, line, {
        class: "axis-title",
        x: middle,
        y: bottom + (i + 1) * lineHeight - 6,
        "text-anchor": "middle",
        fill: "var(--muted)",
      })
    ),
  ];
  const svg = frame(document, Math.max(total, colours.width), height);
  const defs = textures(document, traces.filter((trace) => tableMark(trace).isTextured));
  svg.append(
    ...(defs.length > 0 ? [element(document, "defs", {}, defs)] : []),
    element(document, "g", {}, legend.nodes),
    element(document, "g", { transform: `translate(0,${legend.height})` }, colours.nodes),
    ...axisTitles,
    ...panels,
  );
  return svg;
}

function panelFrame(
  chart: Chart,
  layout: ChartLayout,
  x: number,
  y: number,
): Omit<Panel, "chart" | "facet" | "traces" | "all" | "limit" | "yLabels"> {
  const { panel: { width, height }, insets, xDomain, yDomain } = layout;
  const { xTicks, yTicks, categories, ruleLabels } = layout;
  const xScale = makeScale(chart.x.scale, xDomain, [x + insets.left, x + width - insets.right]);
  const [top, bottom] = [y + insets.top, y + height - insets.bottom];
  const yScale = chart.y.scale === "category"
    ? makeScale("linear", yDomain, [top, bottom])
    : makeScale(chart.y.scale, yDomain, [bottom, top]);
  const grid = isFilled(chart.layers) ? "edge" : chart.aspect === "equal" ? "both" : "y";
  return { x, y, width, height, xScale, yScale, xTicks, yTicks, categories, ruleLabels, grid };
}

/** The title of a facet, wrapped to the width of its panel. */
function titleLines(title: string, width: number): string[] {
  return wrapText(title, size, width / BOLD).map((line) => cutText(line, size, width / BOLD));
}

function axisTitle(axis: Axis): string {
  return axis.unit === undefined ? axis.label : `${axis.label} (${axis.unit})`;
}

function facetTitle(chart: Chart, tables: readonly Table[], facet: string): string {
  const columns = tables.flatMap((table) => table.columns);
  const column = columns.find((candidate) => candidate.name === chart.facet);
  // A facet that is a number is shown with the name of the column.
  if (!column || facet.trim() === "" || Number.isNaN(Number(facet))) return facet;
  return `${column.label} = ${facet.replace("-", "\u2212")}`;
}
