import type { Trace } from "./data.ts";

/**
 * Puts the bars of one layer, facet and category behind each other, in the order of the traces:
 * `low` and `high` become where they begin and end.
 */
export function stackBars(traces: readonly Trace[]): Trace[] {
  const ends = new Map<string, number>();
  return traces.map((trace) => {
    if (trace.mark !== "bar") return trace;
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
