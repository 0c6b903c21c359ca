import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { InputError } from "../../src/core/errors.ts";
import { otherThanFile } from "./files.ts";
import { callerFolder } from "./project.ts";

/**
 * Opens a file of the user. A relative path starts at the folder in which the user called the task.
 *
 * @param name The name of the parameter or flag in messages.
 * @throws {InputError} If there is no such file, it is a folder or a pipe, or the user may not read
 *   it.
 */
export async function readFile(
  path: string,
  name = `the file ${path}`,
): Promise<ReadableStream<Uint8Array>> {
  const place = resolve(callerFolder(), path);
  const unreadable = (why: string) => new InputError(name, "a readable file", why);
  try {
    // The file is read several times, and a pipe can be read only once.
    const other = otherThanFile(await Deno.stat(place));
    if (other !== null) throw unreadable(other);
    return (await Deno.open(place)).readable;
  } catch (error) {
    const why = refusal(error);
    throw why === null ? error : unreadable(why);
  }
}

/**
 * Computes the SHA-256 of files of the user, by path. It reads them as streams, so large files need
 * little memory.
 *
 * @param name The name of the parameter or flag in messages.
 * @throws {InputError} Under the conditions of {@link readFile}.
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

/** Returns why the operating system refuses to read a file; `null` for any other error. */
export function refusal(error: unknown): string | null {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.NotADirectory) return "no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "a file that you may not read";
  if (error instanceof Deno.errors.NotCapable) return "a file that Deno may not read";
  // The message of any other error of the system ends with a colon and the path, which would be
  // repeated.
  if (!(error instanceof Error) || !("code" in error)) return null;
  return error.message.split(": ")[0] ?? "";
}
