import { z } from "zod";
import { InputError } from "../core/errors.ts";
import { idSchema as id, textSchema as text } from "../core/schema.ts";
import type { ChartFrame } from "./axes.ts";

/** The largest absolute coordinate of a cell. */
const LARGEST_COORDINATE = 1e6;

/** A line through the rows of a table, one for each value of `series`. */
export interface LineLayer {
  /** A line. */
  readonly mark: "line";
  /** The id of the table. The other properties of the layer name its columns. */
  readonly table: string;
  /** The column of the positions on x. */
  readonly x: string;
  /** The column of the values on y. */
  readonly y: string;
  /** The column with the series of each row. The `series` of the figure lists its values. */
  readonly series?: string;
  /**
   * A measurement is drawn solid with symbols. A reference for comparison, such as a theory, a bound
   * or a baseline, is drawn thin and dashed, without symbols.
   */
  readonly role: "measured" | "theory";
  /**
   * The name of the line in the legend: `"memoryless baseline"`; by default the role. Layers with
   * the same label have the same dashes.
   */
  readonly label?: string;
}

/** An interval by x as a band, one for each value of `series`. */
export interface BandLayer {
  /** A band. */
  readonly mark: "band";
  /** The id of the table. */
  readonly table: string;
  /** The column of the positions on x. */
  readonly x: string;
  /** The column of the lower ends. */
  readonly low: string;
  /** The column of the upper ends. */
  readonly high: string;
  /** The column with the series of each row. */
  readonly series?: string;
}

/** A symbol for each row. */
export interface PointLayer {
  /** Symbols. */
  readonly mark: "point";
  /** The id of the table. */
  readonly table: string;
  /** The column of the positions on x. */
  readonly x: string;
  /** The column of the positions on y. */
  readonly y: string;
  /** The column with the series of each row. */
  readonly series?: string;
}

/**
 * An estimate with its interval for each row, beside the name of its category: a symbol at `x` and a
 * line from `low` to `high`, or the symbol alone if they are `null`. Series of one category lie below
 * each other. Requires a category axis.
 */
export interface IntervalLayer {
  /** Estimates with their intervals. */
  readonly mark: "interval";
  /** The id of the table. */
  readonly table: string;
  /** The column of the values on x. */
  readonly x: string;
  /** The column of the lower ends. */
  readonly low: string;
  /** The column of the upper ends. */
  readonly high: string;
  /** The column of the categories. */
  readonly y: string;
  /** The column with the series of each row. */
  readonly series?: string;
}

/**
 * A bar from 0 for each row, beside the name of its category; the series of one category are stacked,
 * so that their lengths add up. Requires a category axis and a linear x axis.
 */
export interface BarLayer {
  /** Bars. */
  readonly mark: "bar";
  /** The id of the table. */
  readonly table: string;
  /** The column of the lengths on x, 0 or more. */
  readonly x: string;
  /** The column of the categories. */
  readonly y: string;
  /** The column with the series of each row: the parts of a bar. */
  readonly series?: string;
}

/**
 * A coloured cell for each row, at integers on x and y: a heat map. Cells below 0 have a short
 * line, so that the sign is visible without the hue. Requires `colour` of the chart.
 */
export interface CellLayer {
  /** Coloured cells. */
  readonly mark: "cell";
  /** The id of the table. */
  readonly table: string;
  /** The column of integers on x. */
  readonly x: string;
  /** The column of integers on y. */
  readonly y: string;
  /** The column of the values that the colours show. */
  readonly value: string;
}

/** A straight line across the chart at one value of one axis, with its label. */
export interface RuleLayer {
  /** A straight line across the chart. */
  readonly mark: "rule";
  /** The axis of the value. */
  readonly axis: "x" | "y";
  /** The value. */
  readonly value: number;
  /** The text beside the line. */
  readonly label: string;
}

/** A circle about the origin, with its label; for charts of equal aspect. */
export interface CircleLayer {
  /** A circle. */
  readonly mark: "circle";
  /** The radius, in the unit of the axes. */
  readonly radius: number;
  /** The text beside the circle. */
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
export type TableLayer = Extract<Layer, { readonly table: string }>;

/** The name of a mark. */
export type MarkName = Layer["mark"];

/** The layer of a mark. */
export type LayerOf<M extends MarkName> = Extract<Layer, { readonly mark: M }>;

/** A requirement on the cells of a column. */
export interface CellRequirement {
  readonly column: string;
  /** The requirement, in words that follow "must be". */
  readonly wanted: string;
  readonly isValid: (cell: number | string | null) => boolean;
}

/** The requirements of a mark. */
export interface MarkRules<L extends Layer> {
  /** Validates a layer. The compiler compares the schema with the interface. */
  readonly schema: z.ZodObject & z.ZodType<L>;
  /** The kind of the y axis; by default `"number"`. */
  readonly yAxis?: "category" | "number" | ((layer: L) => "category" | "number" | "either");
  /** The axes that must be linear; by default none. */
  readonly linear?: readonly ("x" | "y")[];
  /**
   * Checks the other requirements on the chart.
   *
   * @param chart The chart.
   * @param layer The layer.
   * @param purpose Words at the end of a message that name the mark: `"for a bar"`.
   */
  readonly check?: (chart: ChartFrame, layer: L, purpose: string) => void;
}

/** The requirements of a mark that draws the rows of a table. */
export interface TableMarkRules<L extends TableLayer> extends MarkRules<L> {
  /** The columns of the layer, without the column of the series. */
  readonly columns: (layer: L) => readonly string[];
  /**
   * The columns whose values must have a position on the y axis. Otherwise the row is not drawn.
   */
  readonly onY: (layer: L) => readonly string[];
  /** The requirements on the cells of the columns; by default numbers. */
  readonly cells?: (layer: L) => readonly CellRequirement[];
}

/** The rules of a mark. If the mark draws a table, they include its columns. */
export type RulesOf<M extends MarkName> = LayerOf<M> extends TableLayer ? TableMarkRules<LayerOf<M>>
  : MarkRules<LayerOf<M>>;

const mark = <M extends MarkName>(name: M) => ({ mark: z.literal(name) });
const rows = { table: id, x: text };
const series = text.exactOptional();

const byXY = {
  columns: ({ x, y }: { readonly x: string; readonly y: string }) => [x, y],
  onY: ({ y }: { readonly y: string }) => [y],
};

/** The rules of every mark. */
export const markRules: { readonly [M in MarkName]: RulesOf<M> } = {
  line: {
    ...byXY,
    schema: z.strictObject({
      ...mark("line"),
      ...rows,
      y: text,
      series,
      role: z.enum(["measured", "theory"]),
      label: text.exactOptional(),
    }),
  },
  band: {
    schema: z.strictObject({ ...mark("band"), ...rows, low: text, high: text, series }),
    columns: ({ x, low, high }) => [x, low, high],
    onY: ({ low, high }) => [low, high],
  },
  point: {
    ...byXY,
    schema: z.strictObject({ ...mark("point"), ...rows, y: text, series }),
  },
  interval: {
    schema: z.strictObject({
      ...mark("interval"),
      ...rows,
      low: text,
      high: text,
      y: text,
      series,
    }),
    yAxis: "category",
    columns: ({ x, low, high, y }) => [x, low, high, y],
    onY: ({ y }) => [y],
  },
  bar: {
    ...byXY,
    schema: z.strictObject({ ...mark("bar"), ...rows, y: text, series }),
    yAxis: "category",
    linear: ["x"],
    check({ id, x }, _, purpose) {
      if (x.domain && !(x.domain[0] <= 0 && x.domain[1] >= 0)) {
        throw new InputError(`the x domain of figure ${id}`, `around 0 ${purpose}`, x.domain);
      }
    },
    cells: ({ x }) => [{
      column: x,
      wanted: "0 or more, or null",
      isValid: (cell) => typeof cell !== "string" && (cell ?? 0) >= 0,
    }],
  },
  cell: {
    schema: z.strictObject({ ...mark("cell"), ...rows, y: text, value: text }),
    linear: ["x", "y"],
    check({ id, colour }, _, purpose) {
      if (!colour) throw new InputError(`colour of figure ${id}`, `given ${purpose}`, colour);
    },
    columns: ({ x, y, value }) => [x, y, value],
    onY: ({ y }) => [y],
    cells: ({ x, y }) =>
      [x, y].map((column) => ({
        column,
        wanted: "an integer up to a million",
        isValid: (cell) =>
          typeof cell === "number" && Number.isInteger(cell) &&
          Math.abs(cell) <= LARGEST_COORDINATE,
      })),
  },
  rule: {
    schema: z.strictObject({
      ...mark("rule"),
      axis: z.enum(["x", "y"]),
      value: z.number(),
      label: text,
    }),
    yAxis: ({ axis }) => axis === "x" ? "either" : "number",
    check(chart, { axis, label, value }) {
      if (chart[axis].scale === "log" && value <= 0) {
        const what = `the rule "${label}" of figure ${chart.id}`;
        throw new InputError(what, "at a positive value on a log axis", value);
      }
    },
  },
  circle: {
    schema: z.strictObject({ ...mark("circle"), radius: z.number().gt(0), label: text }),
    linear: ["x", "y"],
  },
};

/** Validates a {@link Layer}. */
export const layerSchema: z.ZodType<Layer> = z.discriminatedUnion("mark", [
  markRules.line.schema,
  ...Object.values(markRules).slice(1).map(({ schema }) => schema),
]);

/**
 * Looks up the rules of the mark of a layer.
 *
 * @param layer The layer.
 * @returns The rules.
 */
export function rulesOf<L extends TableLayer>(layer: L): TableMarkRules<L>;
export function rulesOf<L extends Layer>(layer: L): MarkRules<L>;
export function rulesOf(layer: Layer): object {
  return markRules[layer.mark];
}

/**
 * Checks whether a layer draws the rows of a table.
 *
 * @param layer The layer.
 * @returns `true` if it has a table.
 */
export function isTableLayer(layer: Layer): layer is TableLayer {
  return "table" in layer;
}

/**
 * Lists the columns that a layer names in its table.
 *
 * @param layer The layer.
 * @returns The names of the columns.
 */
export function layerColumns(layer: TableLayer): readonly string[] {
  const own = rulesOf(layer).columns(layer);
  return "series" in layer && layer.series !== undefined ? [...own, layer.series] : own;
}
