import { assert } from "@std/assert";
import fc from "fast-check";

/** Replaces typographic spaces by plain ones, so that tables are readable. */
export function plain(text: string): string {
  return text.replace(/[\u202f\u00a0]/g, " ");
}

/** Any finite number. */
export const finite: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, 5e-324, -1e-323, 1.797e308, -Number.MAX_VALUE, 1e21, 2 ** 53, 0.1 + 0.2),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Throws if the text of a number is not digits, or is long. */
export function checkText(text: string): void {
  assert(!/NaN|Infinity|∞|undefined|e[+-]?\d/.test(text) && text.length < 100, text);
}
