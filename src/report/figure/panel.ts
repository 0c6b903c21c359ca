import { cutText, textElement, textWidth } from "./svg/text.ts";
import { axisMarks, rowNames } from "./axes.ts";
import type { Canvas, Mark, SvgDocument, SvgElement, SvgNode } from "./svg/canvas.ts";
import { LABEL_SIZE, labelElement } from "./geometry/labels.ts";
import type { Panel } from "./marks/mark.ts";
import { annotationMark, tableMark, tableMarksOf } from "./marks/registry.ts";
import { isTableLayer } from "../../result/marks.ts";
import { bestBox, type Box } from "./geometry/place.ts";
import { rowPlace } from "./geometry/rows.ts";
import { element } from "./svg/svg.ts";

/**
 * Plot receives pixels, from scales of {@link makeScale}. The scales of Plot throw a RangeError for
 * ticks of a log axis near the smallest number, label 0.02 as "20m", and have no pixels before the
 * drawing, which are needed to place labels.
 */
const pixels = { type: "identity", axis: null } as const;

/** Draws a panel at its position in a drawing of a size. */
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
  const labels = panel.categories
    ? [
      ...rowNames(document, panel),
      ...panel.ruleLabels.map(({ text, box }) =>
        labelElement(document, text, { ...box, x: panel.x + box.x, y: panel.y + box.y })
      ),
    ]
    : annotationLabels(document, panel);
  return [
    element(document, "g", { "text-anchor": "middle" }, [...plot.childNodes]),
    ...labels,
    ...tableMarksOf(panel.traces).flatMap(([, mark]) => mark.labels?.(document, panel) ?? []),
    ...emptyNote(document, panel),
  ];
}

/** A note in a panel without data, which could look like an error. */
function emptyNote(document: SvgDocument, panel: Panel): SvgNode[] {
  const { traces, chart, categories, yScale, ...box } = panel;
  const isDrawn = traces.some((trace) =>
    trace.spots.some((spot) =>
      Number.isFinite(spot.x) && Number.isFinite(spot.y) &&
      (tableMark(trace).isDrawn?.(spot) ?? true)
    )
  );
  if (isDrawn || !chart.layers.some(isTableLayer)) return [];
  return [textElement(document, "no values", {
    x: box.x + box.width / 2,
    y: categories ? yScale.at(rowPlace(categories, 0)) + 4.5 : box.y + box.height / 2,
    "text-anchor": "middle",
    fill: "var(--muted)",
  })];
}

function layers(canvas: Canvas, panel: Panel): Mark[] {
  return panel.chart.layers.flatMap((layer, place): Mark[] => {
    if (!isTableLayer(layer)) return annotationMark(layer).draw(canvas, panel, layer);
    return panel.traces.filter((trace) => trace.layer === place)
      .flatMap((trace) => tableMark(trace).draw(canvas, panel, trace));
  });
}

/** The labels of rules and circles, at the positions that cover the fewest data. */
function annotationLabels(document: SvgDocument, panel: Panel): SvgElement[] {
  const own = panel.chart.layers.flatMap((layer) => isTableLayer(layer) ? [] : [layer]);
  const inside = own.filter((layer) => annotationMark(layer).isInside(layer, panel));
  const obstacles = [
    ...panel.traces.flatMap((trace) => tableMark(trace).obstacles(panel, trace)),
    ...inside.flatMap((layer) => annotationMark(layer).outline(layer, panel)),
  ];
  const inner = { x: panel.x + 3, y: panel.y, width: panel.width - 6, height: panel.height };
  const taken: Box[] = [];
  return inside.flatMap((layer) => {
    const label = cutText(layer.label, LABEL_SIZE, panel.width - 8);
    const width = textWidth(label, LABEL_SIZE);
    const boxes = annotationMark(layer).labelBoxes(layer, panel, width);
    // Rules count as boxes that a label must avoid, like other labels.
    const barriers = inside.filter((other) => other !== layer)
      .flatMap((other) => annotationMark(other).barrier?.(other, panel) ?? []);
    const box = bestBox(boxes, inner, obstacles, [...taken, ...barriers]);
    if (!box) return [];
    taken.push(box);
    return [labelElement(document, label, box)];
  });
}
