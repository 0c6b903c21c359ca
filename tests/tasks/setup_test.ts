import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../src/platform/sha256.ts";
import { type Outcome, ProjectCopy, tiny } from "./project_copy.ts";

/** An address at which nothing listens. */
const NOWHERE = "http://127.0.0.1:9/";

const root = new URL("../../", import.meta.url);

/** A package of the registry: its version, and the text of its modules by export. */
interface Package {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** A registry on this machine with the part of JSR's protocol that Deno uses. */
class JsrRegistry implements AsyncDisposable {
  /** The paths of all requests, in order. */
  readonly asked: string[] = [];
  /** Texts that are served instead of a module, by the module's path. */
  readonly replaced: Record<string, string> = {};
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Deno caches modules by address, and a later registry may get the same port. */
  readonly #folder = `/${crypto.randomUUID()}/`;

  /** @param packages The packages by name. A later change of this object is served, too. */
  constructor(readonly packages: Record<string, Package>) {
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
      const path = new URL(request.url).pathname.replace(this.#folder, "/");
      this.asked.push(path);
      return this.#answer(path);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}${this.#folder}`;
  }

  /** Computes the digest of a package in deno.lock. */
  integrity(name: string): string {
    return sha256(this.#description(name));
  }

  #description(name: string): string {
    const exports = this.packages[name]?.exports ?? {};
    const file = (text: string) => ({ size: text.length, checksum: `sha256-${sha256(text)}` });
    const paths = Object.keys(exports).map((entry) => [entry, `./${moduleName(entry)}`]);
    return JSON.stringify({
      manifest: Object.fromEntries(
        Object.entries(exports).map(([entry, text]) => [`/${moduleName(entry)}`, file(text)]),
      ),
      exports: Object.fromEntries(paths),
    });
  }

  #answer(pathname: string): Response {
    for (const [name, { version, exports }] of Object.entries(this.packages)) {
      const folder = `/${name}/`;
      if (!pathname.startsWith(folder)) continue;
      const path = pathname.slice(folder.length);
      const json = { headers: { "content-type": "application/json" } };
      if (path === "meta.json") {
        return Response.json({ latest: version, versions: { [version]: {} } });
      }
      if (path === `${version}_meta.json`) return new Response(this.#description(name), json);
      const entry = Object.keys(exports).find((one) => path === `${version}/${moduleName(one)}`);
      if (entry === undefined) break;
      return new Response(this.replaced[pathname] ?? exports[entry], {
        headers: { "content-type": "text/typescript" },
      });
    }
    return new Response("not here", { status: 404 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function moduleName(entry: string): string {
  return entry === "." ? "mod.ts" : `${entry.slice("./".length)}.ts`;
}

/** Starts a registry with the packages of deno.json, whose modules behave like the fallbacks. */
async function registry(): Promise<JsrRegistry> {
  const module = 'console.log("code of a package ran");\n';
  const parseArgs = await Deno.readTextFile(new URL("tasks/fallback/parse_args.ts", root));
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

/** A copy of the project whose lock files have the digests of a registry's packages. */
async function copyFor(jsr: JsrRegistry): Promise<ProjectCopy> {
  const project = await ProjectCopy.make();
  for (const name of ["deno.lock", "tools/deno.lock"]) {
    const path = `${project.folder}/${name}`;
    const lock = JSON.parse(await Deno.readTextFile(path));
    for (const key of Object.keys(lock.jsr)) {
      lock.jsr[key] = { integrity: jsr.integrity(key.replace(/@[^@]*$/, "")) };
    }
    await Deno.writeTextFile(path, `${JSON.stringify(lock, null, 2)}\n`);
  }
  return project;
}

/** Runs a task with a JSR at `url`. */
async function run(project: ProjectCopy, url: string, ...task: string[]): Promise<Outcome> {
  return await project.taskWith({ JSR_URL: url }, ...task);
}

/**
 * Runs an experiment with a JSR at `url`. The task measures widths of text with a package from JSR.
 */
async function experiment(project: ProjectCopy, url: string): Promise<Outcome> {
  return await run(project, url, "experiment", "vanishing-gradients", "--seeds", "1", ...tiny);
}

/** Writes the import map with a JSR at `url`. */
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

/** Reads the files of a copy that tasks do not write. */
async function checkout(project: ProjectCopy): Promise<Map<string, string>> {
  const written = /^(\.unroll|reports\/vanishing-gradients)\//;
  return new Map([...await project.read(".")].filter(([path]) => !written.test(path)));
}

/** The part of a lock file that is compared. */
interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly jsr: Readonly<Record<string, { readonly integrity: string }>>;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** Checks that specifiers name one version each, with a digest in a lock file. */
function checkPins(specifiers: readonly string[], lock: Lock): void {
  for (const specifier of specifiers) {
    const [, scheme = "", name = "", version = ""] =
      /^(npm|jsr):(@?[^@]+)@(\d+\.\d+\.\d+)$/.exec(specifier) ?? [];
    assert(version !== "", `${specifier} is not pinned`);
    const locked = lock.specifiers[specifier] ?? "";
    assertEquals(locked.split("_")[0], version, specifier);
    const entry = lock[scheme === "npm" ? "npm" : "jsr"][`${name}@${locked}`];
    assertMatch(entry?.integrity ?? "", scheme === "npm" ? /^sha512-/ : /^[0-9a-f]{64}$/);
  }
}

Deno.test("each package is pinned to a version whose digest is in the lock files", async () => {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, root)));
  const [config, tools] = [await read("deno.json"), await read("tools/imports.json")];
  const [lock, toolsLock] = [await read("deno.lock"), await read("tools/deno.lock")];
  assertEquals(config.lock.frozen, true);
  checkPins(Object.values(config.imports), lock);
  checkPins(Object.values({ ...config.imports, ...tools.imports }), toolsLock);
  // A task fetches every package of deno.lock, so packages of development must not be in it.
  for (const name of Object.keys(tools.imports)) {
    assertEquals(Object.keys(lock.npm).filter((key) => key.startsWith(`${name}@`)), []);
  }
  for (const [key, entry] of Object.entries(lock.npm)) {
    const other = Object.assign({}, toolsLock.npm[key], { dependencies: [] });
    assertEquals(other, Object.assign({}, entry, { dependencies: [] }), key);
  }
});

Deno.test("setup.ts maps JSR's packages to fallbacks if JSR does not answer", async (t) => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  const before = await checkout(project);
  await t.step("with one line", async () => {
    assertEquals(await setUp(project, NOWHERE), {
      code: 0,
      out: "",
      err: "JSR does not answer: tasks/fallback/ replaces @std/assert and @std/cli.\n",
    });
    const imports = await importMap(project);
    const fallbacks = Object.entries(imports).filter(([name]) => name.startsWith("@std/"));
    assertEquals(Object.fromEntries(fallbacks), {
      "@std/assert": "../tasks/fallback/assert.ts",
      "@std/cli/parse-args": "../tasks/fallback/parse_args.ts",
      "@std/cli/unicode-width": "../tasks/fallback/unicode_width.ts",
    });
  });
  await t.step("and tasks run on them", async () => {
    const { code, out, err } = await run(project, NOWHERE, "report", "--help");
    assertEquals([code, err], [0, ""]);
    assertStringIncludes(out, "Usage: deno task report");
  });
  await t.step("with the npm packages and their subpaths", async () => {
    const imports = await importMap(project);
    const [config, tools] = ["deno.json", "tools/imports.json"].map((path) =>
      JSON.parse(before.get(path) ?? "")
    );
    const packages = { ...config.imports, ...tools.imports };
    for (const [name, target] of Object.entries<string>(packages)) {
      if (!target.startsWith("npm:")) continue;
      assertEquals(imports[name], target);
      assertEquals(imports[`${name}/`], `${target.replace("npm:", "npm:/")}/`);
    }
  });
  await t.step("and does not ask again, nor changes the checkout", async () => {
    assertEquals(await setUp(project, jsr.url), { code: 0, out: "", err: "" });
    assertEquals(jsr.asked, []);
    assertEquals(await checkout(project), before);
  });
  await t.step("unless the map has other packages than deno.json", async () => {
    const path = `${project.folder}/.unroll/import_map.json`;
    const map = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, map.replace("katex@", "katex@9"));
    assertStringIncludes((await setUp(project, jsr.url)).err, "JSR answers");
  });
});

Deno.test("setup.ts stops waiting for a JSR that accepts the call and never answers", async () => {
  await using project = await ProjectCopy.make();
  using silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { err } = await setUp(project, `http://127.0.0.1:${silent.addr.port}/`);
  assertStringIncludes(err, "JSR does not answer");
});

Deno.test("setup.ts maps to fallbacks if JSR lacks one of the packages", async () => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  const { version, exports } = jsr.packages["@std/cli"] ?? { version: "", exports: {} };
  for (const other of [null, { version: version.replace("1.", "2."), exports }]) {
    if (other === null) delete jsr.packages["@std/cli"];
    else jsr.packages["@std/cli"] = other;
    assertStringIncludes((await setUp(project, jsr.url)).err, "JSR does not answer");
    await Deno.remove(`${project.folder}/.unroll`, { recursive: true });
  }
});

Deno.test("setup.ts maps to JSR's packages if JSR answers", async (t) => {
  await using jsr = await registry();
  await using project = await copyFor(jsr);
  const before = await checkout(project);
  await t.step("with one line, and runs none of their code", async () => {
    assertEquals(await setUp(project, jsr.url), {
      code: 0,
      out: "",
      err: "JSR answers: @std/assert and @std/cli come from there.\n",
    });
    const described = ["/@std/assert/1.0.19_meta.json", "/@std/cli/1.0.28_meta.json"];
    assertEquals(jsr.asked.toSorted(), described);
    const imports = await importMap(project);
    assertEquals(imports["@std/cli"], "jsr:@std/cli@1.0.28");
    assertEquals(imports["@std/cli/"], "jsr:/@std/cli@1.0.28/");
    assertEquals(imports["@std/cli/parse-args"], undefined);
  });
  await t.step("a task loads the modules that it uses", async () => {
    const { code, out, err } = await run(project, jsr.url, "arrows", "--help");
    assertEquals(code, 0, err);
    assertStringIncludes(out, "Usage: deno task arrows");
    assert(jsr.asked.includes("/@std/cli/1.0.28/parse-args.ts"));
    assertEquals(jsr.asked.includes("/@std/cli/1.0.28/unicode-width.ts"), false);
  });
  await t.step("a worker of a task loads more", async () => {
    const { code, out, err } = await experiment(project, jsr.url);
    assertEquals(code, 0, err);
    assertStringIncludes(out, "The site is");
    assert(jsr.asked.includes("/@std/cli/1.0.28/unicode-width.ts"));
  });
  await t.step("the checkout is as before", async () => {
    assertEquals(await checkout(project), before);
  });
  await t.step("code from elsewhere is refused", async () => {
    const program = `
      for (const url of ["https://deno.land/x.ts", "https://jsr.io/x.ts", "jsr:@std/fs@1"]) {
        console.log(await import(url).then(() => "loaded", () => "refused"));
      }`;
    for (const module of ["tasks/report.ts", "tools/arrows.ts"]) {
      await Deno.writeTextFile(`${project.folder}/${module}`, program);
    }
    for (const task of ["report", "arrows"]) {
      assertEquals((await run(project, jsr.url, task)).out, "refused\n".repeat(3));
    }
  });
});

Deno.test("a task exits with 2 and runs nothing of a package that is not in deno.lock", async (t) => {
  const other = 'console.log("other code ran");\nexport const parseArgs = () => ({ _: [] });\n';
  const refused = async (project: ProjectCopy, jsr: JsrRegistry) => {
    const { code, out, err } = await experiment(project, jsr.url);
    assertEquals([code, out], [2, ""], err);
    assertMatch(err, /^error: Integrity check failed /m);
    assertEquals(err.includes("runs, since"), false, err);
  };
  await t.step("another description", async () => {
    await using jsr = await registry();
    await using project = await copyFor(jsr);
    const { version, exports } = jsr.packages["@std/cli"] ?? { version: "", exports: {} };
    jsr.packages["@std/cli"] = { version, exports: { ...exports, "./parse-args": other } };
    await refused(project, jsr);
  });
  for (const file of ["parse-args.ts", "unicode-width.ts"]) {
    await t.step(`another ${file} than the description names`, async () => {
      await using jsr = await registry();
      await using project = await copyFor(jsr);
      jsr.replaced[`/@std/cli/1.0.28/${file}`] = other;
      await refused(project, jsr);
    });
  }
  await t.step("another package in Deno's cache", async () => {
    await using jsr = await registry();
    await using project = await copyFor(jsr);
    assertEquals((await run(project, jsr.url, "arrows", "--help")).code, 0);
    const lock = `${project.folder}/deno.lock`;
    const text = await Deno.readTextFile(lock);
    await Deno.writeTextFile(lock, text.replace(jsr.integrity("@std/cli"), "0".repeat(64)));
    await refused(project, jsr);
  });
});

Deno.test({
  name: "setup.ts needs no write in a checkout that is read only and has its import map",
  // Windows has no file modes.
  ignore: Deno.build.os === "windows",
  async fn() {
    await using project = await ProjectCopy.make();
    const state = `${project.folder}/.unroll`;
    // Root may write anywhere.
    const user = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};
    await Deno.chmod(project.folder, 0o777);
    assertEquals((await setUp(project, NOWHERE, user)).code, 0);
    const map = await Deno.readTextFile(`${state}/import_map.json`);
    await Deno.chmod(state, 0o555);
    await Deno.chmod(project.folder, 0o555);
    assertEquals(await setUp(project, NOWHERE, user), { code: 0, out: "", err: "" });
    // An outdated map cannot be replaced in a read-only folder.
    await Deno.chmod(state, 0o755);
    await Deno.writeTextFile(`${state}/import_map.json`, map.replace("katex@", "katex@9"));
    await Deno.chmod(state, 0o555);
    const stale = await setUp(project, NOWHERE, user);
    await Deno.chmod(state, 0o755);
    await Deno.chmod(project.folder, 0o755);
    assertEquals(stale.code, 2, stale.err);
    assertMatch(stale.err, /^error: cannot write \.unroll\/import_map\.json: .*\n$/);
  },
});
