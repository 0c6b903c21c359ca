import type { Tensor } from "@tensorflow/tfjs";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { Embedding } from "./embedding.ts";
import { glorotUniform } from "./init/random_matrices.ts";
import {
  checkLanguageModelConfig,
  configNames,
  type LanguageModelConfig,
  type LanguageModelSizes,
} from "./language_model_config.ts";
import type { LayerInit } from "./parameters/variables.ts";
import { Linear } from "./linear.ts";
import { LSTM } from "./lstm.ts";
import type { LSTMState, LSTMStep } from "./reference/lstm_cell.ts";
import type { Module } from "./parameters/module.ts";
import { semiOrthogonalInit } from "./init/recurrent_init.ts";
import type { Implementation } from "./recurrent_layer.ts";
import { SequenceModel } from "./sequence_model.ts";
import { claimNames, sourcesOf } from "./parameters/variables.ts";

/**
 * Options for {@link languageModel}: the fields of {@link LanguageModelConfig}, those with defaults
 * optional, and further options.
 */
export interface LanguageModelOptions
  extends
    Pick<LanguageModelConfig, LanguageModelSizes>,
    Partial<Omit<LanguageModelConfig, LanguageModelSizes>> {
  /** The number of models side by side, along a leading axis; by default one without that axis. */
  readonly replicas?: number;
  /**
   * The source of the initial weights: replica r draws from `random.fork(r)`, or from `random[r]`.
   * Use a source for one model only, since a second would draw the same weights; give each model
   * its own fork, such as `random.fork("model")`.
   */
  readonly random: Random | readonly Random[];
  /** The implementation of the LSTM; `"fused"` by default. */
  readonly implementation?: Implementation;
}

const names: OptionNames<LanguageModelOptions> = {
  ...configNames,
  replicas: true,
  random: true,
  implementation: true,
};

/**
 * A language model: a {@link SequenceModel} of an embedding, an {@link LSTM} and a {@link Linear}
 * head.
 */
export type LanguageModel = SequenceModel<LSTMState, keyof LSTMStep<Tensor>>;

const uniformTable: LayerInit = (_name, [rows = 0, columns = 0], random) =>
  random.array(rows * columns, (source) => source.uniform(-0.1, 0.1));

const glorotProjection: LayerInit = (name, [rows = 0, columns = 0], random) =>
  name === "bias" ? new Float32Array(rows) : glorotUniform([rows, columns], random).flat();

/**
 * The initialisers of each layer, by the name of the initialisation; PyTorch's are the layers'
 * defaults.
 */
const initialisations = {
  pytorch: { table: {}, recurrent: {}, head: {} },
  orthogonal: {
    table: { init: uniformTable },
    recurrent: { init: semiOrthogonalInit },
    head: { init: glorotProjection },
  },
};

/**
 * Creates a language model: an embedding, LSTM layers with dropout between them, dropout, and a
 * linear head with a logit for each id.
 *
 * Source: the notebook that this project replicates, "RNN & LSTM Fundamentals: Sequential Model
 * Mastery" (2024), which also applies dropout to the embedded inputs. Tied weights: Press & Wolf
 * (2017), doi:10.18653/v1/E17-2025; Inan, Khosravi & Socher (2017), arXiv:1611.01462.
 *
 * @param options A configuration, a source of random numbers, and settings.
 * @returns A model of ids [sequence, batch] to logits [sequence, batch, id], after the replica axis
 * if there is one. The caller disposes of it.
 * @throws {InputError} If an option is unknown, if {@link checkLanguageModelConfig} refuses the
 * configuration, if `random` is not a source or has made a language model before, or if the
 * parameters do not fit into memory.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { languageModel } from "./language_model.ts";
 *
 * await selectBackend("cpu");
 * const sizes = { vocabularySize: 20, embeddingDim: 8, hiddenSize: 8 };
 * const model = languageModel({ ...sizes, tieWeights: true, random: new Random(1) });
 * const { output } = model.forward(tf.tensor2d([[2], [7], [5]], [3, 1], "int32"));
 * assertEquals(output.shape, [3, 1, 20]);
 * assertEquals(model.parameterCount, 20 * 8 + 2 * (4 * 8 * (8 + 8 + 2)) + 20);
 * model.dispose();
 * ```
 */
export function languageModel(options: LanguageModelOptions): LanguageModel {
  checkOptions("languageModel", options, names);
  const { replicas, random, implementation, ...given } = options;
  const config = checkLanguageModelConfig(given);
  const { vocabularySize, embeddingDim, hiddenSize, numLayers, dropout, paddingIdx } = config;
  const init = initialisations[config.initialisation];
  const many = replicas === undefined ? {} : { replicas };
  const sources = sourcesOf(random, replicas);
  const remember = claimNames(random, ["embedding.weight"]);
  const fork = (label: string): Random[] => sources.map((source) => source.fork(label));
  const parts: Module[] = [];
  const add = <Part extends Module>(part: Part): Part => {
    parts.push(part);
    return part;
  };
  try {
    const embedding = add(
      new Embedding({
        ...{ numEmbeddings: vocabularySize, embeddingDim, ...many, random: fork("embedding") },
        ...(paddingIdx === null ? {} : { paddingIdx }),
        ...init.table,
      }),
    );
    const recurrent = add(
      new LSTM({
        ...{ inputSize: embeddingDim, hiddenSize, numLayers, ...many, random: fork("recurrent") },
        // The LSTM has dropout between layers only.
        dropout: numLayers > 1 ? dropout : 0,
        ...(implementation ? { implementation } : {}),
        ...init.recurrent,
      }),
    );
    const head = add(
      new Linear({
        ...{ inFeatures: hiddenSize, outFeatures: vocabularySize, ...many, random: fork("head") },
        ...(config.tieWeights ? { tied: embedding } : {}),
        ...init.head,
      }),
    );
    const model = new SequenceModel({ embedding, recurrent, dropout, head });
    remember();
    return model;
  } catch (error) {
    for (const part of parts) part.dispose();
    throw error;
  }
}
