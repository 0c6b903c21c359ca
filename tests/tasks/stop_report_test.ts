import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ProjectCopy } from "./project_copy.ts";

const experiment = "learning-capacity";
const site = `reports/${experiment}`;
const wasm = ["--backend", "wasm", "--seeds", "2", "--set", "lags=1", "--set", "addingSteps=5"];
/** 30 parts that take some seconds together. */
const short = [...wasm, "--set", "trainingSteps=3000", "--set", "shortSteps=3000"];
/** The first parts take no time, and the 16th takes hours. */
const endless = [...wasm, "--set", "trainingSteps=1000000000", "--set", "shortSteps=1000000000"];

/** How many parts of an unfinished run are kept. */
async function keptParts(project: ProjectCopy): Promise<number> {
  const files = await project.read(".unroll/parts").catch(() => new Map<string, string>());
  return [...files.keys()].filter((name) => name.endsWith(".json")).length;
}

/** Waits until so many parts are kept, then for the next one to be in its middle. */
async function waitForParts(project: ProjectCopy, wanted: number): Promise<void> {
  while (await keptParts(project) < wanted) await pause(5);
  await pause(50);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Starts the experiment, and sends signals to it. */
async function signalled(
  project: ProjectCopy,
  settings: readonly string[],
  send: (kill: (signal: Deno.Signal) => void) => Promise<void>,
) {
  const child = await project.spawn(experiment, ...settings);
  const output = child.output();
  await send((signal) => child.kill(signal));
  const { code, stdout, stderr } = await output;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** The result and the figures of the site. */
async function found(project: ProjectCopy): Promise<Map<string, string>> {
  const files = await project.read(site);
  return new Map(
    [...files].filter(([path]) => path === `data/${experiment}.json` || path.endsWith(".svg")),
  );
}

const stopping = "Stopping after this part; a second time stops at once.\n";
const stopped =
  "Stopped. Finished parts are kept: the same command without --fresh continues from there.\n";

Deno.test("a report that is stopped by signals ends with the bytes of one that was not", async (t) => {
  await using project = await ProjectCopy.make();
  const whole = await project.task(experiment, ...short);
  assertEquals(whole.code, 0, whole.err);
  const wanted = await found(project);
  assert(wanted.size > 1);
  await Deno.remove(`${project.folder}/.unroll/runs`, { recursive: true });
  await Deno.remove(`${project.folder}/${site}`, { recursive: true });

  let kept = 0;
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGINT", 130]] as const) {
    await t.step(`${signal} keeps the parts that are done`, async () => {
      const outcome = await signalled(project, short, async (kill) => {
        await waitForParts(project, kept + 3);
        kill(signal);
      });
      assertEquals(outcome.code, code, outcome.err);
      assert(outcome.err.endsWith(`${stopping}${stopped}`), outcome.err);
      const now = await keptParts(project);
      assert(now >= kept + 3, `${now} parts`);
      kept = now;
    });
  }
  await t.step("the same command goes on from them", async () => {
    const { code, err } = await project.task(experiment, ...short);
    assertEquals(code, 0, err);
    assertStringIncludes(err, `${kept} parts kept from an interrupted run`);
    assertEquals(await found(project), wanted);
  });
});

Deno.test("a part that takes hours does not keep a report from stopping", async (t) => {
  await using project = await ProjectCopy.make();
  assertEquals((await project.task(experiment, "--help")).code, 0);
  await t.step("Ctrl-C gives the part up, and keeps those before", async () => {
    const { code, err } = await signalled(project, endless, async (kill) => {
      await waitForParts(project, 15);
      kill("SIGINT");
    });
    assertEquals(code, 130, err);
    assert(err.endsWith(stopped), err);
    assertMatch(err, /: memorising 15\/15\n/);
    assertStringIncludes(err, stopping);
    assertEquals(await keptParts(project), 15);
  });
  await t.step("a second one stops at once", async () => {
    const { code, err } = await signalled(project, endless, async (kill) => {
      await pause(2000);
      kill("SIGINT");
      await pause(500);
      kill("SIGINT");
    });
    assertEquals(code, 130, err);
    assertMatch(err, /Stopping after this part.*\n(.*\n)*Stopped at once\.\n$/);
  });
  await t.step("plain output tells every five seconds how far the part has come", async () => {
    const { code, err } = await signalled(project, endless, async (kill) => {
      await pause(8000);
      kill("SIGTERM");
    });
    assertEquals(code, 143, err);
    assertMatch(err, /learning-capacity: learning 0\/\d+, 0\u00a0% of the next\n/);
  });
});

Deno.test("verify stops at once", async () => {
  await using project = await ProjectCopy.make();
  const made = await project.task(experiment, ...wasm, "--profile", "quick", "--out", "site");
  assertEquals(made.code, 0, made.err);
  const manifest = `${project.folder}/site/data/manifest.json`;
  assert((await Deno.stat(manifest)).isFile);
  const child = await project.spawn("verify", "site");
  const output = child.output();
  await pause(1500);
  child.kill("SIGINT");
  const { code, stderr } = await output;
  assertEquals(new TextDecoder().decode(stderr), "Stopped.\n");
  assertEquals(code, 130);
});
