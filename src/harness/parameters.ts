import { z } from "zod";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { nearest } from "../core/options.ts";

/** Parameters by name, each a zod schema with a default and a description. */
export type ParameterShape = z.ZodRawShape;

/** The values of a shape's parameters. */
export type ParameterValues<Shape extends ParameterShape> = z.output<z.ZodObject<Shape>>;

/** The description of a parameter in help texts and in the published schema. */
export interface ParameterHelp {
  readonly name: string;
  readonly description: string;
  /** The requirement, from `.meta({ wanted })` or from the schema: `"an integer from 1 to 9"`. */
  readonly wanted: string;
  readonly default: Json;
}

/** The parts of JSON Schema that messages use. */
interface Schema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly description?: string;
  /** The text of `.meta({ wanted: "..." })`, for a rule that JSON Schema cannot express. */
  readonly wanted?: string;
}

/**
 * Describes the parameters of a shape.
 *
 * @param shape The experiment's parameters.
 * @returns A description of each, in the order of the definition.
 */
export function parameterHelp(shape: ParameterShape): ParameterHelp[] {
  return Object.entries(schemas(shape)).map(([name, schema]) => ({
    name,
    description: schema.description ?? "",
    wanted: wanted(schema),
    default: schema.default ?? null,
  }));
}

/**
 * Completes the parameters of a run with their defaults, and checks them.
 *
 * @param shape The experiment's parameters.
 * @param given Values by name. Text is converted to the parameter's type: `"5,10"` is a list of
 * two.
 * @param prefix The text in front of a name in messages, such as `"--set "`. Default: none.
 * @returns A value for each parameter.
 * @throws {InputError} If a name is unknown, or a value has the wrong type or is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { z } from "zod";
 * import { resolveParameters } from "./parameters.ts";
 *
 * const shape = { hiddenSize: z.int().min(1).default(20).describe("units in the hidden state") };
 * assert(resolveParameters(shape, { hiddenSize: "8" }).hiddenSize === 8);
 * ```
 */
export function resolveParameters<Shape extends ParameterShape>(
  shape: Shape,
  given: Readonly<Record<string, unknown>>,
  prefix = "",
): ParameterValues<Shape> {
  if (!isPlainObject(given)) {
    throw new InputError(`${prefix}parameters`, "an object with values by name", given);
  }
  const known = schemas(shape);
  const typed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    // Own properties only, since every object has a "constructor".
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!schema) {
      const names = Object.keys(known);
      const wanted = names.length > 0
        ? `one of ${names.join(", ")}`
        : "left out, since there are no parameters";
      const near = nearest(name, names);
      const help = near === undefined ? undefined : `Did you mean ${near}?`;
      throw new InputError(`${prefix}parameter name`, wanted, name, help);
    }
    typed[name] = typeof value === "string" ? fromText(value, schema) : value;
  }
  const parsed = z.strictObject(shape).safeParse(typed);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0]);
  throw new InputError(`${prefix}${name}`, wanted(known[name] ?? {}), typed[name]);
}

/**
 * Converts a shape to the JSON Schema that a report publishes.
 *
 * @param shape The experiment's parameters.
 * @returns The schema of an object of parameters. No parameter is required.
 */
export function parameterSchema(shape: ParameterShape): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(z.strictObject(shape), { io: "input" })));
}

function schemas(shape: ParameterShape): Readonly<Record<string, Schema>> {
  return JSON.parse(JSON.stringify(parameterSchema(shape)["properties"] ?? {}));
}

/** Converts text to the type of a schema, and returns it unchanged if that is not possible. */
function fromText(text: string, schema: Schema): unknown {
  switch (schema.type) {
    case "integer":
    case "number": {
      const value = Number(text);
      return text.trim() === "" || Number.isNaN(value) ? text : value;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "array": {
      const entries = text.replace(/^\[(.*)\]$/, "$1").split(",").map((entry) => entry.trim());
      return entries.map((entry) => fromText(entry, schema.items ?? {}));
    }
    default:
      return text;
  }
}

function wanted(schema: Schema): string {
  if (schema.wanted !== undefined) return schema.wanted;
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  switch (schema.type) {
    case "integer":
      return `an integer${range(schema)}`;
    case "number":
      return `a number${range(schema)}`;
    case "boolean":
      return "true or false";
    case "array": {
      const least = schema.minItems ? ` of at least ${schema.minItems}` : "";
      return `a list${least}, each ${wanted(schema.items ?? {})}`;
    }
    default:
      return "text";
  }
}

function range(schema: Schema): string {
  const limit = (value: number | undefined) =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
  const [low, high] = [limit(schema.minimum), limit(schema.maximum)];
  const [above, under] = [schema.exclusiveMinimum, schema.exclusiveMaximum];
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const parts = [
    low !== undefined ? `of at least ${low}` : above !== undefined ? `above ${above}` : "",
    high !== undefined ? `of at most ${high}` : under !== undefined ? `below ${under}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}
