/**
 * `@std/cli/unicode-width`, made of the npm package `string-width`. Tasks import it if JSR does not
 * answer. The two packages differ only for characters of newer versions of Unicode.
 *
 * @module
 */
import stringWidth from "string-width";

/**
 * Counts the columns that a text takes in a terminal: the sum over its characters. Joined
 * characters count separately.
 */
export function unicodeWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + stringWidth(character), 0);
}
