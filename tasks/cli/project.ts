import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../src/platform/sha256.ts";
import { InputError } from "../../src/core/errors.ts";
import type { Page } from "../../src/report/markdown/markdown.ts";
import { placeBelow, readIfThere } from "./files.ts";

/** The project's folder. */
export const root: URL = new URL("../../", import.meta.url);

/** The folder in which the user called the task; paths on the command line are relative to it. */
export function callerFolder(): string {
  // `deno task` runs in the project's folder and sets this variable to the folder of the call.
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}

/**
 * Returns the folder of the site that a command line names.
 *
 * @param operands The arguments of the task; `reports/site` if there are none.
 * @returns The folder, absolute.
 * @throws {InputError} If there is more than one argument.
 */
export function siteFolder(operands: readonly string[]): string {
  if (operands.length > 1) throw new InputError("SITE", "one folder", operands);
  const [site] = operands;
  return site === undefined
    ? fileURLToPath(new URL("reports/site", root))
    : resolve(callerFolder(), site);
}

/** The folder in which finished runs and other state are kept between calls. */
export const stateFolder: URL = new URL(".unroll/", root);

/**
 * Computes the digests, by path, of the source files that a run of an experiment depends on: its
 * `experiment.ts`, the harness, and every file that these import. So a change of the report or of
 * another experiment does not require a new run.
 */
export async function sourceDigests(experiment: string): Promise<Record<string, string>> {
  const own = `src/experiments/${experiment.replaceAll("-", "_")}/experiment.ts`;
  const digests: Record<string, string> = {};
  const visit = async (path: string): Promise<void> => {
    // Only the versions in deno.json matter, and they are a separate part of the key.
    if (path in digests || path === "deno.json") return;
    const source = await Deno.readTextFile(new URL(path, root));
    digests[path] = sha256(source);
    if (!path.endsWith(".ts")) return;
    for (const target of importsOf(path, source)) await visit(target);
  };
  for (const path of [own, "src/harness/run.ts", "src/core/backend.ts"]) await visit(path);
  return digests;
}

/**
 * Computes the digest of the npm packages in deno.lock. The entries of JSR are left out: they
 * depend on whether JSR answered, and no experiment uses them.
 */
export async function lockDigest(): Promise<string> {
  const text = await readIfThere(new URL("deno.lock", root));
  if (text === null) return "none";
  try {
    return sha256(JSON.stringify(JSON.parse(text).npm ?? null));
  } catch {
    return sha256(text);
  }
}

/** Returns the commit of the checkout, from the files of git; `null` outside a checkout. */
export async function commit(): Promise<string | null> {
  const git = new URL(".git/", root);
  const head = (await readIfThere(new URL("HEAD", git)))?.trim();
  if (head === undefined) return null;
  if (!head.startsWith("ref: ")) return head;
  const name = head.slice("ref: ".length);
  const loose = await readIfThere(placeBelow(git, name));
  if (loose !== null) return loose.trim();
  const packed = await readIfThere(new URL("packed-refs", git)) ?? "";
  return packed.split("\n").find((line) => line.endsWith(` ${name}`))?.split(" ")[0] ?? null;
}

/** Lists the relative imports of a source text as paths from the project's folder. */
export function importsOf(path: string, source: string): string[] {
  return specifiersOf(source).filter((specifier) => specifier.startsWith("."))
    .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1));
}

/** Lists the specifiers that a source text imports. Comments are skipped. */
export function specifiersOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const found = code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...found].map(([, specifier = ""]) => specifier);
}

/** Reads the pages in `reports/`: the index, the methods, and the pages of the experiments. */
export async function readPages(experiments: readonly string[]): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>();
  for (const name of ["index", "methods", ...experiments]) {
    const path = `reports/${name}.md`;
    const source = await readIfThere(new URL(path, root));
    if (source !== null) pages.set(name, { path, source });
  }
  return pages;
}
