import { claimAccuracy } from "./claim_accuracy.ts";
import { claimAttention } from "./claim_attention.ts";
import { kinds } from "./kinds.ts";
import { crossValidated, type Findings } from "./outcomes.ts";
import type { Context } from "./parameters.ts";
import { recordAccuracies } from "./record_accuracies.ts";
import { recordAttention } from "./record_attention.ts";
import { recordCalibration } from "./record_calibration.ts";
import { recordLearningCurve } from "./record_learning_curve.ts";
import { recordReport } from "./record_report.ts";
import { recordSources } from "./record_sources.ts";
import { recordTexts } from "./record_texts.ts";

/**
 * Records tables, figures, metrics and claims.
 *
 * @param context The run.
 * @param findings The findings of all models.
 */
export async function recordFindings(context: Context, findings: Findings): Promise<void> {
  const { texts, networks, baselines } = findings;
  const outcomes = { ...findings, byModel: crossValidated(texts, networks, baselines, kinds) };
  recordTexts(context, outcomes);
  recordAccuracies(context, outcomes);
  recordReport(context, outcomes);
  recordCalibration(context, outcomes);
  recordLearningCurve(context, outcomes);
  recordSources(context, outcomes);
  await recordAttention(context, outcomes);
  claimAccuracy(context, outcomes);
  claimAttention(context, outcomes);
}
