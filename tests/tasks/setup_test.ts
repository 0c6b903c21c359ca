import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../src/core/digest.ts";
import { ProjectCopy } from "./project_copy.ts";

/** Runs the set-up in a copy against a JSR at `url`, and reads what it wrote. */
async function setUp(project: ProjectCopy, url: string) {
  const config = JSON.parse(await Deno.readTextFile(`${project.folder}/deno.json`));
  const [setup = ""] = String(config.tasks.report.command).split(" && ");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: setup.split(" ").slice(1),
    cwd: project.folder,
    env: { JSR_URL: url, NO_COLOR: "1", DENO_DIR: `${project.folder}/.deno` },
  }).output();
  const map = JSON.parse(await Deno.readTextFile(`${project.folder}/.unroll/import_map.json`));
  return { code, line: new TextDecoder().decode(stderr).trim(), imports: map.imports };
}

/** A JSR with the two packages, each of one version with one module. */
function registry(): { readonly url: string; close(): Promise<void> } {
  const module = "export const real = true;\n";
  const packages: Record<string, string> = {
    "/@std/assert": '{".":"./mod.ts"}',
    "/@std/cli": '{".":"./mod.ts","./parse-args":"./mod.ts"}',
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    for (const [name, exports] of Object.entries(packages)) {
      if (pathname === `${name}/meta.json`) {
        return Response.json({ latest: "1.0.0", versions: { "1.0.0": {} } });
      }
      if (pathname === `${name}/1.0.0_meta.json`) {
        const file = { size: module.length, checksum: `sha256-${sha256(module)}` };
        return Response.json({ manifest: { "/mod.ts": file }, exports: JSON.parse(exports) });
      }
      if (pathname === `${name}/1.0.0/mod.ts`) {
        return new Response(module, { headers: { "content-type": "text/typescript" } });
      }
    }
    return new Response("not here", { status: 404 });
  });
  const { port } = server.addr;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.shutdown() };
}

Deno.test("where JSR does not answer, stand-ins take the place of its packages", async (t) => {
  await using project = await ProjectCopy.make();
  // Port 9 discards: nothing listens there.
  const nowhere = "http://127.0.0.1:9/";
  await t.step("which is said, in one line", async () => {
    const { code, line, imports } = await setUp(project, nowhere);
    assertEquals(code, 0, line);
    assertMatch(
      line,
      /^JSR does not answer: @std\/assert and @std\/cli come from tasks\/fallback.*$/,
    );
    assertEquals(imports["@std/assert"], "../tasks/fallback/assert.ts");
    assertEquals(imports["@std/cli/parse-args"], "../tasks/fallback/cli/parse-args.ts");
  });
  await t.step("and kept for the day", async () => {
    const { line } = await setUp(project, nowhere);
    assertStringIncludes(line, "(asked today)");
  });
  await t.step("npm packages are those of deno.json, with their subpaths", async () => {
    const { imports } = await setUp(project, nowhere);
    const config = JSON.parse(await Deno.readTextFile(`${project.folder}/deno.json`));
    for (const [name, target] of Object.entries<string>(config.imports)) {
      if (!target.startsWith("npm:")) continue;
      assertEquals(imports[name], target);
      assertEquals(imports[`${name}/`], `${target.replace("npm:", "npm:/")}/`);
    }
  });
});

Deno.test("a JSR that takes the call and never answers is given up", async () => {
  await using project = await ProjectCopy.make();
  const silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { line } = await setUp(project, `http://127.0.0.1:${silent.addr.port}/`);
  silent.close();
  assertStringIncludes(line, "JSR does not answer");
});

Deno.test("where JSR answers, its packages are used", async () => {
  await using project = await ProjectCopy.make();
  const jsr = registry();
  const { code, line, imports } = await setUp(project, jsr.url);
  await jsr.close();
  assertEquals(code, 0, line);
  assertStringIncludes(line, "JSR answers");
  assertEquals(imports["@std/assert"], "jsr:@std/assert@^1.0.0");
  assertEquals(imports["@std/cli/"], "jsr:/@std/cli@^1.0.0/");
  assertEquals(imports["@std/cli/parse-args"], undefined);
});
