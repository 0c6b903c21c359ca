import { sentenceWords } from "./sentence_words.ts";

/** A text with its class. */
export interface LabelledText {
  /** The text. */
  readonly text: string;
  /** The class, as an index of {@link LabelledTexts.classes}. */
  readonly label: number;
  /**
   * The collection from which the text comes, such as `"imdb"`. Texts of a single collection all have
   * the same source.
   */
  readonly source: string;
  /**
   * The number of the group of copies. Texts with the same words have the same group: a copy in the
   * training set would give away the label of its twin in the test set.
   */
  readonly group: number;
}

/** Texts of two or more classes. */
export interface LabelledTexts {
  /** The name in parameters and files: `"sentiment-sentences"`. */
  readonly id: string;
  /** The name in prose. */
  readonly title: string;
  /** The origin of the texts. */
  readonly origin: string;
  /** The licence; `null` if it is not known. */
  readonly licence: string | null;
  /** The names of the classes, at least two. */
  readonly classes: readonly string[];
  /** The texts. */
  readonly texts: readonly LabelledText[];
}

/**
 * Numbers the groups of copies. Two texts are copies if {@link sentenceWords} gives the same words:
 * case, punctuation and white space do not count. A text without words is a copy only of the same
 * characters.
 *
 * @param texts The texts.
 * @returns The group of each text, numbered from 0 by first occurrence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { copyGroups } from "./labelled_texts.ts";
 *
 * assertEquals(copyGroups(["Great phone!", "It broke.", "Great phone."]), [0, 1, 0]);
 * ```
 */
export function copyGroups(texts: readonly string[]): number[] {
  const groups = new Map<string, number>();
  return texts.map((text) => {
    const words = sentenceWords(text).join(" ");
    const key = words === "" ? `characters ${text}` : `words ${words}`;
    const group = groups.get(key) ?? groups.size;
    groups.set(key, group);
    return group;
  });
}
