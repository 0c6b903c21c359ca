import { InputError } from "../../src/core/errors.ts";
import { readTextModel, type TextModelDescription } from "../../src/generation/text_model.ts";
import { checkOwnFolder, readBytesIfThere, refusedBySystem, writeAtomic } from "../cli/files.ts";
import { LOCK_FILE } from "../cli/folder_lock.ts";

/** The files that a training writes. */
const files = {
  last: "last.safetensors",
  history: "history.json",
  best: "best.safetensors",
  model: "model.json",
} as const;

/** A file of a model's folder. */
export type ModelFile = keyof typeof files;

/** The folder of files that are being written. It has no other files. */
const DRAFTS = ".unroll-drafts";

const FRESH = "Use --fresh to begin again, or choose another --out.";

/** The folder of a model: its description, the best and the last weights, and the losses by epoch. */
export class ModelFolder {
  readonly #replacement: Replacement;
  #replacing = false;

  /** @param path The folder, absolute. */
  constructor(readonly path: string) {
    this.#replacement = new Replacement(path, Object.values(files));
  }

  /** Whether the new files will replace those of an earlier training. */
  get replacing(): boolean {
    return this.#replacing;
  }

  /** The path of a file. */
  place(file: ModelFile): string {
    return `${this.path}/${files[file]}`;
  }

  /** Reads the description; `null` if the folder has none. */
  async description(): Promise<TextModelDescription | null> {
    const bytes = await this.read("model");
    return bytes === null
      ? null
      : readTextModel(new TextDecoder().decode(bytes), this.place("model"));
  }

  /**
   * Reads the bytes of a file; `null` if there is no such file.
   *
   * @throws {InputError} If the file cannot be read.
   */
  async read(file: ModelFile): Promise<Uint8Array | null> {
    try {
      return await readBytesIfThere(await this.#replacement.source(files[file]));
    } catch (error) {
      if (error instanceof InputError || !(error instanceof Error)) throw error;
      throw new InputError(this.place(file), "a file that can be read", why(error));
    }
  }

  /** Whether the folder has a file. */
  async has(file: ModelFile): Promise<boolean> {
    const place = await this.#replacement.source(files[file]);
    return await Deno.stat(place).then(() => true, () => false);
  }

  /** Writes a file completely or not at all. */
  async write(file: ModelFile, content: string | Uint8Array): Promise<void> {
    const place = this.#replacing ? `${this.#replacement.draft}/${files[file]}` : this.place(file);
    await this.#checkFolders();
    await writeAtomic(place, content, `${this.path}/${DRAFTS}`);
  }

  /**
   * Begins a replacement: files that are written from now on do not replace the existing files
   * before {@link ModelFolder.settle}.
   */
  async replace(): Promise<void> {
    await this.#replacement.begin();
    this.#replacing = true;
  }

  /** Replaces the existing files with the new ones. */
  async settle(): Promise<void> {
    if (!this.#replacing) return;
    await this.#replacement.settle();
    this.#replacing = false;
  }

  /**
   * Ends writing. Without {@link ModelFolder.settle} the new files are removed, and the existing
   * files stay.
   */
  async close(): Promise<void> {
    await this.#removeDrafts();
    if (!this.#replacing) return;
    await this.#replacement.forget();
    this.#replacing = false;
  }

  /**
   * Finishes the replacement that a killed process had begun.
   *
   * @throws {InputError} If the files cannot be moved.
   */
  async repair(): Promise<void> {
    await this.#writing(() => this.#replacement.finish());
  }

  /**
   * Checks that a training may write to the folder.
   *
   * @param fresh Whether the folder may have files that a training did not write. These files stay
   *   in any case.
   * @returns The description of the earlier training in the folder; `null` if there is none.
   * @throws {InputError} If the path is a file, or if the folder has files that prevent the
   *   training.
   */
  async check(fresh: boolean): Promise<TextModelDescription | null> {
    const info = await Deno.stat(this.path).catch(() => null);
    if (info && !info.isDirectory) {
      throw new InputError("--out", "a folder", `${this.path}, a file`);
    }
    if (info) await this.#checkFolders();
    const there = info ? await this.#names() : [];
    const passing = [DRAFTS, LOCK_FILE];
    const names = there.filter((name) => !passing.includes(name) && !Replacement.has(name)).sort();
    // The description may still be in a folder in which a killed process left it.
    if (await this.has("model")) return await this.#described();
    // Without a description it is unknown whether a training wrote a file of such a name.
    const taken = names.find((name) => Object.values(files).some((file) => file === name));
    const [other] = taken === undefined ? names : [taken];
    if (other !== undefined && (taken !== undefined || !fresh)) {
      const help = taken === undefined
        ? "With --fresh, training writes its files beside it."
        : "Without model.json, it may be a file of yours: move it away, or choose another --out.";
      const found = `${this.path} with ${other} in it`;
      throw new InputError("--out", "an empty folder, or one of a model", found, help);
    }
    return null;
  }

  async #names(): Promise<string[]> {
    try {
      return await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name);
    } catch (error) {
      throw refusedBySystem(this.path, error);
    }
  }

  async #described(): Promise<TextModelDescription | null> {
    try {
      return await this.description();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const wanted = "a folder whose model.json describes a text model";
      const help = `${error.message}. Move that file away, or choose another --out.`;
      throw new InputError("--out", wanted, this.path, help);
    }
  }

  /**
   * Creates the folder if it is missing, and removes the unfinished files of killed processes.
   *
   * @throws {InputError} If the folder cannot be written.
   */
  async prepare(): Promise<void> {
    await this.#writing(async () => {
      await this.#checkFolders();
      await Deno.mkdir(`${this.path}/${DRAFTS}`, { recursive: true });
      await this.#removeDrafts();
      await this.#replacement.forget();
    });
  }

  /** Checks that the folders of unfinished files are not links, before anything is changed. */
  async #checkFolders(): Promise<void> {
    await checkOwnFolder(`${this.path}/${DRAFTS}`);
    await this.#replacement.check();
  }

  async #writing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError("--out", "a folder that can be written", this.path, why(error));
    }
  }

  async #removeDrafts(): Promise<void> {
    const folder = `${this.path}/${DRAFTS}`;
    if (!await Deno.lstat(folder).then(({ isDirectory }) => isDirectory, () => false)) return;
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".draft")) await Deno.remove(`${folder}/${name}`);
    }
    await Deno.remove(folder);
  }

  /** Returns the error about a file without which a training cannot continue. */
  cannotGoOn(file: ModelFile, found: string, why?: string): InputError {
    const help = why === undefined ? FRESH : `${why.replace(/\.$/, "")}. ${FRESH}`;
    return new InputError(this.place(file), "the file that training wrote", found, help);
  }
}

/**
 * Returns why a file cannot be read or written. The messages of Deno are replaced, since they
 * suggest flags of Deno.
 */
function why(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "Deno allows nothing there";
  if (error instanceof Deno.errors.PermissionDenied) return "Permission is denied";
  return error instanceof Error ? error.message : String(error);
}

/** The folder of the new files until all of them are written. */
const DRAFT = "unroll-fresh.draft";
/** The folder of the new files after that, until the old files are removed. */
const WHOLE = "unroll-fresh.whole";
/** The folder of the new files after the old files are removed. */
const MOVING = "unroll-fresh.moving";

/**
 * Replaces the files of an old training by those of a new one. The folder has one complete training
 * at every moment: after a killed process, the replacement is finished or undone.
 */
export class Replacement {
  readonly #folder: string;
  readonly #names: readonly string[];

  /**
   * @param names The names of the files of a training. Every complete training has the first one.
   */
  constructor(folder: string, names: readonly string[]) {
    this.#folder = folder;
    this.#names = names;
  }

  /** Whether a name in the folder is one of the folders of a replacement. */
  static has(name: string): boolean {
    return [DRAFT, WHOLE, MOVING].includes(name);
  }

  /** The folder in which new files are written. */
  get draft(): string {
    return `${this.#folder}/${DRAFT}`;
  }

  /**
   * Checks that the three folders are missing, or are folders. Every method that reads or changes
   * files calls this first: a link could lead to files of another folder.
   *
   * @throws {InputError} If one of them is a link or a file.
   */
  async check(): Promise<void> {
    for (const name of [DRAFT, WHOLE, MOVING]) await checkOwnFolder(this.#path(name));
  }

  /** Creates the folder of new files. */
  async begin(): Promise<void> {
    await this.forget();
    await Deno.mkdir(this.draft);
  }

  /** Removes the new files, some of which may be missing. */
  async forget(): Promise<void> {
    await this.check();
    for (const name of this.#names) await removed(`${this.draft}/${name}`);
    await removed(this.draft);
  }

  /** Replaces the old files with the new ones. */
  async settle(): Promise<void> {
    await this.check();
    // From this rename on the new files are the valid ones.
    await Deno.rename(this.draft, this.#path(WHOLE));
    await this.finish();
  }

  /** Finishes a replacement that a killed process had begun. */
  async finish(): Promise<void> {
    await this.check();
    if (await this.#isWhole()) {
      for (const name of this.#names) await removed(this.#path(name));
      await Deno.rename(this.#path(WHOLE), this.#path(MOVING));
    }
    if (!await there(this.#path(MOVING))) return;
    for (const name of this.#names) {
      const from = `${this.#path(MOVING)}/${name}`;
      if (await there(from)) await Deno.rename(from, this.#path(name));
    }
    await removed(this.#path(MOVING));
  }

  /** Returns the path of a file, which a killed process may have left in another folder. */
  async source(name: string): Promise<string> {
    await this.check();
    if (await this.#isWhole()) return `${this.#path(WHOLE)}/${name}`;
    const moving = `${this.#path(MOVING)}/${name}`;
    return await there(moving) ? moving : this.#path(name);
  }

  /** Whether the new files are complete. An empty folder of that name does not count. */
  async #isWhole(): Promise<boolean> {
    return await there(`${this.#path(WHOLE)}/${this.#names[0]}`);
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

async function there(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

/**
 * Removes a file or an empty folder, if it exists. A folder that is not empty has files of the
 * user, and is an error.
 */
async function removed(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
