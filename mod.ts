/**
 * Recurrent networks on TensorFlow.js, experiments on them, and reports that anyone can rebuild.
 *
 * An experiment asks one question, declares what it predicts, and records tables, figures and the
 * measure of each prediction by seed; {@link runExperiment} makes a deterministic result of it, and
 * {@link renderSite} a static site of results.
 *
 * @example An experiment of your own, from question to verdict
 * ```ts
 * import { assert } from "@std/assert";
 * import { z } from "zod";
 * import { defineExperiment, runExperiment, selectBackend } from "./mod.ts";
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
 *         source: "The coin is said to be fair.",
 *         measure: "share of heads",
 *         statistic: "mean",
 *         predicts: { relation: "near", value: 0.5, smallestEffect: 0.05, reason: "a convention" },
 *         family: "coin",
 *         findings: {
 *           supported: "The share of heads is {estimate}: half.",
 *           refuted: "The share of heads is {estimate}: not half.",
 *           equivalent: "The share of heads is {estimate}: half.",
 *           undecided: "The share of heads is {estimate}: the seeds do not tell.",
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

export {
  type BackendDescription,
  type BackendOptions,
  type BackendRequest,
  type BackendSelection,
  resolveBackend,
  selectBackend,
} from "./src/core/backend.ts";
export type { Adapter, AdapterSource } from "./src/core/backend_adapter.ts";
export { InputError, MissingError } from "./src/core/errors.ts";
export type * from "./src/result/figure.ts";
export { type Json, type JsonObject, stableStringify } from "./src/core/json.ts";
export type { NDArray } from "./src/core/nd_array.ts";
export { Random } from "./src/core/random.ts";
export type * from "./src/result/result.ts";
export { jsonSchema, parseJson } from "./src/core/schema.ts";
export { manifestSchema, resultSchema } from "./src/result/result_schema.ts";

export type { NetworkHead, NetworkLoss, NetworkSpec } from "./src/kernels/network.ts";
export type { CellKind } from "./src/kernels/cells.ts";
export type { StackSpec } from "./src/kernels/stack.ts";

export {
  Embedding,
  type EmbeddingOptions,
  type EmbeddingParameters,
} from "./src/model/embedding.ts";
export { chronoInit, forgetBias } from "./src/model/init/gate_bias_init.ts";
export { GRU } from "./src/model/gru.ts";
export { gruCell, type GRUStep } from "./src/model/reference/gru_cell.ts";
export {
  gaussian,
  glorotUniform,
  orthogonal,
  semiOrthogonal,
} from "./src/model/init/random_matrices.ts";
export {
  type LanguageModel,
  languageModel,
  type LanguageModelOptions,
} from "./src/model/language_model.ts";
export {
  checkLanguageModelConfig,
  type LanguageModelConfig,
  type LanguageModelSizes,
} from "./src/model/language_model_config.ts";
export type { LayerInit } from "./src/model/init/layer_init.ts";
export { Linear, type LinearOptions, type LinearParameters } from "./src/model/linear.ts";
export { LSTM } from "./src/model/lstm.ts";
export { lstmCell, type LSTMState, type LSTMStep } from "./src/model/reference/lstm_cell.ts";
export type { Model, ModelOptions } from "./src/model/model.ts";
export { Module } from "./src/model/parameters/module.ts";
export {
  type Borrower,
  type Parameters,
  ParameterStore,
} from "./src/model/parameters/parameter_store.ts";
export {
  glorotInit,
  identityInit,
  jointGlorotInit,
  orthogonalInit,
  type RecurrentInit,
  type RecurrentSizes,
  semiOrthogonalInit,
  uniformInit,
} from "./src/model/init/recurrent_init.ts";
export type {
  Axes,
  RecurrentForwardOptions,
  StateParts,
  TraceOptions,
} from "./src/model/recurrent_inputs.ts";
export {
  RecurrentLayer,
  type RecurrentOutput,
  type Unrolled,
  type UnrollOptions,
} from "./src/model/recurrent_layer.ts";
export type { Implementation, RecurrentOptions } from "./src/model/recurrent_layer.ts";
export { RNN, type RNNOptions } from "./src/model/rnn.ts";
export { type Nonlinearity, rnnCell, type RnnCellWeights } from "./src/model/reference/rnn_cell.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsContents,
} from "./src/model/parameters/safetensors.ts";
export {
  type HeadOptions,
  type Recurrent,
  SequenceModel,
  type SequenceModelOptions,
  type SequenceOutput,
} from "./src/model/sequence_model.ts";
export type { StateDict } from "./src/model/parameters/state_dict.ts";
export {
  type InferenceLayerState,
  InferenceSession,
  type InferenceSessionOptions,
} from "./src/model/inference_session.ts";
export type { GRUTrace, LSTMTrace, RNNTrace, Trace, TraceAxis } from "./src/model/trace.ts";
export { addingProblem, type AddingProblemOptions } from "./src/data/adding_problem.ts";
export { alternatingSign } from "./src/data/alternating_sign.ts";
export { copyMemory, type CopyMemoryOptions } from "./src/data/copy_memory.ts";
export { copyTask } from "./src/data/copy_task.ts";
export { cumulativeSum } from "./src/data/cumulative_sum.ts";
export { gateSequence, type GateSequenceOptions } from "./src/data/gate_sequence.ts";
export type { PerStepOptions } from "./src/data/per_step.ts";
export {
  type Baseline,
  type Sample,
  type SequenceTask,
  sideBySide,
} from "./src/data/sequence_task.ts";

export type { Corpus } from "./src/data/text/corpus.ts";
export {
  documentsOf,
  encodeCorpus,
  type EncodedCorpus,
  type EncodeOptions,
  joinSequences,
} from "./src/data/text/encoded.ts";
export { fileCorpus } from "./src/data/text/file_corpus.ts";
export { mobyDick } from "./src/data/text/moby_dick.ts";
export { type Split, splitDocuments, type SplitOptions } from "./src/data/text/split.ts";
export { streamBatches, type StreamBatchOptions } from "./src/data/text/stream_batches.ts";
export type { TokenKind } from "./src/data/text/text_rules.ts";
export type { TokenBatch, TokenBatches } from "./src/data/text/token_batches.ts";
export { Tokenizer } from "./src/data/text/tokenizer.ts";
export type { TokenizerOptions } from "./src/data/text/tokenizer_options.ts";
export { notebookSentences } from "./src/data/text/notebook_sentences.ts";
export {
  END,
  PAD,
  START,
  UNK,
  Vocabulary,
  type VocabularyStatistics,
} from "./src/data/text/vocabulary.ts";
export { windowBatches, type WindowBatchOptions } from "./src/data/text/window_batches.ts";
export { type Window, type WindowOptions, windows } from "./src/data/text/windows.ts";

export { type Beam, type BeamOptions, beamSearch } from "./src/generation/beam_search.ts";
export {
  type ContinueOptions,
  continueText,
  continueTexts,
  type ContinueTextsOptions,
} from "./src/generation/continue_text.ts";
export {
  generate,
  type GenerateOptions,
  generateStream,
  type GenerationRequest,
} from "./src/generation/generate.ts";
export { probabilities, sampleToken, type SamplingOptions } from "./src/generation/sampling.ts";
export {
  type NamedStrategy,
  notebookStrategies,
  strategies,
  type Strategy,
  type StrategyName,
  strategyOf,
  type StrategyOption,
  type StrategyOptions,
} from "./src/generation/strategies.ts";
export { textIds } from "./src/generation/generation_options.ts";
export {
  loadTextModel,
  readTextModel,
  type TextModel,
  type TextModelDescription,
  type TextModelParts,
  writeTextModel,
} from "./src/generation/text_model.ts";

export type { Batch, TensorOrArray } from "./src/training/engine/batch.ts";
export type { BatchList } from "./src/training/batch_list.ts";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./src/training/checkpoint.ts";
export { cosineSchedule, type CosineScheduleOptions } from "./src/training/cosine_schedule.ts";
export { evaluate } from "./src/training/evaluate.ts";
export { fit, type FitOptions } from "./src/training/fit.ts";
export {
  CrossEntropyLoss,
  type CrossEntropyOptions,
  type Loss,
  type LossOptions,
  MSELoss,
} from "./src/training/engine/losses.ts";
export { Adam, type AdamOptions, AdamW, type OptimizerState } from "./src/training/optimizer.ts";
export {
  type PlateauState,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from "./src/training/reduce_lr_on_plateau.ts";
export { type Carried, StepReport } from "./src/training/engine/step_runner.ts";
export type { StepOptions } from "./src/training/engine/step_options.ts";
export {
  type TokenLosses,
  tokenLosses,
  type TokenLossOptions,
} from "./src/training/token_losses.ts";
export {
  type SavedModel,
  type TrainingProgress,
  trainLanguageModel,
  type TrainLanguageModelOptions,
} from "./src/training/train_language_model.ts";
export type { EpochRecord } from "./src/training/training_position.ts";
export { trainStep } from "./src/training/train_step.ts";

export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapMethod,
  type BootstrapOptions,
} from "./src/statistics/bootstrap.ts";
export type { Complex } from "./src/analysis/matrix.ts";
export { type Decay, fitDecay, lagAtFraction } from "./src/analysis/decay.ts";
export { estimate, type EstimateOptions, proportionEstimate } from "./src/statistics/estimate.ts";
export { MINIMUM_SEEDS } from "./src/statistics/seed_statistic.ts";
export { cellSurvival, inputDeviation, timeScale, unitTimeScales } from "./src/analysis/gates.ts";
export {
  type Activations,
  maskedMeans,
  type StepSummary,
  summaryByStep,
  type TemporalDeviation,
  temporalDeviation,
} from "./src/analysis/activations.ts";
export { histogram, type Saturation, saturation } from "./src/analysis/gates.ts";
export { detectable, type DetectableOptions } from "./src/statistics/detectable.ts";
export { distinctN, seqRepN } from "./src/analysis/diversity.ts";
export {
  type GradientFlow,
  gradientFlow,
  inputGradients,
  type LayerGradientFlow,
  type LossPlace,
} from "./src/analysis/gradient_flow.ts";
export { holm } from "./src/statistics/verdict.ts";
export { infer, type Inference } from "./src/statistics/inference.ts";
export {
  type JacobianOptions,
  type JacobianProduct,
  jacobianProducts,
} from "./src/analysis/jacobian.ts";
export type { Matrix } from "./src/analysis/matrix.ts";
export { type MeanField, meanField, type MeanFieldOptions } from "./src/analysis/mean_field.ts";
export { NgramModel, type NgramOptions } from "./src/analysis/ngrams.ts";
export type { Statistic, StatisticName } from "./src/statistics/resample.ts";
export { eigenvalues, spectralRadius, type SpectrumOptions } from "./src/analysis/spectrum.ts";
export { correlation } from "./src/statistics/correlation.ts";
export {
  type SeriesVariation,
  seriesVariation,
  smallestRatio,
  stateNorms,
} from "./src/analysis/activations.ts";
export {
  geometricMean,
  mean,
  median,
  quantile,
  sampleStandardDeviation,
} from "./src/statistics/descriptive.ts";
export { singularValues, spectralNorm } from "./src/analysis/singular_values.ts";
export { type DecidingPs } from "./src/statistics/inference.ts";
export { verdict } from "./src/statistics/verdict.ts";
export { winProbability } from "./src/statistics/estimate.ts";

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
} from "./src/harness/experiment.ts";
export {
  type ParameterShape,
  type ParameterValues,
  resolveParameters,
} from "./src/harness/parameters.ts";
export { experiments } from "./src/experiments/registry.ts";
export {
  type PartStore,
  type Progress,
  type Run,
  runExperiment,
  type RunOptions,
} from "./src/harness/run.ts";
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
} from "./src/harness/seed_figures.ts";
export type {
  CellInput,
  CheckInput,
  ClaimInput,
  ColumnInput,
  Labels,
  MetricInput,
  TableInput,
} from "./src/harness/seed_values.ts";

export { type ManifestDetails, manifestOf } from "./src/report/manifest.ts";
export type { Page } from "./src/report/markdown/markdown.ts";
export { checkPages, type Pages, type PageSubject } from "./src/report/pages.ts";
export { renderSite, type SiteInput } from "./src/report/site.ts";
