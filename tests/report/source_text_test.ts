import { assertEquals } from "@std/assert";
import { codeText } from "../../src/report/code_text.ts";
import { sourceText } from "../../src/report/source_text.ts";

Deno.test("sourceText() links DOIs and arXiv numbers, without the sentence's punctuation", () => {
  assertEquals(
    sourceText("A (doi:10.1000/x(1)y.z), <b>; arXiv:1806.08295.").markup,
    'A (<a href="https://doi.org/10.1000/x(1)y.z">doi:10.1000/x(1)y.z</a>), &lt;b&gt;; ' +
      '<a href="https://arxiv.org/abs/1806.08295">arXiv:1806.08295</a>.',
  );
  assertEquals(sourceText("a convention").markup, "a convention");
});

Deno.test("codeText() keeps words with signs in one piece, but for very long ones", () => {
  assertEquals(
    codeText("deno task --only <a>").markup,
    '<code>deno task <span class="word">--only</span> <span class="word">&lt;a&gt;</span></code>',
  );
  const long = "--".repeat(20);
  assertEquals(codeText(long).markup, `<code>${long}</code>`);
});
