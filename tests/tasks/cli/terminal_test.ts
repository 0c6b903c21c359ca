import { assert, assertEquals } from "@std/assert";
import { filesBelow } from "../../../tasks/cli/files.ts";
import { modules } from "../../../tasks/start.ts";
import {
  coloured,
  jsonLine,
  shellWord,
  visible,
  visibleLine,
} from "../../../tasks/cli/terminal.ts";

const folder = new URL("../../../tasks/", import.meta.url);

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, folder));
}

Deno.test("guardConsole() escapes control characters in every line of console", async () => {
  const program = `
    import { guardConsole } from ${JSON.stringify(new URL("cli/terminal.ts", folder).href)};
    guardConsole();
    guardConsole();
    console.log("out \\x1b[2J\\u202e", [3]);
    console.info("100 %d%%");
    console.error("err \\x1b]0;title\\x07", new Error("a\\x1bb").message);
    console.warn("warn \\u2066");
    console.debug("two\\nlines");`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", program],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(text(stdout), "out \\x1b[2J\\u202e [ 3 ]\n100 %d%%\ntwo\nlines\n");
  assertEquals(text(stderr), "err \\x1b]0;title\\x07 a\\x1bb\nwarn \\u2066\n");
});

Deno.test("coloured() writes the colours of spans, and escapes colours in texts", () => {
  const lines = [[{ text: "✓ \x1b[31m", colour: "green" as const }, { text: " a\u202e" }], []];
  assertEquals(coloured(lines, true), "\x1b[32m✓ \\x1b[31m\x1b[39m a\\u202e\n");
  assertEquals(coloured(lines, false), "✓ \\x1b[31m a\\u202e\n");
});

Deno.test("tasks write only through console, the progress display and the writer of standard output", async () => {
  const direct =
    /\bDeno\.std(out|err)\.(write|writable)|\bprocess\.std(out|err)|\bDeno\.(open|write)\w*\("\/dev\//;
  const found: string[] = [];
  for (const path of await filesBelow(folder)) {
    if (path.endsWith(".ts") && direct.test(await read(path))) found.push(path);
  }
  assertEquals(found, ["cli/output.ts", "cli/progress.ts"]);
});

Deno.test("every task runs by main() or supervise(), which guard the console", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../deno.json", folder)));
  const programs = new Set(modules.values());
  for (const { command } of Object.values<{ command: string }>(config.tasks)) {
    for (const [path] of command.matchAll(/\b(tasks|bench|tests)\/[\w/]+\.ts\b/g)) {
      // The runner of tests prints their results itself.
      if (!path.endsWith("_test.ts")) programs.add(path);
    }
  }
  // These write only texts of their own.
  for (const own of ["tasks/start.ts", "tasks/setup.ts"]) programs.delete(own);
  assert(programs.size > 10);
  for (const path of programs) {
    const source = await read(`../${path}`);
    assert(/^\s*await (main|supervise)\(/m.test(source), `${path} runs without main()`);
  }
});

/** Lists the characters from one code point to another. */
function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
}

Deno.test("visible() escapes control characters except line breaks and tabs", () => {
  assertEquals(visible("a\x1b[2Jb\x9b1A\x7f\r\0"), "a\\x1b[2Jb\\x9b1A\\x7f\\x0d\\x00");
  assertEquals(visible("a\n\tä ש\u00a0"), "a\n\tä ש\u00a0");
  for (let code = 0; code < 0xa0; code++) {
    const shown = visible(String.fromCharCode(code));
    const controls = [...shown].filter((one) => /\p{Cc}/u.test(one) && !/[\n\t]/.test(one));
    assertEquals(controls, []);
  }
});

Deno.test("visible() escapes characters that change the order of a text or have no width", () => {
  const unseen = [
    "\u061c", // the Arabic letter mark
    ...range(0x200b, 0x200f), // zero-width space, joiners, marks of direction
    ...range(0x2028, 0x202e), // separators of lines and paragraphs, embeddings, overrides
    ...range(0x2060, 0x206f), // word joiner, invisible operators, isolates
    ...["\u00ad", "\u034f", "\u115f", "\u3164", "\ufeff", "\uffa0"],
    ...range(0xfff9, 0xfffb), // annotations
    ...range(0xe0000, 0xe007f), // tags
    ...["\ud800", "\udfff"], // halves of a character
  ];
  for (const character of unseen) {
    const code = character.codePointAt(0) ?? 0;
    const hexadecimal = code.toString(16);
    const written = code <= 0xff
      ? `\\x${hexadecimal}`
      : code <= 0xffff
      ? `\\u${hexadecimal.padStart(4, "0")}`
      : `\\u{${hexadecimal}}`;
    assertEquals(visible(`a${character}b`), `a${written}b`);
  }
  assertEquals(visible("supported\u202edetufer"), "supported\\u202edetufer");
});

Deno.test("visible() does not escape the characters of any language", () => {
  for (
    const text of [
      "👩‍🚀 🏳️‍🌈 👨🏽‍💻 ❤️",
      "می‌خواهم", // Persian, with a non-joiner
      "क्‍ष ශ්‍රී", // with joiners
      "עברית العربية 漢字 ｆｕｌｌ é",
      "\u{20bb7}\u{e000}",
    ]
  ) assertEquals(visible(text), text);
  assertEquals(visible("pass\u200dword \u200c"), "pass\\u200dword \\u200c");
});

Deno.test("visible() of pieces equals visible() of the whole, given the text before each piece", () => {
  for (const text of ["👩‍🚀 می‌خواهم क्‍ष", "a\u200db\u202e👩‍🚀\x1b"]) {
    const pieces = [...text];
    const shown = pieces.map((piece, i) => visible(piece, pieces.slice(0, i).join("").slice(-2)));
    assertEquals(shown.join(""), visible(text));
  }
});

Deno.test("visibleLine() returns one line", () => {
  assertEquals(
    visibleLine("a\n✓ all is well\u2028b\r\nc\td"),
    "a\\x0a✓ all is well\\u2028b\\x0d\\x0ac\td",
  );
});

Deno.test("shellWord() quotes an argument that a shell would split", () => {
  assertEquals(shellWord("models/whale-2"), "models/whale-2");
  assertEquals(shellWord("The "), "'The '");
  assertEquals(shellWord("it's $HOME"), "'it'\\''s $HOME'");
  assertEquals(shellWord(""), "''");
});

Deno.test("jsonLine() has no character that a terminal does not show, and the same value", () => {
  const value = { "a\u202e": ["\x9b\x7f\u2028", "é 漢字 👩‍🚀", "\n"], "\u{e0001}": null };
  const line = jsonLine(value);
  assertEquals(visibleLine(line), line);
  assertEquals(JSON.parse(line), value);
});
