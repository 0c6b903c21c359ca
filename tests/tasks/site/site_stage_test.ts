import { assert, assertEquals, assertRejects } from "@std/assert";
import { sha256 } from "../../../src/platform/sha256.ts";
import { InputError } from "../../../src/core/errors.ts";
import { writeSite } from "../../../tasks/site/site_folder.ts";
import { finishStage } from "../../../tasks/site/site_stage.ts";
import { interrupted, Interruption } from "../interrupted.ts";
import { inFolder, readFiles, sampleSite, writeFiles } from "../sample_site.ts";

const before = sampleSite(["a", "b"]);
const after = sampleSite(["b", "c"], 2);
const own = { "CNAME": "example.org", "data/a/mine.csv": "mine", "figures/mine.svg": "mine" };

const state = (files: ReadonlyMap<string, string>) =>
  Object.fromEntries(
    Object.entries({ ...Object.fromEntries(files), ...own }).sort(([a], [b]) => a < b ? -1 : 1),
  );

/** Counts the changes up to and including the one that makes the new site valid. */
async function changesToJournal(): Promise<number> {
  let count = 0;
  await inSite(async (out) => {
    const { changes } = await interrupted(() => writeSite(out, after), never);
    count = 1 + changes.findIndex((change) => change.endsWith("journal.json"));
  });
  return count;
}

const never = { after: Infinity, by: "killed" } as const;

/** Runs a test in a folder that has a site and files of the user. */
const inSite = (run: (out: string, folder: string) => Promise<void>) =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeFiles(out, [...before, ...Object.entries(own)]);
    await run(out, folder);
  });

Deno.test("writeSite(), killed at any change of a file, leaves the old site or the new after recovery", async () => {
  const found = { before: 0, after: 0 };
  for (let changes = 0, ended = false; !ended; changes++) {
    await inSite(async (out, folder) => {
      const run = () => writeSite(out, after);
      const { error, interrupted: stopped } = await interrupted(run, {
        after: changes,
        by: "killed",
      });
      assert(error instanceof Interruption || error === null, String(error));
      ended = !stopped;
      await finishStage(out);
      const left = await readFiles(out);
      const whole = left["index.html"] === after.get("index.html");
      assertEquals(left, state(whole ? after : before), `after ${changes} changes`);
      assertEquals([...Deno.readDirSync(folder)].length, 1);
      found[whole ? "after" : "before"] += 1;
    });
  }
  assert(found.before > 10 && found.after > 10, JSON.stringify(found));
});

Deno.test("finishStage(), killed at any change of a file, is completed by the next call", async () => {
  const journal = await changesToJournal();
  // The call is killed while it moves files, and while it writes them.
  for (const [first, wanted] of [[journal + 5, after], [journal - 5, before]] as const) {
    for (let changes = 0, ended = false; !ended; changes++) {
      await inSite(async (out) => {
        const killed = { after: first, by: "killed" } as const;
        assert((await interrupted(() => writeSite(out, after), killed)).interrupted);
        const again = { after: changes, by: "killed" } as const;
        ended = !(await interrupted(() => finishStage(out), again)).interrupted;
        await finishStage(out);
        assertEquals(await readFiles(out), state(wanted), `${first} and ${changes} changes`);
      });
    }
  }
});

Deno.test("writeSite() on a full disk leaves the site unchanged, and no unfinished files", async () => {
  for (let changes = 0, ended = false; !ended; changes++) {
    await inSite(async (out) => {
      const run = () => writeSite(out, after);
      const { error } = await interrupted(run, { after: changes, by: "full disk" });
      ended = error === null;
      assertEquals(await readFiles(out), state(ended ? after : before), `after ${changes} changes`);
    });
  }
});

Deno.test("writeSite() changes only files inside the folder, which may be a mount point", () =>
  inSite(async (out) => {
    const run = () => writeSite(out, after);
    const { error, changes } = await interrupted(run, never);
    assertEquals(error, null);
    const paths = changes.flatMap((change) => change.split(" ").slice(1));
    const outside = paths.filter((path) => !path.startsWith(`${out}/`));
    assertEquals(outside, [out], "the folder itself is made, if it is missing");
  }));

Deno.test("finishStage() removes nothing from a folder that is not its own", async () => {
  const foreign: readonly Record<string, string>[] = [
    { ".unroll-site/notes.txt": "mine" },
    { ".unroll-site": "a file" },
    { ".unroll-site/next/index.html": "mine" },
    { ".unroll-site/journal.json": '{"mine": true}' },
    { ".unroll-site/journal.json": '{"format": "unroll-site-plan-1", "write": {}}' },
  ];
  for (const files of foreign) {
    await inSite(async (out) => {
      await writeFiles(out, Object.entries(files));
      const wanted = await readFiles(out);
      await assertRejects(() => finishStage(out), InputError, ".unroll-site");
      await assertRejects(() => writeSite(out, after), InputError, ".unroll-site");
      assertEquals(await readFiles(out), wanted);
    });
  }
});

Deno.test({
  name: "finishStage() follows no link out of the folder, for any plan or journal",
  // On Windows, creating a link requires a right that users seldom have.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const paths = ["data/notes.txt", "index.html", "data/a/t.csv"];
    const expected = (path: string) => {
      const text = before.get(path);
      return [path, text === undefined ? "none" : sha256(text)];
    };
    const plan = JSON.stringify({
      format: "unroll-site-plan-1",
      write: Object.fromEntries(paths.map(expected)),
      remove: Object.fromEntries([expected("figures/a/f.svg")]),
    });
    const links = [
      ".unroll-site",
      ".unroll-site/next",
      ".unroll-site/next/data",
      "data",
      "figures",
    ];
    for (const name of ["plan", "journal"]) {
      for (const link of [...links, `.unroll-site/${name}.json`]) {
        await inSite(async (out, folder) => {
          await writeFiles(out, [[`.unroll-site/${name}.json`, plan]]);
          await writeFiles(`${out}/.unroll-site/next`, paths.map((path) => [path, "staged"]));
          await Deno.rename(`${out}/${link}`, `${folder}/victim`);
          await Deno.symlink(`${folder}/victim`, `${out}/${link}`);
          const outside = async () =>
            Object.entries(await readFiles(folder)).filter(([path]) => path.startsWith("victim"));
          const [victim, whole] = [await outside(), await readFiles(folder)];
          // For the removal of drafts, only links in the folder of drafts matter.
          const refused = name === "journal" ? link !== "figures" : link.startsWith(".unroll");
          if (refused) {
            await assertRejects(() => finishStage(out), InputError, "--out must be a folder");
            assertEquals(await readFiles(folder), whole, `${name} ${link}`);
          } else await finishStage(out);
          assertEquals(await outside(), victim, `${name} ${link}`);
        });
      }
    }
  },
});

Deno.test("finishStage() does not replace a file that the user wrote after the kill", () =>
  inSite(async (out) => {
    const killed = { after: await changesToJournal() + 1, by: "killed" } as const;
    await interrupted(() => writeSite(out, after), killed);
    assertEquals((await readFiles(out))["c.html"], undefined);
    await writeFiles(out, [["c.html", "mine"]]);
    await assertRejects(() => finishStage(out), InputError, "c.html");
    assertEquals(await Deno.readTextFile(`${out}/c.html`), "mine");
    await Deno.remove(`${out}/c.html`);
    await finishStage(out);
    assertEquals(await readFiles(out), state(after));
  }));
