import { InputError } from "../../src/core/errors.ts";
import {
  type CommandLine,
  numberWithin,
  type Usage,
  wholeNumber,
} from "../../tasks/cli/command_line.ts";
import { type TargetInfo, targets } from "./targets.ts";

/** The options of a run of the fuzzer. */
export interface FuzzOptions {
  readonly targets: readonly TargetInfo[];
  /** The seed of all random choices: the same seed tries the same inputs. */
  readonly seed: number;
  /** The number of seconds for all targets together; `null` for no limit. */
  readonly seconds: number | null;
  /** The number of trials of each target, by kind of target. */
  readonly inputs: number;
  readonly kills: number;
  /** The number of different failures after which a target ends. */
  readonly failures: number;
  /** The path of the one trial to run again; `null` for all trials. */
  readonly path: string | null;
}

/** The seed in CI, where every run must try the same inputs. */
const SEED_OF_CI = 1;

/** The usage of `deno task fuzz`. */
export const usage: Usage = {
  command: "deno task fuzz",
  summary: "Tries odd inputs, kills processes and lets file operations fail, to find what breaks.",
  flags: [
    { name: "seconds", value: "S", help: "about how long, over all targets (default: no limit)" },
    {
      name: "seed",
      value: "N",
      help: "what inputs and moments come from (default: random, 1 in CI)",
    },
    {
      name: "only",
      value: "A,B",
      help: "only these targets, or all of a kind: inputs, kills, faults",
    },
    { name: "inputs", value: "N", help: "inputs a parser (default 10000)" },
    { name: "kills", value: "N", help: "kills of a report and of a training (default 50)" },
    { name: "failures", value: "N", help: "different failures that end a target (default 1)" },
    { name: "path", value: "P", help: "only this trial of one target, as a failure names it" },
    { name: "list", help: "list the targets and stop" },
  ],
  more:
    `A target reads inputs, is killed, or has file operations that fail or end its process. Each runs
in a process of its own, two or more side by side. A failure is printed with its smallest input and
the command that runs it again. Slow targets get fewer inputs. Exit 1 if anything fails.`,
  examples: [
    ["deno task fuzz --seconds 60", "a short run of everything"],
    ["deno task fuzz --only safetensors,checkpoints --inputs 100000", "two parsers, for long"],
    ["deno task fuzz --only faults --seed 3", "every file operation, with its ways to fail"],
  ],
};

/**
 * Reads the options from a command line.
 *
 * @param line The command line.
 * @param ci Whether the run is in CI.
 * @throws {InputError} If a value is out of range, or a target does not exist.
 */
export function readOptions(line: CommandLine, ci: boolean): FuzzOptions {
  const seconds = line.value("seconds");
  const path = line.value("path") ?? null;
  const chosen = choose(line.value("only"));
  if (path !== null) {
    const wanted = "left out unless --only names one target and --seed is given";
    if (chosen.length !== 1 || line.value("seed") === undefined) {
      throw new InputError("--path", wanted, path);
    }
    if (!/^[\w:-]+$/.test(path)) throw new InputError("--path", "as a failure names it", path);
  }
  const whole = (flag: string, fallback: number, low: number) =>
    wholeNumber(flag, line.value(flag) ?? `${fallback}`, low, Number.MAX_SAFE_INTEGER);
  return {
    targets: chosen,
    seed: whole("seed", ci ? SEED_OF_CI : Math.floor(Math.random() * 2 ** 31), 0),
    seconds: seconds === undefined ? null : numberWithin("seconds", seconds, { from: 1, to: 1e6 }),
    inputs: whole("inputs", 10_000, 1),
    kills: whole("kills", 50, 1),
    failures: whole("failures", 1, 1),
    path,
  };
}

function choose(only: string | undefined): readonly TargetInfo[] {
  if (only === undefined) return targets;
  const wanted = only.split(",").map((name) => name.trim());
  for (const name of wanted) {
    if (!targets.some((target) => name === target.name || name === target.kind)) {
      const known = "inputs, kills, faults, or targets that --list names";
      throw new InputError("--only", known, name);
    }
  }
  return targets.filter(({ name, kind }) => wanted.includes(name) || wanted.includes(kind));
}

/** Formats the list of targets. */
export function listText(): string {
  const width = Math.max(...targets.map(({ name }) => name.length));
  return targets.map(({ name, kind, what }) => `${name.padEnd(width)}  ${kind.padEnd(6)}  ${what}`)
    .join("\n");
}
