import type { ConfusionFigure } from "../../../result/confusion_figure.ts";
import {
  type ConfusionCell,
  type ConfusionPanel,
  type ConfusionPanels,
  readConfusion,
} from "../../../result/confusion_rows.ts";
import type { Table } from "../../../result/result.ts";
import { fixed, formatNumber, greatest, none } from "../../format/numbers.ts";
import { drawShadeBar, levelOf, shadeFill } from "../colour_scale.ts";
import type { SvgDocument, SvgElement } from "../svg/canvas.ts";
import { element, frame } from "../svg/svg.ts";
import { BOLD, cutText, textElement, textWidth, wrapText } from "../svg/text.ts";

const size = 13;
const numberSize = 12;
const lineHeight = 16;
const titleHeight = 22;
/** The least width of a cell, which has room for "100", and the greatest. */
const least = 24;
const most = 96;
/** The width of a cell with which another matrix finds room beside it. */
const usual = 56;
const panelGap = 30;

/** The measures that all matrices of a figure share, in pixels. */
interface Layout {
  /** The names of the rows, in lines. */
  readonly rows: readonly (readonly string[])[];
  /** The names of the columns, in lines. */
  readonly heads: readonly (readonly string[])[];
  /** The title of the rows, in lines. */
  readonly rowTitle: readonly string[];
  /** The title of the columns, in lines. */
  readonly columnTitle: readonly string[];
  /** Pixels for the names of the rows. */
  readonly left: number;
  /** Pixels from the top of a matrix, without the title of its facet, to its cells. */
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Whether the cells have room for the number of items as well as the share. */
  readonly hasCounts: boolean;
  /** The number of matrices side by side. */
  readonly columns: number;
}

/**
 * Draws confusion matrices: the true class from the top, the predicted class from the left. The
 * correct predictions have a thick border. Columns whose names do not fit have numbers, which also
 * stand before the names of the rows.
 *
 * @param figure The figure.
 * @param tables The tables of the result.
 * @param document Makes the elements.
 * @param width The largest width in pixels.
 * @returns The `svg` element.
 * @throws {InputError} If the figure does not fit the rows of its table.
 */
export function drawConfusion(
  figure: ConfusionFigure,
  tables: readonly Table[],
  document: SvgDocument,
  width: number,
): SvgElement {
  const read = readConfusion(figure, tables);
  const panels = read.panels.length > 0 ? read.panels : [{ facet: null, cells: [] }];
  const layout = layoutOf(figure, read, panels, width);
  const bar = drawShadeBar(document, { label: read.shareLabel, unit: "%" }, 100, width);
  const across = panelWidth(figure, layout);
  const titles = panels.map(({ facet }) =>
    facet === null
      ? []
      : wrapText(facet, size, across / BOLD).map((line) => cutText(line, size, across / BOLD))
  );
  const titled = Math.max(0, ...titles.map((lines) => lines.length)) * titleHeight;
  const high = titled + layout.top + figure.classes.length * layout.cellHeight;
  const top = bar.height + 10;
  const nodes = panels.map((panel, i) => {
    const x = (i % layout.columns) * (across + panelGap);
    const y = top + Math.floor(i / layout.columns) * (high + panelGap);
    const title = (titles[i] ?? []).map((line, place) =>
      textElement(document, line, {
        class: "facet",
        x: 0,
        y: place * titleHeight + 14,
        "font-weight": 600,
      })
    );
    const drawn = element(document, "g", { transform: `translate(0,${titled})` }, [
      ...names(document, figure, layout),
      ...cells(document, figure, layout, panel),
    ]);
    return element(document, "g", { class: "matrix", transform: `translate(${x},${y})` }, [
      ...title,
      drawn,
    ]);
  });
  const rows = Math.ceil(panels.length / layout.columns);
  const columns = Math.min(layout.columns, panels.length);
  const total = Math.max(bar.width, columns * across + (columns - 1) * panelGap);
  const svg = frame(
    document,
    Math.min(width, total + 2),
    top + rows * (high + panelGap) - panelGap + 2,
  );
  svg.append(element(document, "g", {}, bar.nodes), ...nodes);
  return svg;
}

function panelWidth({ classes }: ConfusionFigure, { left, cellWidth }: Layout): number {
  return left + classes.length * cellWidth;
}

function layoutOf(
  { classes }: ConfusionFigure,
  { actualLabel, predictedLabel }: ConfusionPanels,
  panels: readonly ConfusionPanel[],
  width: number,
): Layout {
  const n = classes.length;
  const widest = Math.max(40, Math.min(width < 500 ? 84 : 130, width - n * least - 12));
  const wrapped = (text: string, within: number) =>
    wrapText(text, size, within).map((line) => cutText(line, size, within));
  const measure = (lines: readonly string[]) =>
    greatest(lines.map((line) => textWidth(line, size)));
  const rowTitle = wrapped(actualLabel, widest);
  const widthOf = (rows: readonly (readonly string[])[]) =>
    Math.ceil(Math.max(measure(rowTitle), ...rows.map(measure))) + 10;
  const plain = classes.map((name) => wrapped(name, widest));
  const fitting = (left: number) => {
    const side = Math.min(
      panels.length,
      3,
      Math.floor((width + panelGap) / (left + n * usual + panelGap)),
    );
    const columns = Math.max(1, width < 500 ? 1 : side);
    const room = (width - (columns - 1) * panelGap) / columns - left - 2;
    return { columns, cellWidth: Math.floor(Math.min(most, room / n)) };
  };
  const first = fitting(widthOf(plain));
  const heads = classes.map((name) => wrapText(name, size, first.cellWidth - 6));
  const fits = heads.every((lines) => lines.length <= 2 && measure(lines) <= first.cellWidth - 6);
  const rows = fits ? plain : classes.map((name, i) => [cutText(`${i + 1} ${name}`, size, widest)]);
  const left = widthOf(rows);
  const { columns, cellWidth } = fits ? first : fitting(left);
  const columnTitle = wrapped(predictedLabel, Math.max(n * cellWidth, 40));
  const numbers = panels.flatMap(({ cells }) => cells.flatMap(cellTexts));
  const hasCounts = numbers.every((text) => textWidth(text, numberSize) * BOLD <= cellWidth - 4);
  const lines = greatest(rows.map((row) => row.length));
  const shown = fits ? heads : classes.map((_, i) => [String(i + 1)]);
  const headLines = Math.max(greatest(shown.map((head) => head.length)), rowTitle.length);
  return {
    rows,
    heads: shown,
    rowTitle,
    columnTitle,
    left,
    top: (columnTitle.length + headLines) * lineHeight + 8,
    cellWidth,
    cellHeight: Math.max(
      hasCounts ? 42 : least,
      Math.min(60, cellWidth),
      lines * lineHeight + 4,
    ),
    hasCounts,
    columns,
  };
}

/** The count and the share of a cell, as text. */
function cellTexts({ count, share }: ConfusionCell): [count: string, share: string] {
  return [formatNumber(count, 4), share === null ? none : `${percent(share)}\u00a0%`];
}

function percent(share: number): string {
  return fixed(100 * share, 0);
}

/** The names of the rows and the columns, and the titles above them. */
function names(document: SvgDocument, { classes }: ConfusionFigure, layout: Layout): SvgElement[] {
  const { left, top, cellWidth, cellHeight, rowTitle, columnTitle } = layout;
  const muted = { class: "axis-title", fill: "var(--muted)" };
  const middle = left + classes.length * cellWidth / 2;
  return [
    ...columnTitle.map((line, i) =>
      textElement(document, line, {
        ...muted,
        x: middle,
        y: i * lineHeight + 12,
        "text-anchor": "middle",
      })
    ),
    ...rowTitle.map((line, i) =>
      textElement(document, line, {
        ...muted,
        x: 0,
        y: top - 8 - (rowTitle.length - 1 - i) * lineHeight,
      })
    ),
    ...layout.heads.flatMap((lines, c) =>
      lines.map((line, i) =>
        textElement(document, line, {
          class: "category",
          x: left + (c + 0.5) * cellWidth,
          y: top - 8 - (lines.length - 1 - i) * lineHeight,
          "text-anchor": "middle",
        })
      )
    ),
    ...layout.rows.flatMap((lines, r) =>
      lines.map((line, i) =>
        textElement(document, line, {
          class: "category",
          x: left - 8,
          y: top + (r + 0.5) * cellHeight + (i - (lines.length - 1) / 2) * lineHeight + 4.5,
          "text-anchor": "end",
        })
      )
    ),
  ];
}

function cells(
  document: SvgDocument,
  { classes }: ConfusionFigure,
  layout: Layout,
  panel: ConfusionPanel,
): SvgElement[] {
  const { left, top, cellWidth: width, cellHeight: height, hasCounts } = layout;
  const all = classes.flatMap((_, actual) =>
    classes.map((_, predicted) => ({
      actual,
      predicted,
      found: panel.cells.find((one) => one.actual === actual && one.predicted === predicted),
    }))
  );
  // Borders of correct predictions lie above those of their neighbours.
  const isRight = ({ actual, predicted }: (typeof all)[number]) => actual === predicted;
  const ordered = [...all.filter((one) => !isRight(one)), ...all.filter(isRight)];
  const rects = ordered.map((one) => {
    const { actual, predicted, found } = one;
    const [count, share] = found ? cellTexts(found) : [none, none];
    const title = `${classes[actual]}, predicted as ${classes[predicted]}: ${count} (${share})`;
    const border = { class: "right", stroke: "var(--ink)", "stroke-width": 1.8 };
    return element(document, "rect", {
      x: left + predicted * width,
      y: top + actual * height,
      ...{ width, height },
      ...shadeFill(levelOf(found?.share ?? 0, 1)),
      ...(isRight(one) ? border : {}),
    }, [element(document, "title", {}, [title])]);
  });
  const texts = all.flatMap(({ actual, predicted, found }) => {
    const x = left + (predicted + 0.5) * width;
    const y = top + (actual + 0.5) * height + 4.5;
    const bold = { "font-weight": 600 };
    if (!found) return [element(document, "text", { x, y }, [none])];
    const [count, share] = cellTexts(found);
    if (hasCounts) {
      return [
        element(document, "text", { x, y: y - 8.5, ...bold }, [count]),
        element(document, "text", { x, y: y + 8.5 }, [share]),
      ];
    }
    const short = found.share === null ? none : percent(found.share);
    return [element(document, "text", { x, y }, [short])];
  });
  const edge = { class: "cells", stroke: "var(--line)", "stroke-width": 0.8 };
  const numbers = {
    class: "numbers",
    "font-size": numberSize,
    "text-anchor": "middle",
    "pointer-events": "none",
  };
  return [element(document, "g", edge, rects), element(document, "g", numbers, texts)];
}
