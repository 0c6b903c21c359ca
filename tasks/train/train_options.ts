import { resolve } from "node:path";
import type { BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import type { TokenKind } from "../../src/data/text/text_rules.ts";
import {
  BACKENDS,
  choice,
  type CommandLine,
  type Flag,
  type NumberRange,
  numberWithin,
  wholeNumber,
} from "../cli/command_line.ts";
import { callerFolder } from "../cli/project.ts";

/** The settings of a training. Each has a flag, whose name has hyphens. */
export interface TrainSettings {
  readonly tokens: TokenKind;
  readonly embedding: number;
  readonly hidden: number;
  readonly layers: number;
  readonly dropout: number;
  readonly tie: boolean;
  readonly initialisation: "orthogonal" | "pytorch";
  readonly epochs: number;
  readonly batch: number;
  readonly length: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** The largest norm of the gradient; 0 if gradients are not clipped. */
  readonly clip: number;
  readonly schedule: "plateau" | "cosine" | "constant";
  readonly warmUp: number;
  readonly validation: number;
  readonly minFrequency: number;
  readonly maxVocabulary: number;
  readonly seed: number;
}

/** The flags of the settings. */
export const settingFlags: readonly Flag[] = [
  { name: "tokens", value: "T", help: "characters (default) or words (default for sentences)" },
  {
    name: "embedding",
    value: "N",
    help: "features of a token's vector (default 128), with --tie as many as --hidden",
  },
  { name: "hidden", value: "N", help: "units of a layer's hidden state (default 256)" },
  { name: "layers", value: "N", help: "LSTM layers (default 2)" },
  { name: "dropout", value: "P", help: "the share of features dropped in training (default 0.3)" },
  { name: "tie", help: "share the weights of embedding and projection" },
  {
    name: "initialisation",
    value: "I",
    help: "orthogonal (default): orthogonal and Glorot weights; or pytorch",
  },
  { name: "epochs", value: "N", help: "passes over the training text (default 20)" },
  {
    name: "batch",
    value: "N",
    help: "tracks into which the text is cut, read side by side (default 32)",
  },
  { name: "length", value: "N", help: "tokens through which gradients go back (default 64)" },
  { name: "learning-rate", value: "R", help: "the learning rate of AdamW (default 0.002)" },
  { name: "weight-decay", value: "R", help: "the weight decay of AdamW (default 0.01)" },
  {
    name: "clip",
    value: "R",
    help: "the largest norm of the gradient, 0 for no limit (default 1)",
  },
  {
    name: "schedule",
    value: "S",
    help: "plateau (default): halves the rate after 2 epochs without gain; cosine; or constant",
  },
  { name: "warm-up", value: "N", help: "steps in which the learning rate rises (default 0)" },
  { name: "validation", value: "P", help: "the share of documents held out (default 0.1)" },
  {
    name: "min-frequency",
    value: "N",
    help: "the smallest count of a token in the vocabulary (default 1)",
  },
  {
    name: "max-vocabulary",
    value: "N",
    help: "the largest vocabulary, in tokens (default 10000 words, 1000 characters)",
  },
  { name: "seed", value: "N", help: "the seed of random numbers (default 1)" },
];

/**
 * Reads the settings from a command line.
 *
 * @throws {InputError} If a value is invalid.
 */
export function readSettings(line: CommandLine, tokensByDefault: TokenKind): TrainSettings {
  const whole = (flag: string, fallback: number, low = 1, high = 65_536): number => {
    const text = line.value(flag);
    return text === undefined ? fallback : wholeNumber(flag, text, low, high);
  };
  const within = (flag: string, fallback: number, range: NumberRange): number => {
    const text = line.value(flag);
    return text === undefined ? fallback : numberWithin(flag, text, range);
  };
  const word = <T extends string>(flag: string, first: T, ...others: readonly T[]): T =>
    choice(flag, line.value(flag) ?? first, [first, ...others]);

  const tokens = choice("tokens", line.value("tokens") ?? tokensByDefault, ["characters", "words"]);
  const units = whole("hidden", 256);
  const settings: TrainSettings = {
    tokens,
    embedding: whole("embedding", line.has("tie") ? units : 128),
    hidden: units,
    layers: whole("layers", 2, 1, 64),
    dropout: within("dropout", 0.3, { from: 0, below: 1 }),
    tie: line.has("tie"),
    initialisation: word("initialisation", "orthogonal", "pytorch"),
    // A checkpoint has a record of each epoch in its header, which can have at most 100 MB.
    epochs: whole("epochs", 20, 1, 500_000),
    batch: whole("batch", 32),
    length: whole("length", 64),
    learningRate: within("learning-rate", 0.002, { above: 0, to: 100 }),
    weightDecay: within("weight-decay", 0.01, { from: 0, to: 100 }),
    clip: within("clip", 1, { from: 0, to: 1e9 }),
    schedule: word("schedule", "plateau", "cosine", "constant"),
    warmUp: whole("warm-up", 0, 0, 1_000_000_000),
    validation: within("validation", 0.1, { above: 0, below: 1 }),
    minFrequency: whole("min-frequency", 1, 1, 1_000_000_000),
    maxVocabulary: whole("max-vocabulary", tokens === "words" ? 10_000 : 1000, 5, 1_000_000),
    seed: whole("seed", 1, 0, Number.MAX_SAFE_INTEGER),
  };
  const { tie, embedding, hidden } = settings;
  if (tie && embedding !== hidden) {
    throw new InputError("--embedding", `${hidden}, the value of --hidden, with --tie`, embedding);
  }
  return settings;
}

/** The options of `deno task train`. */
export interface TrainOptions {
  /** The path of a file, `moby-dick` or `sentences`. */
  readonly corpus: string;
  /** The model's folder as the user gave it. */
  readonly out: string;
  /** The model's folder, absolute. */
  readonly folder: string;
  readonly settings: TrainSettings;
  readonly backend: BackendRequest;
  readonly checkpointSteps: number;
  /** Whether to begin again although the folder has a training. */
  readonly fresh: boolean;
}

/** The flags of `deno task train`. */
export const trainFlags: readonly Flag[] = [
  { name: "corpus", value: "TEXT", help: "a UTF-8 file, moby-dick or sentences (required)" },
  { name: "out", value: "DIR", help: "the folder of the model (required)" },
  ...settingFlags,
  { name: "backend", value: "B", help: "auto (default), webgpu, wasm or cpu" },
  { name: "checkpoint-steps", value: "N", help: "steps between checkpoints (default 500)" },
  { name: "fresh", help: "start again and replace the model in DIR" },
];

/**
 * Reads the options from a command line.
 *
 * @throws {InputError} If a value is invalid.
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
