import { assertEquals, assertStringIncludes } from "@std/assert";
import { ProgressDisplay } from "../../tasks/progress.ts";

function shown(terminal: boolean): { display: ProgressDisplay; text: () => string } {
  let text = "";
  const display = new ProgressDisplay(terminal, (more) => text += more);
  return { display, text: () => text };
}

const step = { experiment: "x", group: "gains", total: 4, kept: false };

Deno.test("elsewhere than on a terminal there are plain lines, at the end of a group", () => {
  const { display, text } = shown(false);
  for (const done of [1, 2, 3, 4]) display.update({ ...step, done });
  display.line("done");
  assertEquals(text(), "x: gains 4/4\ndone\n");
});

Deno.test("on a terminal a bar is drawn in place, and gone before a line", () => {
  const { display, text } = shown(true);
  display.update({ ...step, done: 1 });
  assertStringIncludes(text(), "\r██████░░░░░░░░░░░░░░░░░░ 1/4 x: gains\x1b[K");
  display.line("done");
  assertEquals(text().endsWith("\r\x1b[Kdone\n"), true);
  display.line("more");
  assertEquals(text().endsWith("done\nmore\n"), true);
});
