import type { Figure } from "../../result/figure.ts";
import type { Table } from "../../result/result.ts";
import { escape, type Safe, trusted } from "../html.ts";
import type { Canvas } from "./canvas.ts";
import { droppedNote } from "./dropped.ts";
import { baseColours, declarations, seriesColours } from "./palette.ts";
import { renderFigure } from "./render.ts";

const wide = 720;
const narrow = 350;
const margin = 14;

/** A figure's drawing in a page, for one width of screen. */
export function inlineFigure(
  figure: Figure,
  tables: readonly Table[],
  canvas: Canvas,
  screen: "wide" | "narrow",
  prefix: string,
): Safe {
  const width = screen === "wide" ? wide : narrow;
  const svg = renderFigure(figure, tables, canvas, { width, prefix: `${prefix}-${screen}` });
  // Not set on the element: jsdom leaves `<` and `>` in attributes as they are.
  const label = `<svg role="img" aria-label="${escape(figure.alt)}"`;
  return trusted(svg.outerHTML.replace(/^<svg/, () => label));
}

/** A figure as a file that is readable alone, in the light and in the dark scheme. */
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

// Control characters cannot be written in XML at all.
function validXml(text: string): string {
  return text.toWellFormed().replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g,
    "\ufffd",
  );
}
