/**
 * `@std/cli/unicode-width`, over the npm package `string-width`: what tasks run on if JSR does not
 * answer. It differs for characters of newer versions of Unicode alone.
 *
 * @module
 */
import stringWidth from "string-width";

/** Counts the columns that a text takes in a terminal: the sum over its characters, also if they are joined. */
export function unicodeWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + stringWidth(character), 0);
}
