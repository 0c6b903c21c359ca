import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decodeCheckpoint } from "../../src/training/checkpoint.ts";
import { reviews } from "./classify/reviews.ts";
import { checkpointAfter, filesLeft } from "./killed_training.ts";
import { ProjectCopy } from "./project_copy.ts";

/** Settings with which an epoch takes milliseconds, and a training a few seconds. */
const settings = [
  ...["--train", "reviews.csv", "--backend", "wasm", "--embedding", "6", "--hidden", "8"],
  ...["--batch", "8", "--epochs", "300", "--patience", "300", "--learning-rate", "0.003"],
];
const files = ["best.safetensors", "history.json", "last.safetensors", "model.json"];

Deno.test("classify --train, killed at several moments and run again, writes the bytes of an uninterrupted training", async (t) => {
  await using project = await ProjectCopy.make();
  await Deno.writeTextFile(`${project.folder}/reviews.csv`, reviews(400));
  const whole = await project.task("classify", ...settings, "--out", "whole");
  assertEquals(whole.code, 0, whole.err);
  const wanted = await filesLeft(project, "whole");
  assertEquals([...wanted.keys()], files);

  const args = [...settings, "--out", "killed"];
  const last = `${project.folder}/killed/last.safetensors`;
  const run = async (signal: Deno.Signal, wait: () => Promise<unknown>) => {
    const child = await project.spawn("classify", ...args);
    const output = child.output();
    await wait();
    child.kill(signal);
    const { code, stderr } = await output;
    return { code, err: new TextDecoder().decode(stderr) };
  };
  const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
  const epochs = async () => {
    const { progress } = decodeCheckpoint(await Deno.readFile(last), "last");
    const { history } = progress;
    return Array.isArray(history) ? history.length : NaN;
  };

  await t.step("before anything is written", async () => {
    await run("SIGKILL", () => pause(100));
  });
  for (const milliseconds of [0, 10, 40]) {
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
      `by ${signal}, after which it keeps its epochs and says how to continue`,
      async () => {
        const before = await Deno.stat(last);
        const { code, err } = await run(signal, () => {
          return checkpointAfter(last, before.mtime?.getTime() ?? 0);
        });
        assertEquals(code, wanted, err);
        const done = await epochs();
        assert(done > 0 && done < 300, err);
        assertMatch(err, new RegExp(`^epoch ${done}/300: `, "m"));
        assertStringIncludes(err, `Stopped after epoch ${done}; the same command continues.`);
      },
    );
  }
  await t.step("with --fresh before its first epoch, it leaves the earlier training", async () => {
    const before = await filesLeft(project, "killed");
    await Deno.writeTextFile(`${project.folder}/many.csv`, reviews(20_000, 2));
    const fresh = [
      ...["--train", "many.csv", "--out", "killed", "--fresh", "--backend", "wasm"],
      ...["--hidden", "64", "--batch", "8"],
    ];
    for (const signal of ["SIGKILL", "SIGINT"] as const) {
      const child = await project.spawn("classify", ...fresh);
      const output = child.output();
      await checkpointAfter(`${project.folder}/killed/unroll-fresh.draft/last.safetensors`, 0);
      await pause(50);
      child.kill(signal);
      const { code, stderr } = await output;
      const err = new TextDecoder().decode(stderr);
      if (signal === "SIGINT") {
        assertEquals(code, 130, err);
        assertStringIncludes(err, "without a checkpoint: killed still has the earlier model.");
        assertEquals(await filesLeft(project, "killed"), before);
      } else {
        await Deno.remove(`${project.folder}/killed/unroll-fresh.draft`, { recursive: true });
      }
    }
  });
  const { code, err, out } = await project.task("classify", ...args);
  assertEquals(code, 0, err);
  assertMatch(err, /continues after epoch \d/);
  assertStringIncludes(out, "deno task classify --model killed");
  assertEquals(await filesLeft(project, "killed"), wanted);
});
