/**
 * Recurrent networks, their training, and experiments on them.
 *
 * Layers and models take tensors of TensorFlow.js. It is loaded only if the program uses tensors, or
 * on WebGPU: see {@link selectBackend}.
 *
 * Further entry points, by subject: `data` (sequence tasks), `text` (corpora, language models,
 * generation), `analysis` (measures of networks), `statistics` (intervals, tests and verdicts),
 * `experiments` (results and their formats), and `report` (static sites of results).
 *
 * @example Train an LSTM
 * ```ts
 * import { assert } from "@std/assert";
 * import { AdamW, fit, Linear, LSTM, MSELoss, Random, selectBackend, SequenceModel } from "./mod.ts";
 * import { addingProblem } from "./src/data.ts";
 *
 * await selectBackend("wasm");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 2, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
 *   readout: "last",
 * });
 * const optimizer = new AdamW(model, { learningRate: 0.01 });
 * const task = addingProblem({ steps: 10 });
 * const training = random.fork("training");
 * const losses = await fit(model, new MSELoss(), optimizer, {
 *   steps: 300,
 *   draw: () => task.draw(16, training),
 * });
 * assert((losses.at(-1)?.[0] ?? NaN) < (losses[0]?.[0] ?? NaN) / 2);
 * optimizer.dispose();
 * model.dispose();
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
export type { NDArray } from "./src/core/nd_array.ts";
export { Random } from "./src/core/random.ts";

export type {
  NetworkEmbedding,
  NetworkHead,
  NetworkLoss,
  NetworkSpec,
  Readout,
} from "./src/kernels/network.ts";
export type { CellKind } from "./src/kernels/cells.ts";
export type { StackSpec } from "./src/kernels/stack.ts";

export {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  type AdditiveAttentionParameters,
  type AttentionForwardOptions,
} from "./src/model/additive_attention.ts";
export {
  Embedding,
  type EmbeddingOptions,
  type EmbeddingParameters,
} from "./src/model/embedding.ts";
export { Feedforward, type FeedforwardOptions } from "./src/model/feedforward.ts";
export {
  feedforwardCell,
  type FeedforwardCellWeights,
} from "./src/model/reference/feedforward_cell.ts";
export { chronoInit, forgetBias } from "./src/model/init/gate_bias_init.ts";
export { GRU } from "./src/model/gru.ts";
export { gruCell, type GRUStep } from "./src/model/reference/gru_cell.ts";
export {
  gaussian,
  glorotUniform,
  orthogonal,
  semiOrthogonal,
} from "./src/model/init/random_matrices.ts";
export type { LayerInit } from "./src/model/parameters/variables.ts";
export { Linear, type LinearOptions, type LinearParameters } from "./src/model/linear.ts";
export { LSTM } from "./src/model/lstm.ts";
export { lstmCell, type LSTMState, type LSTMStep } from "./src/model/reference/lstm_cell.ts";
export type { Model, ModelOptions } from "./src/model/model.ts";
export { Module } from "./src/model/parameters/module.ts";
export {
  type Borrower,
  type ParameterArrays,
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
  type AttendedOutput,
  SequenceModel,
  type SequenceOutput,
} from "./src/model/sequence_model.ts";
export type {
  HeadOptions,
  Recurrent,
  SequenceModelOptions,
} from "./src/model/sequence_model_options.ts";
export type { StateDict } from "./src/model/parameters/state_dict.ts";
export {
  type InferenceLayerState,
  InferenceSession,
  type InferenceSessionOptions,
} from "./src/model/inference_session.ts";
export type { AttentionOptions, SequenceReadout } from "./src/model/readout.ts";
export type { MeanOptions, WeightedMean } from "./src/model/weighted_mean.ts";
export type {
  FeedforwardTrace,
  GRUTrace,
  LSTMTrace,
  RNNTrace,
  Trace,
  TraceAxis,
} from "./src/model/trace.ts";

export type { Batch, BatchInput, TensorOrArray } from "./src/training/engine/batch.ts";
export type { BatchList } from "./src/training/batch_list.ts";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./src/training/checkpoint.ts";
export { cosineSchedule, type CosineScheduleOptions } from "./src/training/cosine_schedule.ts";
export { evaluate } from "./src/training/evaluate.ts";
export { fit, type FitOptions } from "./src/training/fit.ts";
export { predict, type Prediction } from "./src/training/predict.ts";
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
export { trainStep } from "./src/training/train_step.ts";

export {
  defineExperiment,
  type Experiment,
  type ExperimentContext,
  type ExperimentDefinition,
} from "./src/harness/experiment.ts";
export { type Run, runExperiment, type RunOptions } from "./src/harness/run.ts";
