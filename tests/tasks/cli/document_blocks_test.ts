import { assertEquals } from "@std/assert";
import { blocksOf, fillBlocks, markdownTable } from "../../../tasks/cli/document_blocks.ts";

const text = "a\n\n<!-- tally -->\nold\n<!-- end -->\n\nb <!-- tally --> c\n\n" +
  "<!-- claims: x/a\nx/b -->\n<!-- end -->\n";

Deno.test("fillBlocks() replaces what stands between its comments and nothing else", () => {
  const seen: string[] = [];
  const filled = fillBlocks(text, (name) => {
    seen.push(name);
    return name === "tally" ? "new" : null;
  });
  assertEquals(seen, ["tally", "claims: x/a x/b"]);
  assertEquals(filled, text.replace("\nold\n", "\n\nnew\n\n"));
  assertEquals(fillBlocks(filled, () => null), filled);
});

Deno.test("blocksOf() names the parts between comments", () => {
  assertEquals(blocksOf(text), ["tally", "claims: x/a\nx/b"]);
});

Deno.test("markdownTable() escapes the bars of cells", () => {
  const lines = markdownTable(["a", "b"], [[1, "x | y"]]).split("\n");
  assertEquals(lines, ["| a | b |", "| --- | --- |", "| 1 | x \\| y |"]);
});
