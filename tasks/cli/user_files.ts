import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { InputError } from "../../src/core/errors.ts";
import { otherThanFile } from "./files.ts";
import { callerFolder } from "./project.ts";

/**
 * Opens a file of the user's, by its path from where they called.
 *
 * @param name What it is called in messages.
 * @throws {InputError} If there is none, if it is a folder or a pipe, or if it may not be read.
 */
export async function readFile(
  path: string,
  name = `the file ${path}`,
): Promise<ReadableStream<Uint8Array>> {
  const place = resolve(callerFolder(), path);
  const unreadable = (why: string) => new InputError(name, "one that can be read", why);
  try {
    // It is read several times, which a pipe cannot be.
    const other = otherThanFile(await Deno.stat(place));
    if (other !== null) throw unreadable(other);
    return (await Deno.open(place)).readable;
  } catch (error) {
    const why = refusal(error);
    throw why === null ? error : unreadable(why);
  }
}

/**
 * SHA-256 of files of the user's, by path, whatever their size.
 *
 * @param name What a file is called in messages.
 * @throws {InputError} As {@link readFile}.
 */
export async function fileDigests(
  paths: readonly string[],
  name?: (path: string) => string,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of paths) {
    const hash = createHash("sha256");
    for await (const chunk of await readFile(path, name?.(path))) hash.update(chunk);
    digests[path] = hash.digest("hex");
  }
  return digests;
}

/** Why the system does not let a file be read; `null` of an error that is not the system's. */
export function refusal(error: unknown): string | null {
  if (error instanceof Deno.errors.NotFound) return "none of that name";
  if (error instanceof Deno.errors.NotADirectory) return "none of that name";
  if (error instanceof Deno.errors.PermissionDenied) return "one that you may not read";
  if (error instanceof Deno.errors.NotCapable) return "one that Deno may not read";
  // Whatever else the system says has its code, and after a colon the path once more.
  if (!(error instanceof Error) || !("code" in error)) return null;
  return error.message.split(": ")[0] ?? "";
}
