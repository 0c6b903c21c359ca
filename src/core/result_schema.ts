import { z } from "zod";
import type { BackendDescription } from "./backend.ts";
import { describe, shorten } from "./errors.ts";
import { figureSchema } from "./figure_schema.ts";
import { type Json, type JsonObject, MAX_DEPTH, nesting } from "./json.ts";
import {
  checkSchema,
  claimSchema,
  estimateSchema,
  labelsSchema,
  seedValues,
  statisticSchema,
  unmeasuredSchema,
} from "./claim_schema.ts";
import type { MachineRecord, Manifest, Metric, Result, Samples, Table } from "./result.ts";
import { schemaProblem } from "./schema_problem.ts";
import { idSchema as id, textSchema as text } from "./text_schema.ts";

// Each schema is checked against its interface by the compiler, so the two cannot part.

const json: z.ZodType<Json> = z.json();
const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), json);

/** Validates a {@link BackendDescription}. */
export const backendSchema: z.ZodType<BackendDescription> = z.strictObject({
  name: z.enum(["webgpu", "wasm", "cpu"]),
  adapter: z.strictObject({
    description: z.string(),
    vendor: z.string(),
    architecture: z.string(),
    kind: z.enum(["hardware", "software"]),
  }).nullable(),
  versions: z.record(z.string(), text),
});

/** Validates a {@link Metric}. */
export const metricSchema: z.ZodType<Metric> = z.strictObject({
  id,
  label: text,
  unit: text.exactOptional(),
  ...seedValues,
  estimate: estimateSchema,
});

const samples: z.ZodType<Samples> = z.strictObject({
  statistic: statisticSchema,
  labels: labelsSchema,
  values: z.array(z.array(z.number().nullable())),
});

/** Validates a {@link Table}. */
export const tableSchema: z.ZodType<Table> = z.strictObject({
  id,
  title: text,
  columns: z.array(z.strictObject({ name: text, label: text, unit: text.exactOptional() })).min(1),
  rows: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
  samples: samples.exactOptional(),
});

/** Validates a {@link Result}; its JSON Schema is `data/schema/result.schema.json` in a site. */
export const resultSchema: z.ZodType<Result> = z.strictObject({
  format: z.literal("unroll-result-2"),
  experiment: z.strictObject({ id, title: text, question: text, version: z.int().min(1) }),
  parameters: jsonObject,
  seeds: z.array(z.int().min(0)).min(1),
  backend: backendSchema,
  metrics: z.array(metricSchema),
  tables: z.array(tableSchema),
  figures: z.array(figureSchema),
  claims: z.array(claimSchema),
  unmeasured: z.array(unmeasuredSchema),
  checks: z.array(checkSchema),
});

const machine = { os: text, arch: text, cores: z.int().min(1) };

/** Validates a {@link MachineRecord}. */
export const machineSchema: z.ZodType<MachineRecord> = z.strictObject({
  ...machine,
  metrics: z.array(metricSchema),
  tables: z.array(tableSchema),
  figures: z.array(figureSchema),
});

const run = z.strictObject({
  experiment: id,
  key: text,
  date: z.iso.datetime(),
  seconds: z.number().min(0),
  timings: z.record(z.string(), z.number()),
  machine: machineSchema,
  reused: z.boolean(),
  reason: text,
  sha256: text,
  command: text,
});

/** Validates a {@link Manifest}; its JSON Schema is `data/schema/manifest.schema.json` in a site. */
export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  format: z.literal("unroll-manifest-4"),
  date: z.iso.datetime(),
  profile: text,
  backend: backendSchema,
  environment: z.strictObject({
    ...machine,
    deno: text,
    v8: text,
    typescript: text,
    packages: z.record(z.string(), text),
  }),
  commit: text.nullable(),
  runs: z.array(run),
  files: z.record(z.string(), text),
});

/**
 * Reads JSON that should be of a schema.
 *
 * @param schema What it should be.
 * @param source The JSON.
 * @param what What is read, for the message: a path or a name.
 * @returns The value.
 * @throws {SyntaxError} If it is not JSON, not of the schema, naming the first wrong place, or nested
 * more than 200 deep.
 */
export function parseJson<T>(schema: z.ZodType<T>, source: string, what: string): T {
  // Checked in the text: JSON.parse takes seconds for millions of levels.
  if (nesting(source) > MAX_DEPTH) {
    throw new SyntaxError(`${what} is not of its schema: it is nested more than ${MAX_DEPTH} deep`);
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
  throw new SyntaxError(`${what} is not of its schema at ${place}: ${problem}`);
}

/** What `JSON.parse` found wrong, without what it quotes of the text: that may be of any file. */
function mistakeIn(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const [place] = /line \d+ column \d+(?=\)$)/.exec(message) ?? [];
  if (place !== undefined) return `it has a mistake at ${place}`;
  return message.startsWith("Unexpected end") ? "it ends too early" : "it has a mistake";
}

/** The JSON Schema (2020-12) of a schema, for publication. */
export function jsonSchema(schema: z.ZodType, title: string): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return jsonObject.parse(JSON.parse(JSON.stringify({ $schema, title, ...rest })));
}
