import { assert, assertEquals, assertGreater } from "@std/assert";
import { intervalCoverage } from "../../src/experiments/interval_coverage/experiment.ts";
import { runExperiment } from "../../src/harness/run.ts";
import { manifestOf } from "../../src/report/manifest.ts";
import { renderSite } from "../../src/report/site.ts";
import { type Files, recomputeSite } from "./recomputed_site.ts";
import { runToy } from "./toy_experiment.ts";

/** The files of a site with an experiment of all kinds of values, and one with many tables. */
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
  Deno.test(`every interval, p and verdict of a site of ${seeds} seeds follows from its values`, async () => {
    const { compared, problems } = recomputeSite(await siteOf(seeds));
    assertEquals(problems, []);
    assertGreater(compared, 500);
  });
}

const site = await siteOf(12);

/** The site with a number of a file replaced. */
function changed(path: string, place: RegExp, by: string): Files {
  const text = site.get(path) ?? "";
  const other = text.replace(place, by);
  assert(other !== text, path);
  return new Map([...site, [path, other]]);
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
  Deno.test(`a site with another number in ${path} does not follow from its values`, () => {
    const { problems } = recomputeSite(changed(path, place, by));
    assert(problems.some((one) => problem.test(one)), problems.join("\n"));
  });
}
