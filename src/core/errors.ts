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

/**
 * A value in a message: short, strings quoted, arrays and plain objects written out, anything else by
 * its class. It works for every value, also one that JSON cannot hold.
 *
 * @param value The value.
 * @returns At most some 60 characters, in one line if the value has no line break of its own.
 */
export function describe(value: unknown): string {
  return describeWithin(value, 8);
}

/** Describes a value whose arrays are written out down to a depth. */
function describeWithin(value: unknown, depth: number): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") {
    const name = value.name === "" ? "without a name" : value.name;
    return `${/^class\b/.test(String(value)) ? "the class" : "the function"} ${name}`;
  }
  if (Array.isArray(value)) {
    if (value.length > 60 || depth === 0) return `an array of ${value.length}`;
    const text = `[${value.map((entry) => describeWithin(entry, depth - 1)).join(", ")}]`;
    return text.length <= 60 ? text : `an array of ${value.length}`;
  }
  if (value === null || typeof value !== "object") return String(value);
  if (!isPlainObject(value)) return instance(value);
  try {
    return shorten(JSON.stringify(value));
  } catch {
    return "an object"; // It holds itself, or a number of arbitrary size, or is too deep.
  }
}

/**
 * Whether a value is an object of its own keys: a literal or what JSON gives, not an instance of a
 * class, an array or a typed array.
 *
 * @param value The value.
 * @returns `true` if its prototype is that of object literals, or `null`.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function instance(value: object): string {
  const name = value.constructor?.name || "a class without a name";
  if (!ArrayBuffer.isView(value)) return `an instance of ${name}`;
  // By sound: an Int32Array, but a Uint8Array.
  const named = `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name}`;
  return "length" in value ? `${named} of ${value.length}` : named;
}

/** A string as JSON writes it, cut to 60 characters between the quotation marks. */
function quoted(text: string): string {
  // Escapes can be six characters for one: what is cut is what would be printed.
  const inner = JSON.stringify(text.slice(0, 61)).slice(1, -1);
  return inner.length <= 60
    ? `"${inner}"`
    : `"${inner.slice(0, 57).replace(/\\[^"\\]{0,4}$/, "")}..."`;
}

/**
 * A text for a message, cut if it is long.
 *
 * @param text The text.
 * @param most Its longest length.
 * @returns The text; if it is longer, its beginning and three dots.
 */
export function shorten(text: string, most = 60): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
