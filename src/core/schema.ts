import { z } from "zod";
import { describe, shorten } from "./errors.ts";
import { type Json, type JsonObject, MAX_DEPTH, nesting } from "./json.ts";

const json: z.ZodType<Json> = z.json();

/** Validates an object of JSON values. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), json);

/** Validates a text that is not empty. */
export const textSchema = z.string().min(1);

/** Validates an id: lower-case letters and digits, with single hyphens between them. */
export const idSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** The first problem of a value that does not match its schema. */
export interface SchemaProblem {
  /** The keys and indices that lead to the problem; empty if the value itself is wrong. */
  readonly path: readonly PropertyKey[];
  /** The expected value in words that follow "must be". */
  readonly wanted: string;
  /** The value at the path. */
  readonly found: unknown;
}

/**
 * Describes the first problem that zod found, in words that fit an `InputError`.
 *
 * For a union it describes the problem of the case that the value matches best, if there is one,
 * and otherwise lists what the cases accept.
 *
 * @param error The error of zod's `safeParse`.
 * @param value The value that was parsed.
 * @returns The path, the expected and the found value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 * import { schemaProblem } from "./schema.ts";
 *
 * const value = { sizes: [1, 2.5] };
 * const { error } = z.object({ sizes: z.array(z.int()) }).safeParse(value);
 * const problem = error && schemaProblem(error, value);
 * assertEquals(problem, { path: ["sizes", 1], wanted: "an integer", found: 2.5 });
 * ```
 */
export function schemaProblem(error: z.core.$ZodError, value: unknown): SchemaProblem {
  const problem = problemOf(error.issues);
  const found = problem.path.reduce<unknown>(
    (at, key) => at !== null && typeof at === "object" ? Reflect.get(at, key) : undefined,
    value,
  );
  return { ...problem, found };
}

/**
 * Writes a path as code does.
 *
 * @param path Keys and indices.
 * @returns The path, such as `columns[0].name`; `""` if it is empty.
 */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, i) =>
    typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`
  ).join("");
}

type Issue = z.core.$ZodIssue;
type Problem = Omit<SchemaProblem, "found">;

function problemOf([issue]: readonly Issue[]): Problem {
  if (issue === undefined) return { path: [], wanted: "valid" };
  if (issue.code !== "invalid_union" || issue.errors.length === 0) {
    return { path: issue.path, wanted: wanted(issue) };
  }
  const { path, wanted: inner } = problemOfUnion(issue.errors);
  return { path: [...issue.path, ...path], wanted: inner };
}

function problemOfUnion(cases: readonly (readonly Issue[])[]): Problem {
  // If a case fails only below its distinguishing field (a relation, a scale), the case is
  // intended.
  const [meant, ...others] = cases.filter((issues) =>
    !issues.some(({ code, path }) =>
      code === "invalid_value" || path.length === 0 && code === "invalid_type"
    )
  );
  if (meant && others.length === 0) return problemOf(meant);
  const firsts = cases.flatMap(([first]) => first ?? []);
  const values = firsts.flatMap((issue) => issue.code === "invalid_value" ? issue.values : []);
  const { path } = problemOf(firsts);
  const here = firsts.every((issue) => pathText(issue.path) === pathText(path));
  if (!here) return problemOf(firsts);
  if (values.length > 0) return { path, wanted: anyOf(values) };
  return { path, wanted: [...new Set(firsts.map(wanted))].join(" or ") };
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return types[issue.expected] ?? `a value of the type ${issue.expected}`;
    case "invalid_value":
      return anyOf(issue.values);
    case "invalid_union": {
      // zod's types omit the options of a discriminated union.
      const options: unknown = Reflect.get(issue, "options");
      return Array.isArray(options) ? anyOf(options) : `valid (${issue.message})`;
    }
    case "unrecognized_keys":
      return `without the unknown field ${issue.keys[0]}`;
    case "invalid_format":
      return issue.format === "regex"
        ? "lower-case letters and digits, with single hyphens between them"
        : `valid as ${issue.format}`;
    case "too_small":
      if (issue.origin === "string") return "a text that is not empty";
      if (issue.origin === "array") return `a list of at least ${issue.minimum}`;
      return `${issue.inclusive ? "at least" : "above"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "array") return `a list of at most ${issue.maximum}`;
      return `${issue.inclusive ? "at most" : "below"} ${issue.maximum}`;
    default:
      return `valid (${issue.message})`;
  }
}

const types: Readonly<Record<string, string>> = {
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
  string: "a text",
  number: "a finite number",
  int: "an integer",
  boolean: "true or false",
  null: "null",
};

function anyOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
}

/**
 * Parses JSON and validates it.
 *
 * @param schema The schema of the value.
 * @param source The JSON text.
 * @param what The name or path of the source, for error messages.
 * @returns The validated value.
 * @throws {SyntaxError} If the text is not JSON, does not match the schema, or is nested more than
 * {@link MAX_DEPTH} levels deep. The message names the first wrong place.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { z } from "zod";
 * import { parseJson } from "./schema.ts";
 *
 * const schema = z.strictObject({ seed: z.int() });
 * const message = "run.json does not match its schema at seed: it must be an integer, found 0.5";
 * assertThrows(() => parseJson(schema, '{"seed":0.5}', "run.json"), SyntaxError, message);
 * ```
 */
export function parseJson<T>(schema: z.ZodType<T>, source: string, what: string): T {
  // JSON.parse takes seconds for millions of levels, so the text is checked first.
  if (nesting(source) > MAX_DEPTH) {
    throw new SyntaxError(
      `${what} does not match its schema: it is nested more than ${MAX_DEPTH} deep`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new SyntaxError(`${what} is not JSON: ${mistakeIn(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, wanted, found } = schemaProblem(parsed.error, value);
  const place = path.length > 0 ? shorten(path.join("."), 200) : "the top level";
  const problem = `it must be ${shorten(wanted, 200)}, found ${describe(found)}`;
  throw new SyntaxError(`${what} does not match its schema at ${place}: ${problem}`);
}

/** The error of `JSON.parse` without its quotation of the text, which may come from any file. */
function mistakeIn(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const [place] = /line \d+ column \d+(?=\)$)/.exec(message) ?? [];
  if (place !== undefined) return `it has a mistake at ${place}`;
  return message.startsWith("Unexpected end") ? "it ends too early" : "it has a mistake";
}

/**
 * Converts a zod schema to JSON Schema (2020-12).
 *
 * @param schema The zod schema.
 * @param title The title of the JSON Schema.
 * @returns The JSON Schema.
 */
export function jsonSchema(schema: z.ZodType, title: string): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return jsonObjectSchema.parse(JSON.parse(JSON.stringify({ $schema, title, ...rest })));
}
