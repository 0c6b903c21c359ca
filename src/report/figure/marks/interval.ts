import type { IntervalLayer } from "../../../result/marks.ts";
import { rowPlace } from "../geometry/rows.ts";
import { isBeyond } from "../geometry/scale.ts";
import { symbolOptions, symbolSwatch, traceStyle } from "../series_style.ts";
import { strokeSwatch } from "./line.ts";
import { type Spot, type TableMark, traceClass } from "./mark.ts";
import { spotPixels } from "./spots.ts";

/** Half the length of the stroke at an end of an interval, in pixels. */
const CAP = 3.5;

/** Estimates in their rows: a line from end to end with a symbol on it. */
export const interval: TableMark<IntervalLayer> = {
  spot: (layer, { onX, onY, number }) => ({
    x: onX(layer.x),
    y: onY(layer.y),
    low: number(layer.low),
    high: number(layer.high),
    value: NaN,
  }),
  extent: (spot, axis) => axis === "x" ? [spot.x, spot.low, spot.high] : [spot.y],
  draw({ Plot }, { xScale, yScale, categories }, trace) {
    if (!categories) return [];
    const style = traceStyle(trace);
    const at = (spot: Spot) => yScale.at(rowPlace(categories, spot.y, trace.series));
    const [first, last] = xScale.domain;
    const known = trace.spots.filter((spot) => !Number.isNaN(spot.x));
    // Intervals with an unknown end, or with both ends on one side of the domain, are left out.
    const inside = known.filter(({ low, high }) => low <= last && high >= first);
    const ends = inside.flatMap((spot) =>
      [spot.low, spot.high].filter((end) => !isBeyond(end, xScale))
        .map((end) => ({ x: xScale.at(end), y: at(spot) }))
    );
    const stroke = { stroke: style.colour, strokeWidth: 1.6 };
    return [
      Plot.ruleY(inside, {
        x1: (spot: Spot) => xScale.at(Math.max(spot.low, first)),
        x2: (spot: Spot) => xScale.at(Math.min(spot.high, last)),
        y: at,
        ...stroke,
        className: traceClass("interval", trace),
      }),
      Plot.ruleX(ends, {
        x: "x",
        y1: ({ y }: { y: number }) => y - CAP,
        y2: ({ y }: { y: number }) => y + CAP,
        ...stroke,
        className: traceClass("end", trace),
      }),
      Plot.dot(known.filter((spot) => !isBeyond(spot.x, xScale)), {
        x: (spot: Spot) => xScale.at(spot.x),
        y: at,
        ...symbolOptions(style, 4),
        className: traceClass("estimate", trace),
      }),
    ];
  },
  obstacles: (frame, { spots }) => spotPixels(frame, spots),
  swatches: [strokeSwatch, symbolSwatch],
  isDodged: true,
};
