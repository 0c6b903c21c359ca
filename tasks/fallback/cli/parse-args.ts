/**
 * The part of `@std/cli/parse-args` that this project uses, over `node:util`: what the tasks run
 * on where JSR does not answer. Same names, signatures and behaviour for flags that are declared;
 * of flags that are not, only the name reaches `unknown`, never a value behind a space.
 *
 * @module
 */
import { parseArgs as nodeParseArgs } from "node:util";

/** What may be asked of {@link parseArgs}. */
export interface ParseOptions {
  /** Flags without a value. */
  readonly boolean?: readonly string[];
  /** Flags with a value, kept as text. */
  readonly string?: readonly string[];
  /** Flags that may come more than once; theirs is an array. */
  readonly collect?: readonly string[];
  /** Short names by long name. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Called with what was not declared; `false` leaves it out. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name, and the other arguments under `_`. */
export interface Args {
  [name: string]: unknown;
  _: (string | number)[];
}

/** Takes a command line apart. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], collect = [], alias = {}, unknown = () => true } = options;
  const long = new Map(Object.entries(alias).map(([name, short]) => [short, name]));
  const parsed: Args = { _: [] };
  const set = (name: string, value: unknown) => {
    for (const key of [name, alias[name]]) if (key !== undefined) parsed[key] = value;
  };
  for (const name of boolean) set(name, false);
  for (const name of collect) set(name, []);
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  const { tokens } = nodeParseArgs({
    args: joined(flags, new Set(boolean), new Set(string)),
    options: Object.fromEntries([
      ...boolean.map((name) => [name, { type: "boolean" as const }]),
      ...string.map((name) => [name, { type: "string" as const, multiple: true }]),
    ]),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") {
      const operand = string.includes("_") ? token.value : number(token.value);
      if (unknown(token.value) !== false) parsed._.push(operand);
    } else if (token.kind === "option") {
      const name = long.get(token.name) ?? token.name;
      const text = token.value;
      const declared = boolean.includes(name) || string.includes(name);
      const arg = text === undefined ? token.rawName : `${token.rawName}=${text}`;
      if (!declared && unknown(arg, name, text ?? true) === false) continue;
      const value = boolean.includes(name)
        ? text !== "false"
        : string.includes(name)
        ? text ?? ""
        : number(text) ?? true;
      const before = parsed[name];
      set(name, collect.includes(name) && Array.isArray(before) ? [...before, value] : value);
    }
  }
  if (end >= 0) parsed._.push(...args.slice(end + 1));
  return parsed;
}

// A value behind a space belongs to its flag unless it looks like a flag itself; Node would take
// any, and none for a flag without a value. So each is written as --name=value.
function joined(
  args: readonly string[],
  boolean: ReadonlySet<string>,
  withValue: ReadonlySet<string>,
): string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const name = arg.startsWith("--") ? arg.slice(2) : "";
    const next = args[i + 1] ?? "";
    if (withValue.has(name)) {
      const taken = next !== "" && !next.startsWith("-");
      out.push(`${arg}=${taken ? next : ""}`);
      if (taken) i++;
    } else if (boolean.has(name) && (next === "true" || next === "false")) {
      out.push(`${arg}=${next}`);
      i++;
    } else out.push(arg);
  }
  return out;
}

function number<T extends string | undefined>(text: T): T | number {
  return text !== undefined && text.trim() !== "" && Number.isFinite(Number(text))
    ? Number(text)
    : text;
}
