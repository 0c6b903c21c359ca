import type { Chart } from "../../../result/figure.ts";
import type { LineLayer } from "../../../result/marks.ts";
import { alongLine } from "../geometry/place.ts";
import { SWATCH_WIDTH, symbolMark, symbolSwatch, traceStyle } from "../series_style.ts";
import { type Spot, type Swatch, type TableMark, type Trace, traceClass } from "./mark.ts";
import { isOutside, spotPixels, xySpot } from "./spots.ts";

/** Dashes and gaps in pixels, by the index of a label among the labels of a chart. */
const patterns = ["5 4", "1.5 3", "9 3 1.5 3"];

/** The names of the dashed lines of a chart, each once, in the order of its layers. */
export function dashedLabels(chart: Chart): string[] {
  const labels = chart.layers.flatMap((layer) =>
    layer.mark === "line" && layer.role === "theory" ? [layer.label ?? layer.role] : []
  );
  return [...new Set(labels)];
}

/** Returns the dashes of a reference line. Lines with the same label have the same dashes. */
export function dashes(chart: Chart, { label, role }: Pick<Trace, "label" | "role">): string {
  const index = dashedLabels(chart).indexOf(label ?? role);
  return patterns[Math.max(0, index) % patterns.length] ?? "";
}

/** A solid stroke in the legend. */
export const strokeSwatch: Swatch = {
  width: SWATCH_WIDTH,
  draw({ Plot }, { x, y, width }, [trace]) {
    const stroke = trace ? traceStyle(trace).colour : "var(--ink)";
    return [Plot.ruleY([y], { x1: x, x2: x + width, stroke, strokeWidth: 1.8 })];
  },
};

/** Lines: solid with symbols for measurements, dashed for references. */
export const line: TableMark<LineLayer> = {
  spot: xySpot,
  extent: (spot, axis) => [spot[axis]],
  draw({ Plot }, panel, trace) {
    const { xScale, yScale, chart, width } = panel;
    const measured = trace.role === "measured";
    const dashed = { strokeDasharray: dashes(chart, trace), strokeLinecap: "butt" as const };
    const curve = Plot.line([...trace.spots], {
      x: (spot: Spot) => xScale.at(spot.x),
      y: (spot: Spot) => yScale.at(spot.y),
      stroke: traceStyle(trace).colour,
      strokeWidth: measured ? 1.8 : 1.4,
      ...(measured ? {} : dashed),
      className: traceClass(trace.role, trace),
      clip: trace.spots.some((spot) => isOutside(panel, spot)),
    });
    if (!measured) return [curve];
    const spots = symbolSpots(trace, chart.series?.length ?? 1, width);
    return [curve, symbolMark(Plot, panel, trace, spots, "symbol", 3.6)];
  },
  obstacles: (frame, { spots }) => alongLine(spotPixels(frame, spots)),
  swatches: [strokeSwatch, symbolSwatch],
};

/**
 * Chooses the points of a line that have symbols: all points of a short line; of a long line every
 * nth point, and every point that is not joined to a neighbour.
 *
 * @param trace The line.
 * @param lines The number of lines in the chart.
 * @param width The width of the panel, in pixels.
 */
function symbolSpots({ spots, series }: Trace, lines: number, width: number): Spot[] {
  if (spots.length <= Math.min(25, width / 8)) return [...spots];
  const every = Math.ceil(spots.length / Math.max(4, Math.min(12, width / 24)));
  // The offset keeps the symbols of overlapping lines side by side.
  const offset = Math.floor(every * (0.5 + (series ?? 0)) / Math.max(1, lines)) % every;
  const gap = (spot: Spot | undefined) => !spot || Number.isNaN(spot.x) || Number.isNaN(spot.y);
  return spots.filter((_, i) => i % every === offset || (gap(spots[i - 1]) && gap(spots[i + 1])));
}
