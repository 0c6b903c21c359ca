import { InputError } from "../src/core/errors.ts";
import type { Result } from "../src/result/result.ts";
import { manifestSchema, resultSchema } from "../src/result/result_schema.ts";
import { parseJson } from "../src/core/schema.ts";
import { helpText, parseCommandLine, type Usage } from "./cli/command_line.ts";
import { blocksOf, fillBlocks } from "./cli/document_blocks.ts";
import { readIfThere, writeAtomic } from "./cli/files.ts";
import { DONE, FAILED, main } from "./cli/main.ts";
import { root, siteFolder } from "./cli/project.ts";
import {
  claimsBlock,
  costsBlock,
  measureCosts,
  pictureBlock,
  tallyBlock,
} from "./readme/blocks.ts";

const usage: Usage = {
  command: "deno task readme",
  operands: "[SITE]",
  summary: "Writes the picture, the tables and their numbers in README.md from a built report.",
  flags: [
    { name: "measure", help: "also run and time the tasks in the table of costs" },
  ],
  more: `SITE is the report's folder, reports/site by default. README.md has a comment before and
after each part that this task writes; a comment that begins with "claims:" names the claims of its
table. With --measure it takes as long as all of these tasks.`,
  examples: [["deno task readme public", "takes the numbers of the report in public"]],
};

const file = new URL("README.md", root);

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const site = siteFolder(line.operands);
  const results = await readResults(site);
  const costs = line.has("measure") ? await measureCosts() : null;
  const before = await Deno.readTextFile(file);
  const pictures = new Map<string, string>();
  const after = fillBlocks(before, (name) => {
    if (name === "tally") return tallyBlock(results);
    if (name === "costs") return costs === null ? null : costsBlock(costs);
    const picture = /^picture: (.*)$/.exec(name)?.[1];
    if (picture !== undefined) {
      const path = `docs/${picture.slice(picture.indexOf("/") + 1)}.svg`;
      pictures.set(path, picture);
      return pictureBlock(results, picture, path);
    }
    const claims = /^claims: (.*)$/.exec(name)?.[1];
    if (claims !== undefined) return claimsBlock(results, claims.split(" "));
    throw new InputError(
      "a comment of README.md",
      "picture: EXPERIMENT/FIGURE, claims: IDS, tally or costs",
      name,
    );
  });
  for (const [path, picture] of pictures) {
    const svg = await Deno.readTextFile(`${site}/figures/${picture}.svg`);
    // Dark pages would show dark text on a dark background.
    const onWhite = svg.replace("<svg ", '<svg style="background: white" ');
    await writeAtomic(new URL(path, root), onWhite);
  }
  await writeAtomic(file, after);
  const fmt = new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", "README.md"], cwd: root });
  if (!(await fmt.output()).success) return FAILED;
  console.log(`README.md: ${blocksOf(after).length} parts written`);
  return DONE;
});

async function readResults(site: string): Promise<Result[]> {
  const text = await readIfThere(`${site}/data/manifest.json`);
  if (text === null) {
    throw new InputError("SITE", "the folder of a report", site, "Run `deno task report` first.");
  }
  const manifest = parseJson(manifestSchema, text, "data/manifest.json");
  return await Promise.all(manifest.runs.map(async ({ experiment }) => {
    const path = `data/${experiment}.json`;
    return parseJson(resultSchema, await Deno.readTextFile(`${site}/${path}`), path);
  }));
}
