import { InputError } from "../../src/core/errors.ts";
import { checkOwnFolder, readBytesIfThere, refusedBySystem, writeAtomic } from "./files.ts";
import { LOCK_FILE } from "./folder_lock.ts";
import { Replacement } from "./replacement.ts";
import { FRESH } from "./same_settings.ts";

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

/** A kind of models, by the description in `model.json`. */
export interface ModelKind<Description> {
  /** The name of such a model in messages: `"a text model"`. */
  readonly name: string;
  /** Reads a description from the text of `model.json`; the second argument names the file. */
  readonly read: (text: string, name: string) => Description;
}

/**
 * The folder of a model that is trained: its description, the best and the last weights, and the
 * losses by epoch.
 */
export class TrainingFolder<Description> {
  readonly #replacement: Replacement;
  readonly #kind: ModelKind<Description>;
  #replacing = false;

  /**
   * @param path The folder, absolute.
   * @param kind The kind of the model.
   */
  constructor(readonly path: string, kind: ModelKind<Description>) {
    this.#replacement = new Replacement(path, Object.values(files));
    this.#kind = kind;
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
  async description(): Promise<Description | null> {
    const bytes = await this.read("model");
    return bytes === null
      ? null
      : this.#kind.read(new TextDecoder().decode(bytes), this.place("model"));
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

  /**
   * Reads a file that this training wrote.
   *
   * @param read Converts the bytes; the second argument names the file.
   * @throws {InputError} If the file is missing or damaged; the message says how to begin again.
   */
  async readOwn<T>(
    file: ModelFile,
    read: (bytes: Uint8Array, name: string) => T | Promise<T>,
  ): Promise<T> {
    const bytes = await this.read(file);
    if (bytes === null) throw this.cannotGoOn(file, "no such file");
    try {
      return await read(bytes, this.place(file));
    } catch (error) {
      if (!(error instanceof InputError) && !(error instanceof SyntaxError)) throw error;
      throw this.cannotGoOn(file, "a damaged or another file", error.message);
    }
  }

  /** Whether the folder has a file. */
  async has(file: ModelFile): Promise<boolean> {
    const place = await this.#replacement.source(files[file]);
    return await Deno.stat(place).then(() => true, () => false);
  }

  /**
   * Whether the folder has a checkpoint to continue from.
   *
   * @throws {InputError} If it has none, but has files that are written after the first one.
   */
  async hasCheckpoint(): Promise<boolean> {
    if (await this.has("last")) return true;
    for (const file of ["best", "history"] as const) {
      if (await this.has(file)) throw this.cannotGoOn("last", "no such file");
    }
    return false;
  }

  /** Writes a file completely or not at all. */
  async write(file: ModelFile, content: string | Uint8Array): Promise<void> {
    const place = this.#replacing ? `${this.#replacement.draft}/${files[file]}` : this.place(file);
    await this.#checkFolders();
    await writeAtomic(place, content, `${this.path}/${DRAFTS}`);
  }

  /**
   * Begins a replacement: files that are written from now on do not replace the existing files
   * before {@link TrainingFolder.settle}.
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
   * Ends writing. Without {@link TrainingFolder.settle} the new files are removed, and the existing
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
  async check(fresh: boolean): Promise<Description | null> {
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

  async #described(): Promise<Description | null> {
    try {
      return await this.description();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const wanted = `a folder whose model.json describes ${this.#kind.name}`;
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
