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
 * Whether arrays and objects are nested in a value more than so many levels deep.
 *
 * @param value The value.
 * @param levels How many levels are allowed.
 * @returns `true` if there is one more.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isDeeper } from "./json.ts";
 *
 * assert(isDeeper({ a: [1] }, 1) && !isDeeper({ a: [1] }, 2));
 * ```
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => isDeeper(entry, levels - 1));
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
