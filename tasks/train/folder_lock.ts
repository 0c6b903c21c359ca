import { sha256 } from "../../src/core/digest.ts";
import { InputError } from "../../src/core/errors.ts";
import { stateFolder } from "../project.ts";

/**
 * Keeps a folder for this process, until it ends however it ends.
 *
 * @throws {InputError} Where another process has it.
 */
export async function lockFolder(flag: string, folder: string): Promise<Disposable> {
  // Beside the project's other state, so that the folder has no file that means nothing to anyone.
  const locks = new URL("locks/", stateFolder);
  await Deno.mkdir(locks, { recursive: true });
  const file = await Deno.open(new URL(sha256(folder), locks), { write: true, create: true });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new InputError(flag, "a folder that no other training writes to", folder);
}
