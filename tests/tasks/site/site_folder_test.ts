import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import { checkSiteFolder, siteFolder, writeSite } from "../../../tasks/site/site_folder.ts";
import { inFolder, readFiles, sampleSite, writeFiles } from "../sample_site.ts";

/** Files of the user at the top of a site and inside its folders. */
const own = {
  ".git/HEAD": "ref",
  ".nojekyll": "",
  "404.html": "mine",
  "CNAME": "example.org",
  "c.html": "my own page",
  "claims/a/notes.txt": "mine",
  "claims/mine.csv": "1",
  "data/a/notes.txt": "mine",
  "data/mine.csv": "1",
  "figures/a/photo.png": "mine",
  "figures/drawings/b.svg": "mine",
  "machine/README": "mine",
  "metrics/a/m.svg": "mine",
};

const sites = (ids: readonly string[], edition = 1) => Object.fromEntries(sampleSite(ids, edition));

/**
 * Defines a test with links. On Windows, creating a link requires a right that users seldom have.
 */
const links = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });

Deno.test("writeSite() replaces the earlier site, and removes its other files", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, sampleSite(["a", "b"]));
    assertEquals(await readFiles(folder), prefixed("site/", sites(["a", "b"])));
    await writeSite(out, sampleSite(["b"], 2));
    assertEquals(await readFiles(folder), prefixed("site/", sites(["b"], 2)));
    await writeSite(out, sampleSite(["b"], 2));
    assertEquals(await readFiles(folder), prefixed("site/", sites(["b"], 2)));
  }));

Deno.test("writeSite() leaves every file of the user, also inside the folders of a site", () =>
  inFolder(async (folder) => {
    const out = `${folder}/site`;
    await writeSite(out, sampleSite(["a"]));
    await writeFiles(out, Object.entries(own));
    await Deno.mkdir(`${out}/figures/empty`);
    for (const [ids, edition] of [[["a"], 2], [["b"], 1], [["a", "b"], 3]] as const) {
      await checkSiteFolder(out, ids);
      await writeSite(out, sampleSite(ids, edition));
      const wanted = { ...sites(ids, edition), ...own, "figures/empty/": "an empty folder" };
      assertEquals(await readFiles(out), sorted(wanted));
    }
  }));

Deno.test("writeSite() changes nothing outside the folder, for any name of the folder", () =>
  inFolder(async (folder) => {
    const beside = {
      "site.2.next/thesis.tex": "mine",
      "site.2024.last/index.html": "a backup",
      "site.7.trial": "a file",
      "site.bak/index.html": "a backup",
    };
    await writeFiles(folder, Object.entries(beside));
    const longAgo = new Date(0);
    for (const name of ["site.2.next", "site.2024.last", "site.7.trial"]) {
      await Deno.utime(`${folder}/${name}`, longAgo, longAgo);
    }
    for (const edition of [1, 2]) {
      await checkSiteFolder(`${folder}/site`, ["a"]);
      await writeSite(`${folder}/site`, sampleSite(["a"], edition));
      const wanted = { ...beside, ...prefixed("site/", sites(["a"], edition)) };
      assertEquals(await readFiles(folder), sorted(wanted));
    }
  }));

links(
  "siteFolder() follows a link, also to a missing folder, and the link stays",
  () =>
    inFolder(async (folder) => {
      await Deno.symlink("real/site", `${folder}/link`);
      assertEquals(await siteFolder(`${folder}/link`), `${folder}/real/site`);
      for (const edition of [1, 2]) {
        await writeSite(await siteFolder(`${folder}/link`), sampleSite(["a"], edition));
        assertEquals(await readFiles(`${folder}/real`), prefixed("site/", sites(["a"], edition)));
      }
      assertEquals(await Deno.readLink(`${folder}/link`), "real/site");
      assertEquals(await siteFolder(`${folder}/elsewhere`), `${folder}/elsewhere`);
      await Deno.symlink("circle", `${folder}/circle`);
      await assertRejects(() => siteFolder(`${folder}/circle`), InputError, "--out must be");
    }),
);

Deno.test("checkSiteFolder() accepts a folder without a site only if it has no other files than those of a host", async () => {
  for (const names of [[], ["CNAME"], [".git/HEAD", "README.md"], ["lost+found/x", "_headers"]]) {
    await inFolder(async (folder) => {
      const files = Object.fromEntries(names.map((name) => [name, "mine"]));
      await writeFiles(folder, Object.entries(files));
      await checkSiteFolder(folder, ["a"]);
      await writeSite(folder, sampleSite(["a"]));
      assertEquals(await readFiles(folder), sorted({ ...sites(["a"]), ...files }));
    });
  }
  for (const name of ["thesis.tex", "src/main.ts", "CNAMES", "data/mine.csv", "my.git/HEAD"]) {
    await inFolder(async (folder) => {
      await writeFiles(folder, [["CNAME", "x"], [name, "years of work"]]);
      const message = `found "${name.split("/")[0]} in ${folder}"`;
      await assertRejects(() => checkSiteFolder(folder, ["a"]), InputError, message);
      assertEquals(await readFiles(folder), { "CNAME": "x", [name]: "years of work" });
    });
  }
  await inFolder(async (folder) => {
    await checkSiteFolder(`${folder}/not/yet`, ["a"]);
    await writeFiles(folder, [["file", "x"]]);
    await assertRejects(
      () => checkSiteFolder(`${folder}/file`),
      InputError,
      "--out must be a folder",
    );
  });
});

Deno.test("checkSiteFolder() refuses files of the user that have the paths of files to be written", async () => {
  const taken: readonly (readonly [path: string, named: string])[] = [
    ["b.html", "b.html"],
    ["data/b.json", "data/b.json"],
    ["data/b", "data/b"],
    ["figures/b", "figures/b"],
    ["a.html", "a.html"],
    ["data/a/t.csv", "data/a/t.csv"],
    ["claims/b", "claims/b"],
    ["methods.html", "methods.html"],
  ];
  for (const [path, named] of taken) {
    await inFolder(async (folder) => {
      await writeSite(folder, sampleSite(["a"]));
      await writeFiles(folder, [[path, "my own"]]);
      const before = await readFiles(folder);
      const error = await assertRejects(() => checkSiteFolder(folder, ["a", "b"]), InputError);
      assert(error.message.includes(`found "${named} in ${folder}`), error.message);
      assertEquals(await readFiles(folder), before);
      await Deno.remove(`${folder}/${path}`);
      await checkSiteFolder(folder, ["a", "b"]);
    });
  }
});

Deno.test("writeSite() changes nothing if a file of the user has the path of a new file", async () => {
  const ofNewFiles = ["data/b/t.csv", "figures/b/f.svg", "machine/b/times.json", "figures/b"];
  for (const path of [...ofNewFiles, "claims/b/c.csv", "metrics/b", "data/b/t.seeds.csv"]) {
    await inFolder(async (folder) => {
      await writeSite(folder, sampleSite(["a"]));
      await writeFiles(folder, [[path, "my own"]]);
      const before = await readFiles(folder);
      const error = await assertRejects(
        () => writeSite(folder, sampleSite(["a", "b"], 2)),
        InputError,
        "as a report wrote them",
      );
      assert(error.message.endsWith("nothing is computed again."), error.message);
      assertEquals(await readFiles(folder), before);
    });
  }
});

Deno.test("writeSite() does not remove a file that was changed since it was built", () =>
  inFolder(async (folder) => {
    await writeSite(folder, sampleSite(["a"]));
    await writeFiles(folder, [["data/a/t.csv", "edited"]]);
    await writeSite(folder, sampleSite(["b"]));
    assertEquals(await readFiles(folder), sorted({ ...sites(["b"]), "data/a/t.csv": "edited" }));
  }));

Deno.test("checkSiteFolder() refuses a site of another version and leaves it", async () => {
  const change = (of: (manifest: Record<string, unknown>) => object) => (text: string) =>
    `${stableStringify(of(JSON.parse(text)), 2)}\n`;
  const changes: Record<string, (text: string) => string> = {
    "of an earlier version": change(({ files: _, ...rest }) => ({
      ...rest,
      format: "unroll-manifest-3",
    })),
    "with a note": change((manifest) => ({ ...manifest, note: "mine" })),
    "without its files": change(({ files: _, ...rest }) => rest),
    "of an experiment elsewhere": change(({ runs, ...rest }) => ({
      ...rest,
      runs: Array.isArray(runs) ? runs.map((run) => ({ ...run, experiment: "../../a" })) : [],
    })),
    "in other bytes": (text) => text.replace("{", "{ "),
    "cut short": (text) => text.slice(0, 50),
    "of another program": () => '{"name": "my app"}',
  };
  for (const [name, changed] of Object.entries(changes)) {
    await inFolder(async (folder) => {
      await writeSite(folder, sampleSite(["a"]));
      const text = await Deno.readTextFile(`${folder}/data/manifest.json`);
      await writeFiles(folder, [
        ["data/manifest.json", changed(text)],
        ["a.html", "my own page"],
      ]);
      const before = await readFiles(folder);
      const message = "data/manifest.json must be as this version writes it, found";
      for (const act of [checkSiteFolder, () => writeSite(folder, sampleSite(["a"], 2))]) {
        const error = await assertRejects(() => act(folder, ["a"]), InputError, message);
        assert(error.message.endsWith("or choose another --out."), name);
      }
      assertEquals(await readFiles(folder), before, name);
    });
  }
});

Deno.test("checkSiteFolder() refuses a manifest that names files elsewhere", async () => {
  for (const path of ["../thesis.tex", "data/../../thesis.tex", ".git/HEAD", "/etc/passwd"]) {
    await inFolder(async (folder) => {
      const site = sampleSite(["a"]);
      const manifest = site.get("data/manifest.json") ?? "";
      const files = {
        // This name is sorted before the others, so the manifest still has the form that a report
        // writes.
        "site/data/manifest.json": manifest.replace(
          /"files": \{[^}]*\}/,
          `"files": {\n    ${JSON.stringify(path)}: "x"\n  }`,
        ),
        "thesis.tex": "years of work",
      };
      await writeFiles(folder, Object.entries(files));
      for (const act of [checkSiteFolder, () => writeSite(`${folder}/site`, sampleSite(["a"]))]) {
        const message = "must be paths of files in a site";
        await assertRejects(() => act(`${folder}/site`), InputError, message);
      }
      assertEquals(await readFiles(folder), files);
    });
  }
});

Deno.test("checkSiteFolder() refuses a file that a table or figure of an experiment could overwrite", async () => {
  const taken = [
    ...["data/b/a-table.csv", "data/a/t2.json", "figures/b/f.svg", "machine/b/x.svg"],
    ...[
      "claims/b/x.csv",
      "claims/index.csv",
      "metrics/a/x.csv",
      "data/b/x.seeds.csv",
      "machine/b/x.metric.csv",
    ],
  ];
  for (const path of [...taken, "data/b/folder.csv/"]) {
    await inFolder(async (folder) => {
      await writeSite(folder, sampleSite(["a"]));
      const name = path.replace(/\/$/, "");
      await writeFiles(folder, [[name === path ? path : `${path}x`, "mine"]]);
      const before = await readFiles(folder);
      const message = `as a report wrote them, found "${name} in ${folder}"`;
      await assertRejects(() => checkSiteFolder(folder, ["a", "b"]), InputError, message);
      assertEquals(await readFiles(folder), before);
    });
  }
  await inFolder(async (folder) => {
    await writeSite(folder, sampleSite(["a"]));
    const others = [
      ...["data/b/My data.csv", "data/b/t.txt", "figures/b/f.csv", "data/c/t.csv"],
      ...["claims/b/x.json", "claims/b/x.seeds.csv", "metrics/c/x.csv", "data/b/x.metric.csv"],
    ];
    await writeFiles(folder, others.map((path) => [path, "mine"]));
    await checkSiteFolder(folder, ["a", "b"]);
  });
});

Deno.test("checkSiteFolder() names a file or folder that the user may not read", async () => {
  for (const [name, part] of [["readDir", "data/a"], ["readFile", "a.html"], ["lstat", "data"]]) {
    await inFolder(async (folder) => {
      await writeSite(folder, sampleSite(["a"]));
      const real = Object.getOwnPropertyDescriptor(Deno, name ?? "")?.value;
      const denied = (path: string) => {
        if (String(path) !== `${folder}/${part}`) return real(path);
        if (name === "readDir") throw new Deno.errors.PermissionDenied();
        return Promise.reject(new Deno.errors.PermissionDenied());
      };
      Object.assign(Deno, { [name ?? ""]: denied });
      try {
        const message = `${folder}/${part} must be a file or folder that you may read`;
        await assertRejects(() => checkSiteFolder(folder, ["a"]), InputError, message);
      } finally {
        Object.assign(Deno, { [name ?? ""]: real });
      }
    });
  }
});

Deno.test("checkSiteFolder() refuses a folder into which nothing can be moved, such as a mount", async () => {
  for (const mount of ["data/schema", "figures", "machine/a"]) {
    await inFolder(async (folder) => {
      await writeSite(folder, sampleSite(["a"]));
      const { rename } = Deno;
      const onMount = (path: string | URL) => String(path).startsWith(`${folder}/${mount}/`);
      Object.assign(Deno, {
        rename: (from: string, to: string) =>
          onMount(from) === onMount(to) ? rename(from, to) : Promise.reject(new Error("EXDEV")),
      });
      try {
        const message = `on the same disk, found "${mount} in ${folder}". EXDEV`;
        await assertRejects(() => checkSiteFolder(folder, ["a"]), InputError, message);
      } finally {
        Object.assign(Deno, { rename });
      }
      assertEquals(await readFiles(folder), sorted(sites(["a"])));
      // A call that is killed during the attempt leaves an empty folder, which the next call
      // removes.
      await Deno.mkdir(`${folder}/${mount}/.unroll-site`);
      await checkSiteFolder(folder, ["a"]);
      assertEquals(await readFiles(folder), sorted(sites(["a"])));
    });
  }
});

links(
  "checkSiteFolder() and writeSite() follow no link in a site",
  () =>
    inFolder(async (folder) => {
      const elsewhere = { "elsewhere/b/f.svg": "mine", "elsewhere/a/f.svg": "mine" };
      await writeSite(`${folder}/site`, sampleSite(["a"]));
      await writeFiles(folder, Object.entries(elsewhere));
      await Deno.remove(`${folder}/site/figures`, { recursive: true });
      await Deno.symlink("../elsewhere", `${folder}/site/figures`);
      const before = await readFiles(folder);
      await assertRejects(() => checkSiteFolder(`${folder}/site`, ["a"]), InputError, "figures/a");
      for (const id of ["a", "b"]) {
        const write = () => writeSite(`${folder}/site`, sampleSite([id], 2));
        await assertRejects(write, InputError, `figures/${id}/f.svg`);
      }
      assertEquals(await readFiles(folder), before);
    }),
);

links(
  "checkSiteFolder() refuses a pipe in the manifest's place at once",
  () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/data`);
      const made = await new Deno.Command("mkfifo", { args: [`${folder}/data/manifest.json`] })
        .output();
      assert(made.success);
      await assertRejects(() => checkSiteFolder(folder), InputError, "which is not a regular file");
    }),
);

function prefixed(prefix: string, files: Record<string, string>): Record<string, string> {
  return sorted(Object.fromEntries(Object.entries(files).map(([path, t]) => [prefix + path, t])));
}

function sorted(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1));
}
