import type { Layer, LayerOf, MarkName, TableLayer } from "../../../result/marks.ts";
import { band } from "./band.ts";
import { bar } from "./bar.ts";
import { cell } from "./cell.ts";
import { circle } from "./circle.ts";
import { interval } from "./interval.ts";
import { line } from "./line.ts";
import type { AnnotationMark, MarkOf, TableMark, Trace } from "./mark.ts";
import { point } from "./point.ts";
import { rule } from "./rule.ts";

/** A layer that draws a single value and no table. */
type AnnotationLayer = Exclude<Layer, TableLayer>;

/** The drawing of every mark; the legend has the samples of the marks in this order. */
const marks: { readonly [M in MarkName]: MarkOf<LayerOf<M>> } = {
  band,
  bar,
  cell,
  line,
  interval,
  point,
  rule,
  circle,
};

/** Returns the drawing of the mark of a layer that draws a table, or of a trace of such a layer. */
export function tableMark<L extends TableLayer>(layer: L): TableMark<L>;
export function tableMark(trace: Pick<Trace, "mark">): TableMark<TableLayer>;
export function tableMark({ mark }: { readonly mark: TableLayer["mark"] }): object {
  return marks[mark];
}

/** Returns the drawing of the mark of a rule or a circle. */
export function annotationMark<L extends AnnotationLayer>(layer: L): AnnotationMark<L>;
export function annotationMark({ mark }: AnnotationLayer): object {
  return marks[mark];
}

/** Lists the marks of traces, in the order of the registry. */
export function tableMarksOf(
  traces: readonly Pick<Trace, "mark">[],
): readonly (readonly [TableLayer["mark"], TableMark<TableLayer>])[] {
  const names = Object.keys(marks);
  const used = [...new Set(traces.map(({ mark }) => mark))];
  return used.sort((a, b) => names.indexOf(a) - names.indexOf(b))
    .map((mark) => [mark, tableMark({ mark })]);
}

/** Whether one of the marks fills its panel, such as cells. */
export function isFilled(parts: readonly { readonly mark: MarkName }[]): boolean {
  return parts.some(({ mark }) => "fillsPanel" in marks[mark]);
}
