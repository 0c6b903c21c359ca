import { z } from "zod";
import { parseJson } from "../src/core/schema.ts";
import { root } from "../tasks/cli/project.ts";
import { median } from "../src/statistics/descriptive.ts";
import type { BackendName } from "./contest.ts";

/** The measurements of the commands that train a model and generate texts. */
export interface CommandsReport {
  readonly backend: BackendName;
  readonly train: Training;
  readonly generate: readonly Generation[];
}

/** The measurements of `deno task train` with its defaults on the characters of Moby Dick. */
export interface Training {
  /** The training rate that the command displays after each epoch. */
  readonly charactersPerSecond: readonly number[];
  /** The held-out loss in bits per character after each epoch. */
  readonly bitsPerCharacter: readonly number[];
  /** The largest resident memory of one of its processes, in bytes; null if the system hides it. */
  readonly peakBytes: number | null;
}

/** The measurements of `deno task generate` with the trained model. */
export interface Generation {
  /** The number of texts, which are generated together. */
  readonly samples: number;
  /** The length of each text. */
  readonly characters: number;
  /** Characters of all texts per second, without the start of the command, for each repetition. */
  readonly charactersPerSecond: readonly number[];
}

/** Options for {@link measureCommands}. */
export interface CommandsOptions {
  readonly backend: BackendName;
  /** The corpus. Defaults to `"moby-dick"`. */
  readonly corpus?: string;
  /** Further flags of `deno task train`. Defaults to none. */
  readonly flags?: readonly string[];
  /** The number of characters of all texts together. Defaults to 100,000. */
  readonly characters?: number;
  /** The number of repetitions of each generation. Defaults to 3. */
  readonly repetitions?: number;
  readonly progress: (what: string, done: number, total: number) => void;
}

/** Epochs that are trained: the loss is reported after each. */
const EPOCHS = 2;

/** The numbers of texts that are generated together. */
const SAMPLES = [1, 20] as const;

/**
 * Trains a model with `deno task train` in a temporary folder, and generates texts with it by
 * `deno task generate`.
 *
 * @throws {Error} If a command fails.
 */
export async function measureCommands(
  options: CommandsOptions,
): Promise<CommandsReport> {
  const { backend, corpus = "moby-dick", flags = [], progress } = options;
  const total = 1 + SAMPLES.length;
  const folder = await Deno.makeTempDir({ prefix: "unroll-bench-" });
  try {
    progress("training", 0, total);
    const model = `${folder}/model`;
    const { text, peakBytes } = await runTask(
      ...["train", "--corpus", corpus, "--out", model, "--epochs", String(EPOCHS)],
      ...["--backend", backend, ...flags],
    );
    const history = await Deno.readTextFile(`${model}/history.json`);
    const train = { ...readTraining(text, history), peakBytes };
    const generate: Generation[] = [];
    for (const [i, samples] of SAMPLES.entries()) {
      progress(`generating ${samples === 1 ? "a text" : `${samples} texts`}`, 1 + i, total);
      generate.push(await measureGeneration(model, samples, options));
    }
    return { backend, train, generate };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Times a long and a short text: their difference is free of the start of the command. */
async function measureGeneration(
  model: string,
  samples: number,
  { backend, characters: all = 100_000, repetitions = 3 }: CommandsOptions,
): Promise<Generation> {
  const characters = Math.ceil(all / samples);
  const seconds = async (tokens: number): Promise<number> => {
    const start = performance.now();
    await runTask(
      ...["generate", "--model", model, "--backend", backend],
      ...["--samples", String(samples), "--tokens", String(tokens)],
    );
    return (performance.now() - start) / 1000;
  };
  const rates: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const short = await seconds(1);
    rates.push(samples * (characters - 1) / Math.max(1e-9, await seconds(characters) - short));
  }
  return { samples, characters, charactersPerSecond: rates };
}

const historySchema = z.object({ epochs: z.array(z.object({ bitsPerCharacter: z.number() })) });

/**
 * Reads the rates that `deno task train` displays and the losses that it writes.
 *
 * @param text The output of the command.
 * @param history The text of history.json.
 * @throws {SyntaxError} If `history` is not the text of a history.
 */
export function readTraining(text: string, history: string): Omit<Training, "peakBytes"> {
  const rates = [...text.matchAll(/^epoch .*, ([\d\s]+) characters\/s/gm)];
  const { epochs } = parseJson(historySchema, history, "history.json");
  return {
    // Narrow spaces separate the thousands.
    charactersPerSecond: rates.map(([, rate = ""]) => Number(rate.replaceAll(/\s/g, ""))),
    bitsPerCharacter: epochs.map(({ bitsPerCharacter }) => bitsPerCharacter),
  };
}

/** The rate of a training or generation: the median over its epochs or repetitions. */
export function rateOf({ charactersPerSecond }: Pick<Generation, "charactersPerSecond">): number {
  return median(charactersPerSecond);
}

/** Runs a task to its end; gives what it wrote to standard error, and its peak memory in bytes. */
async function runTask(
  ...args: readonly string[]
): Promise<{ readonly text: string; readonly peakBytes: number | null }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", ...args],
    ...{ cwd: root, env: { NO_COLOR: "1" }, stdin: "null", stdout: "null", stderr: "piped" },
  }).spawn();
  let peakBytes: number | null = null;
  const look = setInterval(async () => {
    const found = await peakMemory(child.pid);
    if (found !== null) peakBytes = Math.max(found, peakBytes ?? 0);
  }, 200);
  try {
    const { success, stderr } = await child.output();
    const text = new TextDecoder().decode(stderr);
    if (!success) throw new Error(`deno task ${args[0]} failed: ${text.trim().split("\n").at(-1)}`);
    return { text, peakBytes };
  } finally {
    clearInterval(look);
  }
}

/**
 * The largest memory that a process or one of its descendants has had so far.
 *
 * @returns Bytes; null if the system has no files that give it, as all but Linux, or if the process
 * has ended.
 */
async function peakMemory(pid: number): Promise<number | null> {
  const folder = `/proc/${pid}`;
  try {
    const status = await Deno.readTextFile(`${folder}/status`);
    const own = 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    const children = await Deno.readTextFile(`${folder}/task/${pid}/children`);
    const found = await Promise.all(
      children.trim().split(" ").filter(Boolean).map(Number).map(
        (child) => peakMemory(child),
      ),
    );
    return Math.max(own, ...found.map((bytes) => bytes ?? 0));
  } catch {
    return null;
  }
}
