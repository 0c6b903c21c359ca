import { assert, assertEquals, assertMatch } from "@std/assert";
import { z } from "zod";
import { sha256 } from "../../src/core/digest.ts";
import { stableStringify } from "../../src/core/json.ts";
import { defineExperiment } from "../../src/experiments/experiment.ts";
import { runExperiment } from "../../src/experiments/run.ts";
import { ProgressDisplay } from "../../tasks/progress.ts";
import { verifyRun } from "../../tasks/verify_run.ts";
import { sampleManifest } from "../report/sample_manifest.ts";

const experiment = defineExperiment({
  id: "letters",
  title: "Letters",
  question: "How many are in a file?",
  version: 1,
  parameters: { file: z.string().default("none").describe("the file") },
  async run(context) {
    const text = await new Response(await context.readFile(context.parameters.file)).text();
    const none = { low: null, high: null, confidence: 0.95, method: "count" };
    const measured = { value: text.length, n: 1, ...none };
    context.metric({ id: "letters", label: "letters", estimate: measured });
  },
});

Deno.test("verifyRun() reads a file that the user names, and none that the report names alone", async (t) => {
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
  const run = { ...sample, sha256: sha256(text) };
  const verify = async (files: readonly string[]) => {
    let said = "";
    const display = new ProgressDisplay({ terminal: false, write: (text) => said += text });
    const found = await verifyRun(folder, run, experiment, {
      ...{ backend, tolerance: 0, files, display },
    });
    return { found: found !== null, said };
  };
  await t.step("named", async () => {
    const { found, said } = await verify([`${folder}/../${folder.split("/").at(-1)}/text.txt`]);
    assertEquals(found, true);
    assertMatch(said, /^✓ letters: all \d+ numbers are as stated$/m);
  });
  await t.step("not named", async () => {
    for (const files of [[], [folder], [`${folder}/other.txt`]]) {
      const { found, said } = await verify(files);
      assertEquals(found, false);
      assertMatch(
        said,
        /cannot be run again: a file that the report reads must be one that --read/,
      );
    }
  });
  await Deno.remove(folder, { recursive: true });
});
