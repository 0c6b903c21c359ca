import { assertEquals } from "@std/assert";
import {
  codeText,
  curly,
  sourceText,
  typeset,
  typographic,
} from "../../../src/report/format/text.ts";

function marked(label: string): string {
  return typeset(label)
    .map(({ text, shift }) => shift === "none" ? text : `${shift === "sub" ? "↓" : "↑"}${text}|`)
    .join("");
}

Deno.test("typeset() lowers the index of a single letter", () => {
  assertEquals(marked("gain of W_hh"), "gain of W↓hh|");
  assertEquals(marked("h_(t-1), x_t"), "h↓t−1|, x↓t|");
  assertEquals(marked("h_{t-1}"), "h↓t−1|");
  assertEquals(marked("dL/dh_(T-k)"), "dL/dh↓T−k|");
  assertEquals(marked("sigma_1(W) < 1"), "σ↓1|(W) < 1");
});

Deno.test("typeset() raises a power", () => {
  assertEquals(marked("g^k and 2^10, (1 + x)^2"), "g↑k| and 2↑10|, (1 + x)↑2|");
  assertEquals(marked("10^-5"), "10↑−5|");
});

Deno.test("typeset() leaves names with underscores unchanged", () => {
  assertEquals(marked("my_column a_b_c snake_case"), "my_column a_b_c snake_case");
  assertEquals(marked(""), "");
});

Deno.test("curly() opens and closes quotation marks", () => {
  assertEquals(
    curly(`"a" ("b"), the network's 'c' "`),
    "\u201ca\u201d (\u201cb\u201d), the network\u2019s \u2018c\u2019 \u201c",
  );
  assertEquals(curly(`", he said`), "\u201d, he said");
});

Deno.test("curly() leaves quotation marks of code as they are", () => {
  for (const code of ["'models_implemented': 5", "x['spectral_radius'] > 1.0", '{"a": 1}']) {
    assertEquals(curly(code), code);
  }
  assertEquals(curly("the 'code': is"), "the 'code': is");
  assertEquals(curly("the network's 'state'"), "the network\u2019s \u2018state\u2019");
});

Deno.test("typographic() writes numbers with at most six digits", () => {
  assertEquals(
    typographic("share 0.1111111111111111, 0.12345678 of v1.23456789"),
    "share 1/9, 0.123457 of v1.23456789",
  );
});

Deno.test("sourceText() links DOIs and arXiv numbers, without the sentence's punctuation", () => {
  assertEquals(
    sourceText("A (doi:10.1000/x(1)y.z), <b>; arXiv:1806.08295.").markup,
    'A (<a href="https://doi.org/10.1000/x(1)y.z">doi:10.1000/x(1)y.z</a>), &lt;b&gt;; ' +
      '<a href="https://arxiv.org/abs/1806.08295">arXiv:1806.08295</a>.',
  );
  assertEquals(sourceText("a convention").markup, "a convention");
});

Deno.test("codeText() does not break words with signs, except very long ones", () => {
  assertEquals(
    codeText("deno task --only <a>").markup,
    '<code>deno task <span class="word">--only</span> <span class="word">&lt;a&gt;</span></code>',
  );
  const long = "--".repeat(20);
  assertEquals(codeText(long).markup, `<code>${long}</code>`);
});
