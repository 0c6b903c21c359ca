import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lockFolder } from "../../../tasks/cli/folder_lock.ts";
import { ProjectCopy, tiny } from "../project_copy.ts";
import { writeFiles } from "../sample_site.ts";

/** Flags that make `lstm-gates` run in well under a second. */
const few = ["--backend", "cpu", "--set", "trainingSteps=20", "--set", "hiddenSize=4"];
const own = { "site/CNAME": "example.org", "site/.git/HEAD": "ref", "site/.nojekyll": "" };

Deno.test("report --only keeps the other pages of the site or is refused", async (t) => {
  await using project = await ProjectCopy.make();
  const gates = (...more: string[]) =>
    project.task("experiment", "lstm-gates", ...few, "--seeds", "2", "--out", "site", ...more);
  const pages = async () =>
    [...await project.read("site")].map(([path]) => path).filter((path) => path.endsWith(".html"));
  const manifest = async () =>
    JSON.parse((await project.read("site")).get("data/manifest.json") ?? "");
  const both = ["index.html", "lstm-gates.html", "methods.html", "vanishing-gradients.html"];

  await t.step("a folder without a site may have files of a web host", async () => {
    await writeFiles(project.folder, Object.entries(own));
    const more = ["--seeds", "2", "--out", "site"];
    const { code, err } = await project.task("experiment", "vanishing-gradients", ...tiny, ...more);
    assertEquals(code, 0, err);
    assertEquals(await pages(), ["index.html", "methods.html", "vanishing-gradients.html"]);
  });
  const [first] = (await manifest()).runs;
  const data = (await project.read("site")).get("data/vanishing-gradients.json");

  await t.step("a page whose run is current stays, with its data and its command", async () => {
    const text = (await project.read("site")).get("data/manifest.json") ?? "";
    await writeFiles(`${project.folder}/site`, [
      ["data/lstm-gates/mine.txt", "mine"],
      // Anyone can edit the manifest, so the report must not copy the command from it.
      ["data/manifest.json", text.replace(first.command, "deno task something-else")],
    ]);
    const { code, err } = await gates();
    assertEquals(code, 0, err);
    assertStringIncludes(err, "vanishing-gradients: its page stays, since nothing has changed");
    assertEquals(await pages(), both);
    const { runs } = await manifest();
    assertEquals(runs.map(({ experiment }: { experiment: string }) => experiment), [
      "vanishing-gradients",
      "lstm-gates",
    ]);
    assertEquals(runs[0], { ...first, reused: true });
    const site = await project.read("site");
    assertEquals(site.get("data/vanishing-gradients.json"), data);
    assertEquals(site.get("data/lstm-gates/mine.txt"), "mine");
    assertEquals((await project.read("")).get("site/CNAME"), "example.org");
  });
  await Deno.remove(`${project.folder}/site/data/lstm-gates/mine.txt`);
  const whole = await project.read("site");

  /** Asserts that a report is refused before it computes or changes anything. */
  const assertRefused = async (args: readonly string[], ...said: readonly string[]) => {
    const { code, err } = await gates(...args);
    assertEquals(code, 2, err);
    for (const text of ["error: --out must be", ...said]) assertStringIncludes(err, text);
    assert(!err.includes("runs, since"), err);
    assertEquals(await project.read("site"), whole);
  };

  await t.step("a page of another profile would be dropped", async () => {
    await assertRefused(
      ["--profile", "quick"],
      'found "vanishing-gradients". vanishing-gradients would be dropped: it is of --profile ' +
        "standard. Choose another --out, or report it too.",
    );
  });
  await t.step("a page whose source changed would be dropped", async () => {
    const path = `${project.folder}/src/experiments/vanishing_gradients/experiment.ts`;
    const source = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, `${source}// changed\n`);
    const why = "the source changed (src/experiments/vanishing_gradients/experiment.ts)";
    await assertRefused([], `would be dropped: ${why}`);
    await Deno.writeTextFile(path, source);
  });
  await t.step("a page whose run is not kept any more would be dropped", async () => {
    const runs = `${project.folder}/.unroll/runs/vanishing-gradients`;
    await Deno.rename(runs, `${runs}.away`);
    await assertRefused([], "would be dropped: its run is not kept");
    await Deno.rename(`${runs}.away`, runs);
  });
  await t.step("a changed page is refused", async () => {
    const path = `${project.folder}/site/index.html`;
    await Deno.writeTextFile(path, `${whole.get("index.html")}<!-- mine -->`);
    const { code, err } = await gates();
    assertEquals(code, 2, err);
    assertStringIncludes(err, 'as a report wrote them, found "index.html in ');
    assertStringIncludes(await Deno.readTextFile(path), "<!-- mine -->");
    await Deno.writeTextFile(path, whole.get("index.html") ?? "");
  });
  await t.step("a folder that another report writes to is refused", async () => {
    using _lock = await lockFolder("--out", `${project.folder}/site`, "report");
    await assertRefused([], "a folder that no other report writes to");
  });
  await t.step("verify accepts the site with the page that stayed", async () => {
    const { code, err } = await project.task("verify", "site");
    assertEquals(code, 0, err);
  });
});
