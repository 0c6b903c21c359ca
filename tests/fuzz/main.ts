import { helpText, parseCommandLine } from "../../tasks/cli/command_line.ts";
import { DONE, FAILED, main } from "../../tasks/cli/main.ts";
import { ProgressDisplay } from "../../tasks/cli/progress.ts";
import { listText, readOptions, usage } from "./options.ts";

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help || line.has("list")) {
    console.log(line.help ? helpText(usage) : listText());
    return DONE;
  }
  const options = readOptions(line, Deno.env.get("CI") !== undefined);
  const { fuzz } = await import("./run.ts");
  const display = new ProgressDisplay();
  display.line(`Seed ${options.seed}`);
  const { passed, failed, trials } = await fuzz(options, display);
  console.log(`fuzz | ${passed} passed | ${failed} failed | ${trials} trials`);
  return failed > 0 ? FAILED : DONE;
});
