import { formatDeclared } from "./format.ts";

/** A piece of a label; sub- and superscripts are set smaller, below or above the line. */
export interface Piece {
  readonly text: string;
  readonly shift: "none" | "sub" | "super";
}

// One letter with an index (W_hh, h_t, dh_t, sigma_1, h_(t-1)), or a letter, digit or bracket with a power.
const script =
  /(?<![\p{L}\p{N}_])(?<base>d?\p{L}|sigma|lambda|rho)_(?:\{(?<b>[^{}]+)\}|(?:(?<i>[\p{L}\p{N}]+(?![\p{L}\p{N}_]))|\((?<a>[^()]+)\)))|(?<=[\p{L}\p{N})])\^(?:\{(?<c>[^{}]+)\}|(?<p>[-\u2212]?[\p{L}\p{N}]+))/gu;
const greek: Readonly<Record<string, string>> = {
  sigma: "\u03c3",
  lambda: "\u03bb",
  rho: "\u03c1",
};

/** A number with more than six decimals. */
const longNumber = /(?<![\p{L}\d.])\d+\.\d{7,}(?![\d.\p{L}])/gu;

/** Text for a reader: curly quotation marks, and no number with more than six digits. */
export function typographic(text: string): string {
  return curly(text).replace(longNumber, (number) => formatDeclared(Number(number)));
}

/** Text with curly quotation marks and apostrophes. */
export function curly(text: string): string {
  return text.replace(/["']/g, (mark, at: number) => {
    const before = text[at - 1];
    const after = text[at + 1];
    const opens = before === undefined
      ? after !== undefined && /[\p{L}\p{N}(]/u.test(after)
      : /[\s(\[\u2013\u2014]/.test(before);
    if (mark === '"') return opens ? "\u201c" : "\u201d";
    return opens ? "\u2018" : "\u2019";
  });
}

/**
 * Splits a plain label into text, indices and powers, so that `W_hh` and `g^k` read as formulas in
 * figures and in tables.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { typeset } from "./typeset.ts";
 *
 * const pieces = typeset("gain of W_hh");
 * assert(pieces[0]?.text === "gain of W" && pieces[1]?.text === "hh");
 * ```
 */
export function typeset(text: string): Piece[] {
  const label = typographic(text);
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of label.matchAll(script)) {
    const { base = "", a, b, i, c, p } = match.groups ?? {};
    const before = label.slice(from, match.index) + (greek[base] ?? base);
    if (before !== "") pieces.push({ text: before, shift: "none" });
    const index = a ?? b ?? i;
    pieces.push({
      text: (index ?? c ?? p ?? "").replaceAll("-", "\u2212"),
      shift: index === undefined ? "super" : "sub",
    });
    from = match.index + match[0].length;
  }
  if (from < label.length) pieces.push({ text: label.slice(from), shift: "none" });
  return pieces;
}
