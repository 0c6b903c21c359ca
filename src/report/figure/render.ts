import type { Canvas, SvgDocument, SvgElement } from "./svg/canvas.ts";
import type { Drawing, Figure } from "../../result/figure.ts";
import type { DrawingName } from "../../result/drawings.ts";
import { isTableLayer, rulesOf } from "../../result/marks.ts";
import type { Table } from "../../result/result.ts";
import { drawChart } from "./chart.ts";
import { drawConfusion } from "./drawings/confusion_matrix.ts";
import { drawRnnUnfolding } from "./drawings/rnn_unfolding.ts";
import { drawWordStrips } from "./drawings/word_strips.ts";
import { tidy } from "./svg/svg.ts";
import { escape, type Safe, trusted } from "../format/html.ts";
import { baseColours, declarations, seriesColours } from "./svg/palette.ts";
import { formatExact } from "../format/numbers.ts";

/** The functions that draw a drawing in at most a width. */
const drawings: Readonly<
  Record<DrawingName, (drawing: Drawing, document: SvgDocument, width: number) => SvgElement>
> = {
  "rnn-unfolding": drawRnnUnfolding,
};

/** The options of {@link renderFigure}. */
export interface RenderOptions {
  /** The largest width of the drawing, in pixels; below 500 the layout is for a narrow screen. */
  readonly width: number;
  /** The prefix of ids in the drawing, which makes them unique in the page. */
  readonly prefix: string;
}

/**
 * Draws a figure. Its colours are custom properties of the page or file around it, so that the drawing
 * fits the light and the dark scheme; text has at least 12 pixels.
 *
 * @param figure The figure.
 * @param tables The tables of the result.
 * @param canvas The libraries to draw with, from {@link openCanvas}.
 * @param options The width, and the prefix of ids.
 * @returns The `svg` element.
 * @throws {InputError} If the figure names a table or a column that does not exist.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { openCanvas } from "./svg/canvas.ts";
 * import { renderFigure } from "./render.ts";
 *
 * const axis = { label: "lag", unit: "steps", scale: "linear" } as const;
 * const figure = {
 *   kind: "chart",
 *   id: "decay",
 *   title: "Decay",
 *   caption: "Value by lag.",
 *   alt: "A falling line.",
 *   x: axis,
 *   y: { label: "value", scale: "log" },
 *   layers: [{ mark: "line", table: "decay", x: "lag", y: "value", role: "measured" }],
 * } as const;
 * const columns = [{ name: "lag", label: "lag" }, { name: "value", label: "value" }];
 * const tables = [{ id: "decay", title: "Decay", columns, rows: [[0, 1], [1, 0.1], [2, 0.01]] }];
 * const svg = renderFigure(figure, tables, await openCanvas(), { width: 720, prefix: "decay" });
 * assert(svg.querySelector(".mark-measured path") !== null);
 * ```
 */
export function renderFigure(
  figure: Figure,
  tables: readonly Table[],
  canvas: Canvas,
  options: RenderOptions,
): SvgElement {
  const svg = drawn(figure, tables, canvas, options.width);
  tidy(svg, options.prefix);
  return svg;
}

function drawn(
  figure: Figure,
  tables: readonly Table[],
  canvas: Canvas,
  width: number,
): SvgElement {
  switch (figure.kind) {
    case "chart":
      return drawChart(figure, tables, canvas, width);
    case "drawing":
      return drawings[figure.drawing](figure, canvas.document, width);
    case "word-strips":
      return drawWordStrips(figure, tables, canvas.document, width);
    case "confusion-matrix":
      return drawConfusion(figure, tables, canvas.document, width);
  }
}

const wide = 720;
const narrow = 350;
const margin = 14;

/** The drawing of a figure in a page, for one width of the screen. */
export function inlineFigure(
  figure: Figure,
  tables: readonly Table[],
  canvas: Canvas,
  screen: "wide" | "narrow",
  prefix: string,
): Safe {
  const width = screen === "wide" ? wide : narrow;
  const svg = renderFigure(figure, tables, canvas, { width, prefix: `${prefix}-${screen}` });
  // The tag is written as text, because jsdom does not escape `<` and `>` in attributes.
  const label = `<svg role="img" aria-label="${escape(figure.alt)}"`;
  return trusted(svg.outerHTML.replace(/^<svg/, () => label));
}

/** Draws a figure as a separate file, for the light and the dark scheme. */
export function standaloneFigure(
  figure: Figure,
  tables: readonly Table[],
  canvas: Canvas,
): string {
  const svg = renderFigure(figure, tables, canvas, { width: wide, prefix: figure.id });
  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  const [w, h] = [width + 2 * margin, height + 2 * margin];
  const colours = [...seriesColours, ...baseColours];
  const style = `svg{color-scheme:light dark;color:var(--ink);${declarations("light", colours)}}` +
    `@media(prefers-color-scheme:dark){svg{${declarations("dark", colours)}}}`;
  const attributes = [...svg.attributes]
    .filter(({ name }) => !["width", "height", "viewBox"].includes(name))
    .map(({ name, value }) => ` ${name}="${escape(value)}"`).join("");
  const dropped = droppedNote(figure, tables);
  const description = dropped === null ? figure.caption : `${figure.caption} ${dropped}`;
  const markup = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"` +
    ` viewBox="${-margin} ${-margin} ${w} ${h}" role="img" aria-labelledby="${figure.id}-title"` +
    ` aria-describedby="${figure.id}-desc"${attributes}>` +
    `<title id="${figure.id}-title">${escape(figure.title)}</title>` +
    `<desc id="${figure.id}-desc">${escape(description)}</desc><style>${style}</style>` +
    `<rect x="${-margin}" y="${-margin}" width="${w}" height="${h}" fill="var(--bg)"/>` +
    `${svg.innerHTML.replaceAll("&nbsp;", "\u00a0")}</svg>\n`;
  return validXml(markup);
}

// XML cannot contain control characters.
function validXml(text: string): string {
  return text.toWellFormed().replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g,
    "\ufffd",
  );
}

/**
 * A sentence about the rows that the log axes of a chart leave out.
 *
 * @param figure The figure.
 * @param tables The tables of the figure.
 * @returns The number of rows with a value of 0 or less on a log axis; `null` if there are no such rows.
 */
export function droppedNote(figure: Figure, tables: readonly Table[]): string | null {
  if (figure.kind !== "chart") return null;
  const log = (["x", "y"] as const).filter((axis) => figure[axis].scale === "log");
  const dropped = new Map<Table, Set<number>>();
  for (const layer of figure.layers) {
    if (!isTableLayer(layer)) continue;
    const table = tables.find(({ id }) => id === layer.table);
    if (!table) continue;
    const rows = dropped.get(table) ?? new Set();
    dropped.set(table, rows);
    const onY = rulesOf(layer).onY(layer);
    const names = log.flatMap((axis) => axis === "x" ? [layer.x] : onY);
    const indices = names.map((name) => table.columns.findIndex((column) => column.name === name));
    for (const [r, row] of table.rows.entries()) {
      const isDropped = (index: number) => {
        const cell = row[index];
        return typeof cell === "number" && cell <= 0;
      };
      if (indices.some(isDropped)) rows.add(r);
    }
  }
  const entries = [...dropped];
  const count = entries.reduce((sum, [, rows]) => sum + rows.size, 0);
  if (count === 0) return null;
  const all = entries.reduce((sum, [table]) => sum + table.rows.length, 0);
  return `Not drawn: ${formatExact(count)} of ${
    formatExact(all)
  } rows, because a log axis cannot ` +
    "show 0 or negative values.";
}
