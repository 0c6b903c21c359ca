import { sha256 } from "../../src/core/digest.ts";
import { InputError } from "../../src/core/errors.ts";
import { stateFolder } from "../project.ts";

/**
 * Keeps a folder for this process, until it ends however it ends. Where the project's state cannot
 * be written, as in a checkout that is read only, it is not kept.
 *
 * @param locks Where locks are.
 * @throws {InputError} Where another process has it.
 */
export async function lockFolder(
  flag: string,
  folder: string,
  // Beside the project's other state, so that the folder has no file that means nothing to anyone.
  locks: URL = new URL("locks/", stateFolder),
): Promise<Disposable> {
  const place = new URL(sha256(folder), locks);
  const file = await opened(locks, place);
  if (file === null) return { [Symbol.dispose]: () => {} };
  if (await file.tryLock(true)) {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    return file;
  }
  file.close();
  // Some systems let nobody read a file that is locked.
  const pid = (await Deno.readTextFile(place).catch(() => "")).trim();
  const help = /^\d+$/.test(pid) ? `Process ${pid} does.` : undefined;
  throw new InputError(flag, "a folder that no other training writes to", folder, help);
}

/** The file of a lock; `null` where it cannot be written. */
async function opened(locks: URL, place: URL): Promise<Deno.FsFile | null> {
  try {
    await Deno.mkdir(locks, { recursive: true });
    return await Deno.open(place, { write: true, create: true });
  } catch {
    return null;
  }
}
