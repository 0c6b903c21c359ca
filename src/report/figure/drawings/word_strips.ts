import type { WordStrips } from "../../../result/word_strips.ts";
import type { Table } from "../../../result/result.ts";
import {
  readWordStrips,
  type WeightedText,
  type WordFact,
  type WordStrip,
} from "../../../result/word_strips_rows.ts";
import { fixed, formatNumber, greatest } from "../../format/numbers.ts";
import { drawShadeBar, levelOf, shadeFill } from "../colour_scale.ts";
import type { SvgDocument, SvgElement } from "../svg/canvas.ts";
import { element, frame } from "../svg/svg.ts";
import { BOLD, cutText, plainWidth, textElement, textWidth, wrapText } from "../svg/text.ts";

const size = 13;
const numberSize = 12;
/** Pixels between the edge of a cell and its word. */
const pad = 5;
/** Pixels between neighbouring cells. */
const gap = 3;
const wordHeight = 20;
const numberHeight = 18;
const headingHeight = 20;
const labelLine = 15;
/** Pixels between the lines of a text, and between two texts. */
const lineGap = 8;
const textGap = 22;

/** The look of texts in cells, which let the pointer reach the titles of the cells. */
const centred = { "text-anchor": "middle", "pointer-events": "none" } as const;

/** A word at its place in a line. */
interface Place {
  /** The index of the word in its text. */
  readonly index: number;
  readonly x: number;
  readonly width: number;
}

/** The parts of a drawing, and the height that they take. */
interface Part {
  readonly nodes: readonly SvgElement[];
  readonly height: number;
}

/**
 * Draws texts word by word. The words of a text with one strip are in cells with their shades; the
 * strips of a text with several are rows of cells under the words. Lines are broken at the width. A
 * text whose first letter belongs to a script that is written from right to left is laid out from
 * the right.
 *
 * @param figure The figure.
 * @param tables The tables of the result.
 * @param document Makes the elements.
 * @param width The width in pixels.
 * @returns The `svg` element.
 * @throws {InputError} If the figure does not fit the rows of its table.
 */
export function drawWordStrips(
  figure: WordStrips,
  tables: readonly Table[],
  document: SvgDocument,
  width: number,
): SvgElement {
  const texts = readWordStrips(figure, tables);
  const weights = texts.flatMap(({ strips }) => strips.flatMap((strip) => strip.weights));
  const limit = figure.colour.limit ?? (greatest([0, ...weights]) || 1);
  const bar = drawShadeBar(document, figure.colour, limit, width);
  const nodes = [element(document, "g", {}, bar.nodes)];
  let y = bar.height + 14;
  for (const text of texts) {
    const head = heading(document, text, width);
    const body = lines(document, text, limit, width);
    nodes.push(element(document, "g", { class: "text" }, [
      element(document, "g", { transform: `translate(0,${y})` }, head.nodes),
      element(document, "g", { transform: `translate(0,${y + head.height})` }, body.nodes),
    ]));
    y += head.height + body.height + textGap;
  }
  if (texts.length === 0) {
    nodes.push(textElement(document, "no values", { x: 0, y: y + 13, fill: "var(--muted)" }));
    y += headingHeight + textGap;
  }
  const svg = frame(document, width, y - textGap + 2);
  svg.append(...nodes);
  return svg;
}

/** The name of a text with its facts, and the facts of its strips. */
function heading(document: SvgDocument, text: WeightedText, width: number): Part {
  const isNumber = text.name.trim() !== "" && !Number.isNaN(Number(text.name));
  const name = isNumber ? `${text.label} ${text.name}` : text.name;
  const rows = [
    { name, weight: 600, facts: text.facts },
    ...text.strips.filter(({ facts }) => facts.length > 0)
      .map((strip) => ({ name: strip.name ?? "", weight: 400, facts: strip.facts })),
  ];
  const nodes: SvgElement[] = [];
  let y = 0;
  for (const row of rows) {
    const look = { "font-weight": row.weight, class: "text-name" };
    const names = wrapText(row.name, size, width / BOLD)
      .map((line) => cutText(line, size, width / BOLD));
    for (const [i, line] of names.entries()) {
      if (i > 0) y += headingHeight;
      nodes.push(textElement(document, line, { x: 0, y: y + 14, ...look }));
    }
    let x = textWidth(names.at(-1) ?? "", size) * (row.weight > 400 ? BOLD : 1) + 16;
    for (const fact of row.facts) {
      const written = cutText(factText(fact), size, width);
      const wide = textWidth(written, size);
      if (x > 0 && x + wide > width) [x, y] = [0, y + headingHeight];
      const at = { x, y: y + 14, class: "fact", fill: "var(--muted)" };
      nodes.push(textElement(document, written, at));
      x += wide + 16;
    }
    y += headingHeight;
  }
  return { nodes, height: y + 4 };
}

function factText({ label, value }: WordFact): string {
  return `${label}: ${typeof value === "string" ? value : formatNumber(value, 2)}`;
}

/** The words of a text with the weights of its strips, in lines. */
function lines(document: SvgDocument, text: WeightedText, limit: number, width: number): Part {
  const [only] = text.strips;
  const alone = only?.name === null;
  const most = width < 500 ? 84 : 150;
  const labels = text.strips.map(({ name }) =>
    wrapText(name ?? "", numberSize, most).map((line) => cutText(line, numberSize, most))
  );
  const widest = greatest(labels.flat().map((line) => textWidth(line, numberSize)));
  const left = alone ? 0 : Math.ceil(widest) + 10;
  const nodes: SvgElement[] = [];
  let y = -lineGap;
  for (const line of placed(text.words, left, width)) {
    y += lineGap;
    if (alone) {
      const row = { y, height: wordHeight + numberHeight, number: wordHeight + 12 };
      nodes.push(...cells(document, text, only, line, limit, row), words(document, text, line, y));
      y += row.height;
      continue;
    }
    nodes.push(words(document, text, line, y));
    y += wordHeight;
    for (const [s, strip] of text.strips.entries()) {
      const names = labels[s] ?? [];
      const height = Math.max(numberHeight + 4, names.length * labelLine + 2);
      const row = { y, height, number: height / 2 + 4.5 };
      nodes.push(...stripName(document, names, row));
      nodes.push(...cells(document, text, strip, line, limit, row));
      y += height + 2;
    }
    y -= 2;
  }
  return { nodes, height: Math.max(0, y) };
}

/** A row of cells. */
interface Row {
  readonly y: number;
  readonly height: number;
  /** Pixels from the top of the row to the foot of its numbers. */
  readonly number: number;
}

/** The name of a strip, left of its cells. */
function stripName(document: SvgDocument, name: readonly string[], row: Row): SvgElement[] {
  const first = row.y + (row.height - name.length * labelLine) / 2 + 11.5;
  return name.map((line, i) =>
    textElement(document, line, {
      class: "strip-name",
      x: 0,
      y: first + i * labelLine,
      "font-size": numberSize,
      fill: "var(--muted)",
    })
  );
}

/** The cells of a line with their shades and numbers; the more exact weights are titles. */
function cells(
  document: SvgDocument,
  { words }: WeightedText,
  { name, weights }: WordStrip,
  line: readonly Place[],
  limit: number,
  { y, height, number }: Row,
): SvgElement[] {
  const measure = name === null ? "" : `, ${name}`;
  const boxes = line.map(({ index, x, width }) => {
    const weight = weights[index] ?? 0;
    const title = `${words[index]}${measure}: ${formatNumber(weight, 4)}`;
    const shade = shadeFill(levelOf(weight, limit));
    return element(document, "rect", { x, y, width, height, rx: 2, ...shade }, [
      element(document, "title", {}, [title]),
    ]);
  });
  const numbers = line.map(({ index, x, width }) =>
    element(document, "text", { x: x + width / 2, y: y + number }, [fixed(weights[index] ?? 0, 2)])
  );
  return [
    element(document, "g", { class: "cells", stroke: "var(--line)", "stroke-width": 0.5 }, boxes),
    element(document, "g", { class: "weights", "font-size": numberSize, ...centred }, numbers),
  ];
}

/** The words of a line as they are: without typography, subscripts and superscripts. */
function words(
  document: SvgDocument,
  { words }: WeightedText,
  line: readonly Place[],
  y: number,
): SvgElement {
  const direction = isRightToLeft(words) ? { direction: "rtl" } : {};
  const texts = line.map(({ index, x, width }) => {
    const written = cutText(words[index] ?? "", size, width - 2 * pad + 0.5, plainWidth);
    return element(document, "text", { x: x + width / 2, y: y + 15 }, [written]);
  });
  return element(document, "g", { class: "words", ...centred, ...direction }, texts);
}

/** Breaks the words into lines between two pixels. */
function placed(words: readonly string[], left: number, right: number): Place[][] {
  const fewest = plainWidth("0.00", numberSize);
  const mirrored = isRightToLeft(words);
  const all: Place[][] = [];
  let x = right;
  for (const [index, text] of words.entries()) {
    const wanted = Math.ceil(Math.max(fewest, plainWidth(text, size)) + 2 * pad);
    const width = Math.min(wanted, right - left - 1);
    if (x + width > right - 0.5) {
      all.push([]);
      x = left + 0.5;
    }
    all.at(-1)?.push({ index, x: mirrored ? left + right - x - width : x, width });
    x += width + gap;
  }
  return all;
}

const letter = /\p{L}/u;
const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Whether the first letter of a text belongs to a script that is written from right to left. */
function isRightToLeft(words: readonly string[]): boolean {
  for (const text of words) {
    const first = letter.exec(text);
    if (first) return rightToLeft.test(first[0]);
  }
  return false;
}
