import type { ClassifiedTexts } from "../src/classification/classifier.ts";
import { ClassifierTraining } from "../src/classification/classifier_training.ts";
import { classifiedTexts } from "../src/classification/cross_validate.ts";
import { encodeTexts } from "../src/classification/encoded_texts.ts";
import { EpochBatches } from "../src/classification/epoch_batches.ts";
import {
  type ResolvedOptions,
  resolveOptions,
} from "../src/classification/sequence_classifier_options.ts";
import type { BackendDescription } from "../src/core/backend.ts";
import type { Random } from "../src/core/random.ts";
import { sentiment } from "../src/experiments/sentiment/experiment.ts";
import { kinds } from "../src/experiments/sentiment/kinds.ts";
import { optionsOf } from "../src/experiments/sentiment/networks.ts";
import type { Context } from "../src/experiments/sentiment/parameters.ts";
import { openTexts } from "../src/experiments/sentiment/texts.ts";
import { defineExperiment } from "../src/harness/experiment.ts";
import { runExperiment } from "../src/harness/run.ts";
import { type Batch, numbersOf } from "../src/training/engine/batch.ts";
import type { ClassifierReport } from "./compare.ts";
import {
  agree,
  AGREEMENT,
  contest,
  type Contestant,
  type ContestOptions,
  mean,
  readyOn,
  type Timed,
} from "./contest.ts";
import { type Peer, readyAt, tensorFields } from "./peers.ts";
import { type Tensor, withNumbers } from "./workload.ts";

/** Its name in messages. */
export const CLASSIFIER = "sentence classifier";

/** Parameters of `sentiment` that differ from its own. */
export type Given = Partial<Context["parameters"]>;

/** The seeds of the networks. The peers get the weights and the batches of the first one. */
export const NETWORKS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** The first fold of `sentiment`, and the options and sources of its first network. */
export interface Sentences {
  readonly training: ClassifiedTexts;
  readonly validation: ClassifiedTexts;
  /** The options of the experiment, but every epoch is trained. */
  readonly options: ResolvedOptions;
  /** A source for each of {@link NETWORKS}. */
  readonly random: readonly Random[];
}

/** Divides the sentences as the experiment does. */
export async function openSentences(
  backend: BackendDescription,
  parameters: Given = {},
): Promise<Sentences> {
  const found: Sentences[] = [];
  const part = defineExperiment({
    ...sentiment,
    hypotheses: { claims: {}, checks: {} },
    async run(context: Context) {
      const { data, folds: [fold] } = await openTexts(context);
      if (!fold) throw new Error("no folds");
      const [kind] = kinds;
      const { epochs } = context.parameters;
      found.push({
        training: classifiedTexts(data, fold.train),
        validation: classifiedTexts(data, fold.validation),
        options: resolveOptions({ ...optionsOf(kind, context.parameters), patience: epochs }),
        random: context.seeds.map((seed) => context.random(seed, kind.id, 0)),
      });
    },
  });
  await runExperiment(part, { parameters, seeds: [...NETWORKS], backend });
  const [sentences] = found;
  if (!sentences) throw new Error("the sentences were not divided");
  return sentences;
}

/**
 * Trains networks, `together` of them side by side.
 *
 * @returns The validation accuracy of each network after the last epoch.
 */
export async function trainClassifiers(
  { training, validation, options, random }: Sentences,
  together: number,
): Promise<number[]> {
  const accuracies: number[] = [];
  for (let first = 0; first < random.length; first += together) {
    using run = await ClassifierTraining.start(training, options, {
      ...{ validation, random: random.slice(first, first + together) },
      onEpoch({ epoch, validationAccuracy }) {
        if (epoch === options.epochs) accuracies.push(validationAccuracy ?? NaN);
      },
    });
    await run.run();
  }
  return accuracies;
}

/** The options without random numbers, with which the losses of two libraries are compared. */
function withoutDropout(options: ResolvedOptions): ResolvedOptions {
  return { ...options, dropout: 0, wordDropout: 0, epochs: 1 };
}

/** What a peer starts from. */
export interface ClassifierNumbers {
  /**
   * The initial weights of the first network. The batches of its first epoch in their order: ids
   * `x/0` [sequence, batch] and classes `target/0`, then `x/1` and so on. All texts: ids `train_x`
   * [text, word] and classes `train_target`, `validation_x` and `validation_target`.
   */
  readonly drawn: readonly Tensor[];
  /** The number of batches of an epoch. */
  readonly batches: number;
  /** The size of the vocabulary. */
  readonly vocabulary: number;
  /** The losses of the first network after an epoch without dropout: training and validation. */
  readonly losses: readonly [number, number];
}

/** Draws the initial weights and the batches of the first network, and trains it for an epoch. */
export async function drawClassifier(
  { training, validation, options, random }: Sentences,
): Promise<ClassifierNumbers> {
  const [source] = random;
  if (!source) throw new Error("no networks");
  const losses: [number, number] = [NaN, NaN];
  const plain = withoutDropout(options);
  using run = await ClassifierTraining.start(training, plain, {
    ...{ validation, random: [source] },
    onEpoch({ trainingLoss, validationLoss }) {
      losses.splice(0, 2, trainingLoss, validationLoss ?? NaN);
    },
  });
  const { weights } = await run.state();
  await run.run();
  const { tokenizer } = run;
  const { batchSize, maxLength } = options;
  const rows = encodeTexts(training.texts, tokenizer, maxLength);
  const of = new EpochBatches({ rows, labels: training.labels, batchSize, wordDropout: 0 });
  const batches = of.runs(0).flat().map(of.draw(0, [source]));
  const held = encodeTexts(validation.texts, tokenizer, maxLength);
  return {
    ...{ batches: batches.length, vocabulary: tokenizer.vocabulary.size, losses },
    drawn: [
      ...Object.entries(weights).map(([name, { shape, data }]): Tensor => ({
        ...{ name, shape: shape.slice(1), parameter: true, values: Float32Array.from(data) },
      })),
      ...(await Promise.all(batches.map(batchTensors))).flat(),
      ...textTensors("train", rows, training.labels),
      ...textTensors("validation", held, validation.labels),
    ],
  };
}

/** The ids and classes of a batch of one network. */
async function batchTensors({ x, target }: Batch, k: number): Promise<Tensor[]> {
  const tensors: Tensor[] = [];
  for (const [name, values] of Object.entries({ x, target })) {
    const numbers = Float32Array.from(await numbersOf(values));
    tensors.push(data(`${name}/${k}`, values.shape.slice(1), numbers));
  }
  return tensors;
}

/** The tensors of texts, as long as the longest of them; 0 is padding. */
function textTensors(
  name: string,
  rows: readonly Int32Array[],
  labels: readonly number[],
): Tensor[] {
  const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
  const ids = new Float32Array(rows.length * longest);
  for (const [i, row] of rows.entries()) ids.set(row, i * longest);
  return [
    data(`${name}_x`, [rows.length, longest], ids),
    data(`${name}_target`, [labels.length], Float32Array.from(labels)),
  ];
}

function data(name: string, shape: readonly number[], values: Float32Array): Tensor {
  return { name, shape, parameter: false, values };
}

/** Options for {@link compareClassifier}. */
export interface ClassifierOptions extends Pick<ContestOptions, "seconds" | "progress" | "failed"> {
  readonly backends: readonly BackendDescription[];
  readonly peers: readonly Peer[];
  /** Parameters of the experiment that differ from its own. */
  readonly given?: Given;
}

/**
 * Times the training of the first network of `sentiment` in its first fold: the code of the
 * experiment with all networks side by side and with one network alone, on each backend, and
 * PyTorch with one network. Times are seconds of one network.
 *
 * From the weights and the batches of the first network, without dropout, all must reach the same
 * losses in the first epoch. With dropout and weights of their own, their networks must reach the
 * same mean accuracy.
 */
export async function compareClassifier(
  { backends, peers, given = {}, ...options }: ClassifierOptions,
): Promise<ClassifierReport> {
  const [backend] = backends;
  if (!backend) throw new RangeError("no backends");
  const sentences = await openSentences(backend, given);
  const { drawn, batches, vocabulary } = await drawClassifier(sentences);
  const tensors = tensorFields(drawn);
  return await withNumbers(drawn, async (file) => {
    const request = {
      ...{ file, tensors, batches, vocabulary, networks: NETWORKS.length },
      classifier: { ...sentences.options, classes: sentences.training.classes },
    };
    const contestants = [
      ...backends.flatMap(({ name }) =>
        [NETWORKS.length, 1].map((together): Contestant => ({
          name: together === 1 ? `Unroll ${name}, one network` : `Unroll ${name}`,
          ...{ kind: "ours", backend: name, library: null },
          async prepare() {
            const ready = await readyOn(name, () => ourClassifiers(sentences, together));
            return { ...ready, time: async (seconds) => await ready.time(seconds) / together };
          },
        }))
      ),
      ...peers.filter(({ library }) => library === "torch").map((peer): Contestant => ({
        ...{ name: peer.title, kind: "peer", backend: null, library: peer.library },
        prepare: () => readyAt(peer, "classifier", request),
      })),
    ];
    const outcome = await contest(contestants, {
      ...{ ...options, title: CLASSIFIER, agree: classifiesTheSame },
    });
    const { training, validation, options: { epochs, batchSize } } = sentences;
    return {
      ...{ networks: NETWORKS.length, epochs, batchSize },
      ...{ training: training.texts.length, validation: validation.texts.length },
      reference: outcome.reference,
      findings: outcome.findings.map((finding) => ({
        ...finding,
        accuracy: finding.checks.at(-1) ?? null,
      })),
    };
  });
}

async function ourClassifiers(sentences: Sentences, together: number): Promise<Timed> {
  const { losses } = await drawClassifier(sentences);
  const some = { ...sentences, random: sentences.random.slice(0, together) };
  return {
    checks: [...losses, mean(await trainClassifiers(sentences, together))],
    setting: together === 1 ? "" : `${together} networks side by side`,
    async run(times) {
      for (let i = 0; i < times; i++) await trainClassifiers(some, together);
    },
    // Each training frees its networks.
    dispose: () => {},
  };
}

/**
 * The largest difference of mean accuracies. Over ten networks the mean has a standard error of
 * less than 0.01.
 */
export const AGREEMENT_OF_ACCURACY = 0.03;

/**
 * Whether the checks of two trainings agree: the losses of the first epoch without dropout to
 * {@link AGREEMENT}, the mean accuracy, which is last, to {@link AGREEMENT_OF_ACCURACY}.
 */
export function classifiesTheSame(found: readonly number[], reference: readonly number[]): boolean {
  const [accuracy = NaN, wanted = NaN] = [found.at(-1), reference.at(-1)];
  return agree(found.slice(0, -1), reference.slice(0, -1), AGREEMENT) &&
    Math.abs(accuracy - wanted) <= AGREEMENT_OF_ACCURACY;
}
