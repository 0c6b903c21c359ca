/**
 * `@std/cli/unicode-width`, over the npm package `string-width`: what tasks run on if JSR does not
 * answer. It differs for characters of newer versions of Unicode alone.
 *
 * @module
 */
import stringWidth from "string-width";

/** How many columns of a terminal a text takes: the sum over its characters, also of joined emoji. */
export function unicodeWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + stringWidth(character), 0);
}
