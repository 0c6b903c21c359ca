import type { ChartFrame } from "./axes.ts";
import type { DrawingName } from "./drawings.ts";
import type { Layer } from "./marks.ts";

/** The text of every figure. */
export interface FigureText {
  /** The id, unique in the result: letters, digits and hyphens. */
  readonly id: string;
  /** A short heading. */
  readonly title: string;
  /** A plain text that says what the figure shows, what bands, symbols and dashes mean, and n. */
  readonly caption: string;
  /** A description for a reader who cannot see the figure. */
  readonly alt: string;
}

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
export type Figure = Chart | Drawing;
