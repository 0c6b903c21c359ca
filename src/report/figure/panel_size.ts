import type { Chart } from "../../result/figure.ts";
import { type Domain, spanOf } from "./scale.ts";

/** Pixels between a panel's edges and the ends of its scales. */
export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How wide a panel may be, and in which grid it stands. */
export interface Place {
  /** Panels beside each other. */
  readonly columns: number;
  /** Whether the screen is narrow. */
  readonly narrow: boolean;
  /** The most that a panel is wide. */
  readonly most: number;
}

/** The most that cells are high together, in pixels: beyond it they are not told apart by eye. */
const highest = 2000;

/** The columns of a grid of so many panels. */
export function gridColumns(chart: Chart, facets: number, narrow: boolean): number {
  if (narrow) return facets > 3 && chart.y.scale !== "category" ? 2 : 1;
  return Math.min(facets, facets === 4 || facets === 8 ? 2 : 3);
}

/** The size of a panel whose axes are of numbers. */
export function panelSize(
  chart: Chart,
  { columns, narrow, most }: Place,
  insets: Insets,
  x: Domain = [0, 1],
  y: Domain = [0, 1],
): { readonly width: number; readonly height: number } {
  if (chart.aspect === "equal") {
    const ratio = spanOf(y) / spanOf(x);
    const width = Math.min(most, narrow ? most : 460, 520 / ratio);
    const height = (width - insets.left - insets.right) * ratio + insets.top + insets.bottom;
    return { width, height };
  }
  const alone = narrow ? (chart.facet === undefined ? 270 : 180) : 320;
  const height = columns === 1 ? alone : narrow ? 150 : 210;
  if (!chart.layers.some((layer) => layer.mark === "cell")) return { width: most, height };
  // Cells are neither too low to be seen nor like tall bars.
  const rows = spanOf(y);
  return {
    width: most,
    height: Math.max(80, Math.min(rows * 5, highest), Math.min(height, rows * 30)),
  };
}
