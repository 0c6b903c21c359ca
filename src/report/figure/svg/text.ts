import type { SvgDocument, SvgElement, SvgNode } from "./canvas.ts";
import { type Piece, typeset } from "../../format/text.ts";
import { type Attributes, element } from "./svg.ts";

/**
 * Returns an upper bound of the width of a label in pixels. The widths of characters are those of
 * DejaVu Sans, the widest of the fonts that readers are likely to have, since no browser measures
 * the label.
 */
export function textWidth(label: string, size: number): number {
  return typeset(label).reduce(
    (sum, piece) => sum + plainWidth(piece.text, size) * (piece.shift === "none" ? 1 : 0.75),
    0,
  );
}

/** Returns an upper bound of the width in pixels of a text that is written as it is. */
export function plainWidth(text: string, size: number): number {
  return pieceWidth(text) * size;
}

/** The largest ratio of the widths of a bold and a regular label. */
export const BOLD = 1.12;

/** Breaks a label at spaces into lines of at most this width. */
export function wrapText(label: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of label.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && textWidth(`${line} ${word}`, size) <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** Cuts a label that is wider than `width`, with an ellipsis; `measure` returns the width. */
export function cutText(
  label: string,
  size: number,
  width: number,
  measure: (text: string, size: number) => number = textWidth,
): string {
  if (measure(label, size) <= width) return label;
  const characters = [...label];
  const cut = (count: number) => `${characters.slice(0, count).join("")}\u2026`;
  // `fits` characters fit, or are the fewest that are kept; `tooMany` characters do not fit.
  let [fits, tooMany] = [1, characters.length];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (measure(cut(middle), size) <= width) fits = middle;
    else tooMany = middle;
  }
  return `${characters.slice(0, fits).join("").trimEnd()}\u2026`;
}

/** A label as SVG text, with subscripts and superscripts. */
export function textElement(
  document: SvgDocument,
  label: string,
  attributes: Attributes,
): SvgElement {
  return element(document, "text", attributes, pieces(document, typeset(label)));
}

/** Converts pieces to `tspan` elements. Each element reverts the `dy` of the previous one. */
export function pieces(document: SvgDocument, list: readonly Piece[]): (SvgNode | string)[] {
  let lowered = 0;
  return list.map((piece) => {
    const wanted = piece.shift === "sub" ? 0.3 : piece.shift === "super" ? -0.4 : 0;
    const dy = wanted - lowered;
    lowered = wanted;
    if (dy === 0 && piece.shift === "none") return piece.text;
    // `dy` in em refers to the font size of the element itself.
    const scale = piece.shift === "none" ? 1 : 0.75;
    const attributes = { dy: `${Math.round(dy / scale * 100) / 100}em` };
    return element(
      document,
      "tspan",
      scale === 1 ? attributes : { ...attributes, "font-size": "75%" },
      [piece.text],
    );
  });
}

function pieceWidth(text: string): number {
  let sum = 0;
  for (const character of text) {
    if ("ijl.,:;|'!I ".includes(character)) sum += 0.32;
    else if ("ftr()[]/-".includes(character)) sum += 0.41;
    else if ("mwMW@%\u2014\u2026".includes(character)) sum += 0.95;
    else if (/[\u2070-\u209c\u00b2\u00b3\u00b9]/.test(character)) sum += 0.42;
    else if ("\u202f\u2009".includes(character)) sum += 0.25;
    else if (/[A-Z\u2212\u00d7+=<>]/.test(character)) sum += 0.74;
    else if (/\p{Emoji_Presentation}/u.test(character)) sum += 1.35;
    else if (/[\u2e80-\uffff]/.test(character)) sum += 1;
    else if (/[\u0400-\u0dff]/.test(character)) sum += 0.8;
    else sum += 0.62;
  }
  return sum;
}
