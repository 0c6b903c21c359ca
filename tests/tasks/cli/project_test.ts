import { assertEquals } from "@std/assert";
import { experiments } from "../../../src/experiments/registry.ts";
import { importsOf, readPages, root, specifiersOf } from "../../../tasks/cli/project.ts";

const source = `
  import { a } from "./a.ts";
  import type { B } from "../core/b.ts";
  export * from "../core/c.ts";
  const d = await import("./d.ts");
  import "zod";
  // import { e } from "./e.ts";
  /** import { f } from "./f.ts"; */
`;

Deno.test("importsOf() finds static, type, dynamic and re-exported imports, and no comments", () => {
  assertEquals(importsOf("src/model/x.ts", source), [
    "src/model/a.ts",
    "src/core/b.ts",
    "src/core/c.ts",
    "src/model/d.ts",
  ]);
});

Deno.test("specifiersOf() lists the specifiers of all imports, also of packages", () => {
  assertEquals(specifiersOf(source), [
    "./a.ts",
    "../core/b.ts",
    "../core/c.ts",
    "./d.ts",
    "zod",
  ]);
});

Deno.test("readPages() reads every page of reports/, and every experiment has one", async () => {
  const ids = experiments.map(({ id }) => id);
  const files = (await Array.fromAsync(Deno.readDir(new URL("reports/", root))))
    .map(({ name }) => name).filter((name) => name.endsWith(".md"));
  const pages = await readPages(ids);
  assertEquals([...pages.keys()], ["index", "methods", ...ids]);
  assertEquals([...pages.keys()].map((name) => `${name}.md`).sort(), files.sort());
});
