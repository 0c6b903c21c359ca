import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { registry } from "../../tasks/setup.ts";
import { modules, programOf, SWITCHES } from "../../tasks/start.ts";
import { ProjectCopy } from "./project_copy.ts";

/** A project, and a folder from which a user calls a task of the project. */
class Folders implements AsyncDisposable {
  private constructor(readonly top: string) {}

  static async make(): Promise<Folders> {
    const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "unroll-start-" }));
    for (const folder of ["project/reports", "me", "www"]) {
      await Deno.mkdir(`${top}/${folder}`, { recursive: true });
    }
    return new Folders(top);
  }

  /** Returns the paths that a task may read or write, relative to the folder of both. */
  async granted(right: "read" | "write", name: string, ...args: string[]): Promise<string[]> {
    const place = { root: `${this.top}/project`, caller: `${this.top}/me`, npmCache: "/npm" };
    const program = await programOf(name, args, place);
    const [flag = ""] = program.filter((one) => one.startsWith(`--allow-${right}=`));
    return flag.replace(/^[^=]*=/, "").split(",").map((path) => path.replace(`${this.top}/`, ""));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.top, { recursive: true });
  }
}

Deno.test("programOf() grants writing to the task's own folders and to paths of flags", async () => {
  await using folders = await Folders.make();
  const write = async (name: string, ...args: string[]) => {
    const [state, ...others] = await folders.granted("write", name, ...args);
    assertEquals(state, "project/.unroll");
    return others;
  };
  const www = `${folders.top}/www/a`;
  assertEquals(await write("report"), ["project/reports/site"]);
  assertEquals(await write("experiment", "lstm-gates", "--fresh"), ["project/reports/lstm-gates"]);
  assertEquals(await write("verify", "public"), []);
  assertEquals(await write("generate", "--model", "models/a"), []);
  assertEquals(await write("train", "--corpus", "x.txt", "--out", "model"), ["me/model"]);
  assertEquals(await write("classify", "--train", "x.csv", "--out", "model"), ["me/model"]);
  assertEquals(await write("classify", "--model", "m", "--json", "--file", "x.txt"), []);
  for (const args of [["--out", www], [`--out=${www}`], ["--seeds", "3", `--out=${www}`]]) {
    assertEquals(await write("report", ...args), ["www/a"]);
  }
  // The argument after a flag is its value, except after a flag without a value.
  assertEquals(await write("train", "--corpus", "--out", "x"), []);
  assertEquals(await write("preview", "--fresh", "--out", "b"), ["me/b"]);
  assertEquals(await write("report", "--out"), ["project/reports/site"]);
  assertEquals(await write("report", "--out="), ["project/reports/site"]);
  for (const flag of ["--tie", "--fresh", "--help", "-h", "--"]) {
    const named = flag === "--" ? [] : ["me/m1"];
    assertEquals(await write("train", flag, "--out", "m1"), named);
  }
  // The missing parents of the folder are created, too.
  assertEquals(await write("train", "--out", "models/new/a"), ["me/models"]);
  assertEquals(await write("train", "--out", "../www/a/b"), ["www/a"]);
});

Deno.test("programOf() grants reading of source, packages and paths of arguments", async () => {
  await using folders = await Folders.make();
  const extra = async (name: string, ...args: string[]) => {
    const read = await folders.granted("read", name, ...args);
    // The kernels of these tasks need no file of a package.
    assertEquals(read.includes("/npm"), !["train", "generate", "classify"].includes(name));
    return read.slice(read.indexOf("project/.unroll") + 1).filter((path) => path !== "/npm");
  };
  assertEquals(await extra("report", "--profile", "quick"), ["project/reports/site"]);
  assertEquals(await extra("verify"), []);
  assertEquals(await extra("verify", "--tolerance", "1e-4", "x/a,b/c"), ["me/x"]);
  assertEquals(await extra("verify", "--read", "/t.txt", "s"), ["/t.txt", "me/s"]);
  assertEquals(await extra("verify", "--", "o1"), ["me/o1"]);
  assertEquals(await extra("verify", "--read", "/t.txt", "--", "-o", "--read"), [
    ...["/t.txt", "me/-o", "me/--read"],
  ]);
  assertEquals(await extra("train", "--corpus=moby.txt"), ["me/moby.txt"]);
  assertEquals(await extra("generate", "--model=m", "--prompt", "--out"), ["me/m"]);
  assertEquals(await extra("classify", "--model=m", "--text", "--out"), ["me/m"]);
  assertEquals(await extra("classify", "--json", "--model", "m", "--file=x"), ["me/m", "me/x"]);
  assertEquals(await extra("classify", "--train", "x.csv", "--out", "m"), ["me/x.csv", "me/m"]);
  const corpus = await extra("experiment", "text-generation", "--set", "corpus=/t.txt");
  assertEquals(corpus, ["/t.txt", "project/reports/text-generation"]);
  const data = await extra("experiment", "sentiment", "--set", "data=/t.csv");
  assertEquals(data, ["/t.csv", "project/reports/sentiment"]);
  assertEquals(await extra("experiment", "lstm-gates", "--set", "length=/t.txt", "--out", "x"), [
    "me/x",
  ]);
});

Deno.test("SWITCHES are the flags that take no value in the usage of any task", async () => {
  const found = new Set(["-h"]);
  const importMap = new URL("../../.unroll/import_map.json", import.meta.url).href;
  const lock = fileURLToPath(new URL("../../tools/deno.lock", import.meta.url));
  for (const [name, path] of modules) {
    const module = new URL(`../../${path}`, import.meta.url).href;
    const more = name === "experiment" ? ["lstm-gates"] : [];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `--import-map=${importMap}`, `--lock=${lock}`, module, ...more, "--help"],
    }).output();
    const help = new TextDecoder().decode(stdout);
    assertEquals(code, 0, name);
    // A single space separates a flag from its value, and several spaces a flag from its
    // description.
    const flags = [...help.matchAll(/^ {2}(--[\w-]+) {2}/gm)].map(([, flag = ""]) => flag);
    assert(flags.includes("--help"), help);
    for (const flag of flags) found.add(flag);
  }
  assertEquals([...SWITCHES].toSorted(), [...found].toSorted());
});

Deno.test("programOf() grants the target of a link, also if it does not exist", async () => {
  await using folders = await Folders.make();
  await Deno.symlink("two", `${folders.top}/me/one`);
  await Deno.symlink("../www/three", `${folders.top}/me/two`);
  await Deno.symlink("circle", `${folders.top}/me/circle`);
  const named = await folders.granted("write", "train", "--out", "one");
  assertEquals(named.slice(1), ["me/one", "me/two", "www/three"]);
  await Deno.mkdir(`${folders.top}/www/three`);
  assertEquals((await folders.granted("read", "verify", "one")).slice(-1), ["www/three"]);
  await folders.granted("write", "train", "--out", "circle"); // The process has ended.
});

Deno.test("programOf() allows remote code only from JSR, and only if the import map names it", async () => {
  await using folders = await Folders.make();
  const root = `${folders.top}/project`;
  const flags = async () => {
    const program = await programOf("arrows", [], { root, caller: root, npmCache: "/npm" });
    return program.filter((one) => /^--(no-remote|allow-import|allow-net|allow-write)/.test(one));
  };
  assertEquals(await flags(), ["--no-remote"]);
  await Deno.mkdir(`${root}/.unroll`);
  const map = async (target: string) => {
    const imports = { "@std/cli": target, zod: "npm:zod@4.6.7" };
    await Deno.writeTextFile(`${root}/.unroll/import_map.json`, JSON.stringify({ imports }));
  };
  await map("../tasks/fallback/cli.ts");
  assertEquals(await flags(), ["--no-remote"]);
  await map("jsr:@std/cli@1.0.28");
  const { host } = new URL(registry());
  assertEquals(await flags(), [`--allow-import=${host}`]);
});

Deno.test("programOf() refuses a task that does not exist", async () => {
  for (const name of ["nothing", "__proto__", "constructor"]) {
    await assertRejects(
      () => programOf(name, [], { root: "/", caller: "/", npmCache: "/" }),
      Error,
      `there is no task ${name}`,
    );
  }
});

Deno.test("start.ts runs a task with exactly the permissions that its call needs", async () => {
  await using project = await ProjectCopy.make();
  const probe = `
    const state = (name, more) => Deno.permissions.querySync({ name, ...more }).state;
    const remote = await import("https://deno.land/x.ts").catch(({ message }) => message);
    console.log(JSON.stringify({
      remote: !/no-remote|Requires import access/.test(remote),
      env: ["INIT_CWD", "HOME", "PATH"].filter((variable) => Deno.env.get(variable) !== undefined),
      net: state("net", {}), run: state("run", {}), ffi: state("ffi", {}), sys: state("sys", {}),
      read: ["src", "reports", "deno.json", ".env", "/etc/passwd", "/", "text.txt"]
        .filter((path) => state("read", { path }) === "granted"),
      write: ["src", "reports", "reports/site", "reports/index.md", ".unroll/runs", "src/kernels/wasm", "deno.json", "tasks/start.ts", "/", ".", "x/y"]
        .filter((path) => state("write", { path }) === "granted"),
    }));
    Deno.exit(7);`;
  const rights = async (name: string, ...args: string[]) => {
    await Deno.writeTextFile(`${project.folder}/${modules.get(name)}`, probe);
    const { code, out } = await project.taskWith({}, name, ...args);
    assertEquals(code, 7);
    return JSON.parse(out);
  };
  const none = {
    remote: false,
    net: "prompt",
    run: "prompt",
    ffi: "prompt",
    sys: "prompt",
    env: ["INIT_CWD"],
  };
  assertEquals(await rights("report"), {
    ...none,
    read: ["src", "reports", "deno.json"],
    write: ["reports/site", ".unroll/runs"],
  });
  assertEquals(await rights("train", "--corpus", "text.txt", "--out", "x"), {
    ...none,
    read: ["src", "deno.json", "text.txt"],
    write: [".unroll/runs", "x/y"],
  });
  const all = ["src", "reports", "deno.json", ".env", "text.txt"];
  assertEquals(await rights("arrows"), { ...none, read: all, write: [] });
  assertEquals(await rights("wasm"), { ...none, read: all, write: ["src/kernels/wasm"] });
});

Deno.test({
  name: "start.ts passes on a signal that does not come from the terminal",
  ignore: Deno.build.os !== "linux" ||
    !await Deno.stat("/usr/bin/script").then(() => true, () => false),
  async fn() {
    await using project = await ProjectCopy.make();
    const training = "--corpus sentences --out model --backend cpu --epochs 500";
    const child = new Deno.Command("script", {
      args: ["-qec", `echo pid $$; exec deno task --quiet train ${training}`, "/dev/null"],
      cwd: project.folder,
      env: { INIT_CWD: project.folder },
      ...{ stdin: "null", stdout: "piped" },
    }).spawn();
    let said = "";
    let pid = 0;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      // The bar appears, so the task is working and listens to signals.
      if (pid !== 0 || !said.includes("█")) continue;
      pid = Number(/pid (\d+)/.exec(said)?.[1]);
      Deno.kill(pid, "SIGINT");
    }
    assertEquals((await child.status).code, 130, said);
  },
});
