/**
 * An input that cannot be used, with what was wanted and what was found.
 *
 * The message is one line meant for the person who gave the input; the command line prints it
 * without a stack trace and exits with 2.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { InputError } from "./errors.ts";
 *
 * const error = new InputError("hiddenSize", "a positive integer", -3);
 * assert(error.message === "hiddenSize must be a positive integer, found -3");
 * ```
 */
export class InputError extends Error {
  /** `"InputError"`. */
  override readonly name = "InputError";
  /** The name of the input. */
  readonly what: string;
  /** What it must be. */
  readonly wanted: string;

  /**
   * Words the message.
   *
   * @param what The name of the input, as the user knows it.
   * @param wanted What it must be, to follow "must be".
   * @param found The value that was given.
   * @param help What to do about it, as a sentence of its own.
   */
  constructor(what: string, wanted: string, found: unknown, help?: string) {
    super(`${what} must be ${wanted}, found ${describe(found)}${help ? `. ${help}` : ""}`);
    this.what = what;
    this.wanted = wanted;
  }
}

/** Something the machine lacks; the message says what to install or to choose instead. */
export class MissingError extends Error {
  /** `"MissingError"`. */
  override readonly name = "MissingError";
}

/** A value in a message: short, quoted where it is text, shapes for arrays. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shorten(value));
  if (Array.isArray(value)) {
    const text = `[${value.map((entry) => describe(entry)).join(", ")}]`;
    return text.length <= 60 ? text : `an array of ${value.length}`;
  }
  if (value !== null && typeof value === "object") return shorten(JSON.stringify(value));
  return String(value);
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
