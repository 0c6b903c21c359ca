import { InputError } from "../src/core/errors.ts";
import { nearest } from "../src/core/options.ts";
import type { Experiment } from "../src/harness/experiment.ts";
import { parameterHelp } from "../src/harness/parameters.ts";
import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { PARTS_KEPT } from "./cli/stop.ts";
import { experimentFlags, readOptions } from "./report/options.ts";

const command = "deno task experiment";

/** Returns the usage of the command without the name of an experiment. */
function generalUsage(experiments: readonly Experiment[]): Usage {
  const columns = width(experiments.map(({ id }) => id));
  return {
    command: `${command} ID`,
    summary: "Runs one experiment and writes its report as a static site.",
    flags: experimentFlags("ID"),
    more: [
      "Experiments:",
      ...experiments.map(({ id, title }) => `  ${id.padEnd(columns)}  ${title}`),
    ].join("\n"),
    examples: [[`${command} ${experiments[0]?.id} --help`, "its flags and parameters"]],
  };
}

await supervise(import.meta.url, async (stop) => {
  // Only the worker loads the experiments.
  const { experiments } = await import("../src/experiments/registry.ts");
  const [id = "", ...args] = Deno.args;
  const general = generalUsage(experiments);
  if (/^-/.test(id) && parseCommandLine(Deno.args, general).help) {
    console.log(helpText(general));
    return DONE;
  }
  const experiment = experiments.find((one) => one.id === id);
  if (!experiment) {
    const ids = experiments.map((one) => one.id);
    const near = nearest(id, ids);
    const help = near === undefined ? undefined : `Did you mean ${near}?`;
    throw new InputError("ID", `one of ${ids.join(", ")}`, id, help);
  }
  const usage = usageOf(experiment);
  const line = parseCommandLine(args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const { reportSite } = await import("./report/report_site.ts");
  return await reportSite(readOptions(line, [experiment], `reports/${id}`), stop);
}, PARTS_KEPT);

/** Returns the usage of the command for an experiment. */
function usageOf(experiment: Experiment): Usage {
  const { id, title, question } = experiment;
  const parameters = parameterHelp(experiment.parameters);
  const columns = width(parameters.map(({ name }) => name));
  return {
    command: `${command} ${id}`,
    summary: `${title}: ${question}`,
    flags: experimentFlags(id),
    more: [
      "Parameters for --set:",
      ...parameters.map(({ name, description, wanted, default: value }) =>
        `  ${name.padEnd(columns)}  ${description}; ${wanted} (default ${JSON.stringify(value)})`
      ),
    ].join("\n"),
    examples: [example(experiment)],
  };
}

/**
 * Returns an example with `--set`: a parameter with a value that differs from its default, from
 * another profile.
 */
function example({ id, profiles }: Experiment): readonly [command: string, meaning: string] {
  const { quick, full } = profiles;
  const [set] = [quick, full].flatMap(({ parameters }) => Object.entries(parameters ?? {}));
  const shown = set === undefined ? "" : ` --set ${set[0]}=${[set[1]].flat().join()}`;
  return [
    `${command} ${id} --seeds 5${shown} --out reports/try`,
    "five seeds and another value, in a folder of their own",
  ];
}

function width(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}
