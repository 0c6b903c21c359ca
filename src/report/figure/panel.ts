import type { Chart, RuleLayer } from "../../result/figure.ts";
import { annotations, isInside, labelElement, type RuleLabel } from "./labels.ts";
import { type Axes, axisMarks, rowNames } from "./axes.ts";
import { bars, type BarTotal, totalLabels } from "./marks/bar.ts";
import type { Canvas, Mark, SvgDocument, SvgElement, SvgNode } from "./canvas.ts";
import { cells } from "./marks/cell.ts";
import type { Spot, Trace } from "./data.ts";
import { intervals } from "./marks/interval.ts";
import { alongLine, type Frame, type Pixel } from "./place.ts";
import { rowPlace } from "./rows.ts";
import { element } from "./svg.ts";
import { textElement } from "./text.ts";
import { traceMarks } from "./marks/line.ts";

/** One panel of a chart: where it is, its data, and which ticks it names. */
export interface Panel extends Axes {
  readonly chart: Chart;
  readonly traces: readonly Trace[];
  /** The magnitude that has the full colour. */
  readonly limit: number;
  /** The labels of rules above rows, from the panel's corner. */
  readonly ruleLabels: readonly RuleLabel[];
  readonly totals: readonly BarTotal[];
}

/** Plot is given pixels: its own scales know no values near the smallest and the largest number. */
const pixels = { type: "identity", axis: null } as const;

/** Draws a panel at its place in a drawing of this size. */
export function drawPanel(canvas: Canvas, panel: Panel, width: number, height: number): SvgNode[] {
  const { document } = canvas;
  const plot = canvas.Plot.plot({
    document,
    className: "plot",
    width,
    height,
    marginLeft: panel.x,
    marginTop: panel.y,
    marginRight: width - panel.x - panel.width,
    marginBottom: height - panel.y - panel.height,
    x: pixels,
    y: pixels,
    marks: [...axisMarks(canvas, panel), ...layers(canvas, panel)],
  });
  const { categories } = panel;
  const labels = categories
    ? [
      ...rowNames(document, panel),
      ...panel.ruleLabels.map(({ text, box }) =>
        labelElement(document, text, { ...box, x: panel.x + box.x, y: panel.y + box.y })
      ),
      ...totalLabels(
        document,
        panel,
        categories,
        panel.totals,
        panel.ruleLabels.map(({ at }) => panel.x + at),
      ),
    ]
    : annotations(document, panel.chart.layers, panel, drawnPoints(panel));
  return [
    element(document, "g", { "text-anchor": "middle" }, [...plot.childNodes]),
    ...labels,
    ...emptyNote(document, panel),
  ];
}

/** Says so where there is nothing to draw, which could be taken for a fault. */
function emptyNote(document: SvgDocument, panel: Panel): SvgNode[] {
  const { traces, chart, categories, yScale, ...box } = panel;
  const drawn = traces.some(({ mark, spots }) =>
    spots.some((spot) =>
      Number.isFinite(spot.x) && Number.isFinite(spot.y) &&
      (mark !== "cell" || Number.isFinite(spot.value))
    )
  );
  if (drawn || !chart.layers.some((layer) => "table" in layer)) return [];
  return [textElement(document, "no values", {
    x: box.x + box.width / 2,
    y: categories ? yScale.at(rowPlace(categories, 0)) + 4.5 : box.y + box.height / 2,
    "text-anchor": "middle",
    fill: "var(--muted)",
  })];
}

function layers(canvas: Canvas, panel: Panel): Mark[] {
  const { document, Plot } = canvas;
  const { chart, categories } = panel;
  return chart.layers.flatMap((layer, place): Mark[] => {
    if (layer.mark === "rule" && categories) return rowRule(document, panel, layer);
    if (layer.mark === "rule") {
      if (!isInside(layer, panel)) return [];
      const options = { className: "mark-rule", stroke: "var(--ink)", strokeOpacity: 0.65 };
      const { at } = layer.axis === "x" ? panel.xScale : panel.yScale;
      return [(layer.axis === "x" ? Plot.ruleX : Plot.ruleY)([at(layer.value)], options)];
    }
    if (layer.mark === "circle") return [() => circle(document, panel, layer.radius)];
    return panel.traces.filter((trace) => trace.layer === place).flatMap((trace): Mark[] => {
      if (trace.mark === "cell") return [() => cells(document, panel, trace, panel.limit)];
      if (!categories) return traceMarks(canvas, panel, trace, chart);
      if (trace.mark === "bar") return [() => bars(document, panel, categories, trace)];
      return intervals(canvas, panel, categories, trace);
    });
  });
}

/** A rule through rows, which begins at its label. */
function rowRule(document: SvgDocument, panel: Panel, rule: RuleLayer): Mark[] {
  return panel.ruleLabels.filter((label) => label.rule === rule).map(({ at, box }) => () =>
    element(document, "path", {
      class: "mark-rule",
      d: `M${panel.x + at},${panel.y + box.y + 2}V${panel.y + panel.height}`,
      stroke: "var(--ink)",
      "stroke-opacity": 0.65,
    })
  );
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
    if (trace.mark === "point" || trace.mark === "cell") return pixels((spot) => spot.y);
    // A band is filled, so it counts between its ends, too.
    const shares = trace.mark === "band" ? [0, 0.2, 0.4, 0.6, 0.8, 1] : [0];
    const [low, high] = [pixels((spot) => spot.y), pixels((spot) => spot.high)];
    return shares.flatMap((share) =>
      alongLine(low.map(({ x, y }, i) => ({ x, y: y + share * ((high[i]?.y ?? y) - y) })))
    );
  });
}
