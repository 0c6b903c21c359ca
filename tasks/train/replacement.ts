import { checkOwnFolder } from "../files.ts";

/** Where a new training's files are while they are not yet whole. */
const DRAFT = "unroll-fresh.draft";
/** Where they are once they are, and the old ones have to go. */
const WHOLE = "unroll-fresh.whole";
/** Where they are once the old ones are gone. */
const MOVING = "unroll-fresh.moving";

/**
 * The files of a new training in a folder that has an old one, which they replace in one go. At
 * every moment there is one whole training: what a killed process began is finished or forgotten.
 */
export class Replacement {
  readonly #folder: string;
  readonly #names: readonly string[];

  /** @param names Of the files of a training. The first is in every training that is whole. */
  constructor(folder: string, names: readonly string[]) {
    this.#folder = folder;
    this.#names = names;
  }

  /** Whether a name in the folder is that of a replacement. */
  static has(name: string): boolean {
    return [DRAFT, WHOLE, MOVING].includes(name);
  }

  /** Where new files are written. */
  get draft(): string {
    return `${this.#folder}/${DRAFT}`;
  }

  /**
   * Checks that its folders are folders, or missing. Each call that changes or reads something asks
   * this first: through a link, it would change files of another folder.
   *
   * @throws {InputError} If one is a link, a file or the like.
   */
  async check(): Promise<void> {
    for (const name of [DRAFT, WHOLE, MOVING]) await checkOwnFolder(this.#path(name));
  }

  /** Makes room for new files. */
  async begin(): Promise<void> {
    await this.forget();
    await Deno.mkdir(this.draft);
  }

  /** Takes away what is not whole. */
  async forget(): Promise<void> {
    await this.check();
    for (const name of this.#names) await removed(`${this.draft}/${name}`);
    await removed(this.draft);
  }

  /** Puts the new files in the place of the old. */
  async settle(): Promise<void> {
    await this.check();
    // From here on they count, wherever they are.
    await Deno.rename(this.draft, this.#path(WHOLE));
    await this.finish();
  }

  /** Finishes what a killed process was about to. */
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

  /** Where a file is to be read, also where a killed process left it. */
  async source(name: string): Promise<string> {
    await this.check();
    if (await this.#isWhole()) return `${this.#path(WHOLE)}/${name}`;
    const moving = `${this.#path(MOVING)}/${name}`;
    return await there(moving) ? moving : this.#path(name);
  }

  /** Whether there are new files that are whole, and not just a folder of that name. */
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

/** Removes a file or an empty folder. A folder with something in it has files that are not ours. */
async function removed(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
