import type { SvgDocument, SvgElement, SvgNode } from "./dom.ts";

import type { Chart } from "../../core/figure.ts";
import { formatTicks } from "../format_axis.ts";
import { annotations, type Frame, isInside } from "./annotation.ts";
import type { Canvas, Mark } from "./canvas.ts";
import type { Spot, Trace } from "./data.ts";
import { alongLine, type Pixel } from "./place.ts";
import type { Scale } from "./scale.ts";
import { element } from "./svg.ts";
import { symbolOptions, symbolSpots, traceStyle } from "./symbols.ts";
import { textElement } from "./text.ts";

/** One panel of a chart: where it is, its data, and which ticks it names. */
export interface Panel extends Frame {
  readonly chart: Chart;
  readonly traces: readonly Trace[];
  readonly xTicks: number[];
  readonly yTicks: number[];
  /** Whether the values at the y ticks are written; they are once for each row of panels. */
  readonly yLabels: boolean;
}

/** Draws a panel at its place in a drawing of this size. */
export function drawPanel(canvas: Canvas, panel: Panel, width: number, height: number): SvgNode[] {
  const plot = canvas.Plot.plot({
    document: canvas.document,
    className: "plot",
    width,
    height,
    marginLeft: panel.x,
    marginTop: panel.y,
    marginRight: width - panel.x - panel.width,
    marginBottom: height - panel.y - panel.height,
    x: plotScale(panel.xScale),
    y: plotScale(panel.yScale),
    marks: [...axes(canvas, panel), ...layers(canvas, panel)],
  });
  const labels = annotations(canvas.document, panel.chart.layers, panel, drawnPoints(panel));
  return [
    element(canvas.document, "g", { "text-anchor": "middle" }, [...plot.childNodes]),
    ...labels,
    ...emptyNote(canvas.document, panel),
  ];
}

/** Says so where there is nothing to draw, which could be taken for a fault. */
function emptyNote(document: SvgDocument, { traces, chart, ...box }: Panel): SvgNode[] {
  const drawn = traces.flatMap((trace) => trace.spots)
    .some((spot) => Number.isFinite(spot.x) && Number.isFinite(spot.y));
  if (drawn || !chart.layers.some((layer) => "table" in layer)) return [];
  return [textElement(document, "no values", {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    "text-anchor": "middle",
    fill: "var(--muted)",
  })];
}

function plotScale(scale: Scale) {
  return { type: scale.type, domain: [...scale.domain], range: [...scale.range], axis: null };
}

function axes({ Plot }: Canvas, panel: Panel): Mark[] {
  const look = { label: null, fontSize: 12, fill: "var(--muted)", stroke: "var(--line)" };
  const grid = { stroke: "var(--grid)", strokeOpacity: 1 };
  return [
    Plot.gridY(panel.yTicks, grid),
    ...(panel.chart.aspect === "equal" ? [Plot.gridX(panel.xTicks, grid)] : []),
    Plot.frame({ anchor: "bottom", stroke: "var(--line)" }),
    Plot.axisX(panel.xTicks, {
      ...look,
      tickSize: 4,
      tickPadding: 4,
      text: tickText(panel.xTicks, panel.xScale),
    }),
    Plot.axisY(panel.yLabels ? panel.yTicks : [], {
      ...look,
      tickSize: 0,
      tickPadding: 7,
      text: tickText(panel.yTicks, panel.yScale),
    }),
  ];
}

// As a channel: Plot drops some of the labels that a log axis's `tickFormat` gives.
function tickText(ticks: readonly number[], scale: Scale): (tick: number) => string {
  const names = formatTicks(ticks, scale.type);
  return (tick) => names[ticks.indexOf(tick)] ?? "";
}

function layers(canvas: Canvas, panel: Panel): Mark[] {
  const { Plot } = canvas;
  return panel.chart.layers.flatMap((layer, place): Mark[] => {
    if (layer.mark === "rule") {
      if (!isInside(layer, panel)) return [];
      const options = { className: "mark-rule", stroke: "var(--ink)", strokeOpacity: 0.65 };
      return [(layer.axis === "x" ? Plot.ruleX : Plot.ruleY)([layer.value], options)];
    }
    if (layer.mark === "circle") return [() => circle(canvas.document, panel, layer.radius)];
    return panel.traces.filter((trace) => trace.layer === place)
      .flatMap((trace) => traceMarks(canvas, panel, trace));
  });
}

function traceMarks({ Plot }: Canvas, panel: Panel, trace: Trace): Mark[] {
  const style = traceStyle(trace);
  const name = trace.series === null ? "" : ` series-${trace.series + 1}`;
  const at = { x: (spot: Spot) => spot.x, y: (spot: Spot) => spot.y };
  const clip = trace.spots.some((spot) => isOutside(panel, spot));
  const symbols = (spots: readonly Spot[], role: string, r: number): Mark =>
    Plot.dot(spots.filter((spot) => !isOutside(panel, spot)), {
      ...at,
      ...symbolOptions(style, r),
      className: `${role}${name}`,
    });
  if (trace.mark === "band") {
    return [Plot.areaY([...trace.spots], {
      x: at.x,
      y1: at.y,
      y2: (spot: Spot) => spot.high,
      fill: style.colour,
      fillOpacity: 0.18,
      className: `mark-band${name}`,
      clip,
    })];
  }
  if (trace.mark === "point") {
    return [symbols(trace.spots, "mark-point", trace.spots.length > 150 ? 2.3 : 3.4)];
  }
  const measured = trace.role === "measured";
  const line = Plot.line([...trace.spots], {
    ...at,
    stroke: style.colour,
    strokeWidth: measured ? 1.8 : 1.4,
    ...(measured ? {} : { strokeDasharray: "5 4", strokeLinecap: "butt" as const }),
    className: `mark-${trace.role}${name}`,
    clip,
  });
  return measured
    ? [line, symbols(symbolSpots(trace, panel.chart.series?.length ?? 1), "mark-symbol", 3.6)]
    : [line];
}

function isOutside({ xScale, yScale }: Frame, spot: Spot): boolean {
  const beyond = (value: number, { domain: [low, high] }: Scale) => {
    // Round numbers at the ends of a domain may be off by their last bit.
    const slack = Math.abs(high - low) * 1e-9;
    return value < low - slack || value > high + slack;
  };
  return beyond(spot.x, xScale) || beyond(spot.y, yScale) || beyond(spot.high, yScale);
}

function circle(document: SvgDocument, { xScale, yScale }: Frame, radius: number): SvgElement {
  return element(document, "ellipse", {
    class: "mark-circle",
    cx: xScale.at(0),
    cy: yScale.at(0),
    rx: Math.abs(xScale.at(radius) - xScale.at(0)),
    ry: Math.abs(yScale.at(radius) - yScale.at(0)),
    fill: "none",
    stroke: "var(--ink)",
    "stroke-opacity": "0.65",
  });
}

/** Pixels that data take up: what labels should keep clear of. */
function drawnPoints({ traces, xScale, yScale }: Panel): Pixel[] {
  return traces.flatMap((trace) => {
    const pixels = (y: (spot: Spot) => number) =>
      trace.spots.map((spot) => ({ x: xScale.at(spot.x), y: yScale.at(y(spot)) }));
    if (trace.mark === "point") return pixels((spot) => spot.y);
    // A band is filled, so it counts between its ends, too.
    const shares = trace.mark === "band" ? [0, 0.2, 0.4, 0.6, 0.8, 1] : [0];
    const [low, high] = [pixels((spot) => spot.y), pixels((spot) => spot.high)];
    return shares.flatMap((share) =>
      alongLine(low.map(({ x, y }, i) => ({ x, y: y + share * ((high[i]?.y ?? y) - y) })))
    );
  });
}
