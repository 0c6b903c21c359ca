import type { Chart } from "../../result/figure.ts";
import type { NumberAxis } from "../../result/axes.ts";
import { isTableLayer } from "../../result/marks.ts";
import { formatTicks, greatest, smallest } from "../format/numbers.ts";
import type { Trace } from "./marks/mark.ts";
import { annotationMark, isFilled, tableMark } from "./marks/registry.ts";
import { axisDomain, axisTicks, type Domain, spanOf } from "./geometry/scale.ts";
import { textWidth } from "./svg/text.ts";

const tickSize = 12;
/** The largest ratio of the lengths of the axes of a chart of equal aspect. */
const longest = 8;

/** The domains and ticks that all panels of a chart share. */
export interface ChartAxes {
  readonly xDomain: Domain;
  /** On a category axis, from half a row above the first category to half a row below the last. */
  readonly yDomain: Domain;
  readonly xTicks: number[];
  /** Empty on a category axis. */
  readonly yTicks: number[];
}

/** The domains and ticks for panels of about this size. */
export function chartAxes(
  chart: Chart,
  traces: readonly Trace[],
  { width, height }: { readonly width: number; readonly height: number },
): ChartAxes {
  // With equal aspect, both axes have the same distance between ticks.
  const perTick = chart.aspect === "equal" ? 75 : 48;
  // Panels beside names of rows are narrow, and their values are on x, so x needs at least 3 ticks.
  const fewest = chart.y.scale === "category" ? 3 : 2;
  const counts = { x: Math.max(fewest, width / 75), y: Math.max(3, height / perTick) };
  const xValues = axisValues(chart, traces, "x");
  let xDomain = domainOf(chart.x, traces, xValues, counts.x);
  const yValues = axisValues(chart, traces, "y");
  let yDomain = chart.y.scale === "category"
    ? [-0.5, chart.y.categories.length - 0.5] as const
    : domainOf(chart.y, traces, yValues, counts.y);
  if (chart.aspect === "equal") {
    const least = Math.max(spanOf(xDomain), spanOf(yDomain)) / longest;
    [xDomain, yDomain] = [atLeast(xDomain, least), atLeast(yDomain, least)];
  }
  const fitting = fittingTicks(chart.x, xDomain, counts.x, width);
  const xTicks = wholeTicks(fitting, traces, xValues);
  if (chart.y.scale === "category") return { xDomain, yDomain, xTicks, yTicks: [] };
  const ticks = axisTicks(chart.y.scale, yDomain, counts.y);
  return { xDomain, yDomain, xTicks, yTicks: wholeTicks(ticks, traces, yValues) };
}

/** The width of the widest label of an axis. */
export function labelWidth(ticks: readonly number[], axis: NumberAxis): number {
  return Math.max(0, greatest(labelWidths(ticks, axis)));
}

/** The widths of the labels of ticks, which all have the same number of decimals. */
export function labelWidths(ticks: readonly number[], axis: NumberAxis): number[] {
  return formatTicks(ticks, axis.scale).map((tick) => textWidth(tick, tickSize));
}

function axisValues(chart: Chart, traces: readonly Trace[], axis: "x" | "y"): number[] {
  const values = traces.flatMap((trace) =>
    trace.spots.filter((spot) => !Number.isNaN(spot.x) && !Number.isNaN(spot.y))
      .flatMap((spot) => tableMark(trace).extent(spot, axis))
  );
  for (const layer of chart.layers) {
    if (!isTableLayer(layer)) values.push(...annotationMark(layer).extent(layer, axis));
  }
  return chart[axis].scale === "log" ? values.filter((value) => value > 0) : values;
}

function domainOf(
  axis: NumberAxis,
  traces: readonly Trace[],
  values: readonly number[],
  count: number,
): Domain {
  if (axis.domain || values.length === 0 || !isFilled(traces)) {
    return axisDomain(axis, values, count);
  }
  return [smallest(values), greatest(values)];
}

/** Widens a domain on both sides if it is narrower than `span`. */
function atLeast(domain: Domain, span: number): Domain {
  if (spanOf(domain) >= span) return domain;
  const centre = domain[0] / 2 + domain[1] / 2;
  const most = Number.MAX_VALUE;
  return [Math.max(-most, centre - span / 2), Math.min(most, centre + span / 2)];
}

/** Ticks whose labels fit side by side. */
function fittingTicks(axis: NumberAxis, domain: Domain, count: number, width: number): number[] {
  let ticks = axisTicks(axis.scale, domain, count);
  for (let fewer = Math.floor(count); fewer >= 1 && ticks.length > 2; fewer--) {
    if (ticks.length * (labelWidth(ticks, axis) + 14) <= width) break;
    ticks = axisTicks(axis.scale, domain, fewer);
  }
  return ticks;
}

/**
 * Returns only the ticks at integers if all values are integers, since half a step has no meaning.
 */
function wholeTicks(
  ticks: number[],
  traces: readonly Trace[],
  values: readonly number[],
): number[] {
  const whole = ticks.filter(Number.isInteger);
  if (isFilled(traces)) return whole;
  return values.length > 0 && values.every(Number.isInteger) && whole.length > 1 ? whole : ticks;
}
