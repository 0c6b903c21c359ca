import type { ChartFrame } from "./axes.ts";
import type { ConfusionFigure } from "./confusion_figure.ts";
import type { DrawingName } from "./drawings.ts";
import type { FigureText } from "./figure_text.ts";
import { isTableLayer, type Layer } from "./marks.ts";
import type { WordStrips } from "./word_strips.ts";

/** A chart: a pure function of the tables of the result. */
export interface Chart extends FigureText, ChartFrame {
  /** The kind of a figure that is drawn from tables. */
  readonly kind: "chart";
  /**
   * The series in order of drawing and of the legend; the values of the `series` columns of the
   * layers.
   */
  readonly series?: readonly string[];
  /** The kind of the series, as the heading of the legend: `"gain of W_hh"`. */
  readonly seriesLabel?: string;
  /** `"equal"`: one unit is as long on x as on y. */
  readonly aspect?: "wide" | "equal";
  /**
   * The column for small multiples: a panel for each of its values. A table without this column is
   * drawn in every panel.
   */
  readonly facet?: string;
  /** The layers, from the bottom to the top. */
  readonly layers: readonly Layer[];
}

/** A diagram that the report draws, by name. */
export interface Drawing extends FigureText {
  /** The kind of a figure that is drawn from options. */
  readonly kind: "drawing";
  /** The name of the drawing. */
  readonly drawing: DrawingName;
  /** The options of the drawing: `{ steps: 8 }`. */
  readonly options: Readonly<Record<string, number>>;
}

/** A figure, as data. */
export type Figure = Chart | ConfusionFigure | Drawing | WordStrips;

/**
 * Lists the tables that a figure draws.
 *
 * @param figure The figure.
 * @returns The ids of the tables, each once.
 */
export function figureTables(figure: Figure): string[] {
  if (figure.kind === "drawing") return [];
  if (figure.kind !== "chart") return [figure.table];
  return [...new Set(figure.layers.filter(isTableLayer).map(({ table }) => table))];
}
