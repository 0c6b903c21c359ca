import { checkFunction, checkRandom, checkSignal } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import type { Random } from "../core/random.ts";
import { sizeOf } from "../core/shapes.ts";
import { sentenceWords } from "../data/text/sentence_words.ts";
import { TokenCounts, Tokenizer } from "../data/text/tokenizer.ts";
import { specialTokens } from "../data/text/vocabulary.ts";
import type { StateDict } from "../model/parameters/state_dict.ts";
import { CrossEntropyLoss } from "../training/engine/losses.ts";
import { AdamW } from "../training/optimizer.ts";
import { predict } from "../training/predict.ts";
import { checkTraining } from "./check_training.ts";
import type { ClassifiedTexts } from "./classifier.ts";
import { type ClassifierNetwork, classifierNetworks } from "./classifier_network.ts";
import type {
  LearnerState,
  StepPosition,
  TrainedNetwork,
  TrainingState,
} from "./classifier_training_state.ts";
import { checkTexts, type Chunk, chunksOf, encodeTexts, repeated } from "./encoded_texts.ts";
import { EpochBatches, NO_TEXT } from "./epoch_batches.ts";
import { predictedShares } from "./predictions.ts";
import { itemLogLosses } from "./probability_scores.ts";
import type { ResolvedOptions } from "./sequence_classifier_options.ts";
import { softmax } from "./softmax.ts";

/** The progress of the training of a classifier, after an epoch. */
export interface EpochProgress {
  /** The index of the network among those that are trained side by side. */
  readonly network: number;
  /** The number of epochs that are done. */
  readonly epoch: number;
  /** The largest number of epochs. */
  readonly epochs: number;
  /**
   * The mean log loss of the training texts in nats, of each batch before its update, with dropout.
   */
  readonly trainingLoss: number;
  /** The mean log loss of the validation texts in nats; `null` without validation. */
  readonly validationLoss: number | null;
  /** The accuracy on the validation texts; `null` without validation. */
  readonly validationAccuracy: number | null;
  /**
   * Whether the classifier has the weights of this epoch unless a later epoch is better: whether the
   * validation loss is the lowest so far, or there is no validation.
   */
  readonly best: boolean;
}

/** What training takes besides the options of the network. */
export interface TrainingInputs {
  /** The texts that choose the epoch; without them, the last epoch is chosen. */
  readonly validation?: ClassifiedTexts | undefined;
  /** The source of random numbers of each network. */
  readonly random: readonly Random[];
  /** Receives the progress of each network after each epoch in which it is trained. */
  readonly onEpoch?: ((progress: EpochProgress) => void | Promise<void>) | undefined;
  /** Receives the position after each call into the kernels. */
  readonly onSteps?: ((position: StepPosition) => void) | undefined;
  /** Stops training between two calls into the kernels. */
  readonly signal?: AbortSignal | undefined;
}

/** A network in training. */
type Learner = { -readonly [Field in keyof LearnerState]: LearnerState[Field] };

/**
 * The training of networks side by side on the same texts, epoch by epoch. Each has the weights that
 * it would have alone: bit for bit on WASM and CPU.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { ClassifierTraining } from "./classifier_training.ts";
 * import { resolveOptions } from "./sequence_classifier_options.ts";
 *
 * await selectBackend("cpu");
 * const texts = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };
 * const options = resolveOptions({ minCount: 1, epochs: 3 });
 * using training = await ClassifierTraining.start(texts, options, { random: [new Random(1)] });
 * await training.next();
 * assertEquals([training.epoch, training.finished], [1, false]);
 * const [network] = await training.run();
 * assertEquals([training.finished, network?.epoch], [true, 3]);
 * ```
 */
export class ClassifierTraining {
  /** The options. */
  readonly options: ResolvedOptions;
  /** The number of classes. */
  readonly classes: number;
  /** The words of the training texts with their ids. */
  readonly tokenizer: Tokenizer;
  readonly #inputs: TrainingInputs;
  readonly #batches: EpochBatches;
  readonly #validation: { readonly chunks: readonly Chunk[]; readonly labels: readonly number[] };
  readonly #model: ClassifierNetwork;
  readonly #optimizer: AdamW;
  readonly #learners: readonly Learner[];
  readonly #loss = new CrossEntropyLoss({ ignoreIndex: NO_TEXT });
  #epoch = 0;

  private constructor(
    training: ClassifiedTexts,
    options: ResolvedOptions,
    inputs: TrainingInputs,
    tokenizer: Tokenizer,
  ) {
    const { labels, classes } = training;
    const { validation, random } = inputs;
    this.options = options;
    this.classes = classes;
    this.tokenizer = tokenizer;
    this.#inputs = inputs;
    const { batchSize, wordDropout, maxLength } = options;
    const rows = encodeTexts(training.texts, tokenizer, maxLength);
    this.#batches = new EpochBatches({ rows, labels, batchSize, wordDropout });
    const width = options.hiddenSize * (options.bidirectional ? 2 : 1);
    const validationRows = encodeTexts(validation?.texts ?? [], tokenizer, maxLength);
    this.#validation = {
      chunks: chunksOf(validationRows, width)
        .map((chunk) => ({ indices: chunk.indices, ...repeated(chunk, random.length) })),
      labels: validation?.labels ?? [],
    };
    this.#learners = random.map(() => ({ best: null, waited: 0, finished: false }));
    const vocabularySize = tokenizer.vocabulary.size;
    this.#model = classifierNetworks({ vocabularySize, classes, options }, random);
    const { learningRate, weightDecay, clipGradNorm } = options;
    this.#optimizer = new AdamW(this.#model, { learningRate, weightDecay, clipGradNorm });
  }

  /**
   * Prepares the training of a network for each source.
   *
   * @param training The texts to train with.
   * @param options The options.
   * @param inputs The validation texts, the sources and more.
   * @returns The training, which the caller disposes of.
   * @throws {InputError} If texts, labels or classes are wrong, if no training text has words or no
   * word is as common as `minCount`, if there are no sources or one occurs twice, if `onEpoch` is
   * not a function or `signal` not an AbortSignal, or if no backend is selected.
   */
  static async start(
    training: ClassifiedTexts,
    options: ResolvedOptions,
    inputs: TrainingInputs,
  ): Promise<ClassifierTraining> {
    checkTraining(training);
    checkInputs(training, inputs);
    checkTexts(training.texts);
    const tokenizer = await tokenizerOf(training.texts, options);
    return new ClassifierTraining(training, options, inputs, tokenizer);
  }

  /** The number of epochs that are done. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The best epoch of each network so far; `null` if it has none yet. */
  get best(): readonly (TrainedNetwork | null)[] {
    return this.#learners.map(({ best }) => best);
  }

  /** Whether all epochs are done, or every network has run out of patience. */
  get finished(): boolean {
    return this.#epoch === this.options.epochs || this.#learners.every(({ finished }) => finished);
  }

  /**
   * Trains for an epoch, computes the validation loss and calls `onEpoch`.
   *
   * @throws {InputError} If the loss of a network is not finite and it has no better epoch.
   * @throws The reason of `signal`, if it is aborted.
   */
  async next(): Promise<void> {
    const losses = await this.#train();
    this.#epoch += 1;
    const scores = await this.#validate();
    const learning = this.#learners.map(({ finished }) => !finished);
    for (const [r, learner] of this.#learners.entries()) {
      const loss = scores?.[r]?.loss ?? losses[r] ?? NaN;
      if (!learning[r] || Number.isFinite(loss) || learner.best) continue;
      const help = "The loss of the training is not finite";
      const { learningRate } = this.options;
      throw new InputError("learningRate", "small enough for a finite loss", learningRate, help);
    }
    const best = this.#learners.map(({ best }, r) => {
      return learning[r] === true && (!scores || !best || (scores[r]?.loss ?? NaN) < best.loss);
    });
    // Without validation only the last weights are read.
    if (scores ? best.includes(true) : this.#epoch === this.options.epochs) {
      const weights = await this.#model.stateDict();
      for (const [r, learner] of this.#learners.entries()) {
        if (!best[r]) continue;
        const loss = scores?.[r]?.loss ?? NaN;
        learner.best = { epoch: this.#epoch, weights: replicaOf(weights, r), loss };
      }
    }
    for (const [r, learner] of this.#learners.entries()) {
      learner.waited = best[r] ? 0 : learner.waited + 1;
      learner.finished = learner.finished || learner.waited >= this.options.patience;
    }
    for (const [r, isBest] of best.entries()) {
      if (!learning[r]) continue;
      await this.#inputs.onEpoch?.({
        ...{ network: r, epoch: this.#epoch, epochs: this.options.epochs },
        trainingLoss: losses[r] ?? NaN,
        validationLoss: scores?.[r]?.loss ?? null,
        validationAccuracy: scores?.[r]?.accuracy ?? null,
        best: isBest,
      });
    }
  }

  /** Does the steps of an epoch; returns the mean training loss of each network. */
  async #train(): Promise<number[]> {
    const { random, signal } = this.#inputs;
    const batchOf = this.#batches.draw(this.#epoch, random);
    const dropout = random.map((source) => source.fork("dropout"));
    const sums = random.map(() => 0);
    let unread: number[] = [];
    const read = async (): Promise<void> => {
      if (unread.length === 0) return;
      const losses = await this.#optimizer.report(unread.length).losses();
      for (const [i, texts] of unread.entries()) {
        for (const r of sums.keys()) sums[r] = (sums[r] ?? 0) + texts * (losses[i]?.[r] ?? NaN);
      }
      unread = [];
    };
    const { count: steps } = this.#batches;
    let step = 0;
    for (const run of this.#batches.runs(this.#epoch)) {
      await letOthersRun(signal);
      this.#optimizer.step(this.#loss, run.map(batchOf), { random: dropout });
      unread.push(...run.map((k) => this.#batches.sizes[k] ?? 0));
      if (unread.length >= MOST_UNREAD) await read();
      step += run.length;
      this.#inputs.onSteps?.({ epoch: this.#epoch, step, steps });
    }
    await read();
    const texts = this.#batches.sizes.reduce((sum, size) => sum + size, 0);
    return sums.map((sum) => sum / texts);
  }

  /** Computes the validation loss and accuracy of each network; `null` without validation. */
  async #validate(): Promise<{ loss: number; accuracy: number }[] | null> {
    const { chunks, labels } = this.#validation;
    if (labels.length === 0) return null;
    const { random, signal } = this.#inputs;
    const rows = random.map(() => labels.map((): number[] => []));
    for (const { indices, x, lengths } of chunks) {
      await letOthersRun(signal);
      const { output } = await predict(this.#model, { x, lengths });
      for (const [r, own] of rows.entries()) {
        for (const [b, i] of indices.entries()) {
          const at = (r * lengths.length + b) * this.classes;
          own[i] = softmax(output.data.subarray(at, at + this.classes));
        }
      }
    }
    return rows.map((probabilities) => {
      const mean = (values: Iterable<number>) =>
        [...values].reduce((sum, value) => sum + value, 0) / labels.length;
      const shares = predictedShares(probabilities);
      return {
        loss: mean(itemLogLosses(labels, probabilities)),
        accuracy: mean(shares.map((row, i) => row[labels[i] ?? 0] ?? 0)),
      };
    });
  }

  /**
   * Reads what the training needs to continue.
   *
   * @returns The state after the epochs that are done.
   */
  async state(): Promise<TrainingState> {
    return {
      epoch: this.#epoch,
      weights: await this.#model.stateDict(),
      // No batch starts from the states of the batch before.
      optimizer: { ...await this.#optimizer.stateDict(), carried: null },
      learners: this.#learners.map((learner) => ({ ...learner })),
    };
  }

  /**
   * Continues from the state of another training. If that had equal texts, options and sources, the
   * next epochs equal those of the other training: bit for bit on WASM and CPU.
   *
   * @param state The state.
   * @throws {InputError} If the state is of other networks.
   */
  restore({ epoch, weights, optimizer, learners }: TrainingState): void {
    if (learners.length !== this.#learners.length) {
      throw new InputError("state", `of ${this.#learners.length} networks`, learners.length);
    }
    this.#model.loadStateDict(weights);
    this.#optimizer.loadStateDict(optimizer);
    this.#epoch = epoch;
    for (const [r, learner] of this.#learners.entries()) Object.assign(learner, learners[r]);
  }

  /**
   * Trains until {@link ClassifierTraining.finished}.
   *
   * @returns The best epoch of each network.
   * @throws {InputError} In the cases of {@link ClassifierTraining.next}.
   * @throws The reason of `signal`, if it is aborted.
   */
  async run(): Promise<TrainedNetwork[]> {
    while (!this.finished) await this.next();
    return this.#learners.flatMap(({ best }) => best ?? []);
  }

  /** Frees the memory of the networks and the optimizer. */
  dispose(): void {
    this.#optimizer.dispose();
    this.#model.dispose();
  }

  /** Calls {@link ClassifierTraining.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The number of steps after which losses are read; the device keeps those of 1024 steps. */
const MOST_UNREAD = 512;

function checkInputs(
  { classes }: ClassifiedTexts,
  { validation, random, onEpoch, signal }: TrainingInputs,
): void {
  random.forEach((source, i) => {
    checkRandom(random.length === 1 ? "random" : `random[${i}]`, source);
    if (random.indexOf(source) === i) return;
    throw new InputError("random", "a source of its own for each network", "one source twice");
  });
  if (random.length === 0) throw new InputError("random", "at least one source", random);
  if (onEpoch !== undefined) checkFunction("onEpoch", onEpoch, "of the progress");
  if (signal !== undefined) checkSignal(signal);
  if (validation === undefined) return;
  try {
    checkTraining(validation);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError("validation", "texts with their classes", "others", error.message);
  }
  if (validation.classes !== classes) {
    const wanted = `${classes}, as in the training texts`;
    throw new InputError("classes of the validation texts", wanted, validation.classes);
  }
}

/** Gives ids to the most common words of texts. */
async function tokenizerOf(
  texts: readonly string[],
  { minCount, maxVocabulary }: ResolvedOptions,
): Promise<Tokenizer> {
  const maxSize = maxVocabulary + specialTokens.length;
  try {
    return await Tokenizer.build(texts, { kind: "plain-words", maxSize, minFrequency: minCount });
  } catch (error) {
    // The error has the names of the tokenizer's options.
    if (error instanceof InputError) checkWords(texts, minCount);
    throw error;
  }
}

/** Throws unless a word of the texts is as common as `minCount`. */
function checkWords(texts: readonly string[], minCount: number): void {
  const counts = new TokenCounts();
  for (const text of texts) counts.add(sentenceWords(text));
  const [, most] = counts.mostCommon()[0] ?? [];
  if (most === undefined) throw new InputError("texts", "some with words", "none with words");
  if (most < minCount) {
    const wanted = `at most ${most}, the count of the most common word`;
    throw new InputError("minCount", wanted, minCount);
  }
}

/** The weights of one of several networks side by side. */
function replicaOf(weights: StateDict, r: number): StateDict {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => {
      const own = shape.slice(1);
      const size = sizeOf(own);
      return [name, { shape: own, data: data.slice(r * size, (r + 1) * size) }] as const;
    }),
  );
}
