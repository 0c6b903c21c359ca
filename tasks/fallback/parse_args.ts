/**
 * The part of `@std/cli/parse-args` that this project uses: what tasks run on if JSR does not answer.
 * It has the same names, signatures and behaviour for declared long flags, and refuses others.
 *
 * @module
 */

/** Options for {@link parseArgs}. */
export interface ParseOptions {
  /** Flags without a value. */
  readonly boolean?: readonly string[];
  /** Flags with a value, kept as text; with `"_"`, so are the other arguments. */
  readonly string?: readonly string[];
  /** Flags that may come more than once: all their values are kept, as an array. */
  readonly collect?: readonly string[];
}

/** Flags by name, and the other arguments under `_`. */
export interface Args {
  [name: string]: unknown;
  _: (string | number)[];
}

/**
 * Takes a command line apart.
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
