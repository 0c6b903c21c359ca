import { InputError, isPlainObject } from "./errors.ts";

/** A value that JSON can represent. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object that JSON can represent. */
export interface JsonObject {
  /** The value of each key. */
  readonly [key: string]: Json;
}

/** The largest depth of nested arrays and objects. Parsers and checks are recursive. */
export const MAX_DEPTH = 200;

/**
 * Converts a value to JSON with sorted keys, so that equal values give equal bytes.
 *
 * @param value The value.
 * @param indent The number of spaces by which each level is indented; 0 writes one line.
 * @param what The name of the value, for error messages.
 * @returns The JSON text.
 * @throws {InputError} If JSON cannot represent the value (NaN, infinity, a function), if it has a
 * key `__proto__`, which parsers drop, or if it is nested more than {@link MAX_DEPTH} levels deep.
 * The message names the place.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { stableStringify } from "./json.ts";
 *
 * assert(stableStringify({ b: 1, a: [2] }) === '{"a":[2],"b":1}');
 * ```
 */
export function stableStringify(value: unknown, indent = 0, what = "$"): string {
  return JSON.stringify(sorted(value, what, 0), null, indent);
}

/**
 * Counts the keys of all objects in a JSON text. A repeated key counts each time, although
 * `JSON.parse` keeps the last one only.
 *
 * @param json Valid JSON.
 * @returns The number of keys.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { countKeys } from "./json.ts";
 *
 * assert(countKeys('{"a":1,"a":{"b":":"}}') === 3);
 * ```
 */
export function countKeys(json: string): number {
  let [keys, quoted] = [0, false];
  // A colon outside of strings follows a key.
  for (const [mark] of json.matchAll(/\\.|[":]/g)) {
    if (mark === '"') quoted = !quoted;
    else if (mark === ":" && !quoted) keys++;
  }
  return keys;
}

/**
 * Measures how deep arrays and objects are nested in a JSON text. It is fast for millions of
 * levels, for which `JSON.parse` takes seconds.
 *
 * @param json Valid JSON; for another text the result has no meaning.
 * @returns The number of levels; 0 for a number.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { nesting } from "./json.ts";
 *
 * assert(nesting('{"a":[1,"]]["]}') === 2);
 * ```
 */
export function nesting(json: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let i = 0; i < json.length; i++) {
    const mark = json[i];
    if (quoted) {
      if (mark === "\\") i++;
      else if (mark === '"') quoted = false;
    } else if (mark === '"') quoted = true;
    else if (mark === "[" || mark === "{") deepest = Math.max(deepest, ++depth);
    else if (mark === "]" || mark === "}") depth--;
  }
  return deepest;
}

function sorted(value: unknown, place: string, depth: number): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new InputError(place, "a finite number", value);
  }
  if (depth === MAX_DEPTH && typeof value === "object") {
    const start = `${place.slice(0, 40)}...`;
    throw new InputError(start, `nested at most ${MAX_DEPTH} deep`, value);
  }
  if (Array.isArray(value)) {
    return Array.from(value, (entry, i) => sorted(entry, `${place}[${i}]`, depth + 1));
  }
  // JSON would write a Float32Array as an object of its indices, and read it back as one.
  if (!isPlainObject(value)) throw new InputError(place, "a value that JSON can represent", value);
  if (Object.hasOwn(value, "__proto__")) {
    throw new InputError(`a key of ${place}`, "another name", "__proto__");
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => a < b ? -1 : 1).map(([key, entry]) => [
      key,
      sorted(entry, `${place}.${key}`, depth + 1),
    ]),
  );
}
