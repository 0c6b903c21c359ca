import { assertEquals, assertMatch } from "@std/assert";
import { experiments } from "../../src/experiments/registry.ts";

const root = new URL("../../", import.meta.url);
const ids = experiments.map(({ id }) => id).sort();

Deno.test("every experiment has a task of its name, and every such task an experiment", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const tasks: Readonly<Record<string, { readonly command: string }>> = config.tasks;
  const found = Object.entries(tasks).filter(([, { command }]) =>
    command.includes(" tasks/start.ts experiment")
  );
  assertEquals(found.map(([name]) => name).sort(), ids);
  for (const [name, { command }] of found) {
    // The user's arguments follow, so the id must be the last word.
    assertMatch(command, new RegExp(` tasks/start\\.ts experiment ${name}$`));
  }
});

Deno.test("every experiment has a page, and every page but the index and the methods an experiment", async () => {
  const names = (await Array.fromAsync(Deno.readDir(new URL("reports/", root))))
    .map(({ name }) => name).filter((name) => name.endsWith(".md"));
  assertEquals(names.sort(), ["index", "methods", ...ids].map((name) => `${name}.md`).sort());
});
