import { resolve } from "node:path";
import type { BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import {
  strategies,
  type Strategy,
  type StrategyName,
  strategyOf,
} from "../../src/generation/strategies.ts";
import {
  BACKENDS,
  choice,
  type CommandLine,
  type Flag,
  numberWithin,
  wholeNumber,
} from "../cli/command_line.ts";
import { callerFolder } from "../cli/project.ts";

/** The options of `deno task generate`. */
export interface TextRequest {
  /** The model's folder, absolute. */
  readonly folder: string;
  /** The beginning of the text; `null` to read it from standard input. */
  readonly prompt: string | null;
  readonly strategy: Strategy;
  /** The largest number of tokens of a sample. */
  readonly tokens: number;
  readonly samples: number;
  readonly seed: number;
  readonly weights: "best" | "last";
  readonly backend: BackendRequest;
}

/** The flags of `deno task generate`. */
export const generateFlags: readonly Flag[] = [
  { name: "model", value: "DIR", help: "a folder that `deno task train` made (required)" },
  {
    name: "prompt",
    value: "TEXT",
    help: "the beginning of the text; - reads standard input (default: empty)",
    anyText: true,
  },
  {
    name: "strategy",
    value: "S",
    help: "greedy, temperature (default), top-k, top-p, min-p or beam",
  },
  {
    name: "temperature",
    value: "T",
    help: "below 1 favours likely tokens, above 1 rare ones (default 1)",
  },
  { name: "k", value: "N", help: "keep only the N likeliest tokens (default with top-k: 50)" },
  {
    name: "p",
    value: "P",
    help: "keep the likeliest tokens with this total probability (default with top-p: 0.9)",
  },
  {
    name: "min-p",
    value: "P",
    help: "keep tokens above this share of the highest probability (default with min-p: 0.05)",
  },
  {
    name: "repetition-penalty",
    value: "R",
    help: "above 1 makes tokens that have occurred less likely (default 1)",
  },
  { name: "beams", value: "N", help: "texts that beam search keeps (default 5)" },
  {
    name: "length-penalty",
    value: "R",
    help: "above 0 makes beam search favour longer texts (default 0)",
  },
  {
    name: "tokens",
    value: "N",
    help: "the largest number of characters or words of a text (default 100)",
  },
  { name: "samples", value: "N", help: "the number of texts (default 1)" },
  { name: "seed", value: "N", help: "the seed of random numbers (default 1)" },
  {
    name: "weights",
    value: "W",
    help: "best (default): those with the lowest held-out loss; or last",
  },
  { name: "backend", value: "B", help: "auto (default), webgpu, wasm or cpu" },
];

/**
 * Reads the options from a command line.
 *
 * @throws {InputError} If a value is invalid, or the strategy does not have one of the options.
 */
export function readTextRequest(line: CommandLine): TextRequest {
  const model = line.value("model");
  if (model === undefined) {
    throw new InputError("--model", "given: a folder that `deno task train` made", "none");
  }
  const prompt = line.value("prompt") ?? "";
  const strategy = readStrategy(line);
  const samples = wholeNumber("samples", line.value("samples") ?? "1", 1, 1000);
  const most = strategy.kind === "beam"
    ? strategy.beams
    : strategy.sampling.temperature === 0
    ? 1
    : samples;
  if (samples > most) {
    const why = strategy.kind === "beam" ? "as many as --beams" : "since all would be the same";
    throw new InputError("--samples", `at most ${most}, ${why}`, samples);
  }
  const seed = wholeNumber("seed", line.value("seed") ?? "1", 0, Number.MAX_SAFE_INTEGER);
  if (line.has("seed") && (strategy.kind === "beam" || strategy.sampling.temperature === 0)) {
    throw new InputError("--seed", "left out if the strategy draws no random numbers", seed);
  }
  return {
    folder: resolve(callerFolder(), model),
    prompt: prompt === "-" ? null : prompt,
    strategy,
    tokens: wholeNumber("tokens", line.value("tokens") ?? "100", 1, 1_000_000_000),
    samples,
    seed,
    weights: choice("weights", line.value("weights") ?? "best", ["best", "last"]),
    backend: choice("backend", line.value("backend") ?? "auto", BACKENDS),
  };
}

const NAMES: readonly StrategyName[] = [
  "greedy",
  "temperature",
  "top-k",
  "top-p",
  "min-p",
  "beam",
];

/** The filters of sampling, which can be combined. */
const filters = ["k", "p", "min-p"] as const;

/**
 * Reads the strategy from a command line. Every sampling strategy applies all filters that are
 * given, in the order k, p, min-p.
 */
function readStrategy(line: CommandLine): Strategy {
  const name = choice("strategy", line.value("strategy") ?? "temperature", NAMES);
  const given = readNumbers(line);
  const samples = name !== "greedy" && name !== "beam";
  const own = Object.keys(strategies[name]).map((option) => flagOf(name, option));
  const taken = samples ? [...new Set([...own, ...filters])] : own;
  for (const flag of Object.keys(given)) {
    if (taken.includes(flag)) continue;
    const flags = taken.map((one) => `--${one}`).join(", ");
    throw new InputError(`--${flag}`, `left out with ${name}, which takes ${flags}`, given[flag]);
  }
  if (name === "min-p" && given["p"] !== undefined && given["min-p"] === undefined) {
    const wanted = "left out with min-p, unless --min-p is given, too";
    throw new InputError("--p", wanted, given["p"]);
  }
  const options = Object.fromEntries(
    Object.keys(strategies[name]).map((option) => [option, given[flagOf(name, option)]]),
  );
  const strategy = strategyOf(name, options);
  if (strategy.kind === "beam" || !samples) return strategy;
  const { k, p, "min-p": minP } = given;
  const added = {
    ...(k === undefined ? {} : { topK: k }),
    ...(p === undefined ? {} : { topP: p }),
    ...(minP === undefined ? {} : { minP }),
  };
  return { kind: "sampling", sampling: { ...strategy.sampling, ...added } };
}

/**
 * Returns the flag of an option of a strategy. It is the name of the option, except that the `p` of
 * min-p is `--min-p`.
 */
function flagOf(name: StrategyName, option: string): string {
  return name === "min-p" && option === "p" ? "min-p" : option;
}

/** Reads the flags with numbers that are given, by name. */
function readNumbers(line: CommandLine): Readonly<Record<string, number>> {
  const readers: Readonly<Record<string, (flag: string, text: string) => number>> = {
    temperature: (flag, text) => numberWithin(flag, text, { from: 0, to: 1e6 }),
    k: (flag, text) => wholeNumber(flag, text, 1, 1_000_000_000),
    p: (flag, text) => numberWithin(flag, text, { above: 0, to: 1 }),
    "min-p": (flag, text) => numberWithin(flag, text, { from: 0, to: 1 }),
    "repetition-penalty": (flag, text) => numberWithin(flag, text, { above: 0, to: 1e6 }),
    beams: (flag, text) => wholeNumber(flag, text, 1, 1000),
    "length-penalty": (flag, text) => numberWithin(flag, text, { from: 0, to: 100 }),
  };
  return Object.fromEntries(
    Object.entries(readers).flatMap(([flag, read]) => {
      const text = line.value(flag);
      return text === undefined ? [] : [[flag, read(flag, text)]];
    }),
  );
}
