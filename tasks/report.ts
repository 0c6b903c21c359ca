import { experiments } from "../src/experiments/registry.ts";
import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { PARTS_KEPT } from "./cli/stop.ts";
import { readOptions, reportFlags } from "./report/options.ts";

const usage: Usage = {
  command: "deno task report",
  summary: "Runs the experiments and writes their report as a static site.",
  flags: reportFlags,
  more: `Experiments: ${experiments.map(({ id }) => id).join(", ")}.
Finished runs are kept in .unroll and taken from there while nothing changed.

Ctrl-C, or the signal TERM or HUP, stops after the part that is computed, and within two seconds in
any case; a second one stops at once. Finished parts are kept.`,
  examples: [
    ["deno task report --profile quick", "a smoke run, in reports/site"],
    ["deno task report --backend webgpu --out public", "on WebGPU, for a static host"],
  ],
};

await supervise(import.meta.url, async (stop) => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  // What computes is heavy, and the main thread does without it.
  const { reportSite } = await import("./report/report_site.ts");
  return await reportSite(readOptions(line, experiments, "reports/site"), stop);
}, PARTS_KEPT);
