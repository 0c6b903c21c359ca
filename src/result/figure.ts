/** An axis of numbers. */
export interface NumberAxis {
  /** The quantity in words: `"lag k"`. */
  readonly label: string;
  /** The unit of the quantity, if it has one: `"steps"`. */
  readonly unit?: string;
  /** `"log"` for values over several decades. */
  readonly scale: "linear" | "log";
  /** The range that is drawn; by default the range of the data. */
  readonly domain?: readonly [number, number];
}

/** An axis of names. Only the y axis of a chart can be one. */
export interface CategoryAxis {
  /** The kind of the names: `"architecture"`. */
  readonly label: string;
  /** Names have no unit. */
  readonly unit?: never;
  /** Marks the axis as one of names. */
  readonly scale: "category";
  /** The names in the `y` columns of the layers, in order from the top. */
  readonly categories: readonly string[];
}

/** An axis of a chart. */
export type Axis = NumberAxis | CategoryAxis;

/** The colours of cells: a hue for positive and one for negative values, which fade to the background at 0. */
export interface ColourScale {
  /** The quantity in words: `"cell state"`. */
  readonly label: string;
  /** The unit of the quantity, if it has one. */
  readonly unit?: string;
  /** The magnitude with the full colour, on both sides of 0; by default the largest that is drawn. */
  readonly limit?: number;
}

/** The fields that every figure has. */
export interface FigureText {
  /** Unique in the result: lower-case letters and digits, with single hyphens between them. */
  readonly id: string;
  /** A short heading. */
  readonly title: string;
  /** The description of the content: the meaning of bands, symbols and dashes, and n. Plain text. */
  readonly caption: string;
  /** The content of the figure for a reader who cannot see it. */
  readonly alt: string;
}

/** A chart of the tables of a result. */
export interface Chart extends FigureText {
  /** Marks the figure as a chart. */
  readonly kind: "chart";
  /** The horizontal axis. */
  readonly x: NumberAxis;
  /** The vertical axis. */
  readonly y: Axis;
  /** The colours of cells; required by a {@link CellLayer}. */
  readonly colour?: ColourScale;
  /** The values of the `series` columns of the layers, in the order of drawing and of the legend. */
  readonly series?: readonly string[];
  /** The heading of the legend: `"gain of W_hh"`. */
  readonly seriesLabel?: string;
  /** The shape of the chart. With `"equal"`, a unit has the same length on x and on y. */
  readonly aspect?: "wide" | "equal";
  /** A column that divides the figure into small multiples, one for each of its values. */
  readonly facet?: string;
  /** The layers from the bottom to the top. */
  readonly layers: readonly Layer[];
}

/** A diagram that the report draws by its name. */
export interface Drawing extends FigureText {
  /** Marks the figure as a drawing. */
  readonly kind: "drawing";
  /** The name of the drawing. */
  readonly drawing: "rnn-unfolding";
  /** The options of the drawing: `{ steps: 8 }`. */
  readonly options: Readonly<Record<string, number>>;
}

/** A figure as data. */
export type Figure = Chart | Drawing;

/** Lines through the rows of a table, one for each value of `series`. */
export interface LineLayer {
  /** Marks the layer as lines. */
  readonly mark: "line";
  /** The id of the table. The columns below are columns of it. */
  readonly table: string;
  /** The column of the positions on x. */
  readonly x: string;
  /** The column of the positions on y. */
  readonly y: string;
  /** The column of the series. Its values are listed in `series` of the chart. */
  readonly series?: string;
  /**
   * `"measured"` draws a solid line with symbols. `"theory"` draws a thin dashed line without symbols,
   * for values that measurements are compared with, such as a theory, a bound or a baseline.
   */
  readonly role: "measured" | "theory";
  /**
   * The name of the line in the legend: `"memoryless baseline"`. By default the role. Layers with equal
   * labels have equal dashes.
   */
  readonly label?: string;
}

/** Bands between two values over x, one for each value of `series`. */
export interface BandLayer {
  /** Marks the layer as bands. */
  readonly mark: "band";
  /** The id of the table. */
  readonly table: string;
  /** The column of the positions on x. */
  readonly x: string;
  /** The column of the lower ends. */
  readonly low: string;
  /** The column of the upper ends. */
  readonly high: string;
  /** The column of the series. */
  readonly series?: string;
}

/** A symbol for each row. */
export interface PointLayer {
  /** Marks the layer as symbols. */
  readonly mark: "point";
  /** The id of the table. */
  readonly table: string;
  /** The column of the positions on x. */
  readonly x: string;
  /** The column of the positions on y. */
  readonly y: string;
  /** The column of the series. */
  readonly series?: string;
}

/**
 * An estimate with its interval for each row: a symbol at `x`, and a line from `low` to `high` if these
 * are not `null`. The series of a category are below each other. The y axis must be of categories.
 */
export interface IntervalLayer {
  /** Marks the layer as estimates with intervals. */
  readonly mark: "interval";
  /** The id of the table. */
  readonly table: string;
  /** The column of the estimates on x. */
  readonly x: string;
  /** The column of the lower ends. */
  readonly low: string;
  /** The column of the upper ends. */
  readonly high: string;
  /** The column of the categories. */
  readonly y: string;
  /** The column of the series. */
  readonly series?: string;
}

/**
 * A bar for each row. The bars of a category are stacked along x from 0, so that their lengths add up.
 * The y axis must be of categories, and the x axis linear.
 */
export interface BarLayer {
  /** Marks the layer as bars. */
  readonly mark: "bar";
  /** The id of the table. */
  readonly table: string;
  /** The column of the lengths on x, which are 0 or more. */
  readonly x: string;
  /** The column of the categories. */
  readonly y: string;
  /** The column of the series, which are the parts of a stacked bar. */
  readonly series?: string;
}

/**
 * A heat map: a coloured cell for each row, at integers on x and y. Cells below 0 have a short line, so
 * that readers who do not distinguish the hues see the sign. The chart must have `colour`.
 */
export interface CellLayer {
  /** Marks the layer as cells. */
  readonly mark: "cell";
  /** The id of the table. */
  readonly table: string;
  /** The column of the integers on x. */
  readonly x: string;
  /** The column of the integers on y. */
  readonly y: string;
  /** The column of the values that determine the colours. */
  readonly value: string;
}

/** A straight line across the chart at a value of an axis, with a label. */
export interface RuleLayer {
  /** Marks the layer as a rule. */
  readonly mark: "rule";
  /** The axis of the value. */
  readonly axis: "x" | "y";
  /** The value at which the line is drawn. */
  readonly value: number;
  /** The text beside the line. */
  readonly label: string;
}

/** A circle around the origin, with a label. It needs a chart of equal aspect to be round. */
export interface CircleLayer {
  /** Marks the layer as a circle. */
  readonly mark: "circle";
  /** The radius in the unit of the axes. */
  readonly radius: number;
  /** The text beside the circle. */
  readonly label: string;
}

/** A layer of a chart. */
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
