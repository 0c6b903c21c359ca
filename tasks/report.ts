import { experiments } from "../src/experiments/registry.ts";
import { helpText, parseCommandLine, type Usage } from "./command_line.ts";
import { DONE, main } from "./main.ts";
import { readOptions, reportFlags } from "./options.ts";
import { reportSite } from "./report_site.ts";

const usage: Usage = {
  command: "deno task report",
  summary: "Runs the experiments and writes their report as a static site.",
  flags: reportFlags,
  more: `Experiments: ${experiments.map(({ id }) => id).join(", ")}.
Finished runs are kept in .unroll and taken from there while nothing changed.`,
  examples: [
    ["deno task report --profile quick", "a smoke run, in reports/site"],
    ["deno task report --backend webgpu --out public", "on WebGPU, for a static host"],
  ],
};

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  return await reportSite(readOptions(line, experiments, "reports/site"));
});
