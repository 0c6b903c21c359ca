import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { style } from "../../../src/report/page/style.ts";
import { verdicts } from "../../../src/report/claims/verdicts.ts";
import { contrast } from "../contrast.ts";

/** The colours that each `:root` rule sets: light, dark, print. */
const schemes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, rule = ""]) =>
  new Map([...rule.matchAll(/(--\w+):(#[0-9a-f]{6})/g)].map(([, name, colour]) => [name, colour]))
);

Deno.test("style has enough contrast in both schemes and in print", () => {
  assertEquals(schemes.length, 3);
  for (const colours of schemes) {
    for (
      const name of ["--ink", "--muted", "--link", ...verdicts.map((verdict) => `--${verdict}`)]
    ) {
      for (const under of ["--bg", "--panel", "--alarm"]) {
        const [text, background] = [colours.get(name), colours.get(under)];
        assert(text && background);
        assertGreaterOrEqual(contrast(text, background), 4.5, `${name} on ${under}`);
      }
    }
  }
});

Deno.test("style sets every variable that it uses, and loads nothing", () => {
  for (const [, name] of style.matchAll(/var\((--\w+)\)/g)) {
    for (const colours of schemes) assert(colours.has(name), name);
  }
  assertEquals(/url\(|@import|<\//.test(style), false);
});
