import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { filesBelow } from "../../tasks/cli/files.ts";
import { ProjectCopy } from "./project_copy.ts";
import { addSlowExperiment, slowExperiment } from "./slow_experiment.ts";

const experiment = slowExperiment;
const site = `reports/${experiment}`;
const wasm = ["--backend", "wasm", "--seeds", "2"];
/**
 * 15 parts that take no time, and 15 that are long enough to receive a signal on a busy machine.
 */
const short = [...wasm, "--set", "steps=5000"];
/** The first 15 parts take no time, and the 16th takes minutes. */
const endless = [...wasm, "--set", "steps=5000000"];

/** Counts the kept parts of unfinished runs. */
async function keptParts(project: ProjectCopy): Promise<number> {
  const names = await filesBelow(pathToFileURL(`${project.folder}/.unroll/parts/`));
  return names.filter((name) => name.endsWith(".json")).length;
}

/** Waits until a number of parts are kept, and then until the next part is half done. */
async function waitForParts(project: ProjectCopy, wanted: number): Promise<void> {
  while (await keptParts(project) < wanted) await pause(5);
  await pause(50);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** A running task and its output. */
interface Running {
  readonly kill: (signal: Deno.Signal) => void;
  /** Waits until standard error contains a text. */
  readonly says: (text: string) => Promise<void>;
}

/** Starts a task, sends it signals, and returns how it ended. */
async function signalled(
  project: ProjectCopy,
  args: readonly [task: string, ...more: string[]],
  send: (running: Running) => Promise<void>,
): Promise<{ readonly code: number; readonly err: string }> {
  const child = await project.spawn(...args);
  let err = "";
  const read = async (): Promise<void> => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) err += text;
  };
  const ended = Promise.all([child.status, read(), child.stdout.cancel()]);
  const says = async (text: string): Promise<void> => {
    while (!err.includes(text)) await pause(5);
  };
  // A task that ends by itself does not wait for signals.
  await Promise.race([send({ kill: (signal) => child.kill(signal), says }), child.status]);
  const [{ code }] = await ended;
  return { code, err };
}

/** Reads the result and the figures of the site. */
async function found(project: ProjectCopy): Promise<Map<string, string>> {
  const files = await project.read(site);
  return new Map(
    [...files].filter(([path]) => path === `data/${experiment}.json` || path.endsWith(".svg")),
  );
}

const stopping = "Stopping after this part; a second signal stops at once.\n";
const stopped =
  "Stopped. Finished parts are kept: the same command without --fresh continues from there.\n";

Deno.test("report, stopped by signals and run again, writes the bytes of an uninterrupted report", async (t) => {
  await using project = await ProjectCopy.make();
  await addSlowExperiment(project);
  const whole = await project.task("experiment", experiment, ...short);
  assertEquals(whole.code, 0, whole.err);
  const wanted = await found(project);
  assert(wanted.size > 1);
  await Deno.remove(`${project.folder}/.unroll/runs`, { recursive: true });
  await Deno.remove(`${project.folder}/${site}`, { recursive: true });

  let kept = 0;
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    await t.step(`${signal} keeps the parts that are done`, async () => {
      const outcome = await signalled(
        project,
        ["experiment", experiment, ...short],
        async ({ kill }) => {
          await waitForParts(project, kept + 2);
          kill(signal);
        },
      );
      assertEquals(outcome.code, code, outcome.err);
      // If the part is the last of its group, a line about the group may come in between.
      assertStringIncludes(outcome.err, stopping);
      assert(outcome.err.endsWith(stopped), outcome.err);
      const now = await keptParts(project);
      assert(now >= kept + 2, `${now} parts`);
      kept = now;
    });
  }
  await t.step("the same command continues from them", async () => {
    const { code, err } = await project.task("experiment", experiment, ...short);
    assertEquals(code, 0, err);
    assertStringIncludes(err, `${kept} parts kept from an interrupted run`);
    assertEquals(await found(project), wanted);
  });
});

Deno.test("report stops within a part that takes minutes", async (t) => {
  await using project = await ProjectCopy.make();
  await addSlowExperiment(project);
  assertEquals((await project.task("experiment", experiment, "--help")).code, 0);
  await t.step("Ctrl-C drops the part, and keeps the parts before it", async () => {
    const { code, err } = await signalled(
      project,
      ["experiment", experiment, ...endless],
      async ({ kill }) => {
        await waitForParts(project, 15);
        kill("SIGINT");
      },
    );
    assertEquals(code, 130, err);
    assert(err.endsWith(stopped), err);
    assertMatch(err, /: memorising 15\/15\n/);
    assertStringIncludes(err, stopping);
    assertEquals(await keptParts(project), 15);
  });
  await t.step("a second one stops at once", async () => {
    const { code, err } = await signalled(
      project,
      ["experiment", experiment, ...endless],
      async ({ kill, says }) => {
        await says("memorising 15/15");
        await pause(300);
        kill("SIGINT");
        await says(stopping);
        await pause(350);
        kill("SIGINT");
      },
    );
    assertEquals(code, 130, err);
    assertMatch(err, /Stopping after this part.*\n(.*\n)*Stopped at once\.\n$/);
  });
  await t.step("plain output shows the progress of a part every five seconds", async () => {
    const { code, err } = await signalled(
      project,
      ["experiment", experiment, ...endless],
      async ({ kill, says }) => {
        await says("of the next");
        kill("SIGTERM");
      },
    );
    assertEquals(code, 143, err);
    assertMatch(err, /learning-capacity: learning 0\/\d+, \d+\u00a0% of the next\n/);
  });
});

Deno.test("verify stops at once", async () => {
  await using project = await ProjectCopy.make();
  await addSlowExperiment(project);
  const made = await project.task(
    "experiment",
    experiment,
    ...wasm,
    "--profile",
    "quick",
    "--out",
    "site",
  );
  assertEquals(made.code, 0, made.err);
  const { code, err } = await signalled(project, ["verify", "site"], async ({ kill, says }) => {
    await says("memorising 15/15");
    kill("SIGINT");
  });
  assertEquals(code, 130, err);
  assert(err.endsWith("\nStopped.\n"), err);
  assert(!err.includes("as stated"), err);
});
