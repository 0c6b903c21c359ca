import type { SymbolType } from "@observablehq/plot";
import type { Spot, Trace } from "./data.ts";
import { type SeriesStyle, seriesStyle } from "./palette.ts";

/** Options of a dot mark for a series; outlines are filled with the background. */
export function symbolOptions(style: SeriesStyle, r: number): {
  symbol?: SymbolType;
  r: number;
  fill: string;
  stroke: string;
  strokeWidth: number;
} {
  const stroked = style.symbol === "times" || style.symbol === "plus";
  const fill = stroked ? "none" : style.open ? "var(--bg)" : style.colour;
  const outlined = stroked || style.open;
  return {
    // Circles are Plot's default, and shorter without being named.
    ...(style.symbol === "circle" ? {} : { symbol: style.symbol }),
    r,
    fill,
    stroke: outlined ? style.colour : "var(--bg)",
    strokeWidth: outlined ? 1.6 : 0.8,
  };
}

/** The style of a trace; a theory without a series is drawn in ink. */
export function traceStyle(trace: Pick<Trace, "series" | "role">): SeriesStyle {
  const style = seriesStyle(trace.series ?? 0);
  return trace.series === null && trace.role === "theory"
    ? { ...style, colour: "var(--ink)" }
    : style;
}

/**
 * Where a line has symbols: at all points of a short line; at every few of a long one, and where a
 * point has no neighbours to be joined to.
 *
 * @param lines How many lines the chart has.
 * @param width How wide the panel is, in pixels.
 */
export function symbolSpots({ spots, series }: Trace, lines: number, width: number): Spot[] {
  if (spots.length <= Math.min(25, width / 8)) return [...spots];
  const every = Math.ceil(spots.length / Math.max(4, Math.min(12, width / 24)));
  // Lines that lie on each other have their symbols side by side.
  const offset = Math.floor(every * (0.5 + (series ?? 0)) / Math.max(1, lines)) % every;
  const gap = (spot: Spot | undefined) => !spot || Number.isNaN(spot.x) || Number.isNaN(spot.y);
  return spots.filter((_, i) => i % every === offset || (gap(spots[i - 1]) && gap(spots[i + 1])));
}
