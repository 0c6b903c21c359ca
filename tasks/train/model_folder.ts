import { InputError } from "../../src/core/errors.ts";
import { readTextModel, type TextModelDescription } from "../../src/generation/text_model.ts";
import { readIfThere, writeAtomic } from "../files.ts";

/** What a training writes, in the order in which it is taken away. */
const files = {
  last: "last.safetensors",
  history: "history.json",
  best: "best.safetensors",
  model: "model.json",
} as const;

/** A file of a model's folder. */
export type ModelFile = keyof typeof files;

const FRESH = "--fresh begins anew; or choose another --out.";

/** The folder of a model: its description, the best and the last weights, and the losses by epoch. */
export class ModelFolder {
  /** @param path Absolute. */
  constructor(readonly path: string) {}

  /** The path of a file. */
  place(file: ModelFile): string {
    return `${this.path}/${files[file]}`;
  }

  /** The description; `null` where there is none. */
  async description(): Promise<TextModelDescription | null> {
    const text = await readIfThere(this.place("model"));
    return text === null ? null : readTextModel(text, this.place("model"));
  }

  /** A file's bytes; `null` where there is none. */
  async read(file: ModelFile): Promise<Uint8Array | null> {
    try {
      return await Deno.readFile(this.place(file));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Whether there is a file. */
  async has(file: ModelFile): Promise<boolean> {
    return await Deno.stat(this.place(file)).then(() => true, () => false);
  }

  /** Writes a file whole or not at all. */
  async write(file: ModelFile, content: string | Uint8Array): Promise<void> {
    await writeAtomic(this.place(file), content);
  }

  /**
   * Checks that a training may write here.
   *
   * @param fresh Whether it may among files that are not a training's. Those stay in any case.
   * @returns The description of the training that was here before; `null` where there was none.
   * @throws {InputError} Saying what is in the way.
   */
  async check(fresh: boolean): Promise<TextModelDescription | null> {
    const info = await Deno.stat(this.path).catch(() => null);
    if (info && !info.isDirectory) {
      throw new InputError("--out", "a folder", `${this.path}, a file`);
    }
    const there = info ? await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name) : [];
    const names = there.filter((name) => !isDraft(name)).sort();
    if (names.includes(files.model)) return await this.#described();
    // Whatever has such a name without a description is not known to be a training's.
    const taken = names.find((name) => Object.values(files).some((file) => file === name));
    const [other] = taken === undefined ? names : [taken];
    if (other !== undefined && (taken !== undefined || !fresh)) {
      const help = taken === undefined ? `With --fresh they stay side by side.` : undefined;
      const found = `${this.path} with ${other} in it`;
      throw new InputError("--out", "an empty folder, or one of a model", found, help);
    }
    return null;
  }

  async #described(): Promise<TextModelDescription | null> {
    try {
      return await this.description();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const wanted = "a folder whose model.json describes a text model";
      const help = `${error.message}. Take that file away, or choose another --out.`;
      throw new InputError("--out", wanted, this.path, help);
    }
  }

  /**
   * Makes the folder where it is missing, and takes away what killed calls left half written.
   *
   * @throws {InputError} Where it cannot be written.
   */
  async prepare(): Promise<void> {
    try {
      await Deno.mkdir(this.path, { recursive: true });
      await Deno.writeTextFile(`${this.place("model")}.${Deno.pid}.draft`, "");
      for await (const { name } of Deno.readDir(this.path)) {
        if (isDraft(name)) await Deno.remove(`${this.path}/${name}`);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError("--out", "a folder that can be written", this.path, why);
    }
  }

  /** Takes a training away, and nothing else. */
  async clear(): Promise<void> {
    for (const file of Object.values(files)) {
      await Deno.remove(`${this.path}/${file}`).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  }

  /** An error about a file without which a training cannot go on. */
  cannotGoOn(file: ModelFile, found: string, why?: string): InputError {
    const help = why === undefined ? FRESH : `${why.replace(/\.$/, "")}. ${FRESH}`;
    return new InputError(this.place(file), "as training wrote it, to go on from it", found, help);
  }
}

/** Whether a name is that of a file of a training that was being written. */
function isDraft(name: string): boolean {
  const [, file] = /^(.+)\.\d+\.draft$/.exec(name) ?? [];
  return Object.values(files).some((one) => one === file);
}
