import type { Layer } from "./figure_layers.ts";

/** An axis of numbers. */
export interface NumberAxis {
  /** What is measured, in words: `"lag k"`. */
  readonly label: string;
  /** Its unit: `"steps"`; absent where the quantity has none. */
  readonly unit?: string;
  /** `"log"` where the values fall over decades. */
  readonly scale: "linear" | "log";
  /** The range drawn; by default the data's own. */
  readonly domain?: readonly [number, number];
}

/** An axis of names, in order from the top; only a chart's y axis can be one. */
export interface CategoryAxis {
  /** What the names are: `"architecture"`. */
  readonly label: string;
  /** There is none. */
  readonly unit?: never;
  /** Names, not numbers. */
  readonly scale: "category";
  /** The names that the layers' `y` columns hold, in order from the top. */
  readonly categories: readonly string[];
}

/** One axis of a chart. */
export type Axis = NumberAxis | CategoryAxis;

/** What the colours of cells say: two hues that fade to the background at 0. */
export interface ColourScale {
  /** What is measured, in words: `"cell state"`. */
  readonly label: string;
  /** Its unit, where it has one. */
  readonly unit?: string;
  /** The magnitude that has the full colour, on both sides of 0; by default the largest drawn. */
  readonly limit?: number;
}

/** What every figure has. */
export interface FigureText {
  /** Unique in the result; letters, digits and hyphens. */
  readonly id: string;
  /** A short heading. */
  readonly title: string;
  /** What is drawn: what bands, symbols and dashes mean, and n. Plain text. */
  readonly caption: string;
  /** What the figure shows, for a reader who cannot see it. */
  readonly alt: string;
}

/** A chart: a pure function of the result's tables. */
export interface Chart extends FigureText {
  /** Drawn from tables. */
  readonly kind: "chart";
  /** The horizontal axis. */
  readonly x: NumberAxis;
  /** The vertical axis. */
  readonly y: Axis;
  /** What the colours of cells say. */
  readonly colour?: ColourScale;
  /** The series in order of drawing and of the legend; values of the layers' `series` columns. */
  readonly series?: readonly string[];
  /** What the series are, as the legend's heading: `"gain of W_hh"`. */
  readonly seriesLabel?: string;
  /** `"equal"`: one unit is as long on x as on y. */
  readonly aspect?: "wide" | "equal";
  /** Small multiples: a chart for each value of this column in every table that has it. */
  readonly facet?: string;
  /** What is drawn, from the bottom to the top. */
  readonly layers: readonly Layer[];
}

/** A diagram that the report knows how to draw, by name. */
export interface Drawing extends FigureText {
  /** Drawn from options alone. */
  readonly kind: "drawing";
  /** The drawing's name in the report. */
  readonly drawing: "rnn-unfolding";
  /** What the drawing depends on: `{ steps: 8 }`. */
  readonly options: Readonly<Record<string, number>>;
}

/** A figure, as data. */
export type Figure = Chart | Drawing;
