/** The kind of tokens of a text. */
export type TokenKind = "words" | "characters" | "plain-words";

/** The rules by which a text is split into tokens of one kind and joined again. */
export interface TextRules {
  /**
   * Returns the normal form of a text, which is also the text that results if its tokens are
   * joined. Canonically equivalent texts have the same normal form.
   */
  normal(text: string): string;
  /** Splits a text in normal form into tokens. */
  tokens(normal: string): string[];
  /** The text between two tokens. */
  readonly separator: string;
}

// A removed sign is removed with its marks, such as the variation selector of an emoji. A format
// character, such as the non-joiner within a Bengali word, is removed alone.
const removed = /[^\p{L}\p{M}\p{N}_.!?\p{White_Space}\p{Cf}][\p{M}\p{Cf}]*|\p{Cf}/gu;
const whiteSpace = /\p{White_Space}+/gu;

const words: TextRules = {
  normal(text) {
    // The zero-width space is a format character, but separates words in Khmer and Thai.
    const spaced = text.toWellFormed().replaceAll("\u200B", " ");
    const kept = normalForm(spaced.toLowerCase().replace(removed, ""));
    return kept.replace(whiteSpace, " ").trim();
  },
  tokens: (normal) => normal === "" ? [] : normal.split(" "),
  separator: " ",
};

const plainWord = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*/gu;

/** The largest number of texts whose plain words are kept, and of characters of such a text. */
const [MOST_KEPT, LONGEST_KEPT] = [8192, 1000];

/** The plain words of short texts, which cross-validation splits again for each fold and model. */
const kept = new Map<string, string>();

const plainWords: TextRules = {
  normal(text) {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const lower = text.toWellFormed().replaceAll("\u2019", "'").toLowerCase();
    const words = normalForm(lower).match(plainWord)?.join(" ") ?? "";
    if (text.length > LONGEST_KEPT) return words;
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(text, words);
    return words;
  },
  tokens: words.tokens,
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
 * Words are in lower case, which does not depend on the locale, and are separated by white space.
 * They consist of letters, marks, numbers, underscores and `.`, `!` and `?`: "sunlight." is one
 * word. All else is removed. Characters are code points, and every line ends in `"\n"`. Plain words,
 * for classification, are runs of letters, marks and numbers in lower case, with the apostrophes
 * within them; all else separates them: "slow-moving, isn't it?" has four words. All kinds are in
 * Unicode's normalization form C, and a lone surrogate becomes U+FFFD or, in plain words, separates.
 */
export const textRules: Readonly<Record<TokenKind, TextRules>> = {
  words,
  characters,
  "plain-words": plainWords,
};

/** A run of marks that is too long for `normalize` to order. */
const longRun = /\p{M}{100,}/gu;

/** Marks of the lowest and the highest canonical combining class, 1 and 240. */
const [FIRST, LAST] = ["\u0334", "\u0345"];

/**
 * Returns the normalization form C of a text in about linear time. `normalize` alone orders
 * combining marks one by one, which takes n^2 steps for a run of n marks: most of a minute for
 * 300,000 of them.
 *
 * @param text A well-formed text.
 * @returns The value of `text.normalize("NFC")`.
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

/** Returns the canonically equivalent run of marks in canonical order. */
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
    flush(); // No mark moves past a mark of class 0.
    parts.push(mark);
  }
  flush();
  return parts.join("");
}

/**
 * Ranks marks by their combining class, from 1. Marks of one class have the same rank, and marks of
 * class 0 have no rank.
 */
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

/** Returns whether canonical ordering exchanges two marks. */
function moves(first: string, second: string): boolean {
  return (first + second).normalize("NFD") !== first + second;
}
