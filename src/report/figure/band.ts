import type { Chart } from "../../result/figure.ts";

/** How many bands of a chart's earlier layers lie under those of the layer at this place. */
export function bandDepth(chart: Chart, layer: number): number {
  const series = (place: number) => {
    const band = chart.layers[place];
    return band?.mark === "band" ? band.series ?? null : undefined;
  };
  return chart.layers.slice(0, layer).filter((_, place) => series(place) === series(layer)).length;
}

/** The opacity of a band over so many others: stronger, so that it is told from them. */
export function bandOpacity(depth: number): number {
  return 0.18 + 0.1 * Math.min(depth, 3);
}
