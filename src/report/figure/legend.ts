import type { Chart } from "../../result/figure.ts";
import type { Canvas, Mark, SvgNode } from "./svg/canvas.ts";
import { dashedLabels, dashes } from "./marks/line.ts";
import type { Swatch, Trace } from "./marks/mark.ts";
import { tableMarksOf } from "./marks/registry.ts";
import { traceStyle } from "./series_style.ts";
import { element } from "./svg/svg.ts";
import { BOLD, cutText, textElement, textWidth, wrapText } from "./svg/text.ts";

const size = 13;
const rowHeight = 22;
/** Pixels of a dashed line and the space before it. */
const dash = 24;
const gap = 6;

/** One entry: the sample of a series, and its name. */
interface Entry {
  readonly label: string;
  /** The measured traces, whose marks have samples. */
  readonly traces: readonly Trace[];
  readonly swatches: readonly Swatch[];
  /**
   * The colour and the dashes of the reference line of the entry; `null` if it has no such line.
   */
  readonly dashed: { readonly colour: string; readonly dashes: string } | null;
}

/** A legend above a chart. */
export interface Legend {
  readonly height: number;
  readonly nodes: readonly SvgNode[];
}

/** The legend of the series of a chart, in rows that fit the width; empty for a single line. */
export function drawLegend(
  canvas: Canvas,
  chart: Chart,
  traces: readonly Trace[],
  width: number,
): Legend {
  const { document, Plot } = canvas;
  const entries = legendEntries(chart, traces);
  if (entries.length === 0) return { height: 0, nodes: [] };
  const marks: Mark[] = [];
  let [x, row] = [0, 0];
  const middle = () => row * rowHeight + rowHeight / 2;
  const write = (label: string, weight: number) => {
    const place = { x, y: middle() + 4.5, "font-weight": weight, class: "legend" };
    marks.push(() => textElement(document, label, place));
  };
  if (chart.seriesLabel !== undefined) {
    const heading = cutText(chart.seriesLabel, size, width);
    write(heading, 600);
    x = textWidth(heading, size) * BOLD + 14;
  }
  for (const entry of entries) {
    const wide = widthOf(entry);
    const [label = "", ...more] = wrapText(entry.label, size, width - wide - gap);
    const needed = wide + gap + textWidth(label, size);
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1];
    marks.push(...drawSample(canvas, entry, x, middle()));
    x += wide + gap;
    write(label, 400);
    for (const line of more) {
      row += 1;
      write(line, 400);
    }
    x = more.length > 0 ? width : x + textWidth(label, size) + 16;
  }
  const height = (row + 1) * rowHeight;
  const pixels = { type: "identity", axis: null };
  const frame = { document, className: "plot", width, height, margin: 0 };
  const plot = Plot.plot({ ...frame, x: pixels, y: pixels, marks });
  return { height, nodes: [element(document, "g", {}, [...plot.childNodes])] };
}

/** The entries: the series, other lines with labels, then the reference lines. */
function legendEntries(chart: Chart, traces: readonly Trace[]): Entry[] {
  const measured = traces.some((trace) => trace.role === "measured");
  const drawn = dashedLabels(chart).filter((name) =>
    traces.some((trace) => trace.role === "theory" && (trace.label ?? trace.role) === name)
  );
  const named = (chart.series ?? []).flatMap((label, series) => {
    const own = traces.filter((trace) => trace.series === series);
    return own.length === 0 ? [] : [entryOf(chart, label, own)];
  });
  const others = traces.filter((trace) => trace.series === null && trace.role === "measured");
  const labels = [...new Set(others.flatMap(({ label }) => label === null ? [] : [label]))];
  const lines = labels.map((name) => {
    const own = others.filter(({ label, mark }) => label === name || mark === "band");
    return entryOf(chart, name, own);
  });
  const alone = named.length === 0 && lines.length === 0 && drawn.length > 0 && others.length > 0
    ? [entryOf(chart, "measured", others)]
    : [];
  const entries = [...named, ...lines, ...alone];
  if (!measured && entries.length === 0) return entries;
  const references = drawn.map((label): Entry => {
    const dashed = { colour: "var(--ink)", dashes: dashes(chart, { label, role: "theory" }) };
    return { label, traces: [], swatches: [], dashed };
  });
  return [...entries, ...references];
}

function entryOf(chart: Chart, label: string, traces: readonly Trace[]): Entry {
  const measured = traces.filter(({ role }) => role === "measured");
  const all = new Set(tableMarksOf(measured).flatMap(([, { swatches }]) => swatches));
  const reference = traces.find(({ role }) => role === "theory");
  const dashed = reference &&
    { colour: traceStyle(reference).colour, dashes: dashes(chart, reference) };
  return { label, traces: measured, swatches: [...all], dashed: dashed ?? null };
}

function drawSample(canvas: Canvas, entry: Entry, x: number, y: number): Mark[] {
  const { traces, swatches, dashed } = entry;
  const at = { x, y, width: sampleWidth(entry) };
  const parts = swatches.flatMap((swatch) => swatch.draw(canvas, at, traces));
  if (dashed === null) return parts;
  const end = x + widthOf(entry);
  const stroke = { stroke: dashed.colour, strokeWidth: 1.4, strokeDasharray: dashed.dashes };
  return [...parts, canvas.Plot.ruleY([y], { x1: end - dash + 1, x2: end, ...stroke })];
}

/** The width of the sample of the measurements. */
function sampleWidth({ swatches }: Entry): number {
  return Math.max(0, ...swatches.map(({ width }) => width));
}

function widthOf(entry: Entry): number {
  const first = sampleWidth(entry);
  return first + (entry.dashed === null ? 0 : dash + (first > 0 ? 5 : 0));
}
