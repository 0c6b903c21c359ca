import type { Random } from "../../../src/core/random.ts";

/**
 * Pieces of text that break code which assumes one UTF-16 code unit for each character, or ASCII.
 */
export const oddBits: readonly string[] = [
  "👩‍❤️‍💋‍👨", // Joined by U+200D, with a variation selector.
  "🏳️‍🌈",
  "👍🏽", // A modifier of skin.
  "🇩🇪", // Two regional indicators.
  "1️⃣",
  "e\u0301", // A combining mark, and the same as one character.
  "\u00E9",
  "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
  "שָׁלוֹם", // From right to left, with points.
  "مرحبا\u200F بالعالم",
  "\u202Eabc\u202C", // A change of direction.
  "हिन्दी",
  "র\u200C\u09CDয", // A non-joiner within a word.
  "สวัสดี\u200Bครับ", // A space without width.
  "\u1112\u1161\u11AB", // Jamo of one syllable.
  "\u{20000}\u{2A6D6}", // Beyond the first plane.
  "𝔘𝔫𝔦",
  "𐐀𐐨", // Beyond the first plane, with case.
  "İstanbul",
  "ΟΔΟΣ",
  "straße",
  "ﬁn",
  "≠", // A sign that parts into a sign and a mark.
  "\u0344\u0345", // Marks that are put in order.
  "\uFEFF",
  "\u0085",
  "\u00A0",
  "\u2028",
  "\r\n",
  "\r",
  "\n\n",
  "\t",
  " ",
  ".",
  "!?",
  "_x_",
  "—",
  "٣",
  "Ⅳ",
  "\uD800", // Halves of pairs that stand alone.
  "\uDC00",
];

/** Odd text of at least a number of UTF-16 units. */
export function oddText(length: number, random: Random): string {
  const bits: string[] = [];
  for (let size = 0; size < length;) {
    const bit = oddBits[random.integer(0, oddBits.length - 1)] ?? "";
    bits.push(bit);
    size += bit.length;
  }
  return bits.join("");
}
