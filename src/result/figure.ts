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

/** A line through the rows of a table, one for each value of `series`. */
export interface LineLayer {
  /** A line. */
  readonly mark: "line";
  /** The table's id; columns below are names in it. */
  readonly table: string;
  /** Column of the places on x. */
  readonly x: string;
  /** Column of the values on y. */
  readonly y: string;
  /** The column that tells lines apart. Its values are listed in the figure's `series`. */
  readonly series?: string;
  /**
   * A measurement is drawn solid with symbols. What it is compared with, such as a theory, a bound or
   * a baseline, is drawn thin and dashed, without symbols.
   */
  readonly role: "measured" | "theory";
  /**
   * What the line is, for the legend: `"memoryless baseline"`. By default that is the role. Layers of
   * one label have the same dashes.
   */
  readonly label?: string;
}

/** An interval by x as a band, one for each value of `series`. */
export interface BandLayer {
  /** A band. */
  readonly mark: "band";
  /** The table's id. */
  readonly table: string;
  /** Column of the places on x. */
  readonly x: string;
  /** Column of the lower ends. */
  readonly low: string;
  /** Column of the upper ends. */
  readonly high: string;
  /** The column that tells bands apart. */
  readonly series?: string;
}

/** A symbol for each row. */
export interface PointLayer {
  /** Symbols. */
  readonly mark: "point";
  /** The table's id. */
  readonly table: string;
  /** Column of the places on x. */
  readonly x: string;
  /** Column of the places on y. */
  readonly y: string;
  /** The column that tells symbols apart. */
  readonly series?: string;
}

/**
 * An estimate with its interval for each row, beside the name of its category: a symbol at `x` and
 * a line from `low` to `high`; the symbol alone where they are `null`. Series of one category lie
 * below each other. Wants a category axis.
 */
export interface IntervalLayer {
  /** Estimates with their intervals. */
  readonly mark: "interval";
  /** The table's id. */
  readonly table: string;
  /** Column of the values on x. */
  readonly x: string;
  /** Column of the lower ends. */
  readonly low: string;
  /** Column of the upper ends. */
  readonly high: string;
  /** Column of the categories. */
  readonly y: string;
  /** The column that tells symbols apart. */
  readonly series?: string;
}

/**
 * A bar from 0 for each row, beside the name of its category; series of one category follow each
 * other, so that their lengths add up. Wants a category axis and a linear x.
 */
export interface BarLayer {
  /** Bars. */
  readonly mark: "bar";
  /** The table's id. */
  readonly table: string;
  /** Column of the lengths on x, 0 or more. */
  readonly x: string;
  /** Column of the categories. */
  readonly y: string;
  /** The column that tells the parts of a bar apart. */
  readonly series?: string;
}

/**
 * A coloured cell for each row, at whole numbers on x and y: a heat map. Cells below 0 bear a short
 * line, so that the sign does not hang on the hue. Wants the chart's `colour`.
 */
export interface CellLayer {
  /** Coloured cells. */
  readonly mark: "cell";
  /** The table's id. */
  readonly table: string;
  /** Column of whole numbers on x. */
  readonly x: string;
  /** Column of whole numbers on y. */
  readonly y: string;
  /** Column of the values that the colours show. */
  readonly value: string;
}

/** A straight line across the chart at one value of one axis, with its label. */
export interface RuleLayer {
  /** A straight line across the chart. */
  readonly mark: "rule";
  /** The axis that it stands at a value of. */
  readonly axis: "x" | "y";
  /** The value that it marks. */
  readonly value: number;
  /** Written beside it. */
  readonly label: string;
}

/** A circle about the origin, with its label; for charts of equal aspect. */
export interface CircleLayer {
  /** A circle. */
  readonly mark: "circle";
  /** In the axes' unit. */
  readonly radius: number;
  /** Written beside it. */
  readonly label: string;
}

/** One layer of a chart; later layers lie on top. */
export type Layer =
  | LineLayer
  | BandLayer
  | PointLayer
  | IntervalLayer
  | BarLayer
  | CellLayer
  | RuleLayer
  | CircleLayer;

/** A layer that draws the rows of a table. */
export type TableLayer = Exclude<Layer, RuleLayer | CircleLayer>;
