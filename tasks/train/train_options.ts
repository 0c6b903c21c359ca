import { resolve } from "node:path";
import type { BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { choice, type CommandLine, type Flag, wholeNumber } from "../command_line.ts";
import { BACKENDS } from "../options.ts";
import { callerFolder } from "../project.ts";
import { readSettings, settingFlags, type TrainSettings } from "./train_settings.ts";

/** What `deno task train` was told. */
export interface TrainOptions {
  /** A file's path, `moby-dick` or `sentences`. */
  readonly corpus: string;
  /** The model's folder as it was given. */
  readonly out: string;
  /** The model's folder, absolute. */
  readonly folder: string;
  readonly settings: TrainSettings;
  readonly backend: BackendRequest;
  readonly checkpointSteps: number;
  /** Whether to begin anew where there is a training to go on with. */
  readonly fresh: boolean;
}

/** The flags of `deno task train`. */
export const trainFlags: readonly Flag[] = [
  { name: "corpus", value: "TEXT", help: "a UTF-8 file, moby-dick or sentences (required)" },
  { name: "out", value: "DIR", help: "the folder of the model (required)" },
  ...settingFlags,
  { name: "backend", value: "B", help: "auto (default), webgpu, wasm or cpu" },
  { name: "checkpoint-steps", value: "N", help: "steps between checkpoints (default 500)" },
  { name: "fresh", help: "begin anew where DIR has a training, whose model is replaced" },
];

/**
 * Reads the options from a command line.
 *
 * @throws {InputError} On a value that is none of the wanted.
 */
export function readTrainOptions(line: CommandLine): TrainOptions {
  const required = (flag: string): string => {
    const text = line.value(flag);
    const { value = "", help = "" } = trainFlags.find(({ name }) => name === flag) ?? {};
    if (text === undefined) throw new InputError(`--${flag}`, `given: ${value}, ${help}`, "none");
    return text;
  };
  const [corpus, out] = [required("corpus"), required("out")];
  const steps = line.value("checkpoint-steps") ?? "500";
  return {
    corpus,
    out,
    folder: resolve(callerFolder(), out),
    settings: readSettings(line, corpus === "sentences" ? "words" : "characters"),
    backend: choice("backend", line.value("backend") ?? "auto", BACKENDS),
    checkpointSteps: wholeNumber("checkpoint-steps", steps, 1, 1_000_000_000),
    fresh: line.has("fresh"),
  };
}
