import { assert, assertEquals } from "@std/assert";
import { manifestOf } from "../src/report/manifest.ts";
import { renderSite } from "../src/report/site.ts";
import { independentCheck } from "./independent_check.ts";
import { runToy } from "./tasks/toy_experiment.ts";

async function toySite(seeds: number): Promise<Map<string, string>> {
  const { result, machine } = await runToy(seeds);
  const manifest = manifestOf([result], { runs: { toy: { machine } } });
  return new Map(await renderSite({ results: [result], manifest, pages: new Map() }));
}

Deno.test("an independent implementation finds the intervals, p values and verdicts of a site in its CSV files", async () => {
  for (const seeds of [10, 12, 30]) {
    const { intervals, tests, problems } = independentCheck(await toySite(seeds));
    assertEquals(problems, []);
    // 4 claims with their agreeing shares, an alternative, 3 metrics, and 2 tables of 2 rows.
    assertEquals([intervals, tests], [16, 4]);
  }
  const few = independentCheck(await toySite(3));
  assertEquals([few.intervals, few.tests, few.problems], [0, 0, []]);
});

Deno.test("an independent implementation finds values that do not give the stated interval", async () => {
  const site = await toySite(12);
  for (
    const path of [
      ...["claims/toy/mean-above.csv", "claims/toy/share-above.csv", "metrics/toy/size.csv"],
      ...["data/toy/by-lag.seeds.csv", "machine/toy/time.metric.csv"],
    ]
  ) {
    const text = site.get(path) ?? "";
    // The first number after a name becomes another one: a share has one success less or more.
    const changed = text.replace(
      /,(-?\d[\d.e-]*)(?=,|\n)/,
      (_, cell) => `,${cell === "1" ? 0 : 1}`,
    );
    assert(changed !== text);
    const { problems } = independentCheck(new Map([...site, [path, changed]]));
    assert(problems.length > 0, path);
  }
});
