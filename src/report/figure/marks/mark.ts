import type { Chart } from "../../../result/figure.ts";
import type {
  CircleLayer,
  Layer,
  LineLayer,
  RuleLayer,
  TableLayer,
} from "../../../result/marks.ts";
import type { Axes } from "../axes.ts";
import type { Canvas, Mark, SvgDocument, SvgElement } from "../svg/canvas.ts";
import type { RuleLabel } from "../geometry/labels.ts";
import type { Box, Frame, Pixel } from "../geometry/place.ts";

/** The numbers of a row that its mark draws; NaN for a missing value. */
export interface Spot {
  readonly x: number;
  /** On a category axis, the index of the category: 0 at the top. */
  readonly y: number;
  /**
   * The lower end. For intervals and bars it is a position on x. For bands it is one on y, equal to
   * `y`.
   */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** The value that the colour of a cell shows. */
  readonly value: number;
}

/** The rows of a layer that belong to one series and one facet, in the order of the table. */
export interface Trace {
  readonly mark: TableLayer["mark"];
  readonly role: LineLayer["role"];
  /** The name of the line; `null` if the layer has no label. */
  readonly label: string | null;
  /** The index in the `series` of the figure; `null` if the layer has no series. */
  readonly series: number | null;
  /** The facet; `null` if the table has no such column, so that the trace is in every facet. */
  readonly facet: string | null;
  /** The index of the layer in the figure. */
  readonly layer: number;
  readonly spots: readonly Spot[];
}

/** Reads the columns of one row. */
export interface RowReader {
  /** The value of a column; NaN if the cell is empty. */
  readonly number: (column: string) => number;
  /** The position of a value on the x axis; NaN if a log axis cannot show it. */
  readonly onX: (column: string) => number;
  /** The position of a value or a category on the y axis; NaN if a log axis cannot show it. */
  readonly onY: (column: string) => number;
}

/** One panel of a chart: its position, its axes and its data. */
export interface Panel extends Axes {
  readonly chart: Chart;
  /** The facet; `null` in a chart without facets. */
  readonly facet: string | null;
  /** The traces of the panel. */
  readonly traces: readonly Trace[];
  /** The traces of all panels. */
  readonly all: readonly Trace[];
  /** The magnitude that has the full colour. */
  readonly limit: number;
  /** The labels of rules above rows, from the corner of the panel. */
  readonly ruleLabels: readonly RuleLabel[];
}

/** A part of the sample of a series in the legend. */
export interface Swatch {
  /** The width in pixels. */
  readonly width: number;
  /** Draws the part; `at` is the middle of the left edge of the sample, with its width. */
  readonly draw: (
    canvas: Canvas,
    at: { readonly x: number; readonly y: number; readonly width: number },
    traces: readonly Trace[],
  ) => Mark[];
}

/** A mark that draws the rows of a table. */
export interface TableMark<L extends TableLayer> {
  /** Reads a row. */
  readonly spot: (layer: L, row: RowReader) => Spot;
  /** The values on an axis that the drawing of a row covers. */
  readonly extent: (spot: Spot, axis: "x" | "y") => readonly number[];
  /** Whether a row has everything that its drawing needs; by default x and y. */
  readonly isDrawn?: (spot: Spot) => boolean;
  /** Arranges the traces of the mark, in the order of the series: stacks bars. */
  readonly arrange?: (traces: readonly Trace[]) => readonly Trace[];
  /** Draws a trace in its panel. */
  readonly draw: (canvas: Canvas, panel: Panel, trace: Trace) => Mark[];
  /** The pixels of a trace that labels avoid. */
  readonly obstacles: (frame: Frame, trace: Trace) => readonly Pixel[];
  /** The parts of the mark's sample in the legend, from the bottom to the top. */
  readonly swatches: readonly Swatch[];
  /** Whether the mark fills its panel: axes end at its edges, with ticks at integers. */
  readonly fillsPanel?: boolean;
  /** Whether series of one category lie below each other. */
  readonly isDodged?: boolean;
  /** The height of the mark in a row of a category axis, in pixels. */
  readonly rowHeight?: number;
  /** Whether the mark fills areas with textures. */
  readonly isTextured?: boolean;
  /** Pixels that {@link TableMark.labels} need to the right of the data. */
  readonly labelRoom?: (traces: readonly Trace[]) => number;
  /** Labels at the data. */
  readonly labels?: (document: SvgDocument, panel: Panel) => SvgElement[];
}

/** A mark that draws a value of the layer itself, with a label. */
export interface AnnotationMark<L extends RuleLayer | CircleLayer> {
  /** The values on an axis that the mark covers. */
  readonly extent: (layer: L, axis: "x" | "y") => readonly number[];
  /** Whether the mark is in the domain. */
  readonly isInside: (layer: L, frame: Frame) => boolean;
  /** Draws the mark in a panel. */
  readonly draw: (canvas: Canvas, panel: Panel, layer: L) => Mark[];
  /** The pixels of the mark, which labels avoid. */
  readonly outline: (layer: L, frame: Frame) => readonly Pixel[];
  /** A box that the labels of other marks avoid as if it were a label. */
  readonly barrier?: (layer: L, frame: Frame) => Box;
  /** The possible boxes for the label of this width, in order of preference. */
  readonly labelBoxes: (layer: L, frame: Frame, width: number) => readonly Box[];
}

/** The drawing of the mark of a layer. */
export type MarkOf<L extends Layer> = L extends TableLayer ? TableMark<L>
  : L extends RuleLayer | CircleLayer ? AnnotationMark<L>
  : never;

/** The class of the drawing of a trace: `"mark-band series-2"`. */
export function traceClass(name: string, { series }: Pick<Trace, "series">): string {
  return series === null ? `mark-${name}` : `mark-${name} series-${series + 1}`;
}
