/** An axis of numbers. */
export interface NumberAxis {
  /** The quantity, in words: `"lag k"`. */
  readonly label: string;
  /** The unit, such as `"steps"`, if the quantity has one. */
  readonly unit?: string;
  /** `"log"` if the values span decades. */
  readonly scale: "linear" | "log";
  /** The range of the axis. Default: the range of the data. */
  readonly domain?: readonly [number, number];
}

/** An axis of names, in order from the top. Only the y axis of a chart can have names. */
export interface CategoryAxis {
  /** The kind of the names: `"architecture"`. */
  readonly label: string;
  /** Names have no unit. */
  readonly unit?: never;
  /** Names, not numbers. */
  readonly scale: "category";
  /** The names in the `y` columns of the layers, in order from the top. */
  readonly categories: readonly string[];
}

/** One axis of a chart. */
export type Axis = NumberAxis | CategoryAxis;

/** The meaning of the colours of cells: two hues that fade to the background at 0. */
export interface ColourScale {
  /** The quantity, in words: `"cell state"`. */
  readonly label: string;
  /** The unit, if the quantity has one. */
  readonly unit?: string;
  /**
   * The magnitude that has the full colour, above and below 0. Default: the largest magnitude in
   * the chart.
   */
  readonly limit?: number;
}

/** The axes of a chart, on which the possible layers depend. */
export interface ChartFrame {
  /** The id, unique in the result: letters, digits and hyphens. */
  readonly id: string;
  /** The horizontal axis. */
  readonly x: NumberAxis;
  /** The vertical axis. */
  readonly y: Axis;
  /** The meaning of the colours of cells. */
  readonly colour?: ColourScale;
}
