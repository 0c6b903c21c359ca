/**
 * Builds the kernels of the WASM backend: `src/kernels/wasm/assembly/` with AssemblyScript, once
 * with relaxed SIMD and once without, into TypeScript modules that contain the binaries as text.
 * With `--check` the tool writes nothing, and exits with 1 if a file is not up to date.
 *
 * @module
 */
import asc from "assemblyscript/asc";
import { gatesOfInstruction } from "../src/kernels/cells.ts";
import { HYPER, type Instruction, instructions, opcodes } from "../src/kernels/instructions.ts";
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { DONE, FAILED, main } from "../tasks/cli/main.ts";
import { root } from "../tasks/cli/project.ts";
import { assemblyMicrokernels } from "./microkernels.ts";

const usage: Usage = {
  command: "deno task wasm",
  summary: "Builds the kernels of the WASM backend from src/kernels/wasm/assembly/.",
  flags: [{
    name: "check",
    help: "write nothing; exit with 1 if the kernels differ from their sources",
  }],
  examples: [
    ["deno task wasm --check", "compares them with their sources"],
  ],
};

const folder = new URL("src/kernels/wasm/", root);

/** The binaries by name, with the features that they need. */
const variants = {
  relaxed: { what: "with relaxed SIMD", features: "simd,threads,relaxed-simd" },
  plain: { what: "without relaxed SIMD", features: "simd,threads" },
} as const;

/** Converts a name: `lstmForward` becomes `LSTM_FORWARD`. */
function upper(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const names = Object.keys(instructions) as Instruction[];

/**
 * Returns AssemblyScript with the opcodes, and the offsets of fields and hyperparameters in bytes.
 */
export function assemblyConstants(): string {
  const lines = ["/** Opcodes, and offsets in bytes. Written by `deno task wasm`. */", ""];
  for (const name of names) {
    lines.push(`export const ${upper(name)}: i32 = ${opcodes[name]};`);
    instructions[name].forEach((field, i) => {
      lines.push(`export const ${upper(name)}_${upper(field)}: usize = ${4 * (i + 1)};`);
    });
    lines.push("");
  }
  HYPER.forEach((name, i) => lines.push(`export const HYPER_${upper(name)}: usize = ${4 * i};`));
  lines.push(`export const HYPER_LENGTH: i32 = ${HYPER.length};`, "");
  lines.push("/** Bytes of a command. */", "export function bytesOf(opcode: i32): usize {");
  lines.push("  switch (opcode) {");
  for (const name of names) {
    lines.push(`    case ${upper(name)}: return ${4 * (1 + instructions[name].length)};`);
  }
  lines.push("    default: return unreachable();", "  }", "}", "");
  lines.push("/** The number of gates of a recurrent instruction; 0 for others. */");
  lines.push("export function gatesOf(opcode: i32): i32 {", "  switch (opcode) {");
  for (const [name, gates] of Object.entries(gatesOfInstruction)) {
    lines.push(`    case ${upper(name)}: return ${gates};`);
  }
  lines.push("    default: return 0;", "  }", "}", "");
  return lines.join("\n");
}

/**
 * Returns AssemblyScript with the function that runs a command. It does not compile unless
 * `handlers.ts` exports a function for every instruction.
 */
export function assemblyDispatch(): string {
  const lines = [
    "/** Written by `deno task wasm`. */",
    'import * as handlers from "./handlers";',
    'import * as f from "./instructions";',
    "",
    "/** Runs the command at `pc`. */",
    "export function dispatch(opcode: i32, pc: usize): void {",
    "  switch (opcode) {",
  ];
  for (const name of names) lines.push(`    case f.${upper(name)}: return handlers.${name}(pc);`);
  lines.push("    default: unreachable();", "  }", "}", "");
  return lines.join("\n");
}

/** Compiles the assembly for an engine with some features. */
async function compile(features: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([
    ...["index.ts", "--outFile", "kernels.wasm", "--enable", features, "--runtime", "stub"],
    ...["-O3", "--converge", "--noAssert", "--use", "abort=", "--disableWarning", "201"],
    // The engine checks the bounds of every access. If it knows that there are two pages, it does
    // not check the constant part of an address: this saves a fifth of the time of a product.
    ...["--importMemory", "--sharedMemory", "--initialMemory", "2", "--maximumMemory", "65536"],
  ], {
    readFile(name, base) {
      try {
        return Deno.readTextFileSync(new URL(`assembly/${name}`, new URL(`${base}/`, folder)));
      } catch {
        return null; // AssemblyScript also looks for files that do not exist.
      }
    },
    writeFile(name, contents) {
      if (name === "kernels.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) {
    console.error(stderr.toString().trim());
    throw new Error(`AssemblyScript: ${error?.message}`);
  }
  return binary;
}

/** Returns the TypeScript module of a binary. */
function moduleOf(binary: Uint8Array, name: string, what: string): string {
  return `/** The kernels ${what}, in base64. Written by \`deno task wasm\`. */
export const ${name}Binary: string =
  "${binary.toBase64()}";
`;
}

async function build(check: boolean): Promise<number> {
  const differing: string[] = [];
  const settle = async (path: string, text: string): Promise<void> => {
    const url = new URL(path, folder);
    if (await Deno.readTextFile(url).catch(() => "") === text) return;
    differing.push(path);
    if (!check) await Deno.writeTextFile(url, text);
  };
  await settle("assembly/instructions.ts", assemblyConstants());
  await settle("assembly/dispatch.ts", assemblyDispatch());
  await settle("assembly/microkernels.ts", assemblyMicrokernels());
  if (check && differing.length > 0) return finish(check, differing);
  for (const [name, { what, features }] of Object.entries(variants)) {
    await settle(`binary_${name}.ts`, moduleOf(await compile(features), name, what));
  }
  return finish(check, differing);
}

function finish(check: boolean, differing: readonly string[]): number {
  const files = differing.map((path) => `src/kernels/wasm/${path}`).join(", ");
  if (differing.length === 0) console.log("WASM kernels: as their sources say");
  else if (!check) console.log(`WASM kernels: wrote ${files}`);
  else console.error(`WASM kernels: ${files} differ from their sources; run deno task wasm`);
  return check && differing.length > 0 ? FAILED : DONE;
}

if (import.meta.main) {
  await main(async () => {
    const line = parseCommandLine(Deno.args, usage);
    if (!line.help) return await build(line.has("check"));
    console.log(helpText(usage));
    return DONE;
  });
}
