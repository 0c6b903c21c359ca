import { assertEquals } from "@std/assert";
import { typeset } from "../../src/report/typeset.ts";

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
