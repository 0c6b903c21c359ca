import { formatColumn, greatest } from "../../format/numbers.ts";
import type { Trace } from "../data.ts";
import type { SvgDocument, SvgElement } from "../canvas.ts";
import type { Frame } from "../place.ts";
import { barSize, rowPlace, type Rows } from "../rows.ts";
import { element } from "../svg.ts";
import { textElement, textWidth } from "../text.ts";
import { areaFill } from "../series_style.ts";

const size = 12;
const gap = 6;

/** One series' parts of the bars, as rectangles with a little air between them. */
export function bars(document: SvgDocument, frame: Frame, rows: Rows, trace: Trace): SvgElement {
  const height = barSize(rows);
  const rectangles = trace.spots.flatMap((spot) => {
    const [from, to] = [pixel(frame, spot.low), pixel(frame, spot.high)];
    if (Number.isNaN(spot.x) || to <= from) return [];
    const air = spot.low > 0 && to - from > 3 ? 1.5 : 0;
    const y = frame.yScale.at(rowPlace(rows, spot.y)) - height / 2;
    return [element(document, "rect", { x: from + air, y, width: to - from - air, height })];
  });
  const series = trace.series === null ? "" : ` series-${trace.series + 1}`;
  return element(document, "g", {
    class: `mark-bar${series}`,
    fill: areaFill(trace.series),
  }, rectangles);
}

/** How long a bar is altogether. */
export interface BarTotal {
  readonly layer: number;
  readonly facet: string | null;
  /** The place of its category. */
  readonly y: number;
  readonly value: number;
  readonly text: string;
}

/** The total of every bar of a chart, with as many decimals as the others. */
export function barTotals(traces: readonly Trace[]): BarTotal[] {
  const ends = new Map<string, Omit<BarTotal, "text">>();
  for (const { mark, layer, facet, spots } of traces) {
    if (mark !== "bar") continue;
    for (const { x, y, high } of spots) {
      const key = JSON.stringify([layer, facet, y]);
      if (!Number.isNaN(x)) ends.set(key, { layer, facet, y, value: high });
    }
  }
  const totals = [...ends.values()];
  const texts = formatColumn(totals.map((total) => total.value));
  return totals.map((total, i) => ({ ...total, text: texts[i] ?? "" }));
}

/** Pixels that totals take up beyond their bars. */
export function totalsWidth(totals: readonly BarTotal[]): number {
  return Math.max(0, greatest(totals.map((total) => textWidth(total.text, size) + gap)));
}

/** Totals, written at the ends of their bars, or behind a rule that is in the way. */
export function totalLabels(
  document: SvgDocument,
  frame: Frame,
  rows: Rows,
  totals: readonly BarTotal[],
  rules: readonly number[],
): SvgElement[] {
  const edge = frame.x + frame.width;
  return totals.map((total) => {
    const width = textWidth(total.text, size);
    const ends = [pixel(frame, total.value), ...rules].map((end) => end + gap);
    const free = (x: number) => !rules.some((rule) => rule > x - 3 && rule < x + width + 3);
    const [first = 0, ...others] = ends;
    const x = [first, ...others.filter((end) => end > first && end + width <= edge)]
      .sort((a, b) => a - b).find(free) ?? first;
    return textElement(document, total.text, {
      class: "bar-total",
      x,
      y: frame.yScale.at(rowPlace(rows, total.y)) + 4.5,
      "font-size": size,
      fill: "var(--ink)",
      // For a rule at the edge, where there is no room behind it.
      stroke: "var(--bg)",
      "stroke-width": 3,
      "paint-order": "stroke",
    });
  });
}

function pixel({ xScale: { at, domain: [low, high] } }: Frame, value: number): number {
  return at(Math.max(low, Math.min(high, value)));
}
