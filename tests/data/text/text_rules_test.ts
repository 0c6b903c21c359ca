import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { normalForm, textRules } from "../../../src/data/text/text_rules.ts";
import { oddText } from "./odd_text.ts";

const { words, characters } = textRules;
const split = (text: string): string[] => words.tokens(words.normal(text));

/** Every code point but the halves of pairs, as one text. */
function everyCharacter(between: string): string {
  const parts: string[] = [];
  for (let code = 0; code < 0x110000; code++) {
    if (code === 0xD800) code = 0xE000;
    parts.push(String.fromCodePoint(code));
  }
  return parts.join(between);
}

Deno.test("textRules.words splits as the notebook does", () => {
  assertEquals(split("The quick, brown fox: it jumps!"), [
    "the",
    "quick",
    "brown",
    "fox",
    "it",
    "jumps!",
  ]);
  assertEquals(split("Pre-trained  models\tcan't\n\n(really?) stop."), [
    ...["pretrained", "models", "cant", "really?", "stop."],
  ]);
  assertEquals(split("snake_case 3.14 — x"), ["snake_case", "3.14", "x"]);
});

Deno.test("textRules of plain words keep apostrophes within words and no other signs", () => {
  const { normal, tokens } = textRules["plain-words"];
  const text = "It’s \uD800slow-moving... 'I DON'T' like Cafe\u0301s!";
  assertEquals(normal(text), "it's slow moving i don't like caf\u00E9s");
  assertEquals(tokens(normal(text)).length, 7);
  assertEquals([normal("..."), tokens(normal("..."))], ["", []]);
});

Deno.test("textRules.words keeps words of every script whole, in all encodings", () => {
  assertEquals(split("Cafe\u0301 CAF\u00C9"), ["caf\u00E9", "caf\u00E9"]);
  assertEquals(split("हिन्दी में"), ["हिन्दी", "में"]);
  assertEquals(split("שָׁלוֹם עולם"), ["שָׁלוֹם".normalize("NFC"), "עולם"]);
  assertEquals(split("\u1112\u1161\u11AB국"), ["한국"]);
  assertEquals(split("𐐀𐐁 𝔘𝔫𝔦"), ["𐐨𐐩", "𝔘𝔫𝔦"]);
  assertEquals(split("ΟΔΟΣ STRASSE straße"), ["οδος", "strasse", "straße"]);
  assertEquals(split("İ I"), ["i\u0307", "i"]);
});

Deno.test("textRules.words removes a sign with its marks, and format characters by themselves", () => {
  assertEquals(split("I ❤️ NY 👩‍❤️‍💋‍👨 👍🏽 🏳️‍🌈 🇩🇪"), ["i", "ny"]);
  assertEquals(split("র\u200C\u09CDয"), ["র\u09CDয"]);
  assertEquals(split("a\u202Eb\uFEFFc\u00ADd"), ["abcd"]);
  // U+2260 is "=" with a mark, which must not be added to the letter before it.
  assertEquals(split("a\u2260b a=\u0338b"), ["ab", "ab"]);
});

Deno.test("textRules.words splits at all white space and at zero-width spaces", () => {
  assertEquals(split("a\u00A0b\u2003c\u3000d\u0085e\u2028f\u200Bg\r\nh"), [..."abcdefgh"]);
  assertEquals(split(""), []);
  assertEquals(split(" \n\t\u00A0"), []);
});

Deno.test("textRules.characters are code points, with one kind of line ends", () => {
  const of = (text: string): string[] => characters.tokens(characters.normal(text));
  assertEquals(of("a\r\nb\rc\nd"), ["a", "\n", "b", "\n", "c", "\n", "d"]);
  assertEquals(of("e\u0301👍🏽"), ["é", "👍", "🏽"]);
  assertEquals(of("x\uD83Dy\uDE00"), ["x", "\uFFFD", "y", "\uFFFD"]);
});

Deno.test("textRules.normal() is the same for every encoding of a character, and idempotent", () => {
  const odd = oddText(100_000, new Random(1));
  // Also after a letter, with which a mark could combine.
  for (const text of [odd, everyCharacter(" "), everyCharacter("a")]) {
    for (const rules of [words, characters]) {
      const normal = rules.normal(text);
      assert(normal.isWellFormed());
      // Compared with `assert`, since assertEquals would write a message of a megabyte.
      assert(rules.normal(normal) === normal, "twice is as once");
      assert(normal === normal.normalize("NFC"), "in form C");
      assert(rules.normal(text.toWellFormed().normalize("NFD")) === normal, "from form D");
      assert(rules.tokens(normal).join(rules.separator) === normal, "tokens give it back");
    }
  }
});

Deno.test("textRules.words keeps only letters, marks, numbers, underscores and sentence ends", () => {
  const kept = /^[\p{L}\p{M}\p{N}_.!?]+$/u;
  for (const word of split(everyCharacter(" "))) assert(kept.test(word), JSON.stringify(word));
});

/** Marks of many classes, of class 0, that decompose, and of Vietnamese and Hebrew. */
const marks = [
  ..."\u0301\u0316\u0334\u0345\u0328\u0327\u05B0\u0323\u302A\u0315",
  ..."\u0903\u034F\u0344\u0340\u20DD\u{1D165}",
];

Deno.test("normalForm() is normalize of any run of marks, after any letter", () => {
  const random = new Random(1);
  for (const letter of ["", "a", "\u00E9", "\u1EA4", "\u05D0", "\uAC00"]) {
    for (const length of [1, 99, 100, 101, 400]) {
      const run = Array.from({ length }, () => marks[random.integer(0, marks.length - 1)]).join("");
      const text = `${letter}${run}x${run}`;
      assertEquals(normalForm(text), text.normalize("NFC"), `${letter} with ${length} marks`);
    }
  }
});

Deno.test("normalForm() orders every mark of Unicode as normalize does", () => {
  const all: string[] = [];
  for (let code = 0; code < 0x20000; code++) {
    if (/^\p{M}$/u.test(String.fromCodePoint(code))) all.push(String.fromCodePoint(code));
  }
  const text = `a${all.toReversed().join("")}`;
  assertEquals(normalForm(text), text.normalize("NFC"));
});

Deno.test("normalForm() takes a line of a million marks out of order", () => {
  // Ordered one by one they would take about ten minutes.
  const text = "\u0301\u0316".repeat(500_000);
  assertEquals(normalForm(text), "\u0316".repeat(500_000) + "\u0301".repeat(500_000));
});
