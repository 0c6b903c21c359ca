/**
 * Classification of texts: recurrent networks, baselines that they must beat, cross-validation,
 * scores, and reports in which every number has an interval over the tested texts and the seeds.
 *
 * @example Test a baseline on the sentiment sentences
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../mod.ts";
 * import { classificationReport, crossValidate, trainedBaselines } from "./classification.ts";
 * import { crossValidationSplits } from "./data.ts";
 * import { sentimentSentences } from "./text.ts";
 *
 * const data = await sentimentSentences();
 * const splits = crossValidationSplits(data.texts, { folds: 3, random: new Random(1) });
 * const [, bayes] = trainedBaselines;
 * assert(bayes !== undefined);
 * const { labels, probabilities } = await crossValidate(data, splits, bayes, new Random(1));
 * const [first] = classificationReport(
 *   { labels, probabilities: [probabilities] },
 *   { classes: data.classes },
 *   { groups: data.texts.map(({ group }) => group), random: new Random(1), resamples: 100 },
 * );
 * assert(first?.measure === "accuracy" && first.low > 0.78 && first.high < 0.86);
 * ```
 *
 * @module
 */
export {
  type AttentionMean,
  attentionMeans,
  type AttentionMeasure,
  attentionStudy,
  type MeasuredText,
  type StudiedText,
  type TextStudyOptions,
} from "./classification/attention_study.ts";
export {
  chosenByValidation,
  lexiconBaselines,
  trainedBaselines,
} from "./classification/baselines.ts";
export {
  calibrationBand,
  type CalibrationBandBin,
  type CalibrationBandOptions,
} from "./classification/calibration_band.ts";
export {
  type CalibrationBin,
  calibrationCurve,
  type CalibrationCurveOptions,
  type CalibrationErrorOptions,
  expectedCalibrationError,
} from "./classification/calibration.ts";
export {
  classificationDifferences,
  type ClassificationMeasure,
  classificationReport,
  type ReportCell,
  type ReportEntry,
  type ReportRows,
} from "./classification/classification_report.ts";
export type { ClassifierRuns } from "./classification/classifier_runs.ts";
export type {
  ClassifiedTexts,
  ClassifierFamily,
  TextClassifier,
} from "./classification/classifier.ts";
export {
  accuracy,
  balancedAccuracy,
  type ClassScores,
  classScores,
  type ConfusionMatrix,
  confusionMatrix,
} from "./classification/confusion.ts";
export {
  classifiedTexts,
  crossValidate,
  type HeldOutPredictions,
} from "./classification/cross_validate.ts";
export {
  isNegation,
  lexiconClassifier,
  type LexiconOptions,
  type LexiconScore,
  lexiconScore,
} from "./classification/lexicon_classifier.ts";
export { majorityClassifier } from "./classification/majority.ts";
export { naiveBayesClassifier, type NaiveBayesOptions } from "./classification/naive_bayes.ts";
export { predictEach } from "./classification/predict_each.ts";
export type { Probabilities } from "./classification/predictions.ts";
export { brierScore, logLoss } from "./classification/probability_scores.ts";
export { rocAuc } from "./classification/roc_auc.ts";
export type { ClassifierNetwork } from "./classification/classifier_network.ts";
export type { EpochProgress } from "./classification/classifier_training.ts";
export type { EncodedBatch } from "./classification/encoded_texts.ts";
export {
  type AttendedText,
  type FitManyOptions,
  type FitOptions,
  fitSequenceClassifiers,
  SequenceClassifier,
  sequenceClassifierFamily,
  type SequenceFamilyOptions,
} from "./classification/sequence_classifier.ts";
export type {
  ResolvedOptions,
  SequenceClassifierOptions,
} from "./classification/sequence_classifier_options.ts";
export { type SparseMatrix, TermColumns } from "./classification/terms.ts";
export { tfidfClassifier, type TfidfOptions } from "./classification/tfidf_classifier.ts";
