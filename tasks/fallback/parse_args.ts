/**
 * The part of `@std/cli/parse-args` that this project uses. Tasks import it if JSR does not answer.
 * It has the same names and signatures, and the same behaviour for declared long flags. It refuses
 * other flags.
 *
 * @module
 */

/** Options for {@link parseArgs}. */
export interface ParseOptions {
  /** Flags without a value. */
  readonly boolean?: readonly string[];
  /** Flags with a value, which stays text. With `"_"`, the other arguments stay text, too. */
  readonly string?: readonly string[];
  /** Flags that may be given more than once. Their values are an array. */
  readonly collect?: readonly string[];
}

/** Flags by name, and the other arguments under `_`. */
export interface Args {
  [name: string]: unknown;
  _: (string | number)[];
}

/**
 * Parses a command line.
 *
 * @throws {TypeError} If a flag is not declared or has only one dash.
 */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], collect = [] } = options;
  const parsed: Args = { _: [] };
  for (const name of boolean) parsed[name] = collect.includes(name) ? [] : false;
  for (const name of string) if (collect.includes(name)) parsed[name] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      parsed._.push(...args.slice(i + 1));
      break;
    }
    if (!/^-./s.test(arg)) {
      parsed._.push(string.includes("_") ? arg : numberOrText(arg));
      continue;
    }
    const [, name = "", joined] = /^--(.+?)(?:=(.*))?$/s.exec(arg) ?? [];
    const isBoolean = boolean.includes(name);
    if (!isBoolean && !string.includes(name)) {
      throw new TypeError(`flag must be a declared one with two dashes, found ${arg}`);
    }
    const next = args[i + 1] ?? "";
    const takesNext = joined === undefined &&
      (isBoolean ? /^(true|false)$/.test(next) : /^[^-]/.test(next));
    if (takesNext) i++;
    const text = takesNext ? next : joined;
    const value = isBoolean ? text !== "false" : text ?? "";
    const before = parsed[name];
    parsed[name] = Array.isArray(before) ? [...before, value] : value;
  }
  return parsed;
}

function numberOrText(text: string): string | number {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
