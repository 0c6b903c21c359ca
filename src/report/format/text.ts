import { formatDeclared } from "./numbers.ts";
import { html, type Safe } from "./html.ts";

/** A piece of a label; sub- and superscripts are set smaller, below or above the line. */
export interface Piece {
  readonly text: string;
  readonly shift: "none" | "sub" | "super";
}

// A letter with an index (W_hh, h_t, dh_t, sigma_1, h_(t-1)), or a letter, digit or bracket with a power.
const script =
  /(?<![\p{L}\p{N}_])(?<base>d?\p{L}|sigma|lambda|rho)_(?:\{(?<b>[^{}]+)\}|(?:(?<i>[\p{L}\p{N}]+(?![\p{L}\p{N}_]))|\((?<a>[^()]+)\)))|(?<=[\p{L}\p{N})])\^(?:\{(?<c>[^{}]+)\}|(?<p>[-\u2212]?[\p{L}\p{N}]+))/gu;
const greek: Readonly<Record<string, string>> = {
  sigma: "\u03c3",
  lambda: "\u03bb",
  rho: "\u03c1",
};

/** A number with more than six decimals. */
const longNumber = /(?<![\p{L}\d.])\d+\.\d{7,}(?![\d.\p{L}])/gu;

/** Text with curly quotation marks, in which long numbers are rounded to six digits. */
export function typographic(text: string): string {
  return curly(text).replace(longNumber, (number) => formatDeclared(Number(number)));
}

/** A quoted name before a bracket or a colon, which is code: `['spectral_radius']`. */
const quotedCode = /(["'])[\w ]+\1(?=[\]:])/;

/**
 * Replaces straight quotation marks and apostrophes by curly ones. Text with quoted code is
 * unchanged.
 */
export function curly(text: string): string {
  if (quotedCode.test(text)) return text;
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
 * Splits a plain label into text, indices and powers, so that `W_hh` and `g^k` look like formulas in
 * figures and tables.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { typeset } from "./text.ts";
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

/** A label as markup, with subscripts and superscripts. */
export function label(text: string): Safe {
  const pieces = typeset(text).map((piece) => {
    if (piece.shift === "none") return html`${piece.text}`;
    return piece.shift === "sub" ? html`<sub>${piece.text}</sub>` : html`<sup>${piece.text}</sup>`;
  });
  return html`${pieces}`;
}

/** A label with its unit: `"lag k (steps)"`. */
export function labelWithUnit(entry: { readonly label: string; readonly unit?: string }): Safe {
  return entry.unit === undefined
    ? label(entry.label)
    : html`${label(entry.label)} (${entry.unit})`;
}

/** The number of characters of code that fit into a line of a narrow screen. */
const LONGEST = 32;

/** Code in a line of text: words such as `--only` are broken only if they are very long. */
export function codeText(code: string): Safe {
  const words = code.split(/(\s+)/).map((word) =>
    /[^\p{L}\p{N}\s]/u.test(word) && word.length <= LONGEST
      ? html`<span class="word">${word}</span>`
      : html`${word}`
  );
  return html`<code>${words}</code>`;
}

/** A DOI or an arXiv number with its prefix, without the punctuation of the sentence after it. */
const reference =
  /(?<doi>\bdoi:\s?(?<d>10\.\d{4,9}\/[^\s;,]*[^\s;,.)\]]))|(?<arxiv>\barXiv:\s?(?<a>\d{4}\.\d{4,5}))/gi;

/** The text of a source, in which DOIs and arXiv numbers are links. */
export function sourceText(text: string): Safe {
  const parts: Safe[] = [];
  let from = 0;
  for (const match of text.matchAll(reference)) {
    const { d, a } = match.groups ?? {};
    const address = d === undefined ? `https://arxiv.org/abs/${a}` : `https://doi.org/${d}`;
    parts.push(label(text.slice(from, match.index)), html`<a href="${address}">${match[0]}</a>`);
    from = match.index + match[0].length;
  }
  return html`${parts}${label(text.slice(from))}`;
}

/** The day of an ISO date. */
export function day(date: string): string {
  return date.slice(0, 10);
}
