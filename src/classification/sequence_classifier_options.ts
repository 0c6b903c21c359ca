import { checkFlags, checkShare } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { MOST_IDS } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";
import { specialTokens } from "../data/text/vocabulary.ts";

/** The network of a {@link SequenceClassifier}, and how it is trained. */
export interface SequenceClassifierOptions {
  /**
   * The recurrent layers, or `"none"`: a {@link Feedforward} in their place, which computes each word
   * without the others. `"gru"` by default.
   */
  readonly cell?: "rnn" | "lstm" | "gru" | "none";
  /** The number of features of the vector of a word; 16 by default. */
  readonly embeddingDim?: number;
  /**
   * The standard deviation of the initial numbers of a word's vector; 0.1 by default. With
   * small vectors a rare word has little effect; with PyTorch's 1, rare words add noise.
   */
  readonly embeddingStd?: number;
  /** The number of units of the hidden state of a layer and direction; 16 by default. */
  readonly hiddenSize?: number;
  /** The number of recurrent layers; 1 by default. */
  readonly numLayers?: number;
  /**
   * Whether the layers read the text in both directions; `true` by default, and required to be
   * `false`, the default then, if `cell` is `"none"`.
   */
  readonly bidirectional?: boolean;
  /**
   * What the linear layer on top reads: the mean of the states, weighted by additive attention; the
   * mean with equal weights; or the last state of each direction. `"attention"` by default.
   */
  readonly readout?: "attention" | "mean" | "last";
  /**
   * The number of hidden units of the attention scores; `hiddenSize` by default. Other readouts
   * ignore it.
   */
  readonly attentionSize?: number;
  /** The share of the input of the linear layer that is dropped in training; 0.3 by default. */
  readonly dropout?: number;
  /**
   * The share of the words of the training texts that are replaced by the unknown word, drawn anew
   * in each epoch; 0.1 by default.
   */
  readonly wordDropout?: number;
  /**
   * The minimum number of occurrences in the training texts of a word that has a vector of its own;
   * all other words share that of the unknown word. 2 by default.
   */
  readonly minCount?: number;
  /** The maximum number of words that have a vector of their own; 10,000 by default. */
  readonly maxVocabulary?: number;
  /** The maximum number of words that are read of a text, its first ones; 200 by default. */
  readonly maxLength?: number;
  /** The learning rate of AdamW; 0.01 by default. */
  readonly learningRate?: number;
  /** The weight decay of AdamW; 0.01 by default. */
  readonly weightDecay?: number;
  /** The norm to which larger gradients are scaled down; 1 by default. */
  readonly clipGradNorm?: number;
  /** The maximum number of texts of a training step; 32 by default. */
  readonly batchSize?: number;
  /** The maximum number of epochs, in each of which every training text is read once; 20 by default. */
  readonly epochs?: number;
  /**
   * The number of consecutive epochs without a new lowest validation loss after which training ends;
   * 2 by default.
   */
  readonly patience?: number;
}

/** All options of a {@link SequenceClassifier}, with the defaults of those that were left out. */
export type ResolvedOptions = Required<SequenceClassifierOptions>;

/** The names of {@link SequenceClassifierOptions}. */
export const classifierOptionNames: OptionNames<SequenceClassifierOptions> = {
  cell: true,
  embeddingDim: true,
  embeddingStd: true,
  hiddenSize: true,
  numLayers: true,
  bidirectional: true,
  readout: true,
  attentionSize: true,
  dropout: true,
  wordDropout: true,
  minCount: true,
  maxVocabulary: true,
  maxLength: true,
  learningRate: true,
  weightDecay: true,
  clipGradNorm: true,
  batchSize: true,
  epochs: true,
  patience: true,
};

/** The cells of the layers. */
const cells: readonly ResolvedOptions["cell"][] = ["rnn", "lstm", "gru", "none"];

/** What the linear layer on top can read. */
const readouts: readonly ResolvedOptions["readout"][] = ["attention", "mean", "last"];

/**
 * Checks the options of a classifier, and adds the defaults of those that are left out.
 *
 * @param options The options.
 * @returns All options.
 * @throws {InputError} If an option is unknown, of another type or out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { resolveOptions } from "./sequence_classifier_options.ts";
 *
 * const { cell, readout, attentionSize } = resolveOptions({ hiddenSize: 8 });
 * assertEquals([cell, readout, attentionSize], ["gru", "attention", 8]);
 * ```
 */
export function resolveOptions(options: SequenceClassifierOptions): ResolvedOptions {
  checkOptions("SequenceClassifier", options, classifierOptionNames);
  const { cell = "gru", embeddingDim = 16, embeddingStd = 0.1 } = options;
  const { hiddenSize = 16, numLayers = 1 } = options;
  const { bidirectional = cell !== "none", readout = "attention" } = options;
  const { attentionSize = hiddenSize } = options;
  const { dropout = 0.3, wordDropout = 0.1 } = options;
  const { minCount = 2, maxVocabulary = 10_000, maxLength = 200 } = options;
  const { learningRate = 0.01, weightDecay = 0.01, clipGradNorm = 1 } = options;
  const { batchSize = 32, epochs = 20, patience = 2 } = options;
  const layers = { embeddingDim, hiddenSize, numLayers, attentionSize };
  const counts = { minCount, maxVocabulary, maxLength, batchSize, epochs, patience };
  checkOneOf("cell", cell, cells);
  checkOneOf("readout", readout, readouts);
  checkFlags({ bidirectional });
  if (cell === "none" && bidirectional) {
    const help = "Without recurrence, both directions would compute the same";
    throw new InputError("bidirectional", 'false if cell is "none"', true, help);
  }
  for (const [name, value] of Object.entries({ ...layers, ...counts })) {
    positiveInteger(name, value);
  }
  const most = MOST_IDS - specialTokens.length;
  if (maxVocabulary > most) throw new InputError("maxVocabulary", `at most ${most}`, maxVocabulary);
  for (const [name, value] of Object.entries({ dropout, wordDropout })) checkShare(name, value);
  for (const [name, value] of Object.entries({ embeddingStd, learningRate, clipGradNorm })) {
    checkNumber(name, value, "a finite number above 0", (one) => one > 0 && one < Infinity);
  }
  const wanted = "a finite number of at least 0";
  checkNumber("weightDecay", weightDecay, wanted, (one) => one >= 0 && one < Infinity);
  return {
    ...{ cell, embeddingStd, bidirectional, readout, ...layers, dropout, wordDropout },
    ...{ learningRate, weightDecay, clipGradNorm, ...counts },
  };
}

/** Throws unless a value is one of some texts. */
function checkOneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  const quoted = known.map((one) => `"${one}"`);
  throw new InputError(name, `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`, value);
}
