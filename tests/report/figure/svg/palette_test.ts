import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import {
  baseColours,
  declarations,
  seriesColours,
  seriesStyle,
} from "../../../../src/report/figure/svg/palette.ts";
import { contrast } from "../../contrast.ts";

function base(variable: string, scheme: "light" | "dark"): string {
  return baseColours.find((colour) => colour.variable === variable)?.[scheme] ?? "";
}

Deno.test("seriesColours and baseColours have enough contrast in both schemes", () => {
  for (const scheme of ["light", "dark"] as const) {
    const background = base("--bg", scheme);
    for (const colour of seriesColours) {
      assertGreaterOrEqual(contrast(colour[scheme], background), 3);
    }
    assertGreaterOrEqual(contrast(base("--ink", scheme), background), 7);
    assertGreaterOrEqual(contrast(base("--muted", scheme), background), 4.5);
  }
});

Deno.test("seriesStyle() has eight different pairs of colour and symbol", () => {
  const styles = Array.from({ length: 8 }, (_, i) => seriesStyle(i));
  assertEquals(new Set(styles.map((style) => style.colour)).size, 8);
  assertEquals(new Set(styles.map((style) => `${style.symbol} ${style.open}`)).size, 8);
  assertEquals(seriesStyle(8), seriesStyle(0));
});

Deno.test("declarations() lists the colours of a scheme", () => {
  assertEquals(declarations("dark", baseColours.slice(0, 2)), "--bg:#14171b;--ink:#e6e8eb");
});
