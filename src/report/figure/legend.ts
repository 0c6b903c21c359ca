import type { Canvas, SvgNode } from "./canvas.ts";
import type { Chart } from "../../result/figure.ts";
import {
  areaFill,
  bandOpacity,
  dashedLabels,
  dashes,
  symbolOptions,
  traceStyle,
} from "./series_style.ts";
import type { Trace } from "./data.ts";
import { type SeriesStyle, seriesStyle } from "./palette.ts";
import { element } from "./svg.ts";
import { BOLD, cutText, textElement, textWidth, wrapText } from "./text.ts";

const size = 13;
const rowHeight = 22;
const sample = 26;
const dash = 24;
const gap = 6;

/** One entry: what of a series is drawn, and its name. */
interface Entry {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly line: boolean;
  readonly symbol: boolean;
  /** The bands that lie on each other. */
  readonly bands: number;
  /** What its bars are filled with; `null` where it has none. */
  readonly bar: string | null;
  /** The dashes of its line that is compared with measurements; `null` where it has none. */
  readonly dashes: string | null;
}

/** A legend above a chart. */
export interface Legend {
  readonly height: number;
  readonly nodes: readonly SvgNode[];
}

/** The legend of a chart's series, in rows that fit the width; empty where there is one line only. */
export function drawLegend(
  canvas: Canvas,
  chart: Chart,
  traces: readonly Trace[],
  width: number,
): Legend {
  const { document, Plot } = canvas;
  const entries = legendEntries(chart, traces);
  if (entries.length === 0) return { height: 0, nodes: [] };
  const nodes: SvgNode[] = [];
  let [x, row] = [0, 0];
  const middle = () => row * rowHeight + rowHeight / 2;
  const text = (label: string, weight: number) =>
    textElement(document, label, { x, y: middle() + 4.5, "font-weight": weight, class: "legend" });
  if (chart.seriesLabel !== undefined) {
    const heading = cutText(chart.seriesLabel, size, width);
    nodes.push(text(heading, 600));
    x = textWidth(heading, size) * BOLD + 14;
  }
  const symbols: { x: number; y: number; style: SeriesStyle }[] = [];
  for (const entry of entries) {
    const swatch = swatchWidth(entry);
    const [label = "", ...more] = wrapText(entry.label, size, width - swatch - gap);
    const needed = swatch + gap + textWidth(label, size);
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1];
    const y = middle();
    const stroke = (from: number, length: number, dashes: string | null) =>
      element(document, "path", {
        d: `M${from},${y}h${length}`,
        stroke: entry.style.colour,
        "stroke-width": dashes === null ? "1.8" : "1.4",
        ...(dashes === null ? {} : { "stroke-dasharray": dashes }),
      });
    for (let depth = 0; depth < entry.bands; depth++) {
      const half = 6 / (depth + 1);
      nodes.push(element(document, "rect", {
        x,
        y: y - half,
        width: sample,
        height: 2 * half,
        fill: entry.style.colour,
        "fill-opacity": bandOpacity(depth),
      }));
    }
    if (entry.bar !== null) {
      const box = { x, y: y - 6, width: sample, height: 12 };
      nodes.push(element(document, "rect", { ...box, fill: entry.bar }));
    }
    if (entry.line) nodes.push(stroke(x, sample, null));
    if (entry.symbol) symbols.push({ x: x + symbolPlace(entry), y, style: entry.style });
    if (entry.dashes !== null) {
      nodes.push(stroke(x + swatch - dash + 1, dash - 1, entry.dashes));
    }
    x += swatch + gap;
    nodes.push(text(label, 400));
    for (const line of more) {
      row += 1;
      nodes.push(text(line, 400));
    }
    x = more.length > 0 ? width : x + textWidth(label, size) + 16;
  }
  const height = (row + 1) * rowHeight;
  const plot = Plot.plot({
    document,
    className: "plot",
    width,
    height,
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    marks: symbols.map(({ x, y, style }) => Plot.dot([[x, y]], symbolOptions(style, 4))),
  });
  return { height, nodes: [...nodes, element(document, "g", {}, [...plot.childNodes])] };
}

function legendEntries(chart: Chart, traces: readonly Trace[]): Entry[] {
  const measured = traces.some((trace) => trace.role === "measured");
  const drawn = dashedLabels(chart).filter((name) =>
    traces.some((trace) => trace.role === "theory" && (trace.label ?? trace.role) === name)
  );
  const named = (chart.series ?? []).flatMap((label, series) => {
    const own = traces.filter((trace) => trace.series === series);
    return own.length === 0 ? [] : [entryOf(chart, label, own, seriesStyle(series))];
  });
  const others = traces.filter((trace) => trace.series === null && trace.role === "measured");
  const labels = [...new Set(others.flatMap(({ label }) => label === null ? [] : [label]))];
  const lines = labels.map((name) => {
    const own = others.filter(({ label, mark }) => label === name || mark === "band");
    return entryOf(chart, name, own, traceStyle(own[0] ?? { series: null, role: "measured" }));
  });
  const [first] = others;
  const alone = named.length === 0 && lines.length === 0 && drawn.length > 0 && first
    ? [entryOf(chart, "measured", others, traceStyle(first))]
    : [];
  const entries = [...named, ...lines, ...alone];
  if (!measured && entries.length === 0) return entries;
  const style = { ...seriesStyle(0), colour: "var(--ink)" };
  const nothing = { line: false, symbol: false, bands: 0, bar: null };
  return [
    ...entries,
    ...drawn.map((label) => ({
      ...{ label, style, ...nothing },
      dashes: dashes(chart, { label, role: "theory" }),
    })),
  ];
}

function entryOf(
  chart: Chart,
  label: string,
  traces: readonly Trace[],
  style: SeriesStyle,
): Entry {
  const has = (mark: Trace["mark"]) =>
    traces.some((trace) => trace.mark === mark && trace.role === "measured");
  const line = has("line") || has("interval");
  const dashed = traces.find((trace) => trace.role === "theory");
  return {
    label,
    style,
    line,
    symbol: line || has("point"),
    bands: new Set(traces.filter(({ mark }) => mark === "band").map(({ layer }) => layer)).size,
    bar: has("bar") ? areaFill(traces[0]?.series ?? null) : null,
    dashes: dashed ? dashes(chart, dashed) : null,
  };
}

function swatchWidth(entry: Entry): number {
  const first = isLong(entry) ? sample : entry.symbol ? 12 : 0;
  return first + (entry.dashes !== null ? dash + (first > 0 ? 5 : 0) : 0);
}

function symbolPlace(entry: Entry): number {
  return isLong(entry) ? sample / 2 : 6;
}

function isLong(entry: Entry): boolean {
  return entry.line || entry.bands > 0 || entry.bar !== null;
}
