import { z } from "zod";
import type { Runtime } from "../platform/runtime.ts";
import type { BackendDescription } from "../core/backend.ts";
import { figureSchema } from "./figure_schema.ts";
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
import { idSchema as id, jsonObjectSchema, textSchema as text } from "../core/schema.ts";

// The compiler checks each schema against its interface.

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

/** Validates a {@link Result}. Sites contain it as JSON Schema in `data/schema/result.schema.json`. */
export const resultSchema: z.ZodType<Result> = z.strictObject({
  format: z.literal("unroll-result-2"),
  experiment: z.strictObject({ id, title: text, question: text, version: z.int().min(1) }),
  parameters: jsonObjectSchema,
  seeds: z.array(z.int().min(0)).min(1),
  backend: backendSchema,
  metrics: z.array(metricSchema),
  tables: z.array(tableSchema),
  figures: z.array(figureSchema),
  claims: z.array(claimSchema),
  unmeasured: z.array(unmeasuredSchema),
  checks: z.array(checkSchema),
});

const runtimeSchema: z.ZodType<Runtime> = z.strictObject({
  name: z.enum(["deno", "node", "browser"]),
  version: text,
  v8: text.exactOptional(),
  typescript: text.exactOptional(),
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

/** Validates a {@link Manifest}. Sites contain it as JSON Schema in `data/schema/manifest.schema.json`. */
export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  format: z.literal("unroll-manifest-5"),
  date: z.iso.datetime(),
  profile: text,
  backend: backendSchema,
  environment: z.strictObject({
    ...machine,
    runtime: runtimeSchema,
    packages: z.record(z.string(), text),
  }),
  commit: text.nullable(),
  runs: z.array(run),
  files: z.record(z.string(), text),
});
