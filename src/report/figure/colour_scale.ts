import type { Chart } from "../../result/figure.ts";
import type { ColourScale } from "../../result/axes.ts";
import type { Trace } from "./marks/mark.ts";
import { type Attributes, element } from "./svg/svg.ts";
import { formatNumber } from "../format/numbers.ts";
import type { SvgDocument, SvgElement } from "./svg/canvas.ts";
import { BOLD, textElement, textWidth, wrapText } from "./svg/text.ts";

/** The number of shades above 0, and of shades below 0. */
export const levels = 12;
/** The opacity of the full colour: below 1, so that the stroke of negative cells is visible on it. */
const strongest = 0.85;

/** The magnitude with the full colour: the limit of the chart, or the largest magnitude drawn. */
export function colourLimit(chart: Chart, traces: readonly Trace[]): number {
  const drawn = traces.flatMap((trace) => trace.spots)
    .reduce((most, { value }) => Math.max(most, Math.abs(Number.isNaN(value) ? 0 : value)), 0);
  return chart.colour?.limit ?? (drawn > 0 ? drawn : 1);
}

/** Returns the shade of a value, from -{@link levels} to {@link levels}. */
export function levelOf(value: number, limit: number): number {
  const share = Math.min(1, Math.abs(value) / limit);
  return Math.sign(value) * Math.round(share * levels);
}

/** The colour of a level: a hue for each sign, which fades to the background at 0. */
export function levelFill(level: number): Attributes {
  return {
    fill: level < 0 ? "var(--s2)" : "var(--s1)",
    "fill-opacity": strongest * Math.abs(level) / levels,
  };
}

/** The opacity of the strongest shade under text: the text has a contrast of at least 4.5 : 1. */
const strongestUnderText = 0.6;

/** The colour of a level from 0 to {@link levels}, under text. */
export function shadeFill(level: number): Attributes {
  return { fill: "var(--s1)", "fill-opacity": strongestUnderText * level / levels };
}

const size = 13;
const tickSize = 12;
const rowHeight = 22;
const barHeight = 13;
const step = 8;

/** The look of the stroke in a negative cell. */
export const negativeMark = {
  stroke: "var(--ink)",
  "stroke-opacity": 0.85,
  "shape-rendering": "crispEdges",
} as const;

/** A legend of colours. */
export interface ColourBar {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly SvgElement[];
}

/** The legend of the colours of cells: a bar of all levels beside its label, or under it. */
export function drawColourBar(
  document: SvgDocument,
  colour: ColourScale,
  limit: number,
  width: number,
): ColourBar {
  return drawBar(document, colour, limit, width, -levels, levelFill);
}

/** The legend of the shades under text, from 0 to the limit. */
export function drawShadeBar(
  document: SvgDocument,
  colour: ColourScale,
  limit: number,
  width: number,
): ColourBar {
  return drawBar(document, colour, limit, width, 0, shadeFill);
}

/** Draws the bar of the levels from the lowest one. */
function drawBar(
  document: SvgDocument,
  colour: ColourScale,
  limit: number,
  width: number,
  lowest: number,
  fillOf: (level: number) => Attributes,
): ColourBar {
  const title = colour.unit === undefined ? colour.label : `${colour.label} (${colour.unit})`;
  const lines = wrapText(title, size, width / BOLD);
  const signs = lowest < 0 ? [-1, 0, 1] : [0, 1];
  const ticks = signs.map((sign) => formatNumber(sign * limit, 3));
  const overhang = Math.max(...ticks.map((tick) => textWidth(tick, tickSize))) / 2;
  const beside = textWidth(lines[0] ?? "", size) * BOLD + 14 + overhang;
  const all = Array.from({ length: levels - lowest + 1 }, (_, i) => i + lowest);
  const barWidth = all.length * step;
  const fits = lines.length === 1 && beside + barWidth + overhang <= width;
  const left = Math.round(fits ? beside : Math.max(0, overhang - step / 2));
  const top = (fits ? 0 : lines.length * rowHeight) + 4;
  const box = { y: top, height: barHeight, "shape-rendering": "crispEdges" };
  const middle = (level: number) => left + (level - lowest + 0.5) * step;
  const strokeY = top + Math.floor(barHeight / 2) + 0.5;
  const strokes = all.filter((level) => level < 0).map((level) =>
    `M${middle(level) - 2},${strokeY}h4`
  );
  const nodes = [
    ...lines.map((line, i) =>
      textElement(document, line, {
        class: "colour-label",
        x: 0,
        y: i * rowHeight + rowHeight / 2 + 4.5,
        "font-weight": 600,
      })
    ),
    ...all.filter((level) => level !== 0).map((level) =>
      element(document, "rect", {
        ...box,
        x: middle(level) - step / 2,
        width: step,
        ...fillOf(level),
      })
    ),
    ...(strokes.length > 0
      ? [element(document, "path", { ...negativeMark, d: strokes.join("") })]
      : []),
    element(document, "rect", {
      ...box,
      x: left,
      width: barWidth,
      fill: "none",
      stroke: "var(--line)",
    }),
    ...ticks.map((tick, i) =>
      textElement(document, tick, {
        class: "colour-tick",
        x: middle((signs[i] ?? 0) * levels),
        y: top + barHeight + 14,
        "font-size": tickSize,
        "text-anchor": "middle",
        fill: "var(--muted)",
      })
    ),
  ];
  return { width: left + barWidth + overhang, height: top + barHeight + 20, nodes };
}
