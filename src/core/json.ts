import { InputError, isPlainObject } from "./errors.ts";

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object that JSON can hold. */
export interface JsonObject {
  /** A value by its name. */
  readonly [key: string]: Json;
}

/** How deep arrays and objects may be nested in each other: parsers and checks call themselves. */
export const MAX_DEPTH = 200;

/**
 * JSON with sorted keys, so that equal values have equal bytes.
 *
 * @param value The value to write.
 * @param indent Spaces for each level; 0 writes one line.
 * @param what What the value is, for messages: `$` or a name.
 * @returns The JSON.
 * @throws {InputError} On what JSON cannot hold (NaN, infinity, a function), on a key `__proto__`, which
 * readers leave out, and on a value that is nested more than {@link MAX_DEPTH} deep; it names the place.
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
 * How many keys the objects in a text of JSON have together. A key that is there twice counts twice,
 * of which `JSON.parse` leaves the last.
 *
 * @param json Valid JSON.
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
  // A colon in no string comes after a key.
  for (const [mark] of json.matchAll(/\\.|[":]/g)) {
    if (mark === '"') quoted = !quoted;
    else if (mark === ":" && !quoted) keys++;
  }
  return keys;
}

/**
 * How deep arrays and objects are nested in a text of JSON: 0 for a number. It takes a moment, where
 * `JSON.parse` takes ten seconds for ten million levels.
 *
 * @param json The text; if it is not valid JSON, the answer is of no use.
 * @returns The number of levels.
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
  if (!isPlainObject(value)) throw new InputError(place, "a value that JSON can hold", value);
  if (Object.hasOwn(value, "__proto__")) {
    throw new InputError(`a key of ${place}`, "a name other than that", "__proto__");
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => a < b ? -1 : 1).map(([key, entry]) => [
      key,
      sorted(entry, `${place}.${key}`, depth + 1),
    ]),
  );
}
