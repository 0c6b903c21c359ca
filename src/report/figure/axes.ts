import { formatTicks } from "../format/numbers.ts";
import type { Canvas, Mark, SvgDocument, SvgElement } from "./svg/canvas.ts";
import type { Frame } from "./geometry/place.ts";
import { nameGap, nameLine, nameSize, type Rows } from "./geometry/rows.ts";
import { textElement } from "./svg/text.ts";

/** The axes of a panel. */
export interface Axes extends Frame {
  readonly xTicks: number[];
  readonly yTicks: number[];
  /** Whether the panel has the labels of the y axis. Only the first panel of each row has them. */
  readonly yLabels: boolean;
  /** The rows of a category axis; `null` on an axis of numbers. */
  readonly categories: Rows | null;
  /**
   * The axes whose ticks have lines across the panel; `"edge"` for cells, which have a border
   * instead of lines.
   */
  readonly grid: "y" | "both" | "edge";
}

/** The axes and the grid of a panel, with the values at the ticks. */
export function axisMarks(canvas: Canvas, axes: Axes): Mark[] {
  const { Plot } = canvas;
  const look = { label: null, fontSize: 12, fill: "var(--muted)", stroke: "var(--line)" };
  const grid = { stroke: "var(--grid)", strokeOpacity: 1 };
  const { categories } = axes;
  const lines: Mark[] = categories
    ? rowLines(canvas, axes, categories)
    : axes.grid === "edge"
    ? []
    : [
      Plot.gridY(axes.yTicks.map(axes.yScale.at), grid),
      ...(axes.grid === "both" ? [Plot.gridX(axes.xTicks.map(axes.xScale.at), grid)] : []),
    ];
  return [
    ...lines,
    Plot.frame({ ...(axes.grid === "edge" ? {} : { anchor: "bottom" }), stroke: "var(--line)" }),
    Plot.axisX(axes.xTicks.map(axes.xScale.at), {
      ...look,
      tickSize: 4,
      tickPadding: 4,
      text: formatTicks(axes.xTicks, axes.xScale.type),
    }),
    Plot.axisY(axes.yLabels ? axes.yTicks.map(axes.yScale.at) : [], {
      ...look,
      tickSize: 0,
      tickPadding: 7,
      text: axes.yLabels ? formatTicks(axes.yTicks, axes.yScale.type) : [],
    }),
  ];
}

/** The names of a category axis, at the left edge of the drawing. */
export function rowNames(
  document: SvgDocument,
  { yScale, categories, yLabels }: Axes,
): SvgElement[] {
  if (!categories || !yLabels) return [];
  const { names, above, height } = categories;
  return names.flatMap((lines, row) => {
    const used = lines.length * nameLine;
    const top = yScale.at(row) - (above ? height / 2 - nameGap : used / 2);
    return lines.map((line, i) =>
      textElement(document, line, {
        class: "category",
        x: 0,
        y: top + i * nameLine + 12.5,
        "font-size": nameSize,
        fill: "var(--ink)",
        // A halo keeps the names readable on rules, which cross the rows.
        ...(above ? { stroke: "var(--bg)", "stroke-width": 5, "paint-order": "stroke" } : {}),
      })
    );
  });
}

/** Draws lines between rows, which continue under the names, and lines down from the ticks. */
function rowLines({ Plot }: Canvas, axes: Axes, rows: Rows): Mark[] {
  const { x, y, width, xScale, yScale, yLabels } = axes;
  const first = yScale.at(-0.5) > y ? 0 : 1;
  const between = rows.names.slice(first).map((_, i) => yScale.at(i + first - 0.5));
  // Lines are interrupted by names that are above their rows.
  const ends = rows.above
    ? rows.names.map((_, row) => [yScale.at(row + 0.5) - rows.free, yScale.at(row + 0.5)])
    : [yScale.domain.map(yScale.at)];
  const down = axes.xTicks.flatMap((tick) =>
    ends.map(([y1, y2]) => ({ x: xScale.at(tick), y1, y2 }))
  );
  const look = { className: "grid", stroke: "var(--grid)" };
  return [
    Plot.ruleY(between, { x1: yLabels ? 0 : x, x2: x + width, ...look }),
    Plot.ruleX(down, { x: "x", y1: "y1", y2: "y2", ...look }),
  ];
}
