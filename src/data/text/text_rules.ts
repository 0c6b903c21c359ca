/** What tokens are: words, or characters. */
export type TokenKind = "words" | "characters";

/** How a kind of token is taken from texts and put back. */
export interface TextRules {
  /** The text as its tokens can give it back, equal for texts that are canonically equivalent. */
  normal(text: string): string;
  /** The tokens of a text in normal form. */
  tokens(normal: string): string[];
  /** What stands between two tokens. */
  readonly separator: string;
}

// A sign that goes takes the marks on it along, such as the variation selector of an emoji. What
// only directs the rendering, such as the non-joiner within a Bengali word, goes alone.
const removed = /[^\p{L}\p{M}\p{N}_.!?\p{White_Space}\p{Cf}][\p{M}\p{Cf}]*|\p{Cf}/gu;
const whiteSpace = /\p{White_Space}+/gu;

const words: TextRules = {
  normal(text) {
    // The space without width is a format character, and yet what separates Khmer and Thai words.
    const spaced = text.toWellFormed().replaceAll("\u200B", " ");
    const kept = normalForm(spaced.toLowerCase().replace(removed, ""));
    return kept.replace(whiteSpace, " ").trim();
  },
  tokens: (normal) => normal === "" ? [] : normal.split(" "),
  separator: " ",
};

const characters: TextRules = {
  normal: (text) => normalForm(text.toWellFormed().replace(/\r\n?/g, "\n")),
  tokens: (normal) => [...normal],
  separator: "",
};

/**
 * The rules of each kind of token.
 *
 * Words are lower-case, whatever the locale. Letters, marks, numbers, underscores and `.`, `!` and
 * `?` are kept, the rest is removed, and white space separates: "sunlight." is one word. Characters
 * are code points, and every line ends in `"\n"`. Both are in Unicode's normal form C; half a
 * surrogate pair is U+FFFD.
 */
export const textRules: Readonly<Record<TokenKind, TextRules>> = { words, characters };

/** From so many marks on, a run is put in order here. */
const longRun = /\p{M}{100,}/gu;

/** Marks of the first and the last of the classes by which canonical order sorts: 1 and 240. */
const [FIRST, LAST] = ["\u0334", "\u0345"];

/**
 * A text in Unicode's normal form C, in about linear time. `normalize` alone puts combining marks
 * in canonical order one by one, which takes n^2 steps for a run of n marks: most of a minute for
 * 300,000 of them.
 *
 * @param text Any well-formed text.
 * @returns What `text.normalize("NFC")` gives.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalForm } from "./text_rules.ts";
 *
 * assertEquals(normalForm("e\u0301"), "\u00E9");
 * ```
 */
export function normalForm(text: string): string {
  return text.replace(longRun, ordered).normalize("NFC");
}

/** A canonically equivalent run of marks, in canonical order. */
function ordered(run: string): string {
  const marks = [...run].flatMap((mark) => [...mark.normalize("NFD")]);
  const ranks = ranksOf(new Set(marks));
  const rank = (mark: string) => ranks.get(mark) ?? 0;
  const parts: string[] = [];
  let movable: string[] = [];
  const flush = () => {
    parts.push(movable.sort((a, b) => rank(a) - rank(b)).join(""));
    movable = [];
  };
  for (const mark of marks) {
    if (rank(mark) > 0) {
      movable.push(mark);
      continue;
    }
    flush(); // Nothing moves past a mark that has no class.
    parts.push(mark);
  }
  flush();
  return parts.join("");
}

/** The order of marks by class, from 1 up and equal within a class; 0 for those that never move. */
function ranksOf(marks: ReadonlySet<string>): Map<string, number> {
  const movable = [...marks]
    .filter((mark) => moves(mark, FIRST) || moves(LAST, mark))
    .sort((a, b) => Number(moves(a, b)) - Number(moves(b, a)));
  const ranks = new Map<string, number>();
  let [rank, before] = [0, ""];
  for (const mark of movable) {
    if (rank === 0 || moves(mark, before)) rank++;
    ranks.set(mark, rank);
    before = mark;
  }
  return ranks;
}

/** Whether canonical order exchanges two marks. */
function moves(first: string, second: string): boolean {
  return (first + second).normalize("NFD") !== first + second;
}
