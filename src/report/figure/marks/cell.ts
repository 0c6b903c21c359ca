import type { CellLayer } from "../../../result/marks.ts";
import { levelFill, levelOf, negativeMark } from "../colour_scale.ts";
import type { Scale } from "../geometry/scale.ts";
import { element } from "../svg/svg.ts";
import type { TableMark } from "./mark.ts";
import { spotPixels } from "./spots.ts";

/**
 * The cells of a heat map: a path for each shade, and a path for the strokes of negative cells. In
 * a map of 566 cells this takes 44 characters for each cell, including the axes; the rectangles of
 * Plot take 119.
 */
export const cell: TableMark<CellLayer> = {
  spot(layer, { onX, onY, number }) {
    const y = onY(layer.y);
    return { x: onX(layer.x), y, low: y, high: y, value: number(layer.value) };
  },
  extent: (spot, axis) => [spot[axis] - 0.5, spot[axis] + 0.5],
  isDrawn: ({ value }) => Number.isFinite(value),
  draw: ({ document }, { xScale, yScale, limit }, { spots }) => [() => {
    const paths = new Map<number, string>();
    let below = "";
    let thickness = 1.5;
    for (const { x, y, value } of spots) {
      const [left, right] = edges(xScale, x);
      const [top, bottom] = edges(yScale, y);
      const [width, height] = [right - left, bottom - top];
      if (Number.isNaN(value) || width <= 0 || height <= 0) continue;
      const level = levelOf(value, limit);
      if (level !== 0) {
        paths.set(level, `${paths.get(level) ?? ""}M${left},${top}h${width}v${height}h-${width}z`);
      }
      if (value < 0) {
        const half = Math.max(1, Math.min(4, Math.round(width / 4)));
        below += `M${Math.round((left + right) / 2) - half},` +
          `${Math.floor((top + bottom) / 2) + 0.5}h${2 * half}`;
        if (height < 10) thickness = 1;
      }
    }
    const fills = [...paths].sort(([a], [b]) => a - b).map(([level, d]) =>
      element(document, "path", {
        class: `level-${level < 0 ? "below" : "above"}-${Math.abs(level)}`,
        d,
        ...levelFill(level),
      })
    );
    const strokes = below === "" ? [] : [
      element(document, "path", {
        class: "negative",
        d: below,
        "stroke-width": thickness,
        ...negativeMark,
      }),
    ];
    // Smoothed edges would leave visible seams between neighbours.
    const group = { class: "mark-cell", "shape-rendering": "crispEdges" };
    return element(document, "g", group, [...fills, ...strokes]);
  }],
  obstacles: (frame, { spots }) => spotPixels(frame, spots),
  // The colour bar explains the colours.
  swatches: [],
  fillsPanel: true,
};

/** Returns the first and the last pixel of a cell, cut at the domain. */
function edges({ at, domain: [low, high] }: Scale, value: number): [number, number] {
  const pixel = (end: number) => Math.round(at(Math.max(low, Math.min(high, end))));
  const [a, b] = [pixel(value - 0.5), pixel(value + 0.5)];
  return a < b ? [a, b] : [b, a];
}
