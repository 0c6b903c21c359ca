import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { JsrRegistry } from "./jsr_registry.ts";
import { type Outcome, ProjectCopy, tiny } from "./project_copy.ts";

/** Nothing listens at port 9. */
const NOWHERE = "http://127.0.0.1:9/";

const root = new URL("../../", import.meta.url);
const module = 'console.log("code of a package ran");\nexport const real = true;\n';

/** The packages of deno.json in small; those that tasks use do what the stand-ins do. */
async function registry(): Promise<JsrRegistry> {
  const parseArgs = await Deno.readTextFile(new URL("tasks/fallback/cli/parse-args.ts", root));
  const unicodeWidth = "export const unicodeWidth = (text: string): number => text.length;\n";
  return new JsrRegistry({
    "@std/assert": { version: "1.0.19", exports: { ".": module } },
    "@std/cli": {
      version: "1.0.28",
      exports: { ".": module, "./parse-args": parseArgs, "./unicode-width": unicodeWidth },
    },
    "@std/internal": { version: "1.0.12", exports: { ".": module } },
  });
}

/** A copy whose lock file has the digests of a registry's packages. */
async function copyFor(jsr: JsrRegistry): Promise<ProjectCopy> {
  const project = await ProjectCopy.make();
  const lock = JSON.parse(await Deno.readTextFile(`${project.folder}/deno.lock`));
  for (const key of Object.keys(lock.jsr)) {
    lock.jsr[key] = { integrity: jsr.integrity(key.replace(/@[^@]*$/, "")) };
  }
  await Deno.writeTextFile(`${project.folder}/deno.lock`, `${JSON.stringify(lock, null, 2)}\n`);
  return project;
}

/** Puts a program in the place of two tasks. */
async function replaceTasks(project: ProjectCopy, program: string): Promise<void> {
  for (const name of ["arrows", "report"]) {
    await Deno.writeTextFile(`${project.folder}/tasks/${name}.ts`, program);
  }
}

/** Runs a task with a JSR at `url`. */
async function run(project: ProjectCopy, url: string, ...task: string[]): Promise<Outcome> {
  return await project.taskWith({ JSR_URL: url }, ...(task.length > 0 ? task : ["arrows"]));
}

/** Prepares the import map with a JSR at `url`. */
async function setUp(
  project: ProjectCopy,
  url: string,
  options: Deno.CommandOptions = {},
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "tasks/setup.ts"],
    cwd: project.folder,
    env: { JSR_URL: url, NO_COLOR: "1" },
    ...options,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

async function importMap(project: ProjectCopy): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await Deno.readTextFile(`${project.folder}/.unroll/import_map.json`)).imports;
}

/** The paths of every file of a copy. */
async function filesBelow(project: ProjectCopy): Promise<string[]> {
  return [...(await project.read(".")).keys()];
}

/** The text of deno.json and deno.lock. */
async function packageFiles(project: ProjectCopy): Promise<string[]> {
  return await Promise.all(
    ["deno.json", "deno.lock"].map((name) => Deno.readTextFile(`${project.folder}/${name}`)),
  );
}

Deno.test("every package is pinned to one version that deno.lock has with its digest", async () => {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, root)));
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
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  const before = await packageFiles(project);
  await t.step("which is said in one line", async () => {
    assertEquals(await setUp(project, NOWHERE), {
      code: 0,
      out: "",
      err: "JSR does not answer: @std/assert and @std/cli come from tasks/fallback.\n",
    });
    const imports = await importMap(project);
    const standIns = Object.entries(imports).filter(([name]) => name.startsWith("@std/"));
    assertEquals(Object.fromEntries(standIns), {
      "@std/assert": "../tasks/fallback/assert.ts",
      "@std/cli/parse-args": "../tasks/fallback/cli/parse-args.ts",
      "@std/cli/unicode-width": "../tasks/fallback/cli/unicode-width.ts",
    });
  });
  await t.step("and kept for the day", async () => {
    assertStringIncludes((await setUp(project, NOWHERE)).err, "(asked today)");
  });
  await t.step("tasks run on them", async () => {
    const { code, out, err } = await run(project, NOWHERE, "report", "--help");
    assertEquals([code, err], [0, ""]);
    assertStringIncludes(out, "Usage: deno task report");
    assertEquals(jsr.asked, []);
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
    assertStringIncludes((await setUp(project, jsr.url)).err, "JSR answers");
  });
});

Deno.test("a JSR that takes the call and never answers is given up", async () => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  using silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { err } = await setUp(project, `http://127.0.0.1:${silent.addr.port}/`);
  assertStringIncludes(err, "JSR does not answer");
});

Deno.test("a JSR that lacks a package counts as one that does not answer", async () => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  delete jsr.packages["@std/internal"];
  assertStringIncludes((await setUp(project, jsr.url)).err, "JSR does not answer");
});

Deno.test("if JSR serves what deno.lock names, tasks run on its packages", async (t) => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  const before = await packageFiles(project);
  const files = (await filesBelow(project)).toSorted();
  await t.step("which is said in one line", async () => {
    assertEquals(await setUp(project, jsr.url), {
      code: 0,
      out: "",
      err: "JSR answers: @std/assert and @std/cli come from there.\n",
    });
    const imports = await importMap(project);
    assertEquals(imports["@std/cli"], "jsr:@std/cli@1.0.28");
    assertEquals(imports["@std/cli/"], "jsr:/@std/cli@1.0.28/");
    assertEquals(imports["@std/cli/parse-args"], undefined);
  });
  await t.step("a task that reads its arguments", async () => {
    const { code, out, err } = await run(project, jsr.url, "arrows", "--help");
    assertEquals(code, 0, err);
    assertStringIncludes(out, "Usage: deno task arrows");
    assert(jsr.asked.includes("/@std/cli/1.0.28/parse-args.ts"));
    assertEquals(jsr.asked.includes("/@std/cli/1.0.28/unicode-width.ts"), false);
  });
  await t.step("a report, in a process of its own and a worker", async () => {
    const args = ["vanishing-gradients", "--seeds", "1", ...tiny];
    const { code, out, err } = await run(project, jsr.url, ...args);
    assertEquals(code, 0, err);
    assertStringIncludes(out, "The site is");
    assert(jsr.asked.includes("/@std/cli/1.0.28/unicode-width.ts"));
  });
  await t.step("and nothing else from elsewhere", async () => {
    await replaceTasks(
      project,
      `for (const url of ["https://deno.land/x.ts", "https://jsr.io/x.ts", "jsr:@std/fs@1"]) {
        console.log(await import(url).then(() => "loaded", () => "refused"));
      }`,
    );
    for (const task of ["arrows", "report"]) {
      const { out } = await run(project, jsr.url, task);
      assertEquals(out, "refused\n".repeat(3));
    }
  });
  await t.step("no file of the checkout changes", async () => {
    assertEquals(await packageFiles(project), before);
    const now = await filesBelow(project);
    const own = /^(\.unroll|reports\/vanishing-gradients)\//;
    assertEquals(now.filter((path) => !own.test(path)).toSorted(), files);
  });
});

Deno.test("preparing the import map runs no code of JSR and loads no module", async () => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  const { code, out, err } = await setUp(project, jsr.url);
  assertEquals([code, out], [0, ""], err);
  assertEquals(jsr.asked.sort(), [
    "/@std/assert/1.0.19_meta.json",
    "/@std/cli/1.0.28_meta.json",
    "/@std/internal/1.0.12_meta.json",
  ]);
});

Deno.test("if JSR serves another package, the task exits with 2 and runs none of it", async (t) => {
  const other = 'console.log("other code ran");\nexport const parseArgs = () => ({ _: [] });\n';
  for (const name of ["@std/cli", "@std/internal"]) {
    await t.step(`other ${name}`, async () => {
      await using jsr = await registry();
      await using project = await copyFor(jsr);
      const wanted = jsr.integrity(name);
      const { version, exports } = jsr.packages[name] ?? { version: "", exports: {} };
      jsr.packages[name] = { version, exports: { ...exports, ".": other, "./parse-args": other } };
      for (const task of ["arrows", "report"]) {
        assertEquals(await run(project, jsr.url, task), {
          code: 2,
          out: "",
          err:
            `error: JSR serves another ${name}@${version} than deno.lock names: its digest must ` +
            `be ${wanted}, found ${jsr.integrity(name)}. Nothing of it was run\n`,
        });
      }
    });
  }
  for (const file of ["parse-args.ts", "unicode-width.ts"]) {
    await t.step(`a ${file} that is not the one that its package describes`, async () => {
      await using jsr = await registry();
      await using project = await copyFor(jsr);
      jsr.replaced[`/@std/cli/1.0.28/${file}`] = other;
      const args = ["vanishing-gradients", "--seeds", "1", ...tiny];
      const { code, out, err } = await run(project, jsr.url, ...args);
      assertEquals([code, out], [2, ""], err);
      assertMatch(err, /^error: Integrity check failed in package\. /m);
      assertStringIncludes(err, `/@std/cli/1.0.28/${file}\n`);
      assertEquals(err.includes("runs, since"), false, err);
    });
  }
  await t.step("another package in Deno's cache than the lock file names now", async () => {
    await using jsr = await registry();
    await using project = await copyFor(jsr);
    assertEquals((await run(project, jsr.url, "arrows", "--help")).code, 0);
    const lock = `${project.folder}/deno.lock`;
    const text = await Deno.readTextFile(lock);
    await Deno.writeTextFile(lock, text.replace(jsr.integrity("@std/cli"), "0".repeat(64)));
    const { code, out, err } = await run(project, jsr.url, "arrows", "--help");
    assertEquals([code, out], [2, ""], err);
    assertStringIncludes(err, "error: JSR serves another @std/cli@1.0.28");
  });
  await t.step("a newer version is not asked for", async () => {
    await using jsr = await registry();
    await using project = await copyFor(jsr);
    const exports = { ".": other, "./parse-args": other };
    for (const name of Object.keys(jsr.packages)) {
      jsr.packages[name] = { version: "1.9.9", exports };
    }
    const { err } = await setUp(project, jsr.url);
    assertStringIncludes(err, "JSR does not answer");
    assertEquals(jsr.asked.filter((path) => path.includes("1.9.9")), []);
  });
});

Deno.test({
  name: "a checkout that is read only can be used on any day",
  // Windows has no such modes.
  ignore: Deno.build.os === "windows",
  async fn() {
    await using jsr = await registry();
    await using project = await copyFor(jsr);
    const state = `${project.folder}/.unroll`;
    // Root may write anywhere.
    const user = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};
    await Deno.chmod(project.folder, 0o777);
    assertEquals((await setUp(project, NOWHERE, user)).code, 0);
    const answer = await Deno.readTextFile(`${state}/jsr.json`);
    await Deno.writeTextFile(`${state}/jsr.json`, answer.replace(/\d{4}-\d\d-\d\d/, "2020-02-29"));
    const map = await Deno.readTextFile(`${state}/import_map.json`);
    await Deno.chmod(state, 0o555);
    await Deno.chmod(project.folder, 0o555);
    const { code, err } = await setUp(project, NOWHERE, user);
    assertEquals(code, 0, err);
    // A map of other packages is of no use, and cannot be written.
    await Deno.chmod(state, 0o755);
    await Deno.writeTextFile(`${state}/import_map.json`, map.replace("katex@", "katex@9"));
    await Deno.chmod(state, 0o555);
    const stale = await setUp(project, NOWHERE, user);
    await Deno.chmod(state, 0o755);
    await Deno.chmod(project.folder, 0o755);
    assertEquals(stale.code, 2, stale.err);
    assertMatch(stale.err, /^error: cannot prepare \.unroll\/import_map\.json: .*\n$/);
  },
});
