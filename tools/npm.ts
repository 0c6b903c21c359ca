/**
 * Writes Unroll as a package for Node and bundlers: the output of `deno pack`, with the exact
 * versions of the dependencies in deno.json. `deno pack` writes ranges of versions, and another
 * version of TensorFlow.js can compute other numbers.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../src/core/errors.ts";
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { DONE, main } from "../tasks/cli/main.ts";
import { callerFolder, root } from "../tasks/cli/project.ts";

const usage: Usage = {
  command: "deno task npm",
  summary: "Writes Unroll as a package for Node and bundlers.",
  flags: [{
    name: "out",
    value: "FOLDER",
    help: "the folder of the package (default .unroll/npm)",
  }],
  examples: [["deno task npm --out ../unroll-npm", "writes it beside the checkout"]],
};

/** The first version of Node that runs the package: it has `process.getBuiltinModule`. */
const NODE = ">=20.16";

/**
 * Writes the package.
 *
 * @param out The folder of the package, absolute.
 * @throws {InputError} If `out` has files and is not a package of this task. A package is replaced.
 * @throws {Error} If `deno pack` or `tar` fails. The message has its output.
 */
export async function writePackage(out: string): Promise<void> {
  const config = await Deno.readTextFile(new URL("deno.json", root));
  const { name, imports } = JSON.parse(config);
  await clear(out, name);
  const draft = await Deno.makeTempDir({ prefix: "unroll-npm-" });
  try {
    const archive = join(draft, "unroll.tgz");
    await run(Deno.execPath(), ["pack", "--allow-dirty", "--no-source-maps", "-o", archive]);
    await run("tar", ["-xzf", archive, "-C", out, "--strip-components=1"]);
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
  // `deno pack` leaves deno.json out, but src/platform/versions.ts imports it.
  await Deno.writeTextFile(join(out, "deno.json"), config);
  const description = JSON.parse(await Deno.readTextFile(join(out, "package.json")));
  await Deno.writeTextFile(join(out, "package.json"), packageDescription(description, imports));
}

/** Creates an empty folder, and removes an earlier package from it. */
async function clear(folder: string, name: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const entries = await Array.fromAsync(Deno.readDir(folder));
  if (entries.length === 0) return;
  const description = await Deno.readTextFile(join(folder, "package.json")).catch(() => "{}");
  if (JSON.parse(description).name !== name) {
    throw new InputError("--out", "a new folder, or one that this task wrote", folder);
  }
  for (const entry of entries) await Deno.remove(join(folder, entry.name), { recursive: true });
}

/**
 * Completes the `package.json` of `deno pack`: exact versions, and the versions of Node.
 *
 * @param description The contents of `package.json`.
 * @param imports The imports of deno.json: `npm:zod@4.6.7` by `zod`.
 * @returns The text of the new `package.json`.
 */
export function packageDescription(
  description: Readonly<Record<string, unknown>>,
  imports: Readonly<Record<string, string>>,
): string {
  const names = Object.keys(Object(description.dependencies));
  const dependencies = names.map((name) => [name, imports[name]?.replace(/^.*@/, "")]);
  const complete = {
    ...description,
    engines: { node: NODE },
    dependencies: Object.fromEntries(dependencies),
  };
  return JSON.stringify(complete, null, 2) + "\n";
}

/** Runs a command in the folder of the project; throws its output if it fails. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`${command} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) {
  await main(async () => {
    const line = parseCommandLine(Deno.args, usage);
    if (line.help) {
      console.log(helpText(usage));
      return DONE;
    }
    const out = resolve(
      callerFolder(),
      line.value("out") ?? fileURLToPath(new URL(".unroll/npm", root)),
    );
    await writePackage(out);
    console.log(`The package is ${out}`);
    return DONE;
  });
}
