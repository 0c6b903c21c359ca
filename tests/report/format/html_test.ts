import { assertEquals } from "@std/assert";
import { escape, html, textOf, trusted } from "../../../src/report/format/html.ts";
import { hostile } from "../hostile.ts";

Deno.test("html() escapes every part that is not Safe", () => {
  assertEquals(html`<b>${"<&>"}</b>${trusted("<i>")}`.markup, "<b>&lt;&amp;&gt;</b><i>");
  assertEquals(html`${[1, html`<i>${"'"}</i>`]}`.markup, "1<i>&#39;</i>");
});

Deno.test("html() leaves out absent parts", () => {
  assertEquals(html`${null}${undefined}${false}${""}${0}`.markup, "0");
});

Deno.test("html() escapes hostile text in attributes and elements", () => {
  const escaped = escape(hostile);
  assertEquals(/[<>"']/.test(escaped), false);
});

Deno.test("textOf() removes tags and the source of TeX", () => {
  const content = trusted(
    'a <em>b</em>\n<math><mi>c</mi><annotation x="y">\\c</annotation></math> &amp;',
  );
  assertEquals(textOf(content).markup, "a b c &amp;");
});
