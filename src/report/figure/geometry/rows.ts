import { greatest } from "../../format/numbers.ts";
import { cutText, textWidth, wrapText } from "../svg/text.ts";

/** The size of names on a category axis. */
export const nameSize = 13;
/** The height of a line of a name, in pixels. */
export const nameLine = 16;
/** Pixels above a name, if names are above their rows. */
export const nameGap = 5;
const narrowest = 100;
const usual = 150;
/** The largest width of names beside rows, in pixels: about 25 characters without a space. */
const widest = 215;
const pitch = 15;
/** The least height of a bar, in pixels. */
export const BAR_HEIGHT = 20;
const pad = 6;

/** The layout of the rows of a category axis, which all have the same height. */
export interface Rows {
  /** The name of each row, in lines. */
  readonly names: readonly (readonly string[])[];
  /** Whether names are above their marks, and not left of them. */
  readonly above: boolean;
  /** Pixels for the names left of the marks. */
  readonly left: number;
  /** Pixels from row to row. */
  readonly height: number;
  /** Pixels of a row that are free for its marks, below or beside its name. */
  readonly free: number;
  /** The series that lie below each other, in order from the top; `null` for a layer without series. */
  readonly slots: readonly (number | null)[];
}

/**
 * Lays out the rows of a category axis.
 *
 * @param categories The names.
 * @param slots The series that lie below each other in a row; `null` is a layer without series.
 * @param markHeight The height in pixels of marks that are not in slots.
 * @param narrow Whether the screen is narrow.
 * @param width The width of the drawing.
 */
export function layoutRows(
  categories: readonly string[],
  slots: readonly (number | null)[],
  markHeight: number,
  narrow: boolean,
  width: number,
): Rows {
  const free = Math.max(markHeight, slots.length * pitch) + 2 * pad;
  const words = categories.flatMap((name) => name.split(/\s+/));
  const longest = greatest(words.map((word) => textWidth(word, nameSize)));
  const usable = Math.min(widest, Math.max(longest, narrow ? narrowest : usual));
  const beside = narrow || lineCount(wrapNames(categories, usable)) <= 2 ? usable : widest;
  const wrapped = wrapNames(categories, beside);
  const lines = lineCount(wrapped);
  if (!narrow || (beside <= narrowest && lines <= 2)) {
    const left = greatest(wrapped.flat().map((line) => textWidth(line, nameSize)));
    const height = Math.max(free, lines * nameLine + 2 * pad);
    return { names: wrapped, above: false, left, height, free: height, slots };
  }
  const names = wrapNames(categories, width);
  const height = free + lineCount(names) * nameLine + nameGap;
  return { names, above: true, left: 0, height, free, slots };
}

/**
 * Returns the position of the middle of a row, or of a series in the row, in units of rows from 0
 * at the top.
 */
export function rowPlace(rows: Rows, category: number, series?: number | null): number {
  const slot = series === undefined ? -1 : rows.slots.indexOf(series);
  const dodge = slot < 0 ? 0 : (slot - (rows.slots.length - 1) / 2) * pitch;
  return category + ((rows.height - rows.free) / 2 + dodge) / rows.height;
}

/** The height of a bar, in pixels. */
export function barSize(rows: Rows): number {
  return Math.max(BAR_HEIGHT, Math.min(rows.free - 2 * pad, rows.slots.length * pitch));
}

function lineCount(names: readonly (readonly string[])[]): number {
  return greatest(names.map((name) => name.length));
}

function wrapNames(categories: readonly string[], width: number): string[][] {
  return categories.map((name) =>
    wrapText(name, nameSize, width).map((line) => cutText(line, nameSize, width))
  );
}
