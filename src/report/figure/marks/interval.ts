import type { Canvas, Mark } from "../canvas.ts";
import type { Spot, Trace } from "../data.ts";
import type { Frame } from "../place.ts";
import { rowPlace, type Rows } from "../rows.ts";
import { isBeyond } from "../scale.ts";
import { element } from "../svg.ts";
import { symbolOptions, traceStyle } from "../series_style.ts";

const cap = 3.5;

/** One series' estimates in their rows: lines from end to end, and symbols on them. */
export function intervals(
  { document, Plot }: Canvas,
  frame: Frame,
  rows: Rows,
  trace: Trace,
): Mark[] {
  const style = traceStyle(trace);
  const name = trace.series === null ? "" : ` series-${trace.series + 1}`;
  const place = (spot: Spot) => rowPlace(rows, spot.y, trace.series);
  const known = trace.spots.filter((spot) => !Number.isNaN(spot.x));
  const d = known.map((spot) => intervalPath(frame, spot, frame.yScale.at(place(spot)))).join("");
  const lines = d === "" ? [] : [() =>
    element(document, "path", {
      class: `mark-interval${name}`,
      d,
      fill: "none",
      stroke: style.colour,
      "stroke-width": 1.6,
    })];
  return [
    ...lines,
    Plot.dot(known.filter((spot) => !isBeyond(spot.x, frame.xScale)), {
      x: (spot: Spot) => frame.xScale.at(spot.x),
      y: (spot: Spot) => frame.yScale.at(place(spot)),
      ...symbolOptions(style, 4),
      className: `mark-estimate${name}`,
    }),
  ];
}

/** The part of an interval that is in the domain; an end outside has no cap. */
function intervalPath({ xScale }: Frame, { low, high }: Spot, y: number): string {
  const [first, last] = xScale.domain;
  // Where one end is not known, or both are on the same side of the domain.
  if (!(low <= last && high >= first)) return "";
  const [from, to] = [xScale.at(Math.max(low, first)), xScale.at(Math.min(high, last))];
  const end = (value: number, x: number) =>
    isBeyond(value, xScale) ? "" : `M${x},${y - cap}v${2 * cap}`;
  return `M${from},${y}H${to}${end(low, from)}${end(high, to)}`;
}
