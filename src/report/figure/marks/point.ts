import type { PointLayer } from "../../../result/marks.ts";
import { symbolMark, symbolSwatch } from "../series_style.ts";
import type { TableMark } from "./mark.ts";
import { spotPixels, xySpot } from "./spots.ts";

/** A symbol for each row. */
export const point: TableMark<PointLayer> = {
  spot: xySpot,
  extent: (spot, axis) => [spot[axis]],
  draw({ Plot }, panel, trace) {
    const radius = trace.spots.length > 150 ? 2.3 : 3.4;
    return [symbolMark(Plot, panel, trace, trace.spots, "point", radius)];
  },
  obstacles: (frame, { spots }) => spotPixels(frame, spots),
  swatches: [symbolSwatch],
};
