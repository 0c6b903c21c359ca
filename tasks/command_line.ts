import { parseArgs } from "@std/cli/parse-args";
import { InputError } from "../src/core/errors.ts";

/** A flag of a task. */
export interface Flag {
  readonly name: string;
  /** What its value is called in help; absent for a flag without one. */
  readonly value?: string;
  readonly help: string;
  /** Whether it may come more than once. */
  readonly many?: boolean;
  /** Whether its value may be any text: none, or one that looks like a flag. */
  readonly anyText?: boolean;
}

/** What a task says of itself with `--help`. */
export interface Usage {
  /** How it is called: `"deno task report"`. */
  readonly command: string;
  /** Other arguments, where it takes them: `"[SITE]"`. */
  readonly operands?: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** A call that works as it stands, with what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Further text, below the flags. */
  readonly more?: string;
}

/** A command line, taken apart. */
export interface CommandLine {
  readonly help: boolean;
  /** Whether a flag without a value is there. */
  has(name: string): boolean;
  /** The last value of a flag, if it is there. */
  value(name: string): string | undefined;
  /** Every value of a flag that may come more than once. */
  values(name: string): readonly string[];
  readonly operands: readonly string[];
}

/** More flags than this are not listed in a message. */
const MANY = 12;

const help: Flag = { name: "help", help: "show this help and stop (-h)" };

/**
 * Takes a task's arguments apart.
 *
 * @throws {InputError} On a flag that is none, one without its value, or an operand that is not wanted.
 */
export function parseCommandLine(args: readonly string[], usage: Usage): CommandLine {
  const flags = [...usage.flags, help];
  const names = (withValue: boolean) =>
    flags.filter((flag) => (flag.value !== undefined) === withValue).map((flag) => flag.name);
  // A long list would hide what was found.
  const wanted = flags.length > MANY
    ? "one that --help lists"
    : `one of ${flags.map((flag) => `--${flag.name}`).join(", ")}`;
  const parsed: Record<string, unknown> = parseArgs(valuesJoined(args, flags), {
    boolean: names(false),
    string: [...names(true), "_"],
    collect: names(true),
    alias: { help: "h" },
    unknown: (arg: string, key?: string) => {
      if (key !== undefined) throw new InputError("flag", wanted, arg.replace(/=.*/s, ""));
      return true;
    },
  });
  const values = (name: string): readonly string[] => {
    const found = parsed[name];
    return Array.isArray(found) ? found.map(String) : [];
  };
  for (const flag of flags) {
    if (flag.value !== undefined && !flag.anyText && values(flag.name).includes("")) {
      throw new InputError(`--${flag.name}`, `followed by ${flag.value}`, "");
    }
  }
  const operands = Array.isArray(parsed["_"]) ? parsed["_"].map(String) : [];
  if (usage.operands === undefined && operands.length > 0) {
    throw new InputError("argument", `a flag, ${wanted}`, operands[0]);
  }
  return {
    help: parsed["help"] === true,
    has: (name) => parsed[name] === true,
    value: (name) => values(name).at(-1),
    values,
    operands,
  };
}

/** The text of `--help`. */
export function helpText(usage: Usage): string {
  const flags = [...usage.flags, help].map((flag): [string, string] => [
    `--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`,
    flag.help,
  ]);
  const width = Math.max(...flags.map(([name]) => name.length));
  const operands = usage.operands === undefined ? "" : ` ${usage.operands}`;
  return [
    usage.summary,
    "",
    `Usage: ${usage.command} [flags]${operands}`,
    "",
    "Flags:",
    ...flags.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    "",
    ...(usage.more === undefined ? [] : [usage.more, ""]),
    usage.examples.length > 1 ? "Examples:" : "Example:",
    ...usage.examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]),
  ].join("\n");
}

/** One of several words. */
export function choice<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === text);
  if (found === undefined) throw new InputError(`--${flag}`, `one of ${choices.join(", ")}`, text);
  return found;
}

/** A whole number in a range. */
export function wholeNumber(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < low || value > high) {
    const found = Number.isNaN(value) ? text : value;
    throw new InputError(`--${flag}`, `an integer from ${low} to ${high}`, found);
  }
  return value;
}

/** A number in a range, of which `above` and `below` are no part and `from` and `to` are. */
export interface NumberRange {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

/** A number in a range. */
export function numberWithin(flag: string, text: string, range: NumberRange): number {
  const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = range;
  const value = Number(text);
  const fits = Number.isFinite(value) && value >= from && value <= to;
  if (text.trim() !== "" && fits && value > above && value < below) return value;
  const limits = Object.entries(range).map(([word, limit]) => {
    return `${word === "to" ? "up to" : word} ${limit}`;
  });
  const found = Number.isNaN(value) ? text : value;
  throw new InputError(`--${flag}`, `a number ${limits.join(" and ")}`, found);
}

// "--seeds -3" means the value -3, which would otherwise be read as a flag called 3, and "-" alone
// is no flag.
function valuesJoined(args: readonly string[], flags: readonly Flag[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const next = args[i + 1];
    const flag = flags.find(({ name, value }) => value !== undefined && arg === `--${name}`);
    if (next !== undefined && flag && (flag.anyText || /^-([\d.]|$)/.test(next))) {
      joined.push(`${arg}=${next}`);
      i++;
    } else joined.push(arg);
  }
  return joined;
}
