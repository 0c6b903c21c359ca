import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { PARTS_KEPT } from "./cli/stop.ts";
import { readOptions, reportFlags } from "./report/options.ts";

const usage = (ids: readonly string[]): Usage => ({
  command: "deno task report",
  summary: "Runs the experiments and writes their report as a static site.",
  flags: reportFlags,
  more: `Experiments: ${ids.join(", ")}.
Finished runs are kept in .unroll. A kept run is used again until something that it depends on
changes.

Ctrl-C, or the signal TERM or HUP, stops after the current part, or after two seconds if the part
takes longer; a second one stops at once. Finished parts are kept.`,
  examples: [
    ["deno task report --profile quick", "a smoke test, in reports/site"],
    ["deno task report --backend webgpu --out public", "on WebGPU, in the folder public"],
  ],
});

await supervise(import.meta.url, async (stop) => {
  // Only the worker loads the experiments.
  const { experiments } = await import("../src/experiments/registry.ts");
  const ids = experiments.map(({ id }) => id);
  const line = parseCommandLine(Deno.args, usage(ids));
  if (line.help) {
    console.log(helpText(usage(ids)));
    return DONE;
  }
  const { reportSite } = await import("./report/report_site.ts");
  return await reportSite(readOptions(line, experiments, "reports/site"), stop);
}, PARTS_KEPT);
