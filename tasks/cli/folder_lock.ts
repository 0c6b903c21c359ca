import { dirname } from "node:path";
import { InputError } from "../../src/core/errors.ts";

/** The file that is locked on systems that cannot lock a folder. */
export const LOCK_FILE = ".unroll-lock";

/**
 * Reserves a folder for this process until the lock is disposed or the process ends, even if it is
 * killed. The folder itself is locked, so two paths to it, such as a link or a mount, have the same
 * lock, also from another checkout. A missing folder is created, and removed at the end if it is
 * still empty. On a file system without locks, the folder is not locked.
 *
 * @param flag The flag that names the folder, for messages.
 * @param folder Its absolute path.
 * @param writer The kind of process that writes to the folder, for messages: `"training"` or
 *   `"report"`.
 * @returns The lock.
 * @throws {InputError} If the folder cannot be made, or another process has it.
 */
export async function lockFolder(
  flag: string,
  folder: string,
  writer: string,
): Promise<Disposable> {
  for (;;) {
    const made = await makeFolder(flag, folder);
    const file = await openLock(folder);
    if (file === "taken") {
      const wanted = `a folder that no other ${writer} writes to`;
      throw new InputError(flag, wanted, folder, "Wait until it ends, or choose another folder.");
    }
    // The process that had the lock may just have removed the file, or the empty folder.
    if (file === null ? !await exists(folder) : !await isAt(folder, file)) {
      file?.close();
      continue;
    }
    return {
      [Symbol.dispose]: () => {
        if (file !== null) removeLockFile(folder, file);
        removeEmpty(folder, made);
        file?.close();
      },
    };
  }
}

/**
 * Creates a folder and its missing parents, and returns the outermost that it created, or `null`.
 */
async function makeFolder(flag: string, folder: string): Promise<string | null> {
  const info = await Deno.stat(folder).catch(() => null);
  if (info && !info.isDirectory) throw new InputError(flag, "a folder", `${folder}, a file`);
  if (info) return null;
  let made = folder;
  for (let above = dirname(made); above !== made && !await exists(above); above = dirname(made)) {
    made = above;
  }
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(flag, "a folder that can be written", folder, why);
  }
  return made;
}

/**
 * Locks the folder, or a file in it, and returns the open file; `"taken"` if another process has
 * the lock, `null` if the file system has no locks.
 */
async function openLock(folder: string): Promise<Deno.FsFile | "taken" | null> {
  const ways = [
    () => Deno.open(folder, { read: true }),
    () => Deno.open(`${folder}/${LOCK_FILE}`, { write: true, create: true }),
  ];
  for (const open of ways) {
    const file = await open().catch(() => null);
    // Some systems cannot open a folder, and some cannot lock a file that is open only for reading.
    const locked = await file?.tryLock(true).catch(() => null) ?? null;
    if (locked) return file;
    file?.close();
    if (locked === false) return "taken";
  }
  return null;
}

async function isAt(folder: string, file: Deno.FsFile): Promise<boolean> {
  const opened = await file.stat();
  const path = opened.isDirectory ? folder : `${folder}/${LOCK_FILE}`;
  const there = await Deno.stat(path).catch(() => null);
  return there !== null && there.ino === opened.ino && there.dev === opened.dev;
}

/** Removes the locked file if this process locked a file instead of the folder. */
function removeLockFile(folder: string, file: Deno.FsFile): void {
  const path = `${folder}/${LOCK_FILE}`;
  try {
    const [opened, there] = [file.statSync(), Deno.lstatSync(path)];
    // A file with content, or a link, belongs to the user.
    if (opened.isFile && there.isFile && there.size === 0) Deno.removeSync(path);
  } catch {
    // The file is gone already, or cannot be removed and stays as an empty file.
  }
}

/** Removes a folder and its parents up to `outermost`, until one of them is not empty. */
function removeEmpty(folder: string, outermost: string | null): void {
  if (outermost === null) return;
  try {
    for (let path = folder;; path = dirname(path)) {
      Deno.removeSync(path);
      if (path === outermost) return;
    }
  } catch {
    // The folder is not empty, or in use.
  }
}

async function exists(path: string): Promise<boolean> {
  // A task has no permission to read the parents of its folder. Such a parent exists, since the
  // task cannot have created it.
  return await Deno.lstat(path).then(
    () => true,
    (error) => error instanceof Deno.errors.NotCapable,
  );
}
