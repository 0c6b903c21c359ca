import type { SymbolType } from "@observablehq/plot";
import type { Canvas, Mark, SvgDocument, SvgElement } from "./svg/canvas.ts";
import { type Spot, type Swatch, type Trace, traceClass } from "./marks/mark.ts";
import { isOutside } from "./marks/spots.ts";
import { seriesColours, type SeriesStyle, seriesStyle } from "./svg/palette.ts";
import type { Frame } from "./geometry/place.ts";
import { element } from "./svg/svg.ts";

/** The width of a sample in the legend that is more than a symbol. */
export const SWATCH_WIDTH = 26;

/** The options of Plot for the symbol of a series; outlines are filled with the background. */
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
    // Circles are the default of Plot, and shorter in SVG without a name.
    ...(style.symbol === "circle" ? {} : { symbol: style.symbol }),
    r,
    fill,
    stroke: outlined ? style.colour : "var(--bg)",
    strokeWidth: outlined ? 1.6 : 0.8,
  };
}

/** The style of a trace; a reference line without a series has the colour of text. */
export function traceStyle(trace: Pick<Trace, "series" | "role">): SeriesStyle {
  const style = seriesStyle(trace.series ?? 0);
  return trace.series === null && trace.role === "theory"
    ? { ...style, colour: "var(--ink)" }
    : style;
}

/** Draws the symbols of a trace at some rows. Symbols outside the panel are left out. */
export function symbolMark(
  Plot: Canvas["Plot"],
  frame: Frame,
  trace: Trace,
  spots: readonly Spot[],
  name: string,
  radius: number,
): Mark {
  return Plot.dot(spots.filter((spot) => !isOutside(frame, spot)), {
    x: (spot: Spot) => frame.xScale.at(spot.x),
    y: (spot: Spot) => frame.yScale.at(spot.y),
    ...symbolOptions(traceStyle(trace), radius),
    className: traceClass(name, trace),
  });
}

/** The symbol of a series in the legend. */
export const symbolSwatch: Swatch = {
  width: 12,
  draw({ Plot }, { x, y, width }, [trace]) {
    const style = traceStyle(trace ?? { series: null, role: "measured" });
    return [Plot.dot([[x + width / 2, y]], symbolOptions(style, 4))];
  },
};

/** The lines of the textures, in a tile of 8 by 8 pixels; the first series is plain. */
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

/**
 * Returns the fill of the areas of a series: the colour of the series, with a texture for all
 * series except the first.
 */
export function areaFill(series: number | null): string {
  const place = (series ?? 0) % seriesColours.length;
  return tiles[place] ? `url(#texture-${place + 1})` : seriesStyle(place).colour;
}

/** The textures of the series of these traces, for the `defs` of the drawing. */
export function textures(document: SvgDocument, textured: readonly Trace[]): SvgElement[] {
  const indices = new Set(textured.map((trace) => (trace.series ?? 0) % seriesColours.length));
  return [...indices].flatMap((index) => {
    const d = tiles[index];
    if (!d) return [];
    const size = { width: 8, height: 8 };
    const stroke = index === 2 ? 2.4 : 1.3;
    return [
      element(document, "pattern", {
        id: `texture-${index + 1}`,
        ...size,
        patternUnits: "userSpaceOnUse",
      }, [
        element(document, "rect", { ...size, fill: seriesStyle(index).colour }),
        element(document, "path", { d, stroke: "var(--bg)", "stroke-width": stroke }),
      ]),
    ];
  });
}
