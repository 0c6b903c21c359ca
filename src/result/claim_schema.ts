import { z } from "zod";
import type {
  Alternative,
  Check,
  Claim,
  Declarations,
  DeclaredCheck,
  Estimate,
  Freeze,
  Hypothesis,
  Influence,
  Prediction,
  Quotation,
  Revision,
  SeedStatistic,
  Unmeasured,
  Verdict,
} from "./result.ts";
import { idSchema as id, textSchema as text } from "../core/schema.ts";

// The compiler checks each schema against its interface.

/** Validates an {@link Estimate}. */
export const estimateSchema: z.ZodType<Estimate> = z.strictObject({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.int().min(1),
  confidence: z.number().gt(0).lt(1),
  method: text,
});

/** Validates a {@link SeedStatistic}. */
export const statisticSchema: z.ZodType<SeedStatistic> = z.enum([
  "mean",
  "geometric-mean",
  "share",
]);

const label = z.union([z.number(), text]);

/** Validates the labels of values, such as seeds. */
export const labelsSchema: z.ZodType<(number | string)[]> = z.array(label).min(1);

/** Schemas of the fields with the values by seed behind an estimate. */
export const seedValues = {
  labels: labelsSchema,
  values: z.array(z.number()).min(1),
  statistic: statisticSchema,
  overlap: z.number().gt(0).exactOptional(),
};

const verdict: z.ZodType<Verdict> = z.enum(["supported", "refuted", "equivalent", "undecided"]);

const prediction: z.ZodType<Prediction> = z.strictObject({
  relation: z.enum(["above", "below", "near"]),
  value: z.number(),
  smallestEffect: z.number().gt(0),
  reason: text,
});

const quotation: z.ZodType<Quotation> = z.strictObject({
  text,
  file: text,
  line: z.int().min(1),
});

const freeze = { date: z.iso.date(), commit: text.nullable() };
const frozen: z.ZodType<Freeze> = z.strictObject(freeze);
const revision: z.ZodType<Revision> = z.strictObject({ ...freeze, what: text, why: text });

const hypothesis = {
  statement: text,
  quotation: quotation.exactOptional(),
  source: text,
  measure: text,
  unit: text.exactOptional(),
  statistic: statisticSchema,
  predicts: prediction,
  family: text,
  search: text.exactOptional(),
  priorResult: text.exactOptional(),
  findings: z.strictObject({ supported: text, refuted: text, equivalent: text, undecided: text }),
  frozen,
  revisions: z.array(revision),
};
const hypothesisSchema: z.ZodType<Hypothesis> = z.strictObject(hypothesis);

const declaredCheck = {
  statement: text,
  source: text,
  measure: text,
  limit: z.number(),
  reason: text,
};
const declaredCheckSchema: z.ZodType<DeclaredCheck> = z.strictObject(declaredCheck);

/** Validates {@link Declarations}. */
export const declarationsSchema: z.ZodType<Declarations> = z.strictObject({
  claims: z.record(id, hypothesisSchema),
  checks: z.record(id, declaredCheckSchema),
});

const alternative: z.ZodType<Alternative> = z.strictObject({
  name: text,
  values: z.array(z.number()).min(1),
  estimate: estimateSchema,
  verdict,
});

const influence: z.ZodType<Influence> = z.strictObject({ label, verdict });

const p = z.number().min(0).max(1).nullable();

/** Validates a {@link Claim}. */
export const claimSchema: z.ZodType<Claim> = z.strictObject({
  id,
  ...hypothesis,
  ...seedValues,
  parts: z.record(text, z.array(z.number())).exactOptional(),
  estimate: estimateSchema,
  p,
  adjustedP: p,
  equivalenceP: p,
  adjustedEquivalenceP: p,
  outsideP: p,
  adjustedOutsideP: p,
  agreeing: estimateSchema,
  signedRankP: p,
  detectable: z.number().nullable(),
  verdict,
  unadjustedVerdict: verdict,
  alternatives: z.array(alternative),
  influential: z.array(influence),
});

/** Validates an {@link Unmeasured}. */
export const unmeasuredSchema: z.ZodType<Unmeasured> = z.strictObject({
  id,
  statement: text,
  reason: text,
});

/** Validates a {@link Check}. */
export const checkSchema: z.ZodType<Check> = z.strictObject({
  id,
  ...declaredCheck,
  cases: z.int().min(1),
  worst: z.number(),
  holds: z.boolean(),
});
