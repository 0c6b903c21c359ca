import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { html } from "../../../src/report/format/html.ts";
import {
  blocksOf,
  type Narrative,
  renderMarkdown,
  renderOpening,
} from "../../../src/report/markdown/markdown.ts";
import { PageError } from "../../../src/report/markdown/page_error.ts";
import type { Bindings } from "../../../src/report/markdown/rendering.ts";
import { loadTex } from "../../../src/report/markdown/tex.ts";

await loadTex(["$"]);

/** Renders with bindings whose values are their own text. */
function render(source: string): Narrative {
  return renderMarkdown({ path: "reports/a.md", source }, bindings);
}

const bindings: Bindings = {
  blockKinds: ["figure", "claims"],
  inline: (binding) => html`<i>${binding.kind}:${binding.target}</i>`,
  block: (binding) => html`<hr title="${binding.target}">`,
};

function body(source: string): string {
  return render(`# T\n\n${source}`).body.markup;
}

function failure(source: string): string {
  return assertThrows(() => render(source), PageError).message;
}

Deno.test("renderMarkdown() takes the title from the first heading", () => {
  const { title, titleText } = render("# A *b* & $x$\n\nText.\n");
  assertStringIncludes(title.markup, "A <em>b</em> &amp; <span");
  assertEquals(titleText.markup, "A b &amp; x");
});

Deno.test("renderMarkdown() renders bindings in text, emphasis, headings, lists and tables", () => {
  assertEquals(
    body("**{{m:a_b}}** and *{{m:c*d}}*"),
    "<p><strong><i>m:a_b</i></strong> and <em><i>m:c*d</i></em></p>\n",
  );
  assertStringIncludes(body("## See {{m:a}}"), '<h2 id="section-see-m-a">See <i>m:a</i></h2>');
  assertStringIncludes(body("- {{m:a}}\n- b"), "<li><i>m:a</i></li>");
  assertStringIncludes(body("|a|\n|--:|\n|{{m:a}}|\n"), '<td class="number"><i>m:a</i></td>');
  assertStringIncludes(body("> {{m:a}}\nlazy {{m:b}}"), "<i>m:a</i>\nlazy <i>m:b</i>");
});

Deno.test("renderMarkdown() renders blocks alone on a line, which end a paragraph", () => {
  const source = "# T\n\na\n{{figure:one}}\nb\n\n- c\n\n  {{claims}}\n";
  assertStringIncludes(render(source).body.markup, '<p>a</p>\n<hr title="one"><p>b</p>\n');
  const blocks = blocksOf({ path: "reports/a.md", source }, bindings.blockKinds);
  assertEquals(blocks.map((binding) => binding.text), ["{{figure:one}}", "{{claims}}"]);
});

Deno.test("renderOpening() returns the first paragraph, and the list after it", () => {
  const opening = (source: string) =>
    renderOpening({ path: "reports/a.md", source: `# T\n\n${source}` }, bindings).markup;
  const list = "<p>a <i>m:x</i></p>\n<ul>\n<li>b</li>\n</ul>\n";
  assertEquals(opening("a {{m:x}}\n\n- b\n\nc {{m:y}}\n"), list);
  assertEquals(opening("a {{m:x}}\n\n- b\n\n## H\n"), list);
  assertEquals(opening("a {{m:x}}\n\nc\n\n- b\n"), "<p>a <i>m:x</i></p>\n");
  assertEquals(opening("a {{m:x}}\n{{figure:one}}\n\n- c\n"), "<p>a <i>m:x</i></p>\n");
  for (const none of ["## H\n\na", "{{figure:one}}\n\na", ""]) assertEquals(opening(none), "");
});

Deno.test("renderMarkdown() leaves code unchanged", () => {
  assertEquals(
    body("`{{m:a}} $x$`"),
    '<p><code><span class="word">{{m:a}}</span> <span class="word">$x$</span></code></p>\n',
  );
  assertStringIncludes(body("```\n{{figure:a}}\n$$\n```"), "<code>{{figure:a}}\n$$</code>");
  assertStringIncludes(body("    {{m:a}} $\n"), "<code>{{m:a}} $</code>");
});

Deno.test("renderMarkdown() converts TeX to MathML, also if it has braces or signs of emphasis", () => {
  assertStringIncludes(body("$x^{{2}}$ and $a*b$ *c*"), "<em>c</em>");
  assertStringIncludes(body("$x_1$"), "<msub><mi>x</mi><mn>1</mn></msub>");
  const display = body("text\n$$\nx = 1\n$$\nmore");
  assertStringIncludes(display, "<p>text</p>");
  assertStringIncludes(display, 'aria-label="Equation 1"');
  assertStringIncludes(display, 'display="block"');
  assertStringIncludes(body("5 \\$ is no TeX"), "5 $ is no TeX");
});

Deno.test("renderMarkdown() keeps the dollar signs of prices as text", () => {
  const sentences = [
    "From $23 billion in 2019 to $14 billion.",
    "It costs $5, $6.50 or $7,000 (about $8bn) - $9!",
    "A fee of $20/kg and $30k, then $1",
    "US$5 and CA$6; $7-$8; $9/$10",
    "A *price* of $5 and *another* of $6",
  ];
  for (const sentence of sentences) {
    const plain = sentence.replaceAll("*", "");
    const text = body(sentence).replace(/<\/?(?:p|em)>/g, "").trim();
    assertEquals(text, plain);
  }
  assertStringIncludes(body("*$5* and *$6*"), "<em>$5</em> and <em>$6</em>");
  assertStringIncludes(body("| $5 | $6 |\n|--|--|\n| $7 | $8 |"), "<td>$7</td><td>$8</td>");
});

/** Returns the TeX of each formula of a page. */
function formulas(source: string): string[] {
  return [...body(source).matchAll(/<annotation[^>]*>([^<]*)/g)].map(([, tex = ""]) => tex);
}

Deno.test("renderMarkdown() requires TeX without spaces inside its dollar signs", () => {
  assertEquals(formulas("$5 \\times 3$ and $1/6$, ($x$), $y$. $\\alpha$-test, $z$s"), [
    ...["5 \\times 3", "1/6", "x", "y", "\\alpha", "z"],
  ]);
  assertEquals(formulas("costs $5 if $n = 2$ and $6 if $n = 3$"), ["n = 2", "n = 3"]);
  assertEquals(formulas("$a +\nb$ over two lines"), ["a +\nb"]);
  assertEquals(formulas("$\\text{in \\$}$"), ["\\text{in \\$}"]);
  assertEquals(formulas("a \\\\$x$ b"), ["x"]);
  const never = "$ opens TeX that is never closed; write \\$ for a dollar. ";
  for (const source of ["$ x $", "$x $", "$x$5", "$x", "a $\\frac{1}{2} b", "$2x + 1", "$"]) {
    assertStringIncludes(failure(`# T\n\n${source}\n`), never);
  }
});

Deno.test("renderMarkdown() renders bindings in formulas as TeX", () => {
  const value = html`\u22120.5 [\u22120.6, \u22120.4]\u202f\u00d7\u202f10\u207b\u00b9\u00b2 a&b/s`;
  const tex = (source: string) => {
    const { body } = renderMarkdown({ path: "a.md", source: `# T\n\n${source}\n` }, {
      blockKinds: ["claims"],
      inline: (binding, around) => html`${around === "formula" ? value : binding.text}`,
      block: () => html``,
    });
    return [...body.markup.matchAll(/<annotation[^>]*>([^<]*)/g)].map(([, tex = ""]) => tex);
  };
  const filled = "{-0.5\\ [-0.6,\\ -0.4]\\,\\times \\,10^{-12}\\ \\text{a\\&amp;b}/\\text{s}}";
  assertEquals(tex("$p = {{metric:a}}$"), [`p = ${filled}`]);
  assertEquals(tex("$x^{{metric:a}}$ and $\\frac{{{metric:a}}}{2}$"), [
    `x^${filled}`,
    `\\frac{${filled}}{2}`,
  ]);
  assertEquals(tex("$$\nx < {{ metric:a.value }}\n$$"), [`x &lt; ${filled}`]);
  // Double braces of TeX are not bindings.
  assertEquals(tex("$x^{{2}} + {{a}}$"), ["x^{{2}} + {{a}}"]);
  const wrong = (source: string) => assertThrows(() => tex(source), PageError).message;
  assertEquals(wrong("$a + {{claims}}$"), "a.md:3:1: {{claims}} must be alone on a line");
});

Deno.test("renderMarkdown() throws a PageError with the position of nesting that is too deep", () => {
  const deep = (text: string) => failure(`# T\n\nfine\n\n${text}\n`);
  const wanted = "reports/a.md:5:1: quotes, lists or emphasis are nested too deep here";
  for (const sign of [">", "> ", "- ", "1. ", "> - "]) {
    assertStringIncludes(deep(`${sign.repeat(6000)}a`), wanted);
  }
  assertStringIncludes(deep(`${"*".repeat(6001)}a${"*".repeat(6001)}`), wanted);
  assertStringIncludes(
    deep(`$${"{".repeat(6000)}a${"}".repeat(6000)}$`),
    "reports/a.md:5:1: TeX: braces are nested too deep",
  );
  assertStringIncludes(body(`${"> ".repeat(20)}a`), `${"<blockquote>\n".repeat(20)}<p>a</p>`);
  assertEquals(body("[".repeat(6000)), `<p>${"[".repeat(6000)}</p>\n`);
});

Deno.test("renderMarkdown() shows HTML as text", () => {
  assertEquals(body("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n");
  assertEquals(body("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
  assertStringIncludes(body("<div>\n{{m:a}}\n</div>"), "&lt;div&gt;\n<i>m:a</i>\n&lt;/div&gt;");
  assertStringIncludes(body("<!-- {{m:a}} -->"), "<i>m:a</i>");
});

Deno.test("renderMarkdown() keeps only relative links and links with known schemes", () => {
  assertEquals(body("[a](b.html#c)"), '<p><a href="b.html#c">a</a></p>\n');
  assertEquals(
    body("[a](https://example.org/$x)"),
    '<p><a href="https://example.org/$x">a</a></p>\n',
  );
  for (
    const scheme of ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x"]
  ) {
    assertEquals(body(`[a](${scheme})`), "<p>a</p>\n");
    assertEquals(body(`[a](<\u0001 ${scheme}>)`), "<p>a</p>\n");
  }
  assertEquals(body('[a](b.html "x")'), '<p><a href="b.html">a</a></p>\n');
  assertEquals(body("![alt](https://example.org/x.png)"), "<p>alt</p>\n");
});

Deno.test("renderMarkdown() gives headings unique ids", () => {
  assertStringIncludes(body("## A\n\n## A\n"), '<h2 id="section-a-2">');
});

Deno.test("renderMarkdown() throws a PageError with the position of an error", () => {
  assertEquals(
    failure("# T\n\na {{m:a\nb}}"),
    "reports/a.md:3:3: {{ is never closed with }} on its line",
  );
  assertEquals(
    failure("# T\n\n- a\n- b {{figure:x}}\n"),
    "reports/a.md:4:5: {{figure:x}} must be alone on a line",
  );
  assertEquals(failure("# T\r\n\r\n[a]({{m:a}})"), "reports/a.md:3:5: a binding cannot be here");
  assertEquals(failure("# T\n\n[a]: {{m:a}}\n"), "reports/a.md:3:6: a binding cannot be here");
  assertStringIncludes(failure("# T\n\na\n\nb $\\frac{1}$ c"), "reports/a.md:5:3: TeX: ");
  assertStringIncludes(failure("# T\n\n$$\n\\unknown\n$$\n"), "reports/a.md:3:1: TeX: ");
  assertStringIncludes(failure("# T\n\ncosts 5 $ each"), "reports/a.md:3:9: $ opens TeX");
  assertStringIncludes(
    failure("# T\n\n$\\pmb{x}$"),
    "reports/a.md:3:1: TeX: this command needs inline styles",
  );
});

Deno.test("renderMarkdown() requires headings in order", () => {
  assertStringIncludes(failure("Text\n"), "reports/a.md:1:1: a page begins with");
  assertStringIncludes(failure("\n\n## T\n"), "reports/a.md:3:1: a page begins with");
  assertStringIncludes(failure(""), "reports/a.md:1:1: a page begins with");
  assertStringIncludes(failure("# T\n\n# U\n"), "reports/a.md:3:1: a page begins with one heading");
  assertStringIncludes(
    failure("# T\n\na\n\n### U\n"),
    "reports/a.md:5:1: a heading of level 3 cannot follow level 1",
  );
});
