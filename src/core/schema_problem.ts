import type { z } from "zod";

/** What is wrong first with a value that is not of its schema. */
export interface SchemaProblem {
  /** The keys and places that lead to it; empty for the value itself. */
  readonly path: readonly PropertyKey[];
  /** What must be there, to follow "must be". */
  readonly wanted: string;
  /** What is there. */
  readonly found: unknown;
}

/**
 * The first problem that zod found, in the words of an `InputError`. Of a union it names what is wrong
 * in the one case that was meant, or what any of them takes.
 *
 * @param error What zod's `safeParse` gave.
 * @param value What it was given.
 * @returns The place, what must be there and what is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 * import { schemaProblem } from "./schema_problem.ts";
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
 * @param path Keys and places in lists.
 * @returns For example `columns[0].name`; `""` for an empty path.
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
  // The case that was meant is the only one whose word, such as its relation or scale, is right.
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
      // Words of a discriminated union, which zod's types leave out.
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
