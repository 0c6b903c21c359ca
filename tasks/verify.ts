import { InputError } from "../src/core/errors.ts";
import { helpText, numberWithin, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { DONE, supervise } from "./cli/main.ts";
import { siteFolder } from "./cli/project.ts";

const usage: Usage = {
  command: "deno task verify",
  operands: "[SITE]",
  summary: "Runs a built report again and compares every number and file.",
  flags: [
    {
      name: "intervals",
      help: "only recompute intervals, tests and verdicts, from the values of the site",
    },
    { name: "backend", value: "B", help: "auto, webgpu, wasm or cpu (default: the report's own)" },
    {
      name: "tolerance",
      value: "R",
      help: "largest relative difference that counts as equal (default 0: the same bytes)",
    },
    {
      ...{ name: "read", value: "FILE", many: true },
      help: "a file that the report reads, such as its corpus; can be repeated",
    },
  ],
  more: `SITE is the report's folder, reports/site by default. Estimates, intervals, p values and
verdicts are also computed from the values by seed in the CSV files. If every number is as stated,
the site is rendered again with the pages in reports/, and its files are compared. Times and other
measurements of the machine are not compared, because they differ from run to run. A report can name any
file as its corpus; verify reads only the files that --read names.

With --intervals nothing is run or rendered, so it takes only seconds: files are compared with the digests
in the manifest, and statistics are computed from the CSV files.

Exits with 1 if a number or a file differs, and with 2 if a flag is wrong or a file may not be read.`,
  examples: [
    ["deno task verify reports/lstm-gates", "checks the report of one experiment"],
    ["deno task verify public --tolerance 1e-4", "allows for another machine's rounding"],
    ["deno task verify --intervals downloads/site", "checks the statistics of a site in seconds"],
  ],
};

await supervise(import.meta.url, async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const site = siteFolder(line.operands);
  const tolerance = numberWithin("tolerance", line.value("tolerance") ?? "0", {
    from: 0,
    below: 1,
  });
  const [backend, files] = [line.value("backend"), line.values("read")];
  const intervals = line.has("intervals");
  if (intervals && (backend !== undefined || files.length > 0)) {
    const flag = backend === undefined ? "--read" : "--backend";
    throw new InputError("--intervals", `given without ${flag}`, flag, "It runs nothing.");
  }
  // Only the worker loads the experiments and the report.
  const { verifyIntervals, verifySite } = await import("./verify/verify_site.ts");
  return intervals
    ? await verifyIntervals(site, tolerance)
    : await verifySite(site, { backend, tolerance, files });
}, "Stopped.");
