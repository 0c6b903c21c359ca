import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { TextSource } from "../../../tasks/classify/classify_options.ts";
import { textBlocks } from "../../../tasks/classify/text_blocks.ts";

/** The blocks of a source, with standard input in pieces. */
function blocks(source: TextSource, pieces: readonly string[] = [], typed = false) {
  const encoder = new TextEncoder();
  const readable = ReadableStream.from(pieces.map((piece) => encoder.encode(piece)));
  return Array.fromAsync(textBlocks(source, { readable, typed }));
}

Deno.test("textBlocks() yields the lines of standard input as they arrive", async () => {
  assertEquals(await blocks({ from: "input" }, ["a\nb", "c\r\nd", "", "e\n"]), [
    ["a"],
    ["bc"],
    ["de"],
  ]);
  assertEquals(await blocks({ from: "input" }, ["a\nb"]), [["a"], ["b"]]);
  assertEquals(await blocks({ from: "input" }), []);
  const many = await blocks({ from: "input" }, ["x\n".repeat(600)]);
  assertEquals(many.map(({ length }) => length), [256, 256, 88]);
});

Deno.test("textBlocks() names an empty line, which a person may type", async () => {
  const message = 'line 3 of standard input must be a text that is not empty, found " "';
  await assertRejects(() => blocks({ from: "input" }, ["a\nb\n \nc\n"]), InputError, message);
  assertEquals(await blocks({ from: "input" }, ["a\n\nb\n"], true), [["a", "b"]]);
});

Deno.test("textBlocks() yields texts of flags, which may have line breaks", async () => {
  assertEquals(await blocks({ from: "flags", texts: ["a\nb", "c"] }), [["a\nb", "c"]]);
});

Deno.test("textBlocks() checks all lines of a file before it yields one", async () => {
  const path = await Deno.makeTempFile();
  const source: TextSource = { from: "file", path };
  const write = (text: string) => Deno.writeTextFile(path, text);
  await write("\uFEFFa\nb\n");
  assertEquals(await blocks(source), [["a", "b"]]);
  await write(`${"a\n".repeat(300)}\n`);
  const yielded: unknown[] = [];
  await assertRejects(
    async () => {
      const input = { readable: ReadableStream.from<Uint8Array>([]), typed: false };
      for await (const block of textBlocks(source, input)) yielded.push(block);
    },
    InputError,
    `line 301 of ${path} must be a text that is not empty`,
  );
  assertEquals(yielded, []);
  await write("");
  await assertRejects(() => blocks(source), InputError, "must be a file with a text on each line");
  await Deno.writeFile(path, Uint8Array.of(0x61, 0x0a, 0xff));
  await assertRejects(() => blocks(source), InputError, "must be UTF-8 at byte 2, found");
  await Deno.remove(path);
  await assertRejects(() => blocks(source), InputError, "--file must be a readable file");
});
