import { InputError } from "../src/core/errors.ts";
import type { Experiment } from "../src/harness/experiment.ts";
import { parameterHelp } from "../src/harness/parameters.ts";
import { experiments } from "../src/experiments/registry.ts";
import { helpText, parseCommandLine, type Usage } from "./command_line.ts";
import { DONE } from "./main.ts";
import { experimentFlags, readOptions } from "./options.ts";
import { PARTS_KEPT } from "./stop.ts";
import { supervise } from "./supervise.ts";

// The task names the experiment, the user's arguments follow: `experiment.ts lstm-gates --seeds 3`.
const [id = "", ...args] = Deno.args;

await supervise(import.meta.url, async (stop) => {
  const experiment = experiments.find((one) => one.id === id);
  if (!experiment) {
    throw new InputError("experiment", `one of ${experiments.map((e) => e.id).join(", ")}`, id);
  }
  const parameters = parameterHelp(experiment.parameters);
  const width = Math.max(...parameters.map(({ name }) => name.length));
  const usage: Usage = {
    command: `deno task ${id}`,
    summary: `${experiment.title}: ${experiment.question}`,
    flags: experimentFlags(id),
    more: [
      "Parameters for --set:",
      ...parameters.map(({ name, description, wanted, default: value }) =>
        `  ${name.padEnd(width)}  ${description}; ${wanted} (default ${JSON.stringify(value)})`
      ),
    ].join("\n"),
    examples: [example(experiment)],
  };
  const line = parseCommandLine(args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  // What computes is heavy, and the main thread does without it.
  const { reportSite } = await import("./report_site.ts");
  return await reportSite(readOptions(line, [experiment], `reports/${id}`), stop);
}, PARTS_KEPT);

/** A call that computes something else than the defaults: with a value of another profile. */
function example({ id, profiles }: Experiment): readonly [command: string, meaning: string] {
  const { quick, full } = profiles;
  const [set] = [quick, full].flatMap(({ parameters }) => Object.entries(parameters ?? {}));
  const shown = set === undefined ? "" : ` --set ${set[0]}=${[set[1]].flat().join()}`;
  return [
    `deno task ${id} --seeds 5${shown} --out reports/try`,
    "five seeds and another value, in a folder of their own",
  ];
}
