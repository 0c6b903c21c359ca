/**
 * Writes the tables of docs/speed.md and docs/text.md from the files in bench/results:
 * `deno task tables`.
 *
 * @module
 */
import { InputError } from "../src/core/errors.ts";
import { parseJson } from "../src/core/schema.ts";
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { fillBlocks } from "../tasks/cli/document_blocks.ts";
import { readIfThere, writeAtomic } from "../tasks/cli/files.ts";
import { DONE, main } from "../tasks/cli/main.ts";
import { root } from "../tasks/cli/project.ts";
import { type KeptReport, keptReportSchema, keptTables } from "./kept_report.ts";

/** The usage of `deno task tables`. */
export const usage: Usage = {
  command: "deno task tables",
  summary: "Writes the tables of docs/speed.md and docs/text.md from the files in bench/results.",
  flags: [],
  more:
    `Each file is the result of a bench: deno task bench --json bench/results/NAME.json. A comment
"bench: NAME TABLE" in a document is followed by a table of that file. TABLE is workloads, products,
learning, classifier or commands.`,
  examples: [],
};

/** The documents with tables of benches, from the project's folder. */
export const DOCUMENTS = ["docs/speed.md", "docs/text.md"] as const;

/**
 * Replaces the tables of a document.
 *
 * @param text The document.
 * @param read Gives the report of a bench by its name.
 * @returns The document with new tables, not formatted.
 * @throws {InputError} If a comment does not name a table.
 */
export function fillTables(text: string, read: (name: string) => KeptReport): string {
  return fillBlocks(text, (block) => {
    const [, name, kind] = /^bench: (\S+) (\S+)$/.exec(block) ?? [];
    const table = keptTables.find((one) => one.kind === kind);
    if (name === undefined || table === undefined) {
      const kinds = keptTables.map(({ kind }) => kind).join(", ");
      throw new InputError("a comment of a document", `bench: NAME, then one of ${kinds}`, block);
    }
    return table.write(read(name));
  });
}

/**
 * Reads all files in bench/results.
 *
 * @returns A function that gives the report of a file by its name without `.json`.
 * @throws {SyntaxError} If a file is not a report.
 */
export async function readResults(): Promise<(name: string) => KeptReport> {
  const folder = new URL("bench/results/", root);
  const reports = new Map<string, KeptReport>();
  for await (const { name } of Deno.readDir(folder)) {
    const text = await readIfThere(new URL(name, folder));
    if (text === null || !name.endsWith(".json")) continue;
    reports.set(name.slice(0, -5), parseJson(keptReportSchema, text, `bench/results/${name}`));
  }
  return (name) => {
    const report = reports.get(name);
    if (report) return report;
    throw new InputError("a comment of a document", "bench: and a file in bench/results", name);
  };
}

/** A document with new tables, formatted as `deno fmt` does. */
export async function documentWithTables(
  text: string,
  read: (name: string) => KeptReport,
): Promise<string> {
  const fmt = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "-q", "--ext", "md", "-"],
    ...{ cwd: root, stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const writer = fmt.stdin.getWriter();
  await writer.write(new TextEncoder().encode(fillTables(text, read)));
  await writer.close();
  const { success, stdout } = await fmt.output();
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  await main(async () => {
    const line = parseCommandLine(Deno.args, usage);
    if (line.help) {
      console.log(helpText(usage));
      return DONE;
    }
    const read = await readResults();
    for (const document of DOCUMENTS) {
      const place = new URL(document, root);
      await writeAtomic(place, await documentWithTables(await Deno.readTextFile(place), read));
      console.log(document);
    }
    return DONE;
  });
}
