import { sha256 } from "../src/core/digest.ts";
import { filesBelow, readIfThere } from "./files.ts";

/** The project's folder. */
export const root: URL = new URL("../", import.meta.url);

/** Where finished runs and other state are kept between calls. */
export const stateFolder: URL = new URL(".unroll/", root);

/**
 * Digests of the source that takes part in a run, by path. The report's own source does not: a
 * page that looks different needs no experiment run again.
 */
export async function sourceDigests(): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of await filesBelow(new URL("src/", root), "src/")) {
    if (path.startsWith("src/report/")) continue;
    digests[path] = sha256(await Deno.readTextFile(new URL(path, root)));
  }
  return digests;
}

/**
 * The digest of the npm packages in deno.lock. What it says of JSR is left out: it depends on
 * whether JSR answered, and no experiment uses it.
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

/** The checkout's commit, read from git's own files; `null` outside a checkout. */
export async function commit(): Promise<string | null> {
  const git = new URL(".git/", root);
  const head = (await readIfThere(new URL("HEAD", git)))?.trim();
  if (head === undefined) return null;
  if (!head.startsWith("ref: ")) return head;
  const name = head.slice("ref: ".length);
  const loose = await readIfThere(new URL(name, git));
  if (loose !== null) return loose.trim();
  const packed = await readIfThere(new URL("packed-refs", git)) ?? "";
  return packed.split("\n").find((line) => line.endsWith(` ${name}`))?.split(" ")[0] ?? null;
}
