import { dirname, resolve } from "node:path";
import { InputError } from "../src/core/errors.ts";
import {
  choice,
  type CommandLine,
  helpText,
  parseCommandLine,
  type Usage,
} from "../tasks/cli/command_line.ts";
import { writeAtomic } from "../tasks/cli/files.ts";
import { DONE, FAILED, main } from "../tasks/cli/main.ts";
import { callerFolder } from "../tasks/cli/project.ts";
import type { BackendName } from "./contest.ts";
import type { BenchOptions } from "./run.ts";
import { renderReport } from "./tables.ts";
import { type Group, GROUPS } from "./workload.ts";

/** The usage of `deno task bench`. */
export const usage: Usage = {
  command: "deno task bench",
  summary: "Times this library against plain tfjs, PyTorch and JAX, in one run.",
  flags: [
    { name: "only", value: "A,B", help: `only these: ${GROUPS.join(", ")}` },
    {
      ...{ name: "backend", value: "B", many: true },
      help: "webgpu, wasm or cpu; may be repeated (default: webgpu on a GPU, else wasm)",
    },
    {
      ...{ name: "torch", value: "PYTHON", many: true },
      help: "a Python with PyTorch; may be repeated (default: python3 if it has PyTorch); or none",
    },
    {
      ...{ name: "jax", value: "PYTHON", many: true },
      help: "a Python with JAX; may be repeated (default: python3 if it has JAX); or none",
    },
    { name: "seconds", value: "S", help: "for each measurement, 0.05 to 600 (default 2)" },
    { name: "json", value: "FILE", help: "also write the results to FILE" },
  ],
  more: `All start from the same weights, and their losses are compared after a step. They run in
turns; a value is the median over rounds. The group cudnn needs a PyTorch with a GPU. The
group learning compares RNN, LSTM and GRU as learning-capacity and the notebook compute them. The
group classifier trains networks that classify sentences as sentiment does. The group commands
trains a model and generates texts with deno task train and deno task generate.`,
  examples: [
    ["deno task bench --only tiny,flow", "the small workloads"],
    ["deno task bench --only learning --torch /usr/bin/python3", "the learning comparison"],
    ["deno task bench --backend wasm --torch python3 --json bench.json", "everything, on WASM"],
  ],
};

const BACKENDS: readonly BackendName[] = ["webgpu", "wasm", "cpu"];

/**
 * Reads the options from a command line.
 *
 * @throws {InputError} If a value is invalid.
 */
export function readOptions(line: CommandLine): BenchOptions {
  const json = line.value("json");
  return {
    only: groups(line.value("only")),
    backends: [...new Set(line.values("backend").map((text) => choice("backend", text, BACKENDS)))],
    torch: line.values("torch"),
    jax: line.values("jax"),
    seconds: seconds(line.value("seconds") ?? "2"),
    json: json === undefined ? null : resolve(callerFolder(), json),
  };
}

/**
 * Checks the folder of the results before the bench, which takes minutes.
 *
 * @throws {InputError} If the file's folder does not exist.
 */
export async function checkFolder({ json }: Pick<BenchOptions, "json">): Promise<void> {
  if (json === null) return;
  try {
    if ((await Deno.stat(dirname(json))).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  throw new InputError("--json", "a file in a folder that exists", json);
}

function groups(only: string | undefined): readonly Group[] {
  if (only === undefined) return GROUPS;
  const wanted = only.split(",").map((name) => name.trim());
  for (const name of wanted) {
    if (!GROUPS.some((group) => group === name)) {
      throw new InputError("--only", `some of ${GROUPS.join(", ")}`, name);
    }
  }
  return GROUPS.filter((group) => wanted.includes(group));
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0.05 && value <= 600)) {
    const found = Number.isNaN(value) ? text : value;
    throw new InputError("--seconds", "a number from 0.05 to 600", found);
  }
  return value;
}

if (import.meta.main) {
  await main(async () => {
    const line = parseCommandLine(Deno.args, usage);
    if (line.help) {
      console.log(helpText(usage));
      return DONE;
    }
    const options = readOptions(line);
    await checkFolder(options);
    // The rest is loaded here, so that an invalid option is reported at once.
    const { runBench } = await import("./run.ts");
    const report = await runBench(options);
    console.log(renderReport(report));
    if (options.json !== null) {
      await writeAtomic(options.json, `${JSON.stringify(report, null, 2)}\n`);
    }
    const found = [
      ...report.rows.flatMap(({ results }) => results),
      ...report.learning?.findings ?? [],
      ...report.classifier?.findings ?? [],
    ];
    const failed = found.some(({ kind, failure }) => kind === "ours" && failure !== null);
    return failed ? FAILED : DONE;
  });
}
