import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { z } from "zod";
import configuration from "../deno.json" with { type: "json" };
import * as main from "../mod.ts";
import * as analysis from "../src/analysis.ts";
import * as classification from "../src/classification.ts";
import * as data from "../src/data.ts";
import * as experiments from "../src/experiments.ts";
import * as forecasting from "../src/forecasting.ts";
import * as report from "../src/report.ts";
import * as statistics from "../src/statistics.ts";
import * as text from "../src/text.ts";

const bySubject: Readonly<Record<string, object>> = {
  "./data": data,
  "./text": text,
  "./analysis": analysis,
  "./statistics": statistics,
  "./classification": classification,
  "./forecasting": forecasting,
  "./experiments": experiments,
  "./report": report,
};

Deno.test("deno.json exports mod.ts and one file for each subject", () => {
  const files = Object.keys(bySubject).map((name) => [name, `${name.replace(".", "./src")}.ts`]);
  assertEquals(configuration.exports, { ".": "./mod.ts", ...Object.fromEntries(files) });
});

Deno.test("mod.ts exports fewer than 80 values", () => {
  assert(Object.keys(main).length < 80);
});

Deno.test("no two entry points export different values under one name", () => {
  const known = new Map<string, unknown>(Object.entries(main));
  for (const door of Object.values(bySubject)) {
    for (const [name, value] of Object.entries(door)) {
      if (known.has(name)) assertStrictEquals(known.get(name), value, name);
      known.set(name, value);
    }
  }
});

/** The parts of the output of `deno info --json` that are used. */
const graphSchema = z.object({
  roots: z.array(z.string()),
  redirects: z.record(z.string(), z.string()),
  modules: z.array(z.object({
    specifier: z.string(),
    dependencies: z.array(z.object({
      code: z.object({ specifier: z.string().optional() }).optional(),
      isDynamic: z.boolean().default(false),
    })).default([]),
  })),
});

/** The specifiers that importing a file of the repository loads at once. */
async function loadedWith(file: string): Promise<string[]> {
  const root = new URL("../", import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--import-map=.unroll/import_map.json", file],
    cwd: root,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const graph = graphSchema.parse(JSON.parse(new TextDecoder().decode(stdout)));
  const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
  const found = new Set(graph.roots);
  for (const specifier of found) {
    for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
      if (!code?.specifier || isDynamic) continue;
      found.add(code.specifier).add(graph.redirects[code.specifier] ?? code.specifier);
    }
  }
  return [...found];
}

const heavy = /npm:\/?(mathjs|@observablehq\/plot|jsdom|katex|@tensorflow\/.*)@/;

for (const file of ["mod.ts", ...Object.values(configuration.exports).slice(1)]) {
  Deno.test(`importing ${file} loads neither mathjs, Plot, jsdom, KaTeX nor TensorFlow.js`, async () => {
    const loaded = await loadedWith(file);
    assert(loaded.length > 1);
    assertEquals(loaded.filter((specifier) => heavy.test(specifier)), []);
  });
}

Deno.test("the statistics load neither TensorFlow.js nor a matrix package", async () => {
  const loaded = await loadedWith("src/statistics.ts");
  assertEquals(loaded.filter((specifier) => /@tensorflow|ml-matrix/.test(specifier)), []);
});
