import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decodeCheckpoint } from "../../src/training/checkpoint.ts";
import { TrainingPosition } from "../../src/training/training_position.ts";
import { checkpointAfter, filesLeft } from "./killed_training.ts";
import { ProjectCopy } from "./project_copy.ts";

/** Settings with which an epoch takes milliseconds, and a training a few seconds. */
const settings = [
  ...["--corpus", "sentences", "--backend", "wasm", "--embedding", "6", "--hidden", "8"],
  ...["--length", "5", "--batch", "4", "--epochs", "200", "--checkpoint-steps", "3"],
];
const files = ["best.safetensors", "history.json", "last.safetensors", "model.json"];

Deno.test("train, killed at several moments and run again, writes the bytes of an uninterrupted training", async (t) => {
  await using project = await ProjectCopy.make();
  const whole = await project.task("train", ...settings, "--out", "whole");
  assertEquals(whole.code, 0, whole.err);
  const wanted = await filesLeft(project, "whole");
  assertEquals([...wanted.keys()], files);

  const args = [...settings, "--out", "killed"];
  const last = `${project.folder}/killed/last.safetensors`;
  const run = async (signal: Deno.Signal, wait: () => Promise<unknown>) => {
    const child = await project.spawn("train", ...args);
    const output = child.output();
    await wait();
    child.kill(signal);
    const { code, stderr } = await output;
    return { code, err: new TextDecoder().decode(stderr) };
  };
  const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

  await t.step("before anything is written", async () => {
    await run("SIGKILL", () => pause(100));
  });
  await t.step("as soon as there is a description", async () => {
    await run("SIGKILL", async () => {
      const model = `${project.folder}/killed/model.json`;
      while (!await Deno.stat(model).then(() => true, () => false)) await pause(2);
    });
  });
  for (const milliseconds of [0, 20, 110]) {
    await t.step(`${milliseconds} ms after a checkpoint`, async () => {
      await run("SIGKILL", async () => {
        const before = await Deno.stat(last).catch(() => null);
        await checkpointAfter(last, before?.mtime?.getTime() ?? 0);
        await pause(milliseconds);
      });
      assert((await Deno.stat(last)).isFile);
    });
  }
  for (const [signal, wanted] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    await t.step(
      `by ${signal}, after which it keeps its work and says how to continue`,
      async () => {
        const before = await Deno.stat(last);
        const { code, err } = await run(signal, () => {
          return checkpointAfter(last, before.mtime?.getTime() ?? 0);
        });
        assertEquals(code, wanted, err);
        assertMatch(err, /continues after (epoch )?\d/);
        const stopped = /^Stopped after (.+); the same command continues\.$/m.exec(err);
        const { progress } = decodeCheckpoint(await Deno.readFile(last), "last");
        const { epoch, batch } = TrainingPosition.of(progress);
        const steps = batch === 1 ? "1 step" : `${batch} steps`;
        const place = [...epoch > 0 ? [`epoch ${epoch}`] : [], ...batch > 0 ? [steps] : []];
        assertEquals(stopped?.[1], place.join(" and "));
      },
    );
  }
  await t.step(
    "with --fresh before its first checkpoint, it leaves the earlier training",
    async () => {
      const before = await filesLeft(project, "killed");
      // The epoch has thousands of steps, so that no checkpoint is written before the signal
      // arrives.
      const fresh = [
        ...["--corpus", "moby-dick", "--out", "killed", "--fresh", "--backend", "wasm"],
        ...["--embedding", "8", "--hidden", "64", "--layers", "1", "--batch", "4"],
        ...["--checkpoint-steps", "100000"],
      ];
      for (const signal of ["SIGKILL", "SIGINT"] as const) {
        const child = await project.spawn("train", ...fresh);
        const output = child.output();
        const draft = `${project.folder}/killed/unroll-fresh.draft/last.safetensors`;
        await checkpointAfter(draft, 0);
        child.kill(signal);
        const { code, stderr } = await output;
        const err = new TextDecoder().decode(stderr);
        if (signal === "SIGINT") {
          assertEquals(code, 130, err);
          assertStringIncludes(err, "without a checkpoint: killed still has the earlier model.");
          assertEquals(await filesLeft(project, "killed"), before);
          continue;
        }
        await Deno.remove(`${project.folder}/killed/unroll-fresh.draft`, { recursive: true });
      }
    },
  );
  const { code, err, out } = await project.task("train", ...args);
  assertEquals(code, 0, err);
  assertMatch(err, /continues after (epoch )?\d/);
  assertStringIncludes(out, "deno task generate --model killed");
  assertEquals(await filesLeft(project, "killed"), wanted);
});
