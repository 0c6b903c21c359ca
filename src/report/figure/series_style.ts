import type { SymbolType } from "@observablehq/plot";
import type { Spot, Trace } from "./data.ts";
import { seriesColours, type SeriesStyle, seriesStyle } from "./palette.ts";
import type { SvgDocument, SvgElement } from "./canvas.ts";
import { element } from "./svg.ts";
import type { Chart } from "../../result/figure.ts";

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

/** What is left out of a filled area, in a tile of 8 by 8 pixels; the first series is plain. */
const tiles = [
  "",
  "M-2,10L10,-2M-2,2L2,-2M6,10L10,6",
  "M2,1v2M6,5v2",
  "M-2,-2L10,10M-2,6L2,10M6,-2L10,2",
  "M2,0v8M6,0v8",
  "M0,2h8M0,6h8",
  "M0,0L8,8M8,0L0,8",
  "M4,0v8M0,4h8",
] as const;

/** The fill of a series' areas: its colour, and without it a texture of its own. */
export function areaFill(series: number | null): string {
  const place = (series ?? 0) % seriesColours.length;
  return tiles[place] ? `url(#texture-${place + 1})` : seriesStyle(place).colour;
}

/** The textures that bars are filled with, for the drawing's `defs`. */
export function textures(document: SvgDocument, traces: readonly Trace[]): SvgElement[] {
  const bars = traces.filter((trace) => trace.mark === "bar");
  const places = new Set(bars.map((trace) => (trace.series ?? 0) % seriesColours.length));
  return [...places].flatMap((place) => {
    const d = tiles[place];
    if (!d) return [];
    const size = { width: 8, height: 8 };
    const stroke = place === 2 ? 2.4 : 1.3;
    return [
      element(document, "pattern", {
        id: `texture-${place + 1}`,
        ...size,
        patternUnits: "userSpaceOnUse",
      }, [
        element(document, "rect", { ...size, fill: seriesStyle(place).colour }),
        element(document, "path", { d, stroke: "var(--bg)", "stroke-width": stroke }),
      ]),
    ];
  });
}

/** Strokes and gaps in pixels, by the place of a label among those of a chart. */
const patterns = ["5 4", "1.5 3", "9 3 1.5 3"];

/** What a chart's dashed lines are, each once, in the order of its layers. */
export function dashedLabels(chart: Chart): string[] {
  const labels = chart.layers.flatMap((layer) =>
    layer.mark === "line" && layer.role === "theory" ? [layer.label ?? layer.role] : []
  );
  return [...new Set(labels)];
}

/** The dashes of a line that is compared with measurements: lines of one label have the same. */
export function dashes(chart: Chart, { label, role }: Pick<Trace, "label" | "role">): string {
  const place = dashedLabels(chart).indexOf(label ?? role);
  return patterns[Math.max(0, place) % patterns.length] ?? "";
}

/** How many bands of a chart's earlier layers lie under those of the layer at this place. */
export function bandDepth(chart: Chart, layer: number): number {
  const series = (place: number) => {
    const band = chart.layers[place];
    return band?.mark === "band" ? band.series ?? null : undefined;
  };
  return chart.layers.slice(0, layer).filter((_, place) => series(place) === series(layer)).length;
}

/** The opacity of a band over so many others: stronger, so that it is told from them. */
export function bandOpacity(depth: number): number {
  return 0.18 + 0.1 * Math.min(depth, 3);
}
