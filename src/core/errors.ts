/**
 * Thrown for an invalid input. The message names the expected and the found value.
 *
 * The message is one line for the person who gave the input. Commands print it without a stack
 * trace and exit with code 2.
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
  /** The requirement, in words that follow "must be". */
  readonly wanted: string;

  /**
   * Makes an error with the message `WHAT must be WANTED, found FOUND. HELP`.
   *
   * @param what The name of the input, as the user knows it.
   * @param wanted The requirement, in words that follow "must be".
   * @param found The value that was given.
   * @param help A sentence that says how to correct the input.
   */
  constructor(what: string, wanted: string, found: unknown, help?: string) {
    super(`${what} must be ${wanted}, found ${describe(found)}${help ? `. ${help}` : ""}`);
    this.what = what;
    this.wanted = wanted;
  }
}

/**
 * Thrown if the machine lacks something. The message says what to install, or what to use instead.
 */
export class MissingError extends Error {
  /** `"MissingError"`. */
  override readonly name = "MissingError";
}

/**
 * Describes any value for an error message: strings are quoted, short arrays and plain objects are
 * written out, and other objects are named by their class.
 *
 * @param value The value.
 * @returns About 60 characters at most, in one line unless the value contains a line break.
 */
export function describe(value: unknown): string {
  return describeWithin(value, 8);
}

/** Describes a value. Arrays are written out down to `depth` levels. */
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
    return "an object"; // It is circular, too deep, or contains a bigint.
  }
}

/**
 * Whether a value is a plain object, such as an object literal or a parsed JSON object, and not an
 * array or an instance of a class.
 *
 * @param value The value.
 * @returns `true` if the prototype of the value is `Object.prototype` or `null`.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function instance(value: object): string {
  const name = value.constructor?.name || "a class without a name";
  if (!ArrayBuffer.isView(value)) return `an instance of ${name}`;
  // "a Uint8Array": its U is not spoken as a vowel.
  const named = `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name}`;
  return "length" in value ? `${named} of ${value.length}` : named;
}

/** A string as JSON writes it, cut to 60 characters between the quotation marks. */
function quoted(text: string): string {
  // An escape can be six characters long, so the escaped text is cut.
  const inner = JSON.stringify(text.slice(0, 61)).slice(1, -1);
  return inner.length <= 60
    ? `"${inner}"`
    : `"${inner.slice(0, 57).replace(/\\[^"\\]{0,4}$/, "")}..."`;
}

/**
 * Shortens a text for a message.
 *
 * @param text The text.
 * @param most The largest number of characters.
 * @returns The text, or its beginning and three dots if it is longer.
 */
export function shorten(text: string, most = 60): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
