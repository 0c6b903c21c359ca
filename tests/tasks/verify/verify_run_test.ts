import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { sha256 } from "../../../src/platform/sha256.ts";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import { defineExperiment } from "../../../src/harness/experiment.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { ProgressDisplay } from "../../../tasks/cli/progress.ts";
import { verifyRun } from "../../../tasks/verify/verify_run.ts";
import { sampleManifest } from "../../report/sample_manifest.ts";

const experiment = defineExperiment({
  id: "letters",
  title: "Letters",
  question: "How many are in a file?",
  version: 1,
  parameters: { file: z.string().default("none").describe("the file") },
  async run(context) {
    const text = await new Response(await context.readFile(context.parameters.file)).text();
    context.metric({ id: "letters", label: "letters", values: [text.length] });
  },
});

Deno.test("verifyRun() reads a file only if the user names it", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "unroll-verify-" });
  await Deno.mkdir(`${folder}/data`);
  const file = `${folder}/text.txt`;
  await Deno.writeTextFile(file, "abc");
  const backend = { name: "cpu" as const, adapter: null, versions: {} };
  const { result } = await runExperiment(experiment, {
    parameters: { file },
    seeds: [1],
    backend,
    readFile: async (path) => (await Deno.open(path)).readable,
  });
  const text = `${stableStringify(result)}\n`;
  await Deno.writeTextFile(`${folder}/data/letters.json`, text);
  const [sample] = sampleManifest(["letters"]).runs;
  assert(sample !== undefined);
  const listed = { ...sample, sha256: sha256(text) };
  const verify = async (files: readonly string[], run = listed) => {
    let said = "";
    const read: string[] = [];
    const display = new ProgressDisplay({ terminal: false, write: (text) => said += text });
    const found = await verifyRun(folder, run, experiment, {
      ...{ backend, tolerance: 0, files, display },
      onRead: (file) => read.push(file),
    });
    return { found: found !== null, said, read };
  };
  await t.step("named", async () => {
    const name = `${folder}/../${folder.split("/").at(-1)}/text.txt`;
    const { found, said, read } = await verify([name, `${folder}/other.txt`]);
    assertEquals(found, true);
    assertEquals(read, [name]);
    assertMatch(said, /^✓ letters: all \d+ numbers are as stated$/m);
  });
  await t.step("not named", async () => {
    for (const files of [[], [folder], [`${folder}/other.txt`]]) {
      const { found, said, read } = await verify(files);
      assertEquals([found, read], [false, []]);
      assertMatch(
        said,
        /cannot be run again: a file that the report reads must be permitted with --read/,
      );
    }
  });
  const place = `${folder}/data/letters.json`;
  await t.step("a result with a long text that differs", async () => {
    const long = "x".repeat(5_000_000);
    const changed = text.replace('"How many', `"${long} many`);
    assertNotEquals(changed, text);
    await Deno.writeTextFile(place, changed);
    const { found, said } = await verify([file], { ...listed, sha256: sha256(changed) });
    assertEquals(found, false);
    assertMatch(said, /stated "x{57}\.\.\.", found "How many/);
    assert(said.length < 2000);
  });
  await t.step("a result that is a link", async () => {
    await Deno.writeTextFile(`${folder}/secret`, "root:secret");
    await Deno.remove(place);
    await Deno.symlink("../secret", place);
    const { found, said } = await verify([file]);
    assertEquals(found, false);
    assertEquals(said, "✗ letters: data/letters.json is missing or not a regular file\n");
  });
  await t.step("a result that is too large", async () => {
    await Deno.remove(place);
    await Deno.writeTextFile(place, text);
    await Deno.truncate(place, 2 ** 40);
    await assertRejects(
      () => verify([file]),
      InputError,
      "must be a file of at most 67108864 bytes",
    );
  });
  await Deno.remove(folder, { recursive: true });
});
