import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ProjectCopy, tiny } from "./project_copy.ts";

const site = "reports/vanishing-gradients";

/**
 * Reads the files that must have the same bytes in two runs: all except those with dates and times.
 */
async function deterministic(project: ProjectCopy): Promise<Map<string, string>> {
  const files = await project.read(site);
  return new Map(
    [...files].filter(([path]) =>
      !path.endsWith(".html") && path !== "data/manifest.json" && !path.startsWith("machine/")
    ),
  );
}

Deno.test("a report is kept while nothing changes, and says why it runs again", async (t) => {
  await using project = await ProjectCopy.make();
  const run = (...more: string[]) =>
    project.task("experiment", "vanishing-gradients", ...tiny, ...more);

  await t.step("the first run computes", async () => {
    const { code, out, err } = await run("--seeds", "2");
    assertEquals(code, 0, err);
    assertStringIncludes(err, "runs, since no earlier run is kept");
    assertStringIncludes(out, "undecided");
    assertMatch(out, /The site is .*reports\/vanishing-gradients\/index\.html/);
  });
  const first = await deterministic(project);

  await t.step(
    "the second takes it from the store, and loads neither tfjs nor mathjs",
    async () => {
      const path = `${project.folder}/.unroll/import_map.json`;
      const map = await Deno.readTextFile(path);
      const broken = map.replace(
        /"npm:(@tensorflow|mathjs)[^"]*"/g,
        '"data:text/javascript,throw 1"',
      );
      assert(broken !== map);
      await Deno.writeTextFile(path, broken);
      const { code, err } = await run("--seeds", "2");
      await Deno.writeTextFile(path, map);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "nothing has changed");
      assertEquals(await deterministic(project), first);
    },
  );

  await t.step("--fresh computes the same bytes", async () => {
    const { code, err } = await run("--seeds", "2", "--fresh");
    assertEquals(code, 0, err);
    assertStringIncludes(err, "runs, since --fresh was given");
    assertEquals(await deterministic(project), first);
  });

  await t.step("a changed parameter and seed count are named", async () => {
    const { err } = await run("--seeds", "3", "--set", "inputSize=3");
    assertStringIncludes(err, "parameter inputSize is 3, was 10; there are 3 seeds, were 2");
  });

  await t.step("changed source is named", async () => {
    const path = `${project.folder}/src/model/reference/rnn_cell.ts`;
    await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}// changed\n`);
    const { err } = await run("--seeds", "2");
    assertStringIncludes(err, "the source changed (src/model/reference/rnn_cell.ts)");
  });

  await t.step("a damaged result is reported, and computed again", async () => {
    const folder = `${project.folder}/.unroll/runs/vanishing-gradients`;
    for await (const { name } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      await Deno.writeTextFile(path, (await Deno.readTextFile(path)).slice(0, 1000));
    }
    const { code, err } = await run("--seeds", "2");
    assertEquals(code, 0, err);
    assertStringIncludes(err, "the kept result is damaged");
    assertEquals(await deterministic(project), first);
  });
});

Deno.test("an interrupted run continues to the bytes of an uninterrupted one", async () => {
  await using project = await ProjectCopy.make();
  const args = ["experiment", "vanishing-gradients", ...tiny, "--seeds", "15"] as const;
  await project.task("experiment", "vanishing-gradients", "--help");
  const child = await project.spawn(...args);
  const output = child.output();
  while (await partsKept(project) < 5) await new Promise((done) => setTimeout(done, 10));
  child.kill("SIGKILL");
  await output;
  const continued = await project.task(...args);
  assertEquals(continued.code, 0, continued.err);
  assertMatch(continued.err, /[1-9]\d* parts kept from an interrupted run/);
  const bytes = await deterministic(project);
  const whole = await project.task(...args, "--fresh");
  assertEquals(whole.code, 0, whole.err);
  assertEquals(await deterministic(project), bytes);
  assert(await partsKept(project) === 0);
});

async function partsKept(project: ProjectCopy): Promise<number> {
  const files = await project.read(".unroll/parts").catch(() => new Map());
  return [...files.keys()].filter((path) => path.endsWith(".json")).length;
}

Deno.test("a report whose runs cannot be kept says so in one line, and is written", async () => {
  await using project = await ProjectCopy.make();
  // Simulates a read-only checkout. Root could write to a read-only folder, so a file is in the
  // place of a folder.
  await Deno.mkdir(`${project.folder}/.unroll`);
  await Deno.writeTextFile(`${project.folder}/.unroll/drafts`, "");
  for (const more of [[], ["--fresh"]]) {
    const { code, out, err } = await project.task(
      "experiment",
      "vanishing-gradients",
      ...tiny,
      ...["--seeds", "1", "--out", "elsewhere", ...more],
    );
    assertEquals(code, 0, err);
    assertEquals(err.match(/New runs are not kept: .*/g)?.length, 1, err);
    assertMatch(err, /runs, since (no earlier run is kept|--fresh was given)/);
    assertMatch(out, /The site is .*elsewhere\/index\.html/);
  }
  const kept = (await Array.fromAsync(Deno.readDir(`${project.folder}/.unroll`)))
    .map(({ name }) => name);
  assertEquals(kept.includes("parts") || kept.includes("runs"), false, kept.join());
});
