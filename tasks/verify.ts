import { resolve } from "node:path";
import { sha256 } from "../src/core/digest.ts";
import { type BackendDescription, selectBackend } from "../src/core/backend.ts";
import { InputError } from "../src/core/errors.ts";
import type { Manifest, Result } from "../src/core/result.ts";
import { manifestSchema, parseJson, resultSchema } from "../src/core/result_schema.ts";
import { compare, type Difference } from "../src/experiments/compare.ts";
import { resolveParameters } from "../src/experiments/parameters.ts";
import { experiments } from "../src/experiments/registry.ts";
import { runExperiment } from "../src/experiments/run.ts";
import { choice, helpText, parseCommandLine, type Usage } from "./command_line.ts";
import { readIfThere } from "./files.ts";
import { DONE, FAILED, main } from "./main.ts";
import { BACKENDS } from "./options.ts";
import { ProgressDisplay } from "./progress.ts";

const usage: Usage = {
  command: "deno task verify",
  operands: "[SITE]",
  summary: "Runs again what a built report states and compares, number by number.",
  flags: [
    { name: "backend", value: "B", help: "auto, webgpu, wasm or cpu (default: the report's own)" },
    {
      name: "tolerance",
      value: "R",
      help: "largest relative difference that counts as equal (default 0: the same bytes)",
    },
  ],
  more: "SITE is the report's folder, reports/site by default. Exit 1 where a number differs.",
  examples: [
    ["deno task verify", "checks reports/site on the backend that it was made on"],
    ["deno task verify public --tolerance 1e-4", "allows for another machine's rounding"],
  ],
};

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  if (line.operands.length > 1) throw new InputError("SITE", "one folder", line.operands);
  return await verify(
    resolve(line.operands[0] ?? "reports/site"),
    line.value("backend"),
    tolerance(line.value("tolerance") ?? "0"),
  );
});

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1)) {
    throw new InputError("--tolerance", "a number from 0 to below 1", text);
  }
  return value;
}

async function verify(site: string, backend: string | undefined, allowed: number): Promise<number> {
  const manifest = await readManifest(site);
  const { description } = await selectBackend(
    choice("backend", backend ?? manifest.backend.name, BACKENDS),
  );
  const display = new ProgressDisplay();
  if (JSON.stringify(description) !== JSON.stringify(manifest.backend)) {
    display.line(
      "The backend, its adapter or its versions are not the report's; rounding may differ.",
    );
  }
  let wrong = 0;
  for (const { experiment, sha256: digest } of manifest.runs) {
    const path = `${site}/data/${experiment}.json`;
    const text = await readIfThere(path);
    if (text === null || sha256(text) !== digest) {
      display.line(`✗ ${experiment}: ${path} is not the file that the manifest names`);
      wrong += 1;
      continue;
    }
    const stated = parseJson(resultSchema, text, path);
    const again = await runAgain(stated, description, display);
    // The backend is told above; what counts here is what was found on it.
    const { numbers, differences } = compare(
      JSON.parse(JSON.stringify({ ...stated, backend: null })),
      JSON.parse(JSON.stringify({ ...again, backend: null })),
      allowed,
    );
    if (differences.length > 0) wrong += 1;
    display.line(
      differences.length === 0
        ? `✓ ${experiment}: all ${numbers} numbers are as stated`
        : `✗ ${experiment}: ${differences.length} places differ, of ${numbers} numbers`,
    );
    for (const difference of differences.slice(0, 10)) display.line(`    ${shown(difference)}`);
  }
  return wrong === 0 ? DONE : FAILED;
}

async function readManifest(site: string): Promise<Manifest> {
  const path = `${site}/data/manifest.json`;
  const text = await readIfThere(path);
  if (text === null) {
    throw new InputError(
      "SITE",
      "the folder of a built report",
      site,
      "Run `deno task report` first.",
    );
  }
  try {
    return parseJson(manifestSchema, text, path);
  } catch (error) {
    throw new InputError("SITE", "a report of this version", site, String(error));
  }
}

async function runAgain(
  stated: Result,
  backend: BackendDescription,
  display: ProgressDisplay,
): Promise<Result> {
  const { id } = stated.experiment;
  const experiment = experiments.find((one) => one.id === id);
  if (!experiment) throw new InputError("SITE", "a report of experiments known here", id);
  const { result } = await runExperiment(experiment, {
    parameters: resolveParameters(experiment.parameters, stated.parameters),
    seeds: stated.seeds,
    backend,
    onProgress: (progress) => display.update(progress),
  });
  display.clear();
  return result;
}

function shown({ path, stated, found, relative }: Difference): string {
  const by = Number.isFinite(relative) ? ` (${relative.toExponential(1)} of it)` : "";
  return `${path}: stated ${JSON.stringify(stated)}, found ${JSON.stringify(found)}${by}`;
}
