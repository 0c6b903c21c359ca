import type { SvgElement } from "./dom.ts";
import type { Figure } from "../../result/figure.ts";
import type { Table } from "../../result/result.ts";
import type { Canvas } from "./canvas.ts";
import { drawChart } from "./chart.ts";
import { drawRnnUnfolding } from "./rnn_unfolding.ts";
import { tidy } from "./svg.ts";

/** How a figure is rendered. */
export interface RenderOptions {
  /** The most that the drawing is wide, in pixels; below 500 it is laid out for a narrow screen. */
  readonly width: number;
  /** What ids in the drawing begin with, so that they are unique in the page. */
  readonly prefix: string;
}

/**
 * Draws a figure. Colours are the custom properties of the page or file around it, so that one
 * drawing serves the light and the dark scheme; no text is smaller than 12 pixels.
 *
 * @param figure What to draw.
 * @param tables The result's tables.
 * @param canvas What to draw it with, from {@link openCanvas}.
 * @throws {InputError} Where the figure names what the tables don't have.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { openCanvas } from "./canvas.ts";
 * import { renderFigure } from "./render.ts";
 *
 * const axis = { label: "lag", unit: "steps", scale: "linear" } as const;
 * const figure = {
 *   kind: "chart",
 *   id: "decay",
 *   title: "Decay",
 *   caption: "Value by lag.",
 *   alt: "A falling line.",
 *   x: axis,
 *   y: { label: "value", scale: "log" },
 *   layers: [{ mark: "line", table: "decay", x: "lag", y: "value", role: "measured" }],
 * } as const;
 * const columns = [{ name: "lag", label: "lag" }, { name: "value", label: "value" }];
 * const tables = [{ id: "decay", title: "Decay", columns, rows: [[0, 1], [1, 0.1], [2, 0.01]] }];
 * const svg = renderFigure(figure, tables, await openCanvas(), { width: 720, prefix: "decay" });
 * assert(svg.querySelector(".mark-measured path") !== null);
 * ```
 */
export function renderFigure(
  figure: Figure,
  tables: readonly Table[],
  canvas: Canvas,
  options: RenderOptions,
): SvgElement {
  const svg = figure.kind === "chart"
    ? drawChart(figure, tables, canvas, options.width)
    : drawRnnUnfolding(figure, canvas.document, options.width);
  tidy(svg, options.prefix);
  return svg;
}
