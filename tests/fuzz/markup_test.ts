import { assertThrows } from "@std/assert";
import { checkMarkup, checkNumbers } from "./markup.ts";

const good = [
  '<!doctype html><html lang="en"><p>a &lt; b<br>c</p><svg><path d="M0 1"/></svg></html>',
  '<a href="https://example.org/">x</a>',
  "no element at all",
];

for (const text of good) {
  Deno.test(`checkMarkup() accepts ${text}`, () => checkMarkup(text, "html"));
}

const wrong = [
  ["<p>a", "not closed: p"],
  ["<p>a</b></p>", "</b> closes p"],
  ["a < b", "a bare <"],
  ["<script>x</script>", "an element script"],
  ['<p onclick="x">a</p>', "an attribute onclick"],
  ['<a href=" javascript:x">a</a>', "a link to"],
  ['<p id="a" id="b">a</p>', "an attribute twice: id"],
  ["<p id='a'>a</p>", "a bare <"],
] as const;

for (const [text, message] of wrong) {
  Deno.test(`checkMarkup() refuses ${text}`, () => {
    assertThrows(() => checkMarkup(text, "html"), Error, message);
  });
}

Deno.test("checkMarkup() refuses a bare & only in XML", () => {
  checkMarkup("<p>a & b</p>", "html");
  assertThrows(() => checkMarkup("<p>a & b</p>", "svg"), Error, "a bare &");
});

Deno.test("checkNumbers() refuses a value that is not finite in an attribute with numbers", () => {
  checkNumbers('<text x="1" class="NaN">NaN</text>');
  for (const value of ["NaN", "M0,1LInfinity,2", "undefined"]) {
    assertThrows(() => checkNumbers(`<path d="${value}"/>`), Error, value);
  }
});
