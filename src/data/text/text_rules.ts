import { normalForm } from "./normal_form.ts";

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
