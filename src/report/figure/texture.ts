import type { Trace } from "./data.ts";
import type { SvgDocument, SvgElement } from "./dom.ts";
import { seriesColours, seriesStyle } from "./palette.ts";
import { element } from "./svg.ts";

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
