import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { sha256 } from "../../src/platform/sha256.ts";
import { stableStringify } from "../../src/core/json.ts";
import { thisMachine } from "../../src/platform/runtime.ts";
import { filesBelow } from "../../tasks/cli/files.ts";
import { ProjectCopy } from "./project_copy.ts";

/** The source of an experiment that draws numbers and measures its own time. */
const experiment = `
import { z } from "zod";
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";

const parameters = { draws: z.int().min(1).default(1000).describe("draws for each seed") };

export const timed: Experiment<typeof parameters> = defineExperiment({
  id: "timed",
  title: "Timed",
  question: "How long do draws take?",
  version: 1,
  parameters,
  async run(context) {
    const parts = await context.each("draws", context.seeds, (seed) => {
      const begin = performance.now();
      const random = context.random(seed);
      let sum = 0;
      for (let i = 0; i < context.parameters.draws; i++) sum += random.uniform();
      return { sum, time: performance.now() - begin };
    });
    const seed = { name: "seed", label: "seed" };
    const chart = (id: string, table: string, y: string) => ({
      kind: "chart" as const,
      ...{ id, title: "By seed", caption: "One symbol for each seed.", alt: "Symbols." },
      x: { label: "seed", scale: "linear" as const },
      y: { label: y, scale: "linear" as const },
      layers: [{ mark: "point" as const, table, x: "seed", y }],
    });
    const rows = (of: (part: { sum: number; time: number }) => number) =>
      parts.map((part, i) => [context.seeds[i] ?? null, of(part)]);
    context.table({
      id: "sums",
      title: "Sums",
      columns: [seed, { name: "sum", label: "sum" }],
      rows: rows(({ sum }) => sum),
    });
    context.figure(chart("sum-by-seed", "sums", "sum"));
    const { machine } = context;
    machine.table({
      id: "times",
      title: "Times",
      columns: [seed, { name: "time", label: "time", unit: "ms" }],
      rows: rows(({ time }) => time),
    });
    machine.figure(chart("time-by-seed", "times", "time"));
    const [{ time }] = parts;
    machine.metric({
      ...{ id: "first-time", label: "time of the first seed", unit: "ms" },
      ...{ labels: ["the first"], values: [time] },
    });
  },
});
`;

const registry = `
import type { Experiment } from "../harness/experiment.ts";
import { timed } from "./timed/experiment.ts";

export const experiments: readonly Experiment[] = [timed];
`;

const page = `# Timed

The first seed takes {{metric:first-time}} ({{ref:time-by-seed}}).

{{figure:time-by-seed}}

{{table:times}}
`;

const machineFiles = ["first-time.metric.csv", "time-by-seed.svg", "times.csv", "times.json"]
  .map((name) => `machine/timed/${name}`);

Deno.test("report writes measurements of the machine to files and pages", async (t) => {
  await using project = await ProjectCopy.make();
  const write = (path: string, text: string) =>
    Deno.writeTextFile(`${project.folder}/${path}`, text);
  await Deno.mkdir(`${project.folder}/src/experiments/timed`);
  await write("src/experiments/timed/experiment.ts", experiment);
  await write("src/experiments/registry.ts", registry);
  await write("reports/timed.md", page);
  await write("reports/methods.md", "# Methods\n");
  const report = async (...more: string[]) => {
    const { code, err } = await project.task("report", "--seeds", "3", "--backend", "cpu", ...more);
    assertEquals(code, 0, err);
    return await project.read("reports/site");
  };
  const first = await report();

  await t.step("the page has the numbers, and where they were measured", () => {
    const text = first.get("timed.html") ?? "";
    assertMatch(text, /Measured on this machine: [^<]+ cores?, cpu backend, <time/);
    for (const path of machineFiles) assertStringIncludes(text, `href="${path}"`);
    const { runs } = JSON.parse(first.get("data/manifest.json") ?? "");
    const [time] = runs[0].machine.tables[0].rows[0].slice(1);
    assertEquals(runs[0].machine.metrics[0].estimate.value, time);
    assertStringIncludes(first.get("machine/timed/times.csv") ?? "", `\n1,${time}\n`);
    assertEquals(
      first.get("machine/timed/first-time.metric.csv"),
      `label,value\nthe first,${time}\n`,
    );
    assertEquals([...first.keys()].filter((path) => path.startsWith("machine/")), machineFiles);
  });

  await t.step("a kept run keeps what it measured, and on which machine", async () => {
    const { arch, cores } = thisMachine();
    assertStringIncludes(first.get("timed.html") ?? "", `${Deno.build.os} ${arch}, ${cores} core`);
    const folder = pathToFileURL(`${project.folder}/.unroll/runs/timed/`);
    const [name = ""] = await filesBelow(folder);
    const { digest: _, ...run } = JSON.parse(await Deno.readTextFile(new URL(name, folder)));
    const elsewhere = { ...run, machine: { ...run.machine, arch: "another-arch", cores: 99 } };
    const digest = sha256(stableStringify(elsewhere));
    await write(`.unroll/runs/timed/${name}`, stableStringify({ ...elsewhere, digest }));
    const second = await report();
    for (const path of machineFiles) assertEquals(second.get(path), first.get(path), path);
    const text = second.get("timed.html") ?? "";
    assertStringIncludes(text, `Measured on this machine: ${Deno.build.os} another-arch, 99 cores`);
    const { environment } = JSON.parse(second.get("data/manifest.json") ?? "");
    assertEquals([environment.arch, environment.cores], [arch, cores]);
  });

  await t.step("another run measures again, and its results have the same bytes", async () => {
    const again = await report("--fresh");
    const changed = [...again].filter(([path, text]) => first.get(path) !== text)
      .map(([path]) => path);
    assert(changed.includes("machine/timed/times.csv"));
    assertEquals(
      changed.filter((path) => !path.endsWith(".html") && !path.startsWith("machine/")),
      ["data/manifest.json"],
    );
    assertEquals([...again.keys()], [...first.keys()]);
  });

  await t.step("verify compares results, and does not compare times", async () => {
    const { code, err } = await project.task("verify");
    assertEquals(code, 0, err);
    assertMatch(err, /✓ timed: all \d+ numbers are as stated/);
    assertStringIncludes(err, `✓ the site: all ${first.size} files are as rendered`);
  });

  await t.step(
    "verify finds files of the machine that are not as the manifest states",
    async () => {
      await write("reports/site/machine/timed/times.csv", "seed,time\n1,0\n");
      await write("reports/site/machine/timed/more.csv", "seed,time\n1,0\n");
      const { code, err } = await project.task("verify");
      assertEquals(code, 1, err);
      assertStringIncludes(err, "differs: machine/timed/times.csv");
      assertStringIncludes(err, "extra: machine/timed/more.csv");
    },
  );
});
