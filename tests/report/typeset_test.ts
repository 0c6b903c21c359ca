import { assertEquals } from "@std/assert";
import { curly, typeset, typographic } from "../../src/report/typeset.ts";

function marked(label: string): string {
  return typeset(label)
    .map(({ text, shift }) => shift === "none" ? text : `${shift === "sub" ? "↓" : "↑"}${text}|`)
    .join("");
}

Deno.test("a lone letter's index is lowered", () => {
  assertEquals(marked("gain of W_hh"), "gain of W↓hh|");
  assertEquals(marked("h_(t-1), x_t"), "h↓t−1|, x↓t|");
  assertEquals(marked("h_{t-1}"), "h↓t−1|");
  assertEquals(marked("dL/dh_(T-k)"), "dL/dh↓T−k|");
  assertEquals(marked("sigma_1(W) < 1"), "σ↓1|(W) < 1");
});

Deno.test("a power is raised", () => {
  assertEquals(marked("g^k and 2^10, (1 + x)^2"), "g↑k| and 2↑10|, (1 + x)↑2|");
  assertEquals(marked("10^-5"), "10↑−5|");
});

Deno.test("names with underscores stay as they are", () => {
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

Deno.test("typographic() writes numbers with at most six digits", () => {
  assertEquals(
    typographic("share 0.1111111111111111, 0.12345678 of v1.23456789"),
    "share 1/9, 0.123457 of v1.23456789",
  );
});
