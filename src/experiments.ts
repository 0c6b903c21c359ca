/**
 * Experiments: define one, run it over seeds, and read its result. An experiment asks one question,
 * declares what it predicts, and records tables, figures and the measure of each prediction by
 * seed; {@link runExperiment} computes a deterministic result.
 *
 * @example An experiment of your own, from question to verdict
 * ```ts
 * import { assert } from "@std/assert";
 * import { z } from "zod";
 * import { selectBackend } from "../mod.ts";
 * import { defineExperiment, runExperiment } from "./experiments.ts";
 *
 * const experiment = defineExperiment({
 *   id: "fair-coin",
 *   title: "A fair coin",
 *   question: "Does a seeded coin show heads half the time?",
 *   version: 1,
 *   parameters: { flips: z.int().min(1).default(200).describe("flips for each seed") },
 *   hypotheses: {
 *     claims: {
 *       half: {
 *         statement: "Heads come up in half of {flips} flips.",
 *         source: "A fair coin.",
 *         measure: "share of heads",
 *         statistic: "mean",
 *         predicts: { relation: "near", value: 0.5, smallestEffect: 0.05, reason: "a convention" },
 *         family: "coin",
 *         findings: {
 *           supported: "The share of heads is {estimate}: half.",
 *           refuted: "The share of heads is {estimate}: not half.",
 *           equivalent: "The share of heads is {estimate}: half.",
 *           undecided: "The share of heads is {estimate}: the seeds do not decide.",
 *         },
 *         frozen: { date: "2026-11-27", commit: null },
 *         revisions: [],
 *       },
 *     },
 *     checks: {},
 *   },
 *   async run(context) {
 *     const values = await context.each("flips", context.seeds, (seed) => {
 *       const random = context.random(seed);
 *       let heads = 0;
 *       for (let i = 0; i < context.parameters.flips; i++) heads += random.integer(0, 1);
 *       return heads / context.parameters.flips;
 *     });
 *     context.claim("half", { values });
 *   },
 * });
 * const { description: backend } = await selectBackend("cpu");
 * const { result } = await runExperiment(experiment, {
 *   parameters: { flips: 200 },
 *   seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
 *   backend,
 * });
 * assert(result.claims[0]?.verdict === "supported");
 * ```
 *
 * @module
 */
export { type Json, type JsonObject, stableStringify } from "./core/json.ts";
export { jsonSchema, parseJson } from "./core/schema.ts";
export { experiments } from "./experiments/registry.ts";
export {
  type CheckContext,
  defineExperiment,
  type Experiment,
  type ExperimentContext,
  type ExperimentDefinition,
  type PartProgress,
  type Profile,
  type ProfileSettings,
  type Recording,
} from "./harness/experiment.ts";
export {
  type ParameterShape,
  type ParameterValues,
  resolveParameters,
} from "./harness/parameters.ts";
export {
  type PartStore,
  type Progress,
  type Run,
  runExperiment,
  type RunOptions,
} from "./harness/run.ts";
export type {
  CurveInput,
  CurvesFigureInput,
  CurvesInput,
  IntervalsFigureInput,
  IntervalsInput,
  NamesInput,
  PointsInput,
  RowInput,
  SeedFigureInput,
  SeedTableInput,
  ValuesInput,
} from "./harness/seed_figures.ts";
export type {
  CellInput,
  CheckInput,
  ClaimInput,
  ColumnInput,
  Labels,
  MetricInput,
  TableInput,
} from "./harness/seed_values.ts";
export type { Runtime } from "./platform/runtime.ts";
export type { Axis, CategoryAxis, ChartFrame, ColourScale, NumberAxis } from "./result/axes.ts";
export type { ConfusionFigure } from "./result/confusion_figure.ts";
export type { DrawingName } from "./result/drawings.ts";
export type { Chart, Drawing, Figure } from "./result/figure.ts";
export type { FigureText } from "./result/figure_text.ts";
export type {
  BandLayer,
  BarLayer,
  CellLayer,
  CircleLayer,
  IntervalLayer,
  Layer,
  LineLayer,
  PointLayer,
  RuleLayer,
  TableLayer,
} from "./result/marks.ts";
export type {
  Alternative,
  Check,
  Claim,
  Column,
  Declarations,
  DeclaredCheck,
  Freeze,
  Hypothesis,
  Influence,
  MachineRecord,
  Metric,
  Quotation,
  Result,
  Revision,
  Samples,
  Table,
  Unmeasured,
} from "./result/result.ts";
export { resultSchema } from "./result/result_schema.ts";
export type { WordStrips } from "./result/word_strips.ts";
