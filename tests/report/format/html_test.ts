import { assertEquals } from "@std/assert";
import { escape, html, textOf, trusted } from "../../../src/report/format/html.ts";
import { hostile } from "../hostile.ts";

Deno.test("every part is escaped unless it is safe", () => {
  assertEquals(html`<b>${"<&>"}</b>${trusted("<i>")}`.markup, "<b>&lt;&amp;&gt;</b><i>");
  assertEquals(html`${[1, html`<i>${"'"}</i>`]}`.markup, "1<i>&#39;</i>");
});

Deno.test("absent parts are left out", () => {
  assertEquals(html`${null}${undefined}${false}${""}${0}`.markup, "0");
});

Deno.test("hostile text ends neither an attribute nor an element", () => {
  const escaped = escape(hostile);
  assertEquals(/[<>"']/.test(escaped), false);
});

Deno.test("the text of markup has no tags and no TeX source", () => {
  const content = trusted(
    'a <em>b</em>\n<math><mi>c</mi><annotation x="y">\\c</annotation></math> &amp;',
  );
  assertEquals(textOf(content).markup, "a b c &amp;");
});
