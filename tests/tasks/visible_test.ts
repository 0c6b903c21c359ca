import { assertEquals } from "@std/assert";
import { shellWord, visible } from "../../tasks/visible.ts";

Deno.test("control characters are written out, but for line breaks and tabs", () => {
  assertEquals(visible("a\x1b[2Jb\x9b1A\x7f\r\0"), "a\\x1b[2Jb\\x9b1A\\x7f\\x0d\\x00");
  assertEquals(visible("a\n\tä ש 👩‍🚀\u00a0"), "a\n\tä ש 👩‍🚀\u00a0");
  for (let code = 0; code < 0xa0; code++) {
    const shown = visible(String.fromCharCode(code));
    const controls = [...shown].filter((one) => /\p{Cc}/u.test(one) && !/[\n\t]/.test(one));
    assertEquals(controls, []);
  }
});

Deno.test("an argument is quoted where a shell would take it apart", () => {
  assertEquals(shellWord("models/whale-2"), "models/whale-2");
  assertEquals(shellWord("The "), "'The '");
  assertEquals(shellWord("it's $HOME"), "'it'\\''s $HOME'");
  assertEquals(shellWord(""), "''");
});
