/**
 * Reads what `deno doc --lint` says and passes on what can be mended here.
 *
 * It takes a type of a package for a private one, since a package's types are not among the
 * exports of the entry points; those complaints are left out. A complaint about a type of ours stays.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { filesBelow, placeBelow } from "../tasks/cli/files.ts";
import { DONE, FAILED, main } from "../tasks/cli/main.ts";
import { root } from "../tasks/cli/project.ts";

const usage: Usage = {
  command: "deno task docs",
  summary: "Checks that every export of the entry points is documented.",
  flags: [],
  more:
    "It passes on what `deno doc --lint` finds and what can be mended here. Exit 1 if that is any.",
  examples: [],
};

/** The complaints in the linter's output that are not about types of packages. */
export function complaints(output: string, declared: ReadonlySet<string>): string[] {
  return output.split(/(?=^error\[)/m).filter((block) => block.startsWith("error")).filter(
    (block) => {
      const [, type] =
        /^error\[private-type-ref\].*references private type '([^']+)'/.exec(block) ??
          [];
      return type === undefined || declared.has(type.split(".")[0] ?? type);
    },
  );
}

/** The names of types and classes that a source text declares. */
export function declaredTypes(source: string): string[] {
  return [...source.matchAll(/\b(?:interface|type|class|enum)\s+([A-Z]\w*)/g)]
    .map(([, name = ""]) => name);
}

/** Reads what the linter says from standard input, and passes on its complaints. */
async function checkAll(): Promise<number> {
  const output = await new Response(Deno.stdin.readable).text();
  const declared = new Set<string>();
  for (const path of await filesBelow(new URL("src/", root), "src/")) {
    for (const name of declaredTypes(await Deno.readTextFile(placeBelow(root, path)))) {
      declared.add(name);
    }
  }
  const plain = stripVTControlCharacters(output);
  const found = complaints(plain, declared);
  // Anything else than complaints, such as a file that cannot be read, is passed on too.
  if (found.length === 0 && !/^error\[|^Checked /m.test(plain) && /error/.test(plain)) {
    found.push(plain);
  }
  if (found.length > 0) {
    console.error(found.join("\n"));
    return FAILED;
  }
  console.log("Documentation: every export of the entry points is documented");
  return DONE;
}

if (import.meta.main) {
  await main(async () => {
    const { help } = parseCommandLine(Deno.args, usage);
    if (!help) return await checkAll();
    console.log(helpText(usage));
    return DONE;
  });
}
