import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { JsrRegistry } from "./jsr_registry.ts";
import { type Outcome, ProjectCopy } from "./project_copy.ts";

/** Nothing listens at port 9. */
const NOWHERE = "http://127.0.0.1:9/";

/** The packages of deno.json, each with one small module. */
function registry(): JsrRegistry {
  const module = 'console.log("code of a package ran");\nexport const real = true;\n';
  return new JsrRegistry({
    "@std/assert": { version: "1.0.19", exports: { ".": module } },
    "@std/internal": { version: "1.0.12", exports: { ".": module } },
  });
}

/** A copy whose lock file has the digests of a registry's packages, and two tasks that use one. */
async function copyFor(jsr: JsrRegistry): Promise<ProjectCopy> {
  const project = await ProjectCopy.make();
  const lock = JSON.parse(await Deno.readTextFile(`${project.folder}/deno.lock`));
  for (const key of Object.keys(lock.jsr)) {
    lock.jsr[key] = { integrity: jsr.integrity(key.replace(/@[^@]*$/, "")) };
  }
  await Deno.writeTextFile(`${project.folder}/deno.lock`, `${JSON.stringify(lock, null, 2)}\n`);
  // Tests load packages of JSR, tasks do not: here a task does as tests do.
  const config = await Deno.readTextFile(`${project.folder}/deno.json`);
  await Deno.writeTextFile(`${project.folder}/deno.json`, config.replaceAll(" --no-remote", ""));
  const program = 'import { real } from "@std/assert";\nconsole.log("the task ran", real);\n';
  for (const name of ["arrows", "report"]) {
    await Deno.writeTextFile(`${project.folder}/tasks/${name}.ts`, program);
  }
  return project;
}

/** Runs a task with a JSR at `url`. */
async function run(project: ProjectCopy, url: string, task = "arrows"): Promise<Outcome> {
  return await project.taskWith({ JSR_URL: url }, task);
}

async function importMap(project: ProjectCopy): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await Deno.readTextFile(`${project.folder}/.unroll/import_map.json`)).imports;
}

/** The text of deno.json and deno.lock. */
async function packageFiles(project: ProjectCopy): Promise<string[]> {
  return await Promise.all(
    ["deno.json", "deno.lock"].map((name) => Deno.readTextFile(`${project.folder}/${name}`)),
  );
}

Deno.test("every package is pinned to one version that deno.lock has with its digest", async () => {
  const read = async (name: string) =>
    JSON.parse(await Deno.readTextFile(new URL(`../../${name}`, import.meta.url)));
  const [config, lock] = [await read("deno.json"), await read("deno.lock")];
  assertEquals(config.lock.frozen, true);
  for (const specifier of Object.values<string>(config.imports)) {
    const [, scheme = "", name = "", version = ""] =
      /^(npm|jsr):(@?[^@]+)@(\d+\.\d+\.\d+)$/.exec(specifier) ?? [];
    assert(version !== "", `${specifier} is not pinned`);
    const locked: string = lock.specifiers[specifier] ?? "";
    assertEquals(locked.split("_")[0], version, specifier);
    const integrity: string = lock[scheme][`${name}@${locked}`].integrity;
    assertMatch(integrity, scheme === "npm" ? /^sha512-/ : /^[0-9a-f]{64}$/);
  }
});

Deno.test("if JSR does not answer, stand-ins take the place of its packages", async (t) => {
  await using jsr = registry();
  await using project = await copyFor(jsr);
  await Deno.writeTextFile(
    `${project.folder}/tasks/arrows.ts`,
    'import { assert } from "@std/assert";\nassert(true);\nconsole.log("the task ran");\n',
  );
  const before = await packageFiles(project);
  await t.step("which is said in one line", async () => {
    const { code, out, err } = await run(project, NOWHERE);
    assertEquals([code, out], [0, "the task ran\n"], err);
    assertMatch(
      err,
      /^JSR does not answer: @std\/assert comes from tasks\/fallback\.$/m,
    );
    const imports = await importMap(project);
    assertEquals(imports["@std/assert"], "../tasks/fallback/assert.ts");
  });
  await t.step("and kept for the day", async () => {
    assertStringIncludes((await run(project, NOWHERE)).err, "(asked today)");
  });
  await t.step("npm packages are those of deno.json, with their subpaths", async () => {
    const imports = await importMap(project);
    const config = JSON.parse(before[0] ?? "");
    for (const [name, target] of Object.entries<string>(config.imports)) {
      if (!target.startsWith("npm:")) continue;
      assertEquals(imports[name], target);
      assertEquals(imports[`${name}/`], `${target.replace("npm:", "npm:/")}/`);
    }
  });
  await t.step("deno.json and deno.lock stay as they are", async () => {
    assertEquals(await packageFiles(project), before);
  });
  await t.step("another registry is asked the same day", async () => {
    assertStringIncludes((await run(project, jsr.url)).err, "JSR answers");
  });
});

Deno.test("a JSR that takes the call and never answers is given up", async () => {
  await using jsr = registry();
  await using project = await copyFor(jsr);
  using silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { err } = await run(project, `http://127.0.0.1:${silent.addr.port}/`);
  assertStringIncludes(err, "JSR does not answer");
});

Deno.test("a JSR that lacks a package counts as one that does not answer", async () => {
  await using jsr = registry();
  await using project = await copyFor(jsr);
  delete jsr.packages["@std/internal"];
  assertStringIncludes((await run(project, jsr.url)).err, "JSR does not answer");
});

Deno.test("if JSR serves what deno.lock names, its packages are used", async () => {
  await using jsr = registry();
  await using project = await copyFor(jsr);
  const before = await packageFiles(project);
  const { code, out, err } = await run(project, jsr.url);
  assertEquals(code, 0, err);
  assertEquals(out, "code of a package ran\nthe task ran true\n");
  assertStringIncludes(err, "JSR answers");
  const imports = await importMap(project);
  assertEquals(imports["@std/assert"], "jsr:@std/assert@1.0.19");
  assertEquals(imports["@std/assert/"], "jsr:/@std/assert@1.0.19/");
  assertEquals(await packageFiles(project), before);
});

Deno.test("preparing the import map runs no code of JSR and loads no module", async () => {
  await using jsr = registry();
  await using project = await copyFor(jsr);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tasks/setup.ts"],
    cwd: project.folder,
    env: { JSR_URL: jsr.url },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(stdout.length, 0);
  assertEquals(jsr.asked.sort(), [
    "/@std/assert/1.0.19_meta.json",
    "/@std/internal/1.0.12_meta.json",
  ]);
});

Deno.test("if JSR serves another package, the task exits with 2 and runs none of it", async (t) => {
  const other = 'console.log("other code ran");\nexport const real = false;\n';
  for (const task of ["arrows", "report"]) {
    await t.step(task, async () => {
      await using jsr = registry();
      await using project = await copyFor(jsr);
      const wanted = jsr.integrity("@std/internal");
      jsr.packages["@std/internal"] = { version: "1.0.12", exports: { ".": other } };
      const { code, out, err } = await run(project, jsr.url, task);
      assertEquals([code, out], [2, ""], err);
      assertEquals(
        err,
        `error: JSR serves another @std/internal@1.0.12 than deno.lock names: its digest must ` +
          `be ${wanted}, found ${jsr.integrity("@std/internal")}. Nothing of it was run\n`,
      );
    });
  }
  await t.step("a module that is not the one that its package describes", async () => {
    await using jsr = registry();
    await using project = await copyFor(jsr);
    jsr.replaced["@std/assert"] = other;
    const { code, out, err } = await run(project, jsr.url);
    assert(code !== 0, err);
    assertEquals(out, "");
    assertStringIncludes(err, "@std/assert");
  });
  await t.step("a newer version is not asked for", async () => {
    await using jsr = registry();
    await using project = await copyFor(jsr);
    const exports = { ".": other, "./parse-args": other };
    for (const name of Object.keys(jsr.packages)) {
      jsr.packages[name] = { version: "1.9.9", exports };
    }
    const { err } = await run(project, jsr.url);
    assertStringIncludes(err, "JSR does not answer");
    assertEquals(jsr.asked.filter((path) => path.includes("1.9.9")), []);
  });
});

Deno.test({
  name: "a checkout that is read only can be used on any day",
  // Windows has no such modes.
  ignore: Deno.build.os === "windows",
  async fn() {
    await using jsr = registry();
    await using project = await copyFor(jsr);
    const state = `${project.folder}/.unroll`;
    const setUp = async () => {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-A", "tasks/setup.ts"],
        cwd: project.folder,
        env: { JSR_URL: NOWHERE, NO_COLOR: "1" },
        // Root may write anywhere.
        ...(Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {}),
      }).output();
      return { code, err: new TextDecoder().decode(stderr) };
    };
    await Deno.chmod(project.folder, 0o777);
    assertEquals((await setUp()).code, 0);
    const answer = await Deno.readTextFile(`${state}/jsr.json`);
    await Deno.writeTextFile(`${state}/jsr.json`, answer.replace(/\d{4}-\d\d-\d\d/, "2020-02-29"));
    const map = await Deno.readTextFile(`${state}/import_map.json`);
    await Deno.chmod(state, 0o555);
    await Deno.chmod(project.folder, 0o555);
    const { code, err } = await setUp();
    assertEquals(code, 0, err);
    // A map of other packages is of no use, and cannot be written.
    await Deno.chmod(state, 0o755);
    await Deno.writeTextFile(`${state}/import_map.json`, map.replace("katex@", "katex@9"));
    await Deno.chmod(state, 0o555);
    const stale = await setUp();
    await Deno.chmod(state, 0o755);
    await Deno.chmod(project.folder, 0o755);
    assertEquals(stale.code, 2, stale.err);
    assertMatch(stale.err, /^error: cannot prepare \.unroll\/import_map\.json: .*\n$/);
  },
});
