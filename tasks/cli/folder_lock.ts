import { dirname } from "node:path";
import { InputError } from "../../src/core/errors.ts";

/** The file that is locked on systems that cannot lock a folder. */
export const LOCK_FILE = ".unroll-lock";

/**
 * Reserves a folder for this process until the lock is disposed or the process ends, however it
 * ends. What is locked is the folder itself, so two paths to one folder, through a link or a mount,
 * have one lock, and so have two checkouts. A missing folder is made; if it is still empty at the end,
 * it is removed. A file system without locks is used without one.
 *
 * @param flag What the user calls the folder.
 * @param folder Its absolute path.
 * @param writer What writes to it, for the message: `"training"` or `"report"`.
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
    // The process that had the folder may have removed it just now, since it was empty, or the file.
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

/** Makes a folder and those that it is in; gives the outermost that was missing, or `null`. */
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

/** The locked file; `"taken"` if another process has it, and `null` if there are no locks here. */
async function openLock(folder: string): Promise<Deno.FsFile | "taken" | null> {
  const ways = [
    () => Deno.open(folder, { read: true }),
    () => Deno.open(`${folder}/${LOCK_FILE}`, { write: true, create: true }),
  ];
  for (const open of ways) {
    const file = await open().catch(() => null);
    // Some systems open no folder, others lock nothing that is open for reading only.
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

/** Removes the locked file if this process locked one, and not the folder. */
function removeLockFile(folder: string, file: Deno.FsFile): void {
  const path = `${folder}/${LOCK_FILE}`;
  try {
    const [opened, there] = [file.statSync(), Deno.lstatSync(path)];
    // What has a text, or is a link, is the user's.
    if (opened.isFile && there.isFile && there.size === 0) Deno.removeSync(path);
  } catch {
    // It is gone, or cannot be removed: an empty file stays.
  }
}

/** Removes a folder, and those that it is in up to an outermost one, as far as they are empty. */
function removeEmpty(folder: string, outermost: string | null): void {
  if (outermost === null) return;
  try {
    for (let path = folder;; path = dirname(path)) {
      Deno.removeSync(path);
      if (path === outermost) return;
    }
  } catch {
    // It is in use.
  }
}

async function exists(path: string): Promise<boolean> {
  // A task may not look at what is above its folder, and has not made it.
  return await Deno.lstat(path).then(
    () => true,
    (error) => error instanceof Deno.errors.NotCapable,
  );
}
