import type { Chart } from "../../result/figure.ts";
import type { Trace } from "./data.ts";
import type { Attributes } from "./svg.ts";

/** How many strengths of colour there are on each side of 0. */
export const levels = 12;
/** The opacity of the full colour: below 1, so that the mark of negative cells is seen on it. */
const strongest = 0.85;

/** The magnitude with the full colour: the chart's, or the largest that is drawn. */
export function colourLimit(chart: Chart, traces: readonly Trace[]): number {
  const drawn = traces.filter((trace) => trace.mark === "cell").flatMap((trace) => trace.spots)
    .reduce((most, { value }) => Math.max(most, Math.abs(Number.isNaN(value) ? 0 : value)), 0);
  return chart.colour?.limit ?? (drawn > 0 ? drawn : 1);
}

/** The level of a value, from -{@link levels} to {@link levels}. */
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
