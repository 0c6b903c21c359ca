import { checkFolder, readOptions, usage } from "../tests/bench/options.ts";
import { renderReport } from "../tests/bench/table.ts";
import { helpText, parseCommandLine } from "./command_line.ts";
import { writeAtomic } from "./files.ts";
import { DONE, FAILED, main } from "./main.ts";

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readOptions(line);
  await checkFolder(options);
  // What computes is loaded here, so that a wrong option is told at once.
  const { runBench } = await import("../tests/bench/run.ts");
  const report = await runBench(options);
  console.log(renderReport(report));
  if (options.json !== null) {
    await writeAtomic(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  const found = [
    ...report.rows.flatMap(({ results }) => results),
    ...report.learning?.findings ?? [],
  ];
  const failed = found.some(({ kind, failure }) => kind === "ours" && failure !== null);
  return failed ? FAILED : DONE;
});
