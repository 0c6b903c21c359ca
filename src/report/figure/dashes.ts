import type { Chart } from "../../result/figure.ts";
import type { Trace } from "./data.ts";

/** Strokes and gaps in pixels, by the place of a label among those of a chart. */
const patterns = ["5 4", "1.5 3", "9 3 1.5 3"];

/** What a chart's dashed lines are, each once, in the order of its layers. */
export function dashedLabels(chart: Chart): string[] {
  const labels = chart.layers.flatMap((layer) =>
    layer.mark === "line" && layer.role === "theory" ? [layer.label ?? layer.role] : []
  );
  return [...new Set(labels)];
}

/** The dashes of a line that is compared with measurements: lines of one label have the same. */
export function dashes(chart: Chart, { label, role }: Pick<Trace, "label" | "role">): string {
  const place = dashedLabels(chart).indexOf(label ?? role);
  return patterns[Math.max(0, place) % patterns.length] ?? "";
}
