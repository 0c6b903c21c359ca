import type { BarLayer } from "../../../result/marks.ts";
import { formatColumn, greatest } from "../../format/numbers.ts";
import type { SvgDocument, SvgElement } from "../svg/canvas.ts";
import type { Frame } from "../geometry/place.ts";
import { BAR_HEIGHT, barSize, rowPlace } from "../geometry/rows.ts";
import { areaFill, SWATCH_WIDTH } from "../series_style.ts";
import { textElement, textWidth } from "../svg/text.ts";
import { type Panel, type Swatch, type TableMark, type Trace, traceClass } from "./mark.ts";
import { spotPixels } from "./spots.ts";

const size = 12;
const gap = 6;

/** The sample of a bar in the legend: the fill of its series. */
const fillSwatch: Swatch = {
  width: SWATCH_WIDTH,
  draw({ Plot }, { x, y, width }, [trace]) {
    const box = { x1: x, x2: x + width, y1: y - 6, y2: y + 6 };
    return [Plot.rect([0], { ...box, fill: areaFill(trace?.series ?? null) })];
  },
};

/** Bars of stacked parts, with the totals at their ends. */
export const bar: TableMark<BarLayer> = {
  spot(layer, { onX, onY }) {
    const x = onX(layer.x);
    return { x, y: onY(layer.y), low: 0, high: x, value: NaN };
  },
  extent: (spot, axis) => axis === "x" ? [0, spot.high] : [spot.y],
  arrange: stackBars,
  draw({ Plot }, panel, trace) {
    const { categories, yScale } = panel;
    if (!categories) return [];
    const height = barSize(categories);
    const parts = trace.spots.flatMap((spot) => {
      const [from, to] = [clippedPixel(panel, spot.low), clippedPixel(panel, spot.high)];
      if (Number.isNaN(spot.x) || to <= from) return [];
      // A gap separates neighbouring parts if the part is wide enough.
      const space = spot.low > 0 && to - from > 3 ? 1.5 : 0;
      const middle = yScale.at(rowPlace(categories, spot.y));
      return [{ x1: from + space, x2: to, y1: middle - height / 2, y2: middle + height / 2 }];
    });
    return [Plot.rect(parts, {
      ...{ x1: "x1", x2: "x2", y1: "y1", y2: "y2" },
      fill: areaFill(trace.series),
      className: traceClass("bar", trace),
    })];
  },
  obstacles: (frame, { spots }) => spotPixels(frame, spots),
  swatches: [fillSwatch],
  rowHeight: BAR_HEIGHT,
  isTextured: true,
  labelRoom: (traces) =>
    Math.max(0, greatest(barTotals(traces).map(({ text }) => textWidth(text, size) + gap))),
  labels: totalLabels,
};

/**
 * Stacks the bars of each layer, facet and category, in the order of the traces: `low` and `high`
 * become their ends.
 */
function stackBars(traces: readonly Trace[]): Trace[] {
  const ends = new Map<string, number>();
  return traces.map((trace) => {
    const spots = trace.spots.map((spot) => {
      const key = JSON.stringify([trace.layer, trace.facet, spot.y]);
      const low = ends.get(key) ?? 0;
      const high = low + (Number.isNaN(spot.x) ? 0 : spot.x);
      ends.set(key, high);
      return { ...spot, low, high };
    });
    return { ...trace, spots };
  });
}

/** The length of a whole bar. */
interface BarTotal {
  readonly facet: string | null;
  /** The index of its category. */
  readonly y: number;
  readonly value: number;
  readonly text: string;
}

/** The totals of the bars of a chart, all with the same number of decimals. */
function barTotals(traces: readonly Trace[]): BarTotal[] {
  const ends = new Map<string, Omit<BarTotal, "text">>();
  for (const { mark, layer, facet, spots } of traces) {
    if (mark !== "bar") continue;
    for (const { x, y, high } of spots) {
      const key = JSON.stringify([layer, facet, y]);
      if (!Number.isNaN(x)) ends.set(key, { facet, y, value: high });
    }
  }
  const totals = [...ends.values()];
  const texts = formatColumn(totals.map((total) => total.value));
  return totals.map((total, i) => ({ ...total, text: texts[i] ?? "" }));
}

/**
 * Returns the totals at the ends of their bars. If a rule is in the way, the total is beyond it.
 */
function totalLabels(document: SvgDocument, panel: Panel): SvgElement[] {
  const { categories, facet, ruleLabels, yScale } = panel;
  if (!categories) return [];
  const rules = ruleLabels.map(({ at }) => panel.x + at);
  const edge = panel.x + panel.width;
  const totals = barTotals(panel.all).filter((total) =>
    total.facet === null || total.facet === facet
  );
  return totals.map((total) => {
    const width = textWidth(total.text, size);
    const ends = [clippedPixel(panel, total.value), ...rules].map((end) => end + gap);
    const isFree = (x: number) => !rules.some((rule) => rule > x - 3 && rule < x + width + 3);
    const [first = 0, ...others] = ends;
    const x = [first, ...others.filter((end) => end > first && end + width <= edge)]
      .sort((a, b) => a - b).find(isFree) ?? first;
    return textElement(document, total.text, {
      class: "bar-total",
      x,
      y: yScale.at(rowPlace(categories, total.y)) + 4.5,
      "font-size": size,
      fill: "var(--ink)",
      // A halo, for a total that a rule at the edge of the panel crosses.
      stroke: "var(--bg)",
      "stroke-width": 3,
      "paint-order": "stroke",
    });
  });
}

function clippedPixel({ xScale: { at, domain: [low, high] } }: Frame, value: number): number {
  return at(Math.max(low, Math.min(high, value)));
}
