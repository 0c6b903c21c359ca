import { assert, assertEquals, assertMatch } from "@std/assert";
import { manifestOf } from "../../src/report/manifest.ts";
import { renderSite } from "../../src/report/site.ts";
import { ProgressDisplay } from "../../tasks/progress.ts";
import { verifyValues } from "../../tasks/verify_values.ts";
import { inFolder, writeFiles } from "./sample_site.ts";
import { runToy } from "./toy_experiment.ts";

const { result, machine } = await runToy();
const manifest = manifestOf([result], { runs: { toy: { machine } } });
const site = await renderSite({ results: [result], manifest, pages: new Map() });

/** What is said of the site with changed files; `null` removes one. */
async function said(
  changes: Readonly<Record<string, string | null>> = {},
  stated = result,
): Promise<{ readonly good: boolean; readonly lines: string[] }> {
  let text = "";
  let good = false;
  await inFolder(async (folder) => {
    const files = [...site].flatMap(([path, old]) => {
      const changed = Object.hasOwn(changes, path) ? changes[path] : old;
      return changed === null || changed === undefined ? [] : [[path, changed] as const];
    });
    await writeFiles(folder, files);
    const display = new ProgressDisplay({ terminal: false, write: (more) => text += more });
    const [run] = manifest.runs;
    assert(run);
    good = await verifyValues(folder, run, stated, 0, display);
  });
  return { good, lines: text.split("\n").slice(0, -1) };
}

/** A file of the site with its first number of two or more decimals after a comma replaced. */
function edited(path: string): Record<string, string> {
  const text = site.get(path) ?? "";
  const changed = text.replace(/,-?\d\.\d{2,}/, ",0.987654321");
  assert(changed !== text, path);
  return { [path]: changed };
}

Deno.test("verifyValues() finds that all follows from the published values", async () => {
  const { good, lines } = await said();
  assertEquals([good, lines.length], [true, 1]);
  assertMatch(lines[0] ?? "", /^✓ toy: all \d{3,} numbers follow from the published values$/);
});

Deno.test("verifyValues() names the numbers that an edited file gives otherwise", async () => {
  const cases = [
    ["claims/toy/mean-above.csv", /claims\.0\.values\.0: stated .*, found 0\.987654321/],
    ["claims/toy/ratio-near.csv", /claims\.1\.verdict|claims\.1\.values\.0/],
    ["metrics/toy/draw.csv", /metrics\.0\.estimate\.value: stated/],
    ["data/toy/by-lag.seeds.csv", /tables\.0\.rows\.0\.1: stated/],
    ["machine/toy/time.metric.csv", /machine\.metrics\.0\.estimate\.value: stated/],
    ["machine/toy/times.seeds.csv", /machine\.tables\.0\.rows\.0\.1: stated/],
  ] as const;
  for (const [path, line] of cases) {
    const { good, lines } = await said(edited(path));
    assertEquals(good, false, path);
    assertMatch(lines[0] ?? "", /^✗ toy: does not follow from the published values in \d+ places$/);
    assert(lines.some((one) => line.test(one)), lines.join("\n"));
  }
});

Deno.test("verifyValues() names a statistic that its values do not give", async () => {
  const claims = result.claims.map((claim) =>
    claim.id === "ratio-near" ? { ...claim, adjustedEquivalenceP: 0.9 } : claim
  );
  const { good, lines } = await said({}, { ...result, claims });
  assertEquals(good, false);
  assertMatch(lines[0] ?? "", /in 1 place$/);
  assertMatch(lines[1] ?? "", /claims\.1\.adjustedEquivalenceP: stated 0\.9, found /);
});

Deno.test("verifyValues() names files that are missing, have another form or no numbers", async () => {
  const path = "claims/toy/share-above.csv";
  const text = site.get(path) ?? "";
  const cases: [string | null, RegExp][] = [
    [null, /share-above\.csv is missing/],
    [text.replace("seed", "label"), /share-above\.csv has other columns, rows or labels/],
    [text.replace(/\n1,/, "\n99,"), /share-above\.csv has other columns, rows or labels/],
    [`${text}13,1\n`, /share-above\.csv has other columns, rows or labels/],
    [text.replace(/\n1,[01]/, "\n1,x"), /values cannot be used: .*a finite number/],
    [text.replace(/\n1,[01]/, "\n1,"), /values cannot be used: .*one for each label/],
    [text.replace(/\n1,[01]/, "\n1,0.5"), /values cannot be used: .*0 or 1/],
  ];
  for (const [changed, line] of cases) {
    const { good, lines } = await said({ [path]: changed });
    assertEquals(good, false);
    assert(lines.some((one) => line.test(one)), lines.join("\n"));
  }
});
