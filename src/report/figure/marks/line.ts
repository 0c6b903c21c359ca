import type { Chart } from "../../../result/figure.ts";
import {
  bandDepth,
  bandOpacity,
  dashes,
  symbolOptions,
  symbolSpots,
  traceStyle,
} from "../series_style.ts";
import type { Canvas, Mark } from "../canvas.ts";
import type { Spot, Trace } from "../data.ts";
import type { Frame } from "../place.ts";
import { isBeyond } from "../scale.ts";

/** A trace as a line, a band or points. */
export function traceMarks({ Plot }: Canvas, frame: Frame, trace: Trace, chart: Chart): Mark[] {
  const style = traceStyle(trace);
  const name = trace.series === null ? "" : ` series-${trace.series + 1}`;
  const { xScale: { at: atX }, yScale: { at: atY } } = frame;
  const at = { x: (spot: Spot) => atX(spot.x), y: (spot: Spot) => atY(spot.y) };
  const clip = trace.spots.some((spot) => isOutside(frame, spot));
  const symbols = (spots: readonly Spot[], role: string, r: number): Mark =>
    Plot.dot(spots.filter((spot) => !isOutside(frame, spot)), {
      ...at,
      ...symbolOptions(style, r),
      className: `${role}${name}`,
    });
  if (trace.mark === "band") {
    return [Plot.areaY([...trace.spots], {
      x: at.x,
      y1: at.y,
      y2: (spot: Spot) => atY(spot.high),
      fill: style.colour,
      fillOpacity: bandOpacity(bandDepth(chart, trace.layer)),
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
    ...(measured ? {} : { strokeDasharray: dashes(chart, trace), strokeLinecap: "butt" as const }),
    className: `mark-${trace.role}${name}`,
    clip,
  });
  if (!measured) return [line];
  const spots = symbolSpots(trace, chart.series?.length ?? 1, frame.width);
  return [line, symbols(spots, "mark-symbol", 3.6)];
}

function isOutside({ xScale, yScale }: Frame, spot: Spot): boolean {
  return isBeyond(spot.x, xScale) || isBeyond(spot.y, yScale) || isBeyond(spot.high, yScale);
}
