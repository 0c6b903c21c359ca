import type { Random } from "../../core/random.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded_corpus.ts";
import { shuffled } from "../../data/text/split.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { notebookSentences } from "../../data/text/corpora.ts";
import type { TokenBatch } from "../../data/text/token_batches.ts";
import { END, PAD, START, UNK } from "../../data/text/vocabulary.ts";
import { windowBatches } from "../../data/text/windows.ts";
import { type Window, windows } from "../../data/text/windows.ts";
import { generate } from "../../generation/generate.ts";
import type { SamplingOptions } from "../../generation/sampling.ts";
import { notebookStrategies } from "../../generation/strategies.ts";
import type { Model, ModelOptions } from "../../model/model.ts";
import { CrossEntropyLoss } from "../../training/engine/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { ReduceLROnPlateau } from "../../training/reduce_lr_on_plateau.ts";
import { evaluate } from "../../training/evaluate.ts";
import { trainStep } from "../../training/train_step.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { meanSurprisal, surprisals } from "../surprisals.ts";
import { type Measuring, text } from "./parameters.ts";
import * as tf from "@tensorflow/tfjs";
import { dropoutMask } from "../../model/reference/dropout_mask.ts";
import { type LanguageModel, languageModel } from "../../model/language_model.ts";

/** A text that the language model generates. */
export interface NotebookSample {
  /** The number of epochs of training before the text. */
  readonly epochs: number;
  readonly strategy: string;
  readonly prompt: string;
  /** The prompt and the text that follows it. */
  readonly text: string;
}

/** The record of an epoch of section 5. */
export interface TextEpoch {
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** The learning rate of the next epoch, which is what the notebook records. */
  readonly learningRate: number;
  /** The norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** How well a model predicts words that occur in training, in sentences without windows. */
export interface KnownWords {
  /** The model's mean loss, with probabilities normalised over these words, in nats per token. */
  readonly loss: number;
  /** The mean loss of predicting each word by its frequency in the windows of training. */
  readonly frequencyLoss: number;
  /** The number of different words. */
  readonly words: number;
  /** The share of the tokens of the sentences that are among these words. */
  readonly share: number;
}

/** The findings of section 5 with one seed. */
export interface TextPart {
  readonly parameters: number;
  readonly epochs: readonly TextEpoch[];
  /** The share of the validation windows that overlap with a window of training. */
  readonly leak: number;
  /** The loss after the last epoch on the sentences without windows, in nats per token. */
  readonly newLoss: number;
  /** The prediction of the tokens of these sentences that occur in a training window. */
  readonly known: KnownWords;
  /** The same prediction without the token that ends a sentence. */
  readonly knownInside: KnownWords;
  readonly samples: readonly NotebookSample[];
}

/** A window of a sentence, with the number of the sentence. */
export interface SentenceWindow extends Window {
  readonly sentence: number;
}

/** The sentences as the notebook cuts them. */
export interface CutSentences {
  readonly tokenizer: Tokenizer;
  /** The number of sentences. */
  readonly sentences: number;
  /** The windows of the sentences, in order. */
  readonly cut: readonly SentenceWindow[];
  /** The sentences that are too short for a window. */
  readonly short: readonly Window[];
}

/** Builds the vocabulary of the sentences, and cuts them into windows, as the notebook does. */
export async function readWindows(): Promise<CutSentences> {
  const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
  const documents = documentsOf(await encodeCorpus(notebookSentences, tokenizer));
  const cut = documents.flatMap((ids, sentence) =>
    windows([ids], { length: text.length }).map(({ input, target }) => ({
      ...{ input, target, sentence },
    }))
  );
  const long = new Set(cut.map(({ sentence }) => sentence));
  const left = documents.filter((_, sentence) => !long.has(sentence));
  const short = windows(left, { length: text.length, pad: true });
  return { tokenizer, sentences: documents.length, cut, short };
}

/**
 * Splits the windows at random, as the notebook does (lines 2073 to 2075). It does not keep the
 * windows of a sentence together.
 */
export function splitWindows<T>(
  all: readonly T[],
  random: Random,
): { readonly training: readonly T[]; readonly validation: readonly T[] } {
  const order = shuffled(all.length, random);
  const size = Math.floor(text.trainingShare * all.length);
  const of = (indices: ArrayLike<number>) =>
    Array.from(indices, (i) => all[i]).flatMap((w) => w === undefined ? [] : [w]);
  return { training: of(order.slice(0, size)), validation: of(order.slice(size)) };
}

/**
 * Computes the share of validation windows that overlap with a training window, since both are of
 * one sentence.
 */
export function leakOf(
  { training, validation }: {
    readonly training: readonly Pick<SentenceWindow, "sentence">[];
    readonly validation: readonly Pick<SentenceWindow, "sentence">[];
  },
): number {
  const seen = new Set(training.map(({ sentence }) => sentence));
  return validation.filter(({ sentence }) => seen.has(sentence)).length / validation.length;
}

/** Splits the windows for a seed. */
export function splitOf(
  context: Pick<Measuring, "random">,
  seed: number,
  cut: readonly SentenceWindow[],
): ReturnType<typeof splitWindows<SentenceWindow>> {
  return splitWindows(cut, context.random(seed, "section 5", "split"));
}

/**
 * Counts each id at the positions of the training windows: the first input and all targets.
 * Padding, unknown words and the token before a sentence do not count, since they are never
 * predicted.
 */
export function countsOf(training: readonly Window[], size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const { input, target } of training) {
    for (const id of [...input.slice(0, 1), ...target]) counts[id] = (counts[id] ?? 0) + 1;
  }
  for (const id of [PAD, UNK, START]) counts[id] = 0;
  return counts;
}

/** Measures how well a model predicts the words of a batch that occur in training. */
async function knownWords(
  model: Model,
  counts: readonly number[],
  batch: TokenBatch,
): Promise<KnownWords> {
  const support = counts.map((count) => count > 0);
  const [values = new Float32Array()] = await surprisals(model, batch, [support]);
  const { data } = batch.target;
  const { mean, tokens } = meanSurprisal(values, data, support);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const byFrequency = Float32Array.from(data, (id) => Math.log(all / (counts[id] ?? 0)));
  return {
    loss: mean,
    frequencyLoss: meanSurprisal(byFrequency, data, support).mean,
    words: support.filter((isKnown) => isKnown).length,
    share: tokens / data.filter((id) => id !== PAD).length,
  };
}

/**
 * Runs section 5 with one seed.
 *
 * @param isSampled Whether texts are generated. This does not change the other results.
 */
export async function trainText(
  context: Measuring,
  seed: number,
  isSampled: boolean,
  { signal, progress }: PartProgress,
): Promise<TextPart> {
  const random = context.random(seed, "section 5");
  const { tokenizer, cut, short } = await readWindows();
  const split = splitOf(context, seed, cut);
  // All training windows are in one batch, so their order has no effect.
  const [training, validation, left] = [split.training, split.validation, short].map((of) =>
    windowBatches(of, { batchSize: of.length }).at(0)
  );
  if (!training || !validation || !left) {
    throw new RangeError("a side of the split without windows");
  }
  const model = new NotebookLanguageModel(tokenizer.vocabulary.size, random.fork("model"));
  const { learningRate, weightDecay, clipGradNorm, factor, patience, sampled } = text;
  const optimizer = new AdamW(model, { learningRate, weightDecay, clipGradNorm });
  const plateau = new ReduceLROnPlateau(optimizer, { factor, patience });
  const loss = new CrossEntropyLoss({ ignoreIndex: PAD });
  const draw = async (
    epochs: number,
    requests: readonly { strategy: string; prompt: string; sampling: SamplingOptions }[],
    maxTokens: number,
  ): Promise<NotebookSample[]> => {
    const texts = await generate(
      model.inner,
      requests.map(({ strategy, prompt, sampling }) => ({
        prompt: tokenizer.encode(prompt),
        sampling,
        random: random.fork("samples").fork(epochs).fork(strategy).fork(prompt),
      })),
      { maxTokens, end: END, signal },
    );
    return requests.map(({ strategy, prompt }, i) => {
      const after = tokenizer.decode(texts[i] ?? []);
      return { epochs, strategy, prompt, text: after === "" ? prompt : `${prompt} ${after}` };
    });
  };
  const epochs: TextEpoch[] = [];
  const samples: NotebookSample[] = [];
  try {
    for (let epoch = 0; epoch < context.parameters.textEpochs; epoch++) {
      signal.throwIfAborted();
      const report = trainStep(model, loss, optimizer, training, {
        random: random.fork("dropout"),
      });
      const [[trainLoss = NaN] = [], [gradientNorm = NaN] = []] = [
        (await report.losses())[0],
        (await report.gradNorms())[0],
      ].map((values) => [...values ?? []]);
      const [validationLoss = NaN] = await evaluate(model, loss, validation);
      plateau.step(validationLoss);
      const { learningRate } = optimizer;
      epochs.push({ trainLoss, validationLoss, learningRate, gradientNorm });
      if (isSampled && epoch % sampled.every === 0) {
        const { prompt, temperature, tokens } = sampled;
        const strategy = `Temperature ${temperature}`;
        const request = { strategy, prompt, sampling: { temperature } };
        samples.push(...await draw(epoch + 1, [request], tokens));
      }
      progress(epoch + 1, context.parameters.textEpochs);
    }
    const requests = text.prompts.flatMap((prompt) =>
      notebookStrategies.map(({ name, sampling }) => ({ strategy: name, prompt, sampling }))
    );
    if (isSampled) samples.push(...await draw(epochs.length, requests, text.generated));
    const [newLoss = NaN] = await evaluate(model, loss, left);
    const { parameterCount } = model.inner;
    const counts = countsOf(split.training, tokenizer.vocabulary.size);
    const known = await knownWords(model, counts, left);
    const knownInside = await knownWords(model, counts.with(END, 0), left);
    const leak = leakOf(split);
    return { parameters: parameterCount, epochs, leak, newLoss, known, knownInside, samples };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/**
 * The index of the random stream for the dropout of embedded inputs. The layers have the streams 0
 * and 1.
 */
const EMBEDDED = text.numLayers;

/**
 * The notebook's language model (lines 1743 to 1809). It is the model of this library, which has
 * dropout between the LSTM layers and before the projection, and has dropout of the embedded
 * inputs, too.
 */
export class NotebookLanguageModel implements Model {
  /**
   * The model without the dropout of embedded inputs. Outside of training both models are equal.
   */
  readonly inner: LanguageModel;

  /**
   * Draws the initial weights.
   *
   * @param vocabularySize The number of ids.
   * @param random The source of the random numbers.
   */
  constructor(vocabularySize: number, random: Random) {
    const { embeddingDim, hiddenSize, numLayers, dropout } = text;
    this.inner = languageModel({
      ...{ vocabularySize, embeddingDim, hiddenSize, numLayers, dropout },
      ...{ initialisation: "orthogonal", random },
    });
  }

  /** The trainable variables by name. */
  get parameters(): Readonly<Record<string, tf.Variable>> {
    return this.inner.parameters;
  }

  /** Runs the model on ids [sequence, batch]. In training, dropout is drawn from `random`. */
  forward(
    x: tf.Tensor,
    state?: tf.TensorContainer,
    options: ModelOptions = {},
  ): ReturnType<Model["forward"]> {
    const { training = false, random } = options;
    const { embedding, recurrent, head } = this.inner;
    if (!training) return this.inner.forward(x);
    if (state !== undefined) throw new RangeError("the notebook starts each window from 0");
    const [source] = Array.isArray(random) ? random : [random];
    if (!source || !embedding || !head) throw new RangeError("dropout without a source");
    return tf.tidy(() => {
      const drop = (tensor: tf.Tensor, label: string, stream: number): tf.Tensor => {
        const own: Random = source.fork(label);
        const seeds = [0, 1].map(() => own.integer(0, 2 ** 24 - 1));
        const mask = dropoutMask([1, ...tensor.shape], text.dropout, stream, seeds);
        return tensor.mul(mask.reshape(tensor.shape));
      };
      const embedded = drop(embedding.forward(x.toInt()), "embedded", EMBEDDED);
      const found = recurrent.forward(embedded, undefined, {
        training,
        random: source.fork("layers"),
      });
      const top = drop(found.output, "top", EMBEDDED + 1);
      return { output: head.forward(top), state: found.state };
    });
  }

  /** Frees the parameters. */
  dispose(): void {
    this.inner.dispose();
  }
}
