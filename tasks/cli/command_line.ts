import { parseArgs } from "@std/cli/parse-args";
import type { BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { nearest } from "../../src/core/options.ts";

/** The values of `--backend`. */
export const BACKENDS: readonly BackendRequest[] = ["auto", "webgpu", "wasm", "cpu"];

/** A flag of a task. */
export interface Flag {
  readonly name: string;
  /** The name of the value in the help text; absent for a flag without a value. */
  readonly value?: string;
  readonly help: string;
  /** Whether the flag may be given more than once. */
  readonly many?: boolean;
  /** Whether the value may be any text: an empty text, or a text that looks like a flag. */
  readonly anyText?: boolean;
}

/** The usage of a task, which `--help` shows. */
export interface Usage {
  /** The command: `"deno task report"`. */
  readonly command: string;
  /** The arguments that are not flags, if there are any: `"[SITE]"`. */
  readonly operands?: string;
  /** A sentence that says what the task does. */
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Calls with arguments, each with a description. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Text below the flags. */
  readonly more?: string;
}

/** A command line, taken apart. */
export interface CommandLine {
  readonly help: boolean;
  /** Whether a flag is given. */
  has(name: string): boolean;
  /** The value of a flag; `undefined` if it is not given. */
  value(name: string): string | undefined;
  /** The values of a flag that may be given more than once. */
  values(name: string): readonly string[];
  readonly operands: readonly string[];
}

/** If a task has more flags than this, a message does not list them. */
const MANY = 12;

const help: Flag = { name: "help", help: "show this help and stop (-h)" };

/**
 * Parses the arguments of a task.
 *
 * @throws {InputError} If a flag is unknown, lacks a value or has one that it does not accept; if a
 * flag is repeated that may be given only once; or if there is an operand and the task accepts
 * none.
 */
export function parseCommandLine(args: readonly string[], usage: Usage): CommandLine {
  const flags = [...usage.flags, help];
  const names = (some: readonly Flag[]) => some.map(({ name }) => name);
  const parsed: Readonly<Record<string, unknown>> = parseArgs(checked(args, flags, usage), {
    boolean: names(flags.filter(({ value }) => value === undefined)),
    string: ["_", ...names(flags.filter(({ value }) => value !== undefined))],
    collect: names(flags),
  });
  const values = (name: string) => [parsed[name] ?? []].flat().map(String);
  for (const { name, value, many } of flags) {
    const found = values(name);
    if (found.length > 1 && !many) {
      throw twice(`--${name}`, value === undefined ? found.map(() => "") : found);
    }
  }
  return {
    help: values(help.name).length > 0,
    has: (name) => values(name).length > 0,
    value: (name) => values(name).at(-1),
    values,
    operands: values("_"),
  };
}

/**
 * Checks the arguments and writes each flag as `--name=value`. Without this, `parseArgs` would
 * accept unknown flags, read an operand `true` as the value of the flag before it, and read `-3` as
 * a flag.
 */
function checked(
  args: readonly string[],
  flags: readonly Flag[],
  { operands }: Pick<Usage, "operands">,
): string[] {
  // A long list would hide the flag that was found.
  const wanted = flags.length > MANY
    ? "one that --help lists"
    : `one of ${flags.map(({ name }) => `--${name}`).join(", ")}`;
  const found: string[] = [];
  let onlyOperands = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (onlyOperands || !/^-./s.test(arg)) {
      if (operands === undefined) {
        throw new InputError("argument", `a flag, ${wanted}`, arg, suggestion(arg, flags));
      }
      found.push(arg);
    } else if (arg === "--") {
      onlyOperands = true;
      found.push(arg);
    } else {
      const [, name = "", joined] = /^(.*?)(?:=(.*))?$/s.exec(arg) ?? [];
      const flag = arg === "-h" ? help : flags.find((one) => name === `--${one.name}`);
      if (flag === undefined) throw new InputError("flag", wanted, name, suggestion(name, flags));
      const text = joined ?? (flag.value === undefined ? undefined : args[++i]);
      found.push(`--${flag.name}=${valueOf(flag, text, joined !== undefined)}`);
    }
  }
  return found;
}

/** Returns the error about an argument that is given more than once. */
export function twice(what: string, found: readonly string[]): InputError {
  const values = found.every((value) => value === "") ? `${what} ${what}` : found;
  return new InputError(what, "given once", values);
}

/**
 * Returns the flag that an unknown flag most likely stands for. The number and kind of dashes do
 * not count.
 */
function suggestion(found: string, flags: readonly Flag[]): string | undefined {
  const name = found.replace(/^[-\u2010-\u2015\u2212]+/, "").replace(/=.*/s, "");
  const near = nearest(name, flags.map((flag) => flag.name));
  return near === undefined ? undefined : `Did you mean --${near}?`;
}

/** Returns the value of a flag; `"true"` for a flag without a value. */
function valueOf(flag: Flag, text: string | undefined, joined: boolean): string {
  const { name, value, anyText = false } = flag;
  if (value === undefined) {
    if (text === undefined) return "true";
    throw new InputError(`--${name}`, "given without a value", text);
  }
  // "--seeds -3" has the value -3, and "--seeds --fresh" has no value.
  const isFlag = !joined && /^-[^\d.]/.test(text ?? "");
  if (text !== undefined && (anyText || text !== "" && !isFlag)) return text;
  throw new InputError(`--${name}`, `followed by ${value}`, text ?? "");
}

/** The text of `--help`. */
export function helpText(usage: Usage): string {
  const flags = [...usage.flags, help].map((flag): [string, string] => [
    `--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`,
    flag.help,
  ]);
  const width = Math.max(...flags.map(([name]) => name.length));
  const operands = usage.operands === undefined ? "" : ` ${usage.operands}`;
  const examples = usage.examples.flatMap(([command, meaning]) => [
    `  ${command}`,
    `      ${meaning}`,
  ]);
  return [
    usage.summary,
    "",
    `Usage: ${usage.command} [flags]${operands}`,
    "",
    "Flags:",
    ...flags.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    "",
    ...(usage.more === undefined ? [] : [usage.more, ""]),
    ...(examples.length === 0 ? [] : [examples.length > 2 ? "Examples:" : "Example:", ...examples]),
  ].join("\n").trimEnd();
}

/** Reads a flag whose value is one of several words. */
export function choice<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === text);
  if (found !== undefined) return found;
  const near = nearest(text, choices);
  const help = near === undefined ? undefined : `Did you mean ${near}?`;
  throw new InputError(`--${flag}`, `one of ${choices.join(", ")}`, text, help);
}

/** Reads a flag whose value is a whole number in a range. */
export function wholeNumber(flag: string, text: string, low: number, high: number): number {
  const value = decimal(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new InputError(`--${flag}`, `an integer from ${low} to ${high}`, shownNumber(text));
}

/** Reads a decimal number such as 12, -0.5 or 1e-4; `NaN` for any other text. */
function decimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

/** Returns a value for a message: numbers are shown without quotes. */
function shownNumber(text: string): string | number {
  const value = decimal(text);
  return Number.isNaN(value) ? text : value;
}

/** The range of a number: `above` and `below` exclude the end, `from` and `to` include it. */
export interface NumberRange {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

/** Reads a flag whose value is a number in a range. */
export function numberWithin(flag: string, text: string, range: NumberRange): number {
  const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = range;
  const value = decimal(text);
  const fits = Number.isFinite(value) && value >= from && value <= to;
  if (fits && value > above && value < below) return value;
  const limits = Object.entries(range).map(([word, limit]) => {
    return `${word === "to" ? "up to" : word} ${limit}`;
  });
  throw new InputError(`--${flag}`, `a number ${limits.join(" and ")}`, shownNumber(text));
}
