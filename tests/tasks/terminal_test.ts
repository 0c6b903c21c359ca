import { assert, assertEquals } from "@std/assert";
import { filesBelow } from "../../tasks/files.ts";
import { coloured } from "../../tasks/terminal.ts";

const folder = new URL("../../tasks/", import.meta.url);

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, folder));
}

Deno.test("guardConsole() makes every line of console visible, whatever writes it", async () => {
  const program = `
    import { guardConsole } from ${JSON.stringify(new URL("terminal.ts", folder).href)};
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

Deno.test("coloured() writes our colours and shows those of others", () => {
  const lines = [[{ text: "✓ \x1b[31m", colour: "green" as const }, { text: " a\u202e" }], []];
  assertEquals(coloured(lines, true), "\x1b[32m✓ \\x1b[31m\x1b[39m a\\u202e\n");
  assertEquals(coloured(lines, false), "✓ \\x1b[31m a\\u202e\n");
});

Deno.test("tasks write by console, by the progress display and by the sample writer alone", async () => {
  const direct =
    /\bDeno\.std(out|err)\.(write|writable)|\bprocess\.std(out|err)|\bDeno\.(open|write)\w*\("\/dev\//;
  const found: string[] = [];
  for (const path of await filesBelow(folder)) {
    if (path.endsWith(".ts") && direct.test(await read(path))) found.push(path);
  }
  assertEquals(found, ["generate/sample_writer.ts", "progress.ts"]);
});

Deno.test("every task's program guards its console", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../deno.json", folder)));
  const programs = new Set<string>();
  for (const { command } of Object.values<{ command: string }>(config.tasks)) {
    const [, started] = / tasks\/start\.ts (\w+)/.exec(command) ?? [];
    if (started !== undefined) programs.add(`${started}.ts`);
    for (const [, path = ""] of command.matchAll(/ tasks\/(\w+\.ts)/g)) programs.add(path);
  }
  for (const own of ["start.ts", "setup.ts"]) programs.delete(own); // They write no text of others.
  assert(programs.size > 8);
  for (const path of programs) {
    const source = await read(path);
    assert(/^\s*await (main|supervise)\(/m.test(source), `${path} runs without main()`);
  }
});
