import { assertEquals, assertRejects } from "@std/assert";
import { programOf } from "../../tasks/start.ts";
import { ProjectCopy } from "./project_copy.ts";

const place = { root: "/project", caller: "/home/me", npmCache: "/cache/npm" };

/** The value of a flag of the program that runs a task. */
async function granted(right: "read" | "write", name: string, ...args: string[]) {
  const program = await programOf(name, args, place);
  const [flag = ""] = program.filter((one) => one.startsWith(`--allow-${right}`));
  return flag.replace(/^[^=]*=/, "").replaceAll("/project/", "").split(",");
}

Deno.test("a task may write where it writes by itself, and what its flags name", async () => {
  const write = (name: string, ...args: string[]) => granted("write", name, ...args);
  assertEquals(await write("report"), ["reports", ".unroll"]);
  assertEquals(await write("experiment", "lstm-gates", "--fresh"), ["reports", ".unroll"]);
  assertEquals(await write("verify", "public"), [".unroll"]);
  assertEquals(await write("generate", "--model", "models/a"), [".unroll"]);
  assertEquals(await write("train", "--corpus", "x.txt", "--out", "models/a"), [
    ".unroll",
    "/home/me/models/a",
  ]);
  for (const args of [["--out", "/www/a"], ["--out=/www/a"], ["--seeds", "3", "--out=/www/a"]]) {
    const [own, state, ...named] = await write("report", ...args);
    assertEquals([own, state, named[0]], ["reports", ".unroll", "/www/a"]);
  }
  // What follows a flag is its value, and a flag without one takes nothing.
  assertEquals(await write("train", "--corpus", "--out", "x"), [".unroll"]);
  assertEquals((await write("report", "--fresh", "--out", "/a/b"))[2], "/a/b");
  assertEquals(await write("report", "--out"), ["reports", ".unroll"]);
  assertEquals(await write("report", "--out="), ["reports", ".unroll"]);
});

Deno.test("a task may read its source, its packages, and what its arguments name", async () => {
  const extra = async (name: string, ...args: string[]) => {
    const read = await granted("read", name, ...args);
    return read.slice(read.indexOf("/cache/npm") + 1);
  };
  assertEquals(await extra("report", "--profile", "quick"), []);
  assertEquals(await extra("verify"), []);
  assertEquals(await extra("verify", "--tolerance", "1e-4", "x/a,b/c"), ["/home/me/x"]);
  assertEquals(await extra("verify", "--read", "/t.txt", "s"), ["/t.txt", "/home/me/s"]);
  assertEquals(await extra("train", "--corpus=moby.txt"), ["/home/me/moby.txt"]);
  assertEquals(await extra("generate", "--model=m", "--prompt", "--out"), ["/home/me/m"]);
  assertEquals(await extra("experiment", "text-generation", "--set", "corpus=/t.txt"), ["/t.txt"]);
  assertEquals(await extra("experiment", "lstm-gates", "--set", "length=/t.txt"), []);
});

Deno.test("a link grants what it points to, also if that is not there yet", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await Deno.symlink("two", `${folder}/one`);
  await Deno.symlink("three", `${folder}/two`);
  await Deno.symlink("circle", `${folder}/circle`);
  const named = await granted("write", "train", "--out", `${folder}/one`);
  assertEquals(named.slice(1), ["one", "two", "three"].map((name) => `${folder}/${name}`));
  await granted("write", "train", "--out", `${folder}/circle`); // It ends.
  await Deno.remove(folder, { recursive: true });
});

Deno.test("programOf() refuses a task that does not exist", async () => {
  for (const name of ["nothing", "__proto__", "constructor"]) {
    await assertRejects(() => programOf(name, [], place), Error, `No task is called ${name}`);
  }
});

Deno.test("the process of a task has the rights that its call needs, and no others", async () => {
  await using project = await ProjectCopy.make();
  const probe = `
    const state = (name, more) => Deno.permissions.querySync({ name, ...more }).state;
    const remote = await import("https://jsr.io/x.ts").catch(({ message }) => message);
    console.log(JSON.stringify({
      remote: /no-remote/.test(remote),
      env: ["INIT_CWD", "HOME", "PATH"].filter((variable) => Deno.env.get(variable) !== undefined),
      net: state("net", {}), run: state("run", {}), ffi: state("ffi", {}), sys: state("sys", {}),
      read: ["src", "reports", "deno.json", ".env", "/etc/passwd", "/", "text.txt"]
        .filter((path) => state("read", { path }) === "granted"),
      write: ["src", "reports/site", ".unroll/runs", "deno.json", "tasks/start.ts", "/", ".", "x/y"]
        .filter((path) => state("write", { path }) === "granted"),
    }));
    Deno.exit(7);`;
  const rights = async (name: string, ...args: string[]) => {
    await Deno.writeTextFile(`${project.folder}/tasks/${name}.ts`, probe);
    const { code, out } = await project.task(name, ...args);
    assertEquals(code, 7);
    return JSON.parse(out);
  };
  const none = {
    remote: true,
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
});
