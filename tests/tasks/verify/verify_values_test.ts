import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { intervalCoverage } from "../../../src/experiments/interval_coverage/experiment.ts";
import { runExperiment } from "../../../src/harness/run.ts";
import { manifestOf } from "../../../src/report/manifest.ts";
import { renderSite } from "../../../src/report/site.ts";
import { ProgressDisplay } from "../../../tasks/cli/progress.ts";
import { verifyValues } from "../../../tasks/verify/verify_values.ts";
import { type Files, recomputeSite } from "../recomputed_site.ts";
import { inFolder, writeFiles } from "../sample_site.ts";
import { runToy } from "../toy_experiment.ts";

const { result, machine } = await runToy();
const manifest = manifestOf([result], { runs: { toy: { machine } } });
const site = await renderSite({ results: [result], manifest, pages: new Map() });

/** Verifies the site with changed files and returns the lines; `null` removes a file. */
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

/**
 * Returns a file of the site in which the first number after a comma with two or more decimals is
 * replaced.
 */
function edited(path: string): Record<string, string> {
  const text = site.get(path) ?? "";
  const changed = text.replace(/,-?\d\.\d{2,}/, ",0.987654321");
  assert(changed !== text, path);
  return { [path]: changed };
}

Deno.test("verifyValues() accepts a site whose numbers follow from its values", async () => {
  const { good, lines } = await said();
  assertEquals([good, lines.length], [true, 1]);
  assertMatch(lines[0] ?? "", /^✓ toy: all \d{3,} numbers follow from the published values$/);
});

Deno.test("verifyValues() names the numbers that do not follow from an edited file", async () => {
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

Deno.test("verifyValues() names a statistic that does not follow from its values", async () => {
  const claims = result.claims.map((claim) =>
    claim.id === "ratio-near" ? { ...claim, adjustedEquivalenceP: 0.9 } : claim
  );
  const { good, lines } = await said({}, { ...result, claims });
  assertEquals(good, false);
  assertMatch(lines[0] ?? "", /in 1 place$/);
  assertMatch(lines[1] ?? "", /claims\.1\.adjustedEquivalenceP: stated 0\.9, found /);
});

Deno.test("verifyValues() names files that are missing, have another format or no numbers", async () => {
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

/** Renders a site with an experiment of all kinds of values, and an experiment with many tables. */
async function siteOf(seeds: number): Promise<Files> {
  const toy = await runToy(seeds);
  const coverage = await runExperiment(intervalCoverage, {
    parameters: { draws: 20, bootstrapDraws: 2, resamples: 100, families: 2 },
    seeds: Array.from({ length: seeds }, (_, i) => i),
    backend: { name: "cpu", adapter: null, versions: {} },
  });
  const results = [toy.result, coverage.result];
  const manifest = manifestOf(results, {
    runs: { "toy": { machine: toy.machine }, "interval-coverage": { machine: coverage.machine } },
  });
  return await renderSite({ results, manifest, pages: new Map() });
}

for (const seeds of [30, 12, 3]) {
  Deno.test(`recomputeSite() finds that every number of a site of ${seeds} seeds follows from its values`, async () => {
    const { compared, problems } = recomputeSite(await siteOf(seeds));
    assertEquals(problems, []);
    assertGreater(compared, 500);
  });
}

const published = await siteOf(12);

/** Returns the files with one number of one file replaced. */
function changed(path: string, place: RegExp, by: string): Files {
  const text = published.get(path) ?? "";
  const other = text.replace(place, by);
  assert(other !== text, path);
  return new Map([...published, [path, other]]);
}

const changes: readonly [path: string, place: RegExp, by: string, problem: RegExp][] = [
  ["claims/toy/mean-above.csv", /\n1,[^,\n]+/, "\n1,5", /toy: claim mean-above: p is/],
  ["claims/toy/share-above.csv", /\n(\d+),1/, "\n$1,0", /toy: claim share-above: estimate: value/],
  ["metrics/toy/size.csv", /\n1,[^,\n]+/, "\n1,5", /toy: metric size: high is/],
  ["data/toy/by-lag.seeds.csv", /,-?\d\.\d+/, ",5", /data\/toy\/by-lag.csv, row 0: low is/],
  ["machine/toy/time.metric.csv", /\n1,[^,\n]+/, "\n1,5", /toy: metric time: value is/],
  ["data/toy.json", /"outsideP": [^n][^,]*/, '"outsideP": 0.123', /outsideP is 0.123, found/],
  ["data/toy.json", /"verdict": "\w+"/, '"verdict": "refuted"', /verdict is refuted, found/],
  [
    "data/toy.json",
    /"influential": \[[^\]]*\]/,
    '"influential": [{"label": 3, "verdict": "refuted"}]',
    /influential is 3 refuted, found/,
  ],
];

for (const [path, place, by, problem] of changes) {
  Deno.test(`recomputeSite() finds that another number in ${path} does not follow from the values`, () => {
    const { problems } = recomputeSite(changed(path, place, by));
    assert(problems.some((one) => problem.test(one)), problems.join("\n"));
  });
}
