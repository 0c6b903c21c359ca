import { z } from "zod";
import { sha256 } from "../../src/platform/sha256.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { MachineRecord, Result } from "../../src/result/result.ts";
import { machineSchema, resultSchema } from "../../src/result/result_schema.ts";
import { parseJson } from "../../src/core/schema.ts";
import { distance, type RunInputs, runKey, whyRun } from "../../src/harness/key.ts";
import type { PartStore } from "../../src/harness/run.ts";
import {
  filesBelow,
  isAbandoned,
  placeBelow,
  readIfThere,
  removeOldDrafts,
  writeAtomic,
} from "../cli/files.ts";

/** A finished run in the store. */
export interface StoredRun {
  readonly inputs: RunInputs;
  /** The time at which it was computed, in ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly timings: Readonly<Record<string, number>>;
  /** The machine of the run, and the measurements of it. */
  readonly machine: MachineRecord;
  /** The reason why it was computed. */
  readonly reason: string;
  readonly result: Result;
}

const inputs = z.strictObject({
  experiment: z.string(),
  version: z.number(),
  parameters: z.record(z.string(), z.json()),
  seeds: z.array(z.number()),
  // The schema of the result checks the backend. In the inputs it is only compared.
  backend: z.custom<RunInputs["backend"]>((value) => typeof value === "object" && value !== null),
  source: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.string()),
  lock: z.string(),
});

/**
 * A run in a file, with the digest of its other fields, so that a change of the file is detected.
 */
const storedRun: z.ZodType<StoredRun & { readonly digest: string }> = z.strictObject({
  inputs,
  date: z.iso.datetime(),
  seconds: z.number(),
  timings: z.record(z.string(), z.number()),
  machine: machineSchema,
  reason: z.string(),
  result: resultSchema,
  digest: z.string(),
});

/** The answer of the store: the run, or the reason why the store does not have it. */
export type Lookup =
  | { readonly run: StoredRun }
  | { readonly run: null; readonly reason: string };

/** The number of runs of an experiment that are kept; older ones are removed. */
const KEPT_RUNS = 20;

/** Finished runs, and the finished parts of those that were interrupted, in files. */
export class Store {
  readonly #folder: URL;
  /** A folder that has only drafts, so old files in it can be removed. */
  readonly #drafts: URL;
  readonly #notKept: (error: unknown) => void;
  /** Whether a write has failed. After a failure nothing is written, and no part is read. */
  #failed = false;

  /**
   * @param folder The folder of the store.
   * @param notKept Called once with the error if the folder cannot be written, for example in a
   * read-only checkout. If it returns, work continues without the store.
   */
  constructor(folder: URL, notKept: (error: unknown) => void) {
    this.#folder = folder;
    this.#drafts = new URL("drafts/", folder);
    this.#notKept = notKept;
  }

  /** Tries to write a file, and returns whether runs can be kept. */
  async canKeep(): Promise<boolean> {
    await this.#write(async () => {
      const draft = new URL(`${crypto.randomUUID()}.draft`, this.#drafts);
      await writeAtomic(draft, "", this.#drafts);
      await Deno.remove(draft);
    });
    return !this.#failed;
  }

  /**
   * Finds the kept run with these inputs, or the reason why it must be computed. A damaged file
   * counts as missing, with a reason.
   */
  async find(now: RunInputs): Promise<Lookup> {
    const path = this.#runFile(now.experiment, runKey(now));
    if (await exists(path)) {
      try {
        const run = parse(await readIfThere(path) ?? "");
        if (runKey(run.inputs) !== runKey(now)) throw new SyntaxError("it belongs to another run");
        return { run };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return { run: null, reason: `the kept result is damaged: ${why}` };
      }
    }
    const earlier = (await this.#runs(now.experiment)).map((run) => run.inputs)
      .sort((a, b) => distance(a, now) - distance(b, now));
    return { run: null, reason: whyRun(earlier[0] ?? null, now) };
  }

  /**
   * Reads a kept run by its key.
   *
   * @param experiment The id of its experiment.
   * @param key The key of its inputs, from `runKey`.
   * @returns The run; `null` if it is not kept, or its file is damaged.
   */
  async ofKey(experiment: string, key: string): Promise<StoredRun | null> {
    const run = await this.#read(this.#runFile(experiment, key));
    return run && runKey(run.inputs) === key ? run : null;
  }

  /** Keeps a finished run, and removes its parts and the oldest runs. */
  async keep(run: StoredRun): Promise<void> {
    await this.#write(() => this.#keep(run));
  }

  async #keep(run: StoredRun): Promise<void> {
    const path = this.#runFile(run.inputs.experiment, runKey(run.inputs));
    await Deno.mkdir(new URL(".", path), { recursive: true });
    const digest = sha256(stableStringify(run));
    await writeAtomic(path, stableStringify({ ...run, digest }) + "\n", this.#drafts);
    // If another process writes parts of the same run into this folder, it cannot be removed. Such
    // parts are not used any more.
    await Deno.remove(this.#partsFolder(run.inputs), { recursive: true }).catch(() => {});
    const files = await this.#runFiles(run.inputs.experiment);
    for (const file of files.slice(KEPT_RUNS)) await Deno.remove(file).catch(ignoreMissing);
    for (const folder of [this.#drafts, new URL(".", path)]) await removeOldDrafts(folder);
  }

  /**
   * Removes the files that killed processes left: the parts of a run that is now complete, and
   * drafts.
   *
   * @param of The inputs of the run.
   */
  async removeLeftovers(of: RunInputs): Promise<void> {
    const parts = this.#partsFolder(of);
    // A folder that cannot be written does not prevent the use of kept runs.
    if (await isAbandoned(parts)) await Deno.remove(parts, { recursive: true }).catch(() => {});
    await removeOldDrafts(this.#drafts).catch(() => {});
  }

  /** Returns the store of the parts of an unfinished run. */
  parts(of: RunInputs): PartStore {
    const folder = this.#partsFolder(of);
    const drafts = this.#drafts;
    const file = (name: string) => new URL(`${sha256(name).slice(0, 32)}.json`, folder);
    return {
      read: async (name) => {
        // If a write failed, --fresh may not have removed the old parts, so they are not used.
        if (this.#failed) return undefined;
        try {
          const text = await readIfThere(file(name));
          if (text === null) return undefined;
          const { name: kept, digest, part } = JSON.parse(text);
          return kept === name && digest === sha256(stableStringify(part)) ? part : undefined;
        } catch {
          return undefined; // A damaged part is computed again.
        }
      },
      write: async (name, part) => {
        const digest = sha256(stableStringify(part));
        const text = stableStringify({ name, digest, part });
        await this.#write(async () => {
          await Deno.mkdir(folder, { recursive: true });
          // If another process kept the run just now, its parts are gone and no longer needed.
          await writeAtomic(file(name), text, drafts).catch(ignoreMissing);
        });
      },
    };
  }

  /** Removes the parts of an unfinished run. */
  async forgetParts(of: RunInputs): Promise<void> {
    await this.#write(() =>
      Deno.remove(this.#partsFolder(of), { recursive: true }).catch(ignoreMissing)
    );
  }

  async #write(work: () => Promise<void>): Promise<void> {
    if (this.#failed) return;
    try {
      await work();
    } catch (error) {
      this.#failed = true;
      this.#notKept(error);
    }
  }

  #runFile(experiment: string, key: string): URL {
    return new URL(`runs/${experiment}/${key.slice(0, 32)}.json`, this.#folder);
  }

  #partsFolder(of: RunInputs): URL {
    return new URL(`parts/${of.experiment}/${runKey(of).slice(0, 32)}/`, this.#folder);
  }

  /** Lists the files of an experiment, the newest first. */
  async #runFiles(experiment: string): Promise<string[]> {
    const folder = new URL(`runs/${experiment}/`, this.#folder);
    // Earlier versions wrote drafts into this folder, which have another ending.
    const names = (await filesBelow(folder)).filter((name) => name.endsWith(".json"));
    const dated = await Promise.all(names.map(async (name) => {
      const path = placeBelow(folder, name);
      // Another process may remove it at the same time.
      return { path, time: (await Deno.lstat(path).catch(() => null))?.mtime?.getTime() ?? 0 };
    }));
    return dated.sort((a, b) => b.time - a.time).map(({ path }) => path);
  }

  async #runs(experiment: string): Promise<StoredRun[]> {
    const runs: StoredRun[] = [];
    for (const file of await this.#runFiles(experiment)) {
      const run = await this.#read(file);
      if (run) runs.push(run);
    }
    return runs;
  }

  /** Reads the run in a file; `null` if the file is missing or damaged. */
  async #read(file: string | URL): Promise<StoredRun | null> {
    try {
      return parse(await readIfThere(file) ?? "");
    } catch {
      return null;
    }
  }
}

/** @throws {SyntaxError} Unless {@link Store.keep} wrote the text. */
function parse(text: string): StoredRun {
  const { digest, ...run } = parseJson(storedRun, text, "the file");
  if (digest !== sha256(stableStringify(run))) throw new SyntaxError("its digest differs");
  return run;
}

async function exists(path: URL): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
