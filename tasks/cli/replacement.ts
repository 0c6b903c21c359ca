import { checkOwnFolder } from "./files.ts";

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
