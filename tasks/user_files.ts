import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { InputError } from "../src/core/errors.ts";
import { callerFolder } from "./project.ts";

/**
 * Opens a file of the user's, by its path from where they called.
 *
 * @throws {InputError} Where there is none, it is a folder, or it may not be read.
 */
export async function readFile(path: string): Promise<ReadableStream<Uint8Array>> {
  const place = resolve(callerFolder(), path);
  try {
    if ((await Deno.stat(place)).isDirectory) throw new InputError("a file", "no folder", path);
    return (await Deno.open(place)).readable;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError("a file", "one that there is", path);
    }
    if (error instanceof Deno.errors.NotADirectory) {
      throw new InputError("a file", "one that there is", path);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new InputError("a file", "one that may be read", path);
    }
    throw error;
  }
}

/**
 * SHA-256 of files of the user's, by path, whatever their size.
 *
 * @throws {InputError} As {@link readFile}.
 */
export async function fileDigests(paths: readonly string[]): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of paths) {
    const hash = createHash("sha256");
    for await (const chunk of await readFile(path)) hash.update(chunk);
    digests[path] = hash.digest("hex");
  }
  return digests;
}
