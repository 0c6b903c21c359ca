import type { BandLayer } from "../../../result/marks.ts";
import type { Chart } from "../../../result/figure.ts";
import { alongLine } from "../geometry/place.ts";
import { SWATCH_WIDTH, traceStyle } from "../series_style.ts";
import { type Spot, type Swatch, type TableMark, traceClass } from "./mark.ts";
import { isOutside, spotPixels } from "./spots.ts";

/**
 * Counts the earlier layers with bands of the same series, which lie under the bands of a layer.
 */
function bandDepth(chart: Chart, layer: number): number {
  const series = (index: number) => {
    const band = chart.layers[index];
    return band?.mark === "band" ? band.series ?? null : undefined;
  };
  return chart.layers.slice(0, layer).filter((_, index) => series(index) === series(layer)).length;
}

/**
 * Returns the opacity of a band that lies on `depth` others. It rises with the depth, so that the
 * band is visible on them.
 */
function bandOpacity(depth: number): number {
  return 0.18 + 0.1 * Math.min(depth, 3);
}

/** The sample of a band in the legend: the bands of the series that lie on each other. */
const bandSwatch: Swatch = {
  width: SWATCH_WIDTH,
  draw({ Plot }, { x, y, width }, traces) {
    const bands = traces.filter(({ mark }) => mark === "band");
    const [first] = bands;
    if (!first) return [];
    const fill = traceStyle(first).colour;
    return [...new Set(bands.map(({ layer }) => layer))].map((_, depth) => {
      const half = 6 / (depth + 1);
      const box = { x1: x, x2: x + width, y1: y - half, y2: y + half };
      return Plot.rect([0], { ...box, fill, fillOpacity: bandOpacity(depth) });
    });
  },
};

/** Intervals by x as bands. */
export const band: TableMark<BandLayer> = {
  spot(layer, { onX, onY }) {
    const y = onY(layer.low);
    return { x: onX(layer.x), y, low: y, high: onY(layer.high), value: NaN };
  },
  extent: (spot, axis) => axis === "x" ? [spot.x] : [spot.y, spot.high],
  draw({ Plot }, panel, trace) {
    const { xScale, yScale, chart } = panel;
    return [Plot.areaY([...trace.spots], {
      x: (spot: Spot) => xScale.at(spot.x),
      y1: (spot: Spot) => yScale.at(spot.y),
      y2: (spot: Spot) => yScale.at(spot.high),
      fill: traceStyle(trace).colour,
      fillOpacity: bandOpacity(bandDepth(chart, trace.layer)),
      className: traceClass("band", trace),
      clip: trace.spots.some((spot) => isOutside(panel, spot)),
    })];
  },
  obstacles(frame, { spots }) {
    const low = spotPixels(frame, spots);
    const high = spotPixels(frame, spots, (spot) => spot.high);
    // A band is filled, so labels avoid its inside, too.
    return [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((share) =>
      alongLine(low.map(({ x, y }, i) => ({ x, y: y + share * ((high[i]?.y ?? y) - y) })))
    );
  },
  swatches: [bandSwatch],
};
