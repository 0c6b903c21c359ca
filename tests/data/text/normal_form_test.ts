import { assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { normalForm } from "../../../src/data/text/normal_form.ts";

/** Marks of many classes, some of none, some that come apart, and one of Vietnamese and Hebrew each. */
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
  // One by one they would take some ten minutes.
  const text = "\u0301\u0316".repeat(500_000);
  assertEquals(normalForm(text), "\u0316".repeat(500_000) + "\u0301".repeat(500_000));
});
