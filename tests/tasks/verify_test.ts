import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../src/platform/sha256.ts";
import { ProgressDisplay } from "../../tasks/cli/progress.ts";
import { visible } from "../../tasks/cli/terminal.ts";
import { verifySite } from "../../tasks/verify/verify_site.ts";
import { type Outcome, ProjectCopy, tiny } from "./project_copy.ts";

const site = "reports/vanishing-gradients";
const result = "data/vanishing-gradients.json";
const manifest = "data/manifest.json";

/** A change after which a site is not as stated, with the lines that verify must show. */
interface Damage {
  readonly name: string;
  /** Changes text of the site's files, by path; `null` removes one. */
  readonly change: (read: (path: string) => string) => Record<string, string | null>;
  readonly code: number;
  readonly said: readonly RegExp[];
  readonly unsaid?: readonly RegExp[];
}

/** Changes the first number of a claim that follows from its values. */
function falsified(text: string): string {
  return text.replace(/("claims": \[[^\]]*?"value": )[-\d.e]+/, "$10.123456");
}

/** Lists the files of claims in the manifest. */
function claimFiles(read: (path: string) => string): string[] {
  return [...read(manifest).matchAll(/"(claims\/[^"/]*\/[^"]*)"/g)].map(([, path = ""]) => path);
}

const stated = /claims\.0\.agreeing\.value: stated 0\.123456, found /;

const damages: readonly Damage[] = [
  {
    name: "a changed number with its digest in the manifest",
    change: (read) => {
      const text = falsified(read(result));
      const digest = sha256(read(result));
      return { [result]: text, [manifest]: read(manifest).replaceAll(digest, sha256(text)) };
    },
    code: 1,
    said: [/✗ vanishing-gradients: differs in 1 place, of \d{3,} numbers/, stated],
    unsaid: [/is not the file/, /the site/],
  },
  {
    name: "a changed number",
    change: (read) => ({ [result]: falsified(read(result)) }),
    code: 1,
    said: [/vanishing-gradients\.json differs from the file that the manifest lists/, stated],
  },
  {
    name: "a result with another layout alone",
    change: (read) => ({ [result]: `${read(result)}\n` }),
    code: 1,
    said: [
      /differs from the file that the manifest lists/,
      /✓ vanishing-gradients: all \d+ numbers/,
    ],
    unsaid: [/the site/],
  },
  {
    name: "a result cut short",
    change: (read) => ({ [result]: read(result).slice(0, 100) }),
    code: 1,
    said: [
      /differs from the file that the manifest lists/,
      /vanishing-gradients\.json is not JSON/,
    ],
  },
  {
    name: "a result that is gone",
    change: () => ({ [result]: null }),
    code: 1,
    said: [/✗ vanishing-gradients: .*vanishing-gradients\.json is missing/],
  },
  {
    name: "parameters that cannot be run",
    change: (read) => ({
      [result]: read(result).replace(/"hiddenSize": 4/, '"hiddenSize": -4'),
    }),
    code: 1,
    said: [/cannot be run again: hiddenSize must be an integer from .*, found -4/],
  },
  {
    name: "an edited CSV",
    change: (read) => {
      const path = "data/vanishing-gradients/gradient-by-lag.csv";
      return { [path]: read(path).replace(/\d/, "7x") };
    },
    code: 1,
    said: [
      /✓ vanishing-gradients: all/,
      /✗ the site: 1 files/,
      /differs: data\/vanishing-gradients\/gradient-by-lag\.csv/,
    ],
    unsaid: [/pages differ/],
  },
  {
    name: "an edited value of a claim",
    change: (read) => {
      const [path = ""] = claimFiles(read);
      return { [path]: read(path).replace(/,-?\d/, ",7") };
    },
    code: 1,
    said: [
      /✗ vanishing-gradients: does not follow from the published values in \d+ places?/,
      /claims\.\d+\.values\.0: stated /,
    ],
    unsaid: [/the site/],
  },
  {
    name: "a claim's file that is gone",
    change: (read) => ({ [claimFiles(read)[0] ?? ""]: null }),
    code: 1,
    said: [/claims\/vanishing-gradients\/.*\.csv is missing/],
  },
  {
    name: "an edited page",
    change: (read) => ({ "index.html": read("index.html").replace("</h1>", "!</h1>") }),
    code: 1,
    said: [/differs: index\.html/, /pages differ: the site may be from other pages/],
  },
  {
    name: "files that are missing or extra",
    change: () => ({
      "figures/vanishing-gradients/loss.svg": null,
      "data/vanishing-gradients/more.csv": "a\n1\n",
      "CNAME": "its owner's",
    }),
    code: 1,
    said: [
      /✗ the site: 2 files/,
      /missing: figures\/vanishing-gradients\/loss\.svg/,
      /extra: data\/vanishing-gradients\/more\.csv/,
    ],
    unsaid: [/CNAME/],
  },
  {
    name: "text that would change what a terminal shows",
    change: (read) => ({
      [result]: read(result).replace(/("statement": ")/, "$1\\u001b[2J\u202e\\u009b1A"),
      "data/\x1b]0;owned\x07\n✓ the site.csv": "a\n1\n",
    }),
    code: 1,
    said: [
      /differs from the file that the manifest lists/,
      /checks\.0\.statement: stated "\\u001b\[2J\\u202e\\x9b1A/,
    ],
    // No text of a site can add a line to the output.
    unsaid: [/^✓/m],
  },
  {
    name: "a file whose name would change what a terminal shows",
    change: () => ({ "data/\x1b]0;owned\x07\n✓ the site\u202e.csv": "a\n1\n" }),
    code: 1,
    said: [/extra: data\/\\x1b\]0;owned\\x07\\x0a✓ the site\\u202e\.csv/],
    unsaid: [/^✓ the site/m],
  },
  {
    name: "a manifest with an experiment whose name would change what a terminal shows",
    change: (read) => ({
      [manifest]: read(manifest).replace(
        '"experiment": "vanishing-gradients"',
        '"experiment": "\\u001b[2J\u202e"',
      ),
    }),
    code: 2,
    said: [/^error: SITE must be .*$/m],
  },
  {
    name: "a manifest without runs",
    change: (read) => ({ [manifest]: JSON.stringify({ ...JSON.parse(read(manifest)), runs: [] }) }),
    code: 2,
    said: [/error: SITE must be a report of at least one experiment, found \[\]/],
  },
  {
    name: "a report of what is not known here",
    change: (read) => ({
      [manifest]: read(manifest).replace(
        '"experiment": "vanishing-gradients"',
        '"experiment": "circular-law"',
      ),
    }),
    code: 2,
    said: [/error: SITE must be a report of experiments of this version, found "circular-law"/],
  },
];

/** Verifies a site in this process: a process for each damage would take minutes. */
async function verifyHere(folder: string): Promise<Outcome> {
  let err = "";
  const display = new ProgressDisplay({ terminal: false, write: (text) => err += text });
  const code = await verifySite(folder, { backend: undefined, tolerance: 0, files: [], display });
  return { code, out: "", err };
}

Deno.test("verify finds exactly the numbers and files that are not as stated", async (t) => {
  await using project = await ProjectCopy.make();
  const built = await project.task("experiment", "vanishing-gradients", ...tiny, "--seeds", "10");
  assertEquals(built.code, 0, built.err);
  const files = await project.read(site);
  const verify = (...more: string[]): Promise<Outcome> => project.task("verify", site, ...more);

  await t.step("a report as it was built", async () => {
    const { code, err } = await verify();
    assertEquals(code, 0, err);
    assertMatch(err, /✓ vanishing-gradients: all \d{3,} numbers are as stated/);
    assertStringIncludes(err, `✓ the site: all ${files.size} files are as rendered`);
  });

  await t.step("only the intervals, without running anything", async () => {
    const { code, err } = await verify("--intervals");
    assertEquals(code, 0, err);
    assertMatch(err, /✓ vanishing-gradients: all \d{3,} numbers follow from the published values/);
    assertStringIncludes(
      err,
      `✓ the site: all ${files.size - 1} files are as the manifest lists them`,
    );
    assertEquals(/as stated|as rendered/.test(err), false, err);
  });

  await t.step("only the intervals, with a changed page and a changed value", async () => {
    const [path = ""] = claimFiles((name) => files.get(name) ?? "");
    const text = files.get(path) ?? "";
    const place = (name: string) => `${project.folder}/${site}/${name}`;
    await Deno.writeTextFile(place(path), text.replace(/,-?\d/, ",7"));
    await Deno.writeTextFile(place("index.html"), "changed");
    const { code, err } = await verify("--intervals");
    await Deno.writeTextFile(place(path), text);
    await Deno.writeTextFile(place("index.html"), files.get("index.html") ?? "");
    assertEquals(code, 1, err);
    assertMatch(err, /claims\.\d+\.values\.0: stated /);
    assertMatch(err, /✗ the site: 2 files differ from the manifest/);
    for (const name of [path, "index.html"]) assertStringIncludes(err, `differs: ${name}`);
  });

  await t.step("--intervals with a flag that needs a run", async () => {
    const { code, err } = await verify("--intervals", "--backend", "cpu");
    assertEquals(code, 2, err);
    assertStringIncludes(err, "--intervals must be given without --backend");
  });

  await t.step("another backend's rounding, with a tolerance", async () => {
    const { code, err } = await verify("--backend", "wasm", "--tolerance", "1e-4");
    assertEquals(code, 0, err);
    assertStringIncludes(err, "differ from the report's, so rounding may differ");
    assertMatch(err, /✓ vanishing-gradients: all \d{3,} numbers are as stated/);
  });

  await t.step("another backend's rounding, without one", async () => {
    const { code, err } = await verify("--backend", "wasm");
    assertEquals(code, 1, err);
    assertMatch(err, /✗ vanishing-gradients: differs in \d+ places?/);
  });

  await t.step("a file that no run reads", async () => {
    const { code, err } = await verify("--read", "none.txt", "--read=deno.json");
    assertEquals(code, 2, err);
    assertMatch(
      err,
      /^error: --read none\.txt, --read deno\.json must be a file that the report reads, found/m,
    );
  });

  await t.step("a manifest that is a link", async () => {
    const place = `${project.folder}/${site}/${manifest}`;
    await Deno.rename(place, `${project.folder}/moved.json`);
    await Deno.symlink(`${project.folder}/moved.json`, place);
    const { code, err } = await verify();
    await Deno.rename(`${project.folder}/moved.json`, place);
    assertEquals(code, 2, err);
    assertMatch(err, /^error: SITE must be the folder of a built report/m);
  });

  for (const { name, change, code, said, unsaid = [] } of damages) {
    await t.step(name, async () => {
      const place = (path: string) => `${project.folder}/${site}/${path}`;
      const changes = Object.entries(change((path) => files.get(path) ?? ""));
      for (const [path, text] of changes) {
        assert(text !== files.get(path), `${path} was not changed`);
        await (text === null ? Deno.remove(place(path)) : Deno.writeTextFile(place(path), text));
      }
      // The command itself refuses an invalid call, so its outcome counts.
      const outcome = code === 2 ? await verify() : await verifyHere(`${project.folder}/${site}`);
      for (const [path] of changes) {
        const text = files.get(path);
        await (text === undefined
          ? Deno.remove(place(path))
          : Deno.writeTextFile(place(path), text));
      }
      assertEquals(outcome.code, code, outcome.err);
      assertEquals(visible(outcome.err + outcome.out), outcome.err + outcome.out);
      for (const line of said) assertMatch(outcome.err, line);
      for (const line of unsaid) assert(!line.test(outcome.err), outcome.err);
    });
  }
});
