import { checkArray } from "../core/arrays.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import type { Tokenizer } from "../data/text/tokenizer.ts";
import { predict } from "../training/predict.ts";
import type { ClassifiedTexts, ClassifierFamily, TextClassifier } from "./classifier.ts";
import { type ClassifierNetwork, emptyNetwork } from "./classifier_network.ts";
import { ClassifierTraining, type EpochProgress } from "./classifier_training.ts";
import type { TrainedNetwork } from "./classifier_training_state.ts";
import {
  checkTexts,
  chunksOf,
  type EncodedBatch,
  encodeTexts,
  paddedBatch,
  wordsRead,
} from "./encoded_texts.ts";
import {
  type ClassifierDescription,
  readClassifier,
  writeClassifier,
} from "./sequence_classifier_file.ts";
import {
  classifierOptionNames,
  type ResolvedOptions,
  resolveOptions,
  type SequenceClassifierOptions,
} from "./sequence_classifier_options.ts";
import { softmax } from "./softmax.ts";

/** Options for {@link SequenceClassifier.fit}. */
export interface FitOptions extends SequenceClassifierOptions {
  /**
   * Texts that are not trained with. After each epoch their log loss is computed: the classifier has
   * the weights of the epoch with the lowest one, and `patience` ends the training. By default all
   * epochs are trained, and the classifier has the last weights.
   */
  readonly validation?: ClassifiedTexts;
  /** The source of random numbers: initial weights, batches and dropout. */
  readonly random: Random;
  /** Called after each epoch; training waits for its promise. */
  readonly onEpoch?: (progress: EpochProgress) => void | Promise<void>;
  /** Stops training between two calls into the kernels; `fit` then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options for {@link fitSequenceClassifiers}. */
export interface FitManyOptions extends Omit<FitOptions, "random"> {
  /** The source of random numbers of each network. */
  readonly random: readonly Random[];
}

const fitNames: OptionNames<FitManyOptions> = {
  ...classifierOptionNames,
  validation: true,
  random: true,
  onEpoch: true,
  signal: true,
};

/** A text as a classifier reads it, and what it attends to. */
export interface AttendedText {
  /**
   * The words of the text, at most `maxLength`, in lower case and without punctuation, also those
   * that the network reads as the unknown word; `["<UNK>"]` if the text has no words.
   */
  readonly words: readonly string[];
  /** The weight of each word in the mean that the linear layer reads; the sum is 1. */
  readonly weights: readonly number[];
  /** The predicted probability of each class. */
  readonly probabilities: readonly number[];
}

/**
 * A recurrent network that classifies texts: an embedding of words, recurrent layers, additive
 * attention over their states or another readout, and a linear layer with a logit for each class.
 * With `cell: "none"` the network has no recurrence: attention or the mean then ignores the order of
 * the words.
 *
 * Words are those of `sentenceWords`. The vocabulary has words of the training texts only. Any other
 * word is read as the unknown word, and so is a text without words. Training minimizes the log loss
 * by AdamW.
 *
 * Source: Zhou et al. (2016), doi:10.18653/v1/P16-2034, a bidirectional recurrent layer with
 * attention over its states as classifier of sentences; the attention is that of
 * {@link AdditiveAttention}. The comparison with a network without recurrence is that of Jain &
 * Wallace (2019), arXiv:1902.10186.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { SequenceClassifier } from "./sequence_classifier.ts";
 *
 * await selectBackend("cpu");
 * const texts = ["a good film", "a bad film", "good music", "bad music", "so good", "so bad"];
 * const training = { texts, labels: [1, 0, 1, 0, 1, 0], classes: 2 };
 * using classifier = await SequenceClassifier.fit(training, {
 *   ...{ embeddingDim: 4, hiddenSize: 4, minCount: 1, learningRate: 0.05, epochs: 30 },
 *   random: new Random(1),
 * });
 * assertEquals(await classifier.predict(["good day", "bad day"]), [1, 0]);
 * const [attended] = await classifier.attend(["A bad day!"]);
 * assertEquals(attended?.words, ["a", "bad", "day"]);
 *
 * using loaded = SequenceClassifier.load(await classifier.save());
 * assertEquals(await loaded.predictProbabilities(texts), await classifier.predictProbabilities(texts));
 * ```
 */
export class SequenceClassifier implements TextClassifier {
  /** The network: ids [sequence, batch] to logits [batch, class]. */
  readonly model: ClassifierNetwork;
  /** The words with their ids. */
  readonly tokenizer: Tokenizer;
  /** The options, with defaults. */
  readonly options: ResolvedOptions;
  /** The number of classes. */
  readonly classes: number;
  /** The number of the epoch after which the network had its weights, from 1. */
  readonly epoch: number;
  #disposed = false;

  private constructor(description: ClassifierDescription, weights: TrainedNetwork["weights"]) {
    if (!isPlainObject(description)) {
      const help = "await SequenceClassifier.fit(training, options) makes a classifier";
      throw new InputError("description of a classifier", "an object", description, help);
    }
    const { options, tokenizer, classes, epoch } = description;
    this.options = options;
    this.tokenizer = tokenizer;
    this.classes = classes;
    this.epoch = epoch;
    this.model = emptyNetwork({ vocabularySize: tokenizer.vocabulary.size, classes, options });
    this.model.loadStateDict(weights);
  }

  /**
   * Trains a classifier. Training runs on the current backend; equal arguments give the same bits on
   * WASM and CPU.
   *
   * @param training The texts to train with.
   * @param options The network, how it is trained, and the source of random numbers.
   * @returns The classifier, which the caller disposes of.
   * @throws {InputError} If an option is unknown or wrong, if a label is not a class, if there are no
   * texts, no words or fewer than two classes, if the validation texts have another number of
   * classes, if no word is as common as `minCount`, if the loss does not stay finite, or if no
   * backend is selected.
   * @throws The reason of `signal`, if it is aborted.
   */
  static async fit(training: ClassifiedTexts, options: FitOptions): Promise<SequenceClassifier> {
    checkOptions("SequenceClassifier.fit", options, fitNames);
    const [classifier] = await SequenceClassifier.fitEach(training, {
      ...options,
      random: [options.random],
    });
    if (classifier === undefined) throw new Error("the training has no network");
    return classifier;
  }

  /** @ignore {@link fitSequenceClassifiers} documents it. */
  static async fitEach(
    training: ClassifiedTexts,
    options: FitManyOptions,
  ): Promise<SequenceClassifier[]> {
    checkOptions("fitSequenceClassifiers", options, fitNames);
    const { validation, random, onEpoch, signal, ...network } = options;
    checkArray("random", random);
    const inputs = { validation, random, onEpoch, signal };
    using run = await ClassifierTraining.start(training, resolveOptions(network), inputs);
    const { tokenizer, classes, options: resolved } = run;
    const made: SequenceClassifier[] = [];
    try {
      for (const { epoch, weights } of await run.run()) {
        const description = { options: resolved, tokenizer, classes, epoch };
        made.push(new SequenceClassifier(description, weights));
      }
      return made;
    } catch (error) {
      for (const classifier of made) classifier.dispose();
      throw error;
    }
  }

  /**
   * Reads a classifier from a file that {@link SequenceClassifier.save} wrote.
   *
   * @param bytes The bytes of the file.
   * @param name The name of the file in messages.
   * @returns The classifier, which the caller disposes of. On WASM and CPU it gives the same bits as
   * the one that was saved.
   * @throws {InputError} If the file is damaged or of another kind, if its weights do not fit its
   * description, or if no backend is selected.
   */
  static load(bytes: Uint8Array, name = "the classifier"): SequenceClassifier {
    if (typeof name !== "string") throw new InputError("name", "a string", name);
    const { description, weights } = readClassifier(bytes, name);
    return new SequenceClassifier(description, weights);
  }

  /**
   * Writes the classifier as a safetensors file with PyTorch's names of weights. Options, words and
   * the number of classes are in the metadata. Equal classifiers have equal bytes.
   *
   * @returns The bytes of the file.
   * @throws {InputError} If the classifier was disposed of.
   */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkInUse();
    return writeClassifier(this, await this.model.stateDict());
  }

  /**
   * Predicts the classes of texts. The prediction of a text does not depend on the other texts: on
   * WASM and CPU not in a bit, on WebGPU but for rounding.
   *
   * @param texts The texts.
   * @returns The probabilities [text, class]; each row has the sum 1.
   * @throws {InputError} If `texts` is not an array of strings, or the classifier was disposed of.
   */
  async predictProbabilities(texts: readonly string[]): Promise<number[][]> {
    return (await this.#read(texts)).map(({ probabilities }) => probabilities);
  }

  /**
   * Predicts the most probable class of each text; of equally probable ones, the first.
   *
   * @param texts The texts.
   * @returns The classes.
   * @throws {InputError} If `texts` is not an array of strings, or the classifier was disposed of.
   */
  async predict(texts: readonly string[]): Promise<number[]> {
    const rows = await this.predictProbabilities(texts);
    return rows.map((row) => row.indexOf(Math.max(...row)));
  }

  /**
   * Predicts the classes of texts, and gives the weight of each word.
   *
   * @param texts The texts.
   * @returns The words of each text, their weights, and the probabilities of the classes.
   * @throws {InputError} If `readout` is `"last"`, which does not weigh words, if `texts` is not an
   * array of strings, or if the classifier was disposed of.
   */
  async attend(texts: readonly string[]): Promise<AttendedText[]> {
    const { readout, maxLength } = this.options;
    if (readout === "last") {
      throw new InputError("readout", '"attention" or "mean" for weights', readout);
    }
    const read = await this.#read(texts);
    return texts.map((text, i) => {
      const { probabilities = [], weights = [] } = read[i] ?? {};
      return { words: wordsRead(text, this.tokenizer, maxLength), weights, probabilities };
    });
  }

  /**
   * Converts texts to the ids that the network reads, for example to call `predict` or
   * `model.attend` with them.
   *
   * @param texts The texts, at least one.
   * @returns The ids [sequence, batch] in the order of the texts, and the number of ids of each text.
   * @throws {InputError} If `texts` is not an array of strings, or is empty.
   */
  encode(texts: readonly string[]): EncodedBatch {
    checkTexts(texts);
    if (texts.length === 0) throw new InputError("texts", "at least one", texts);
    return paddedBatch(encodeTexts(texts, this.tokenizer, this.options.maxLength));
  }

  /** Frees the parameters; the classifier cannot be used afterwards. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.model.dispose();
  }

  /** Calls {@link SequenceClassifier.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Computes the probabilities of each text, and the weights of its words if there are any. */
  async #read(
    texts: readonly string[],
  ): Promise<{ probabilities: number[]; weights: number[] }[]> {
    this.#checkInUse();
    const { maxLength, hiddenSize, bidirectional } = this.options;
    const rows = encodeTexts(texts, this.tokenizer, maxLength);
    const found = rows.map(() => ({ probabilities: [0], weights: [0] }));
    for (const { indices, x, lengths } of chunksOf(rows, hiddenSize * (bidirectional ? 2 : 1))) {
      const { output, weights } = await predict(this.model, { x, lengths });
      for (const [b, i] of indices.entries()) {
        const logits = output.data.subarray(b * this.classes, (b + 1) * this.classes);
        const own = Array.from(
          { length: lengths[b] ?? 0 },
          (_, t) => weights?.data[t * lengths.length + b] ?? 0,
        );
        found[i] = { probabilities: softmax(logits), weights: own };
      }
    }
    return found;
  }

  #checkInUse(): void {
    if (!this.#disposed) return;
    throw new InputError("classifier", "in use", "one that was disposed of");
  }
}

/**
 * Trains a classifier for each source of random numbers, side by side on the same texts. On WASM and
 * CPU each has the bits that {@link SequenceClassifier.fit} gives with its source alone, but several
 * together take less time. A network that has run out of patience keeps its best weights while the
 * others learn.
 *
 * @param training The texts to train with.
 * @param options The network, how it is trained, and the sources. `onEpoch` is called for each
 * network that still learns.
 * @returns A classifier for each source, which the caller disposes of.
 * @throws {InputError} In the cases of {@link SequenceClassifier.fit}, and if there are no sources or
 * one occurs twice.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { fitSequenceClassifiers, SequenceClassifier } from "./sequence_classifier.ts";
 *
 * await selectBackend("cpu");
 * const training = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };
 * const options = { embeddingDim: 4, hiddenSize: 4, minCount: 1, epochs: 2 };
 * const random = [1, 2].map((seed) => new Random(seed));
 * const both = await fitSequenceClassifiers(training, { ...options, random });
 * using second = await SequenceClassifier.fit(training, { ...options, random: new Random(2) });
 * assertEquals(await both[1]?.save(), await second.save());
 * for (const classifier of both) classifier.dispose();
 * ```
 */
export function fitSequenceClassifiers(
  training: ClassifiedTexts,
  options: FitManyOptions,
): Promise<SequenceClassifier[]> {
  return SequenceClassifier.fitEach(training, options);
}

/** The names of a {@link ClassifierFamily} of networks, and the options of its networks. */
export interface SequenceFamilyOptions extends SequenceClassifierOptions {
  /** The name in files. */
  readonly id: string;
  /** The name in prose. */
  readonly title: string;
}

/**
 * Makes a family of networks, to test them by {@link crossValidate} or to choose between them by
 * {@link chosenByValidation}. If there are validation texts, they choose the epoch.
 *
 * @param options The names of the family, and the options of its networks.
 * @returns The family.
 * @throws {InputError} If an option is unknown, of another type or out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { sequenceClassifierFamily } from "./sequence_classifier.ts";
 *
 * await selectBackend("cpu");
 * const family = sequenceClassifierFamily({ id: "gru", title: "GRU", minCount: 1, epochs: 1 });
 * const training = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };
 * const classifier = await family.fit(training, training, new Random(1));
 * assertEquals((await classifier.predictProbabilities(["good"])).length, 1);
 * classifier[Symbol.dispose]?.();
 * ```
 */
export function sequenceClassifierFamily(options: SequenceFamilyOptions): ClassifierFamily {
  checkOptions("sequenceClassifierFamily", options, {
    ...classifierOptionNames,
    id: true,
    title: true,
  });
  const { id, title, ...network } = options;
  for (const [name, value] of Object.entries({ id, title })) {
    if (typeof value !== "string") throw new InputError(name, "a string", value);
  }
  resolveOptions(network);
  return {
    id,
    title,
    fit: (training, validation, random) => {
      const chosen = validation.texts.length > 0 ? { validation } : {};
      return SequenceClassifier.fit(training, { ...network, ...chosen, random });
    },
  };
}
