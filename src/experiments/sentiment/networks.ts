import { classifiedTexts } from "../../classification/cross_validate.ts";
import { predictEach } from "../../classification/predict_each.ts";
import { fitSequenceClassifiers } from "../../classification/sequence_classifier.ts";
import type { SequenceClassifierOptions } from "../../classification/sequence_classifier_options.ts";
import type { DataSplit } from "../../data/folds.ts";
import type { LabelledTexts } from "../../data/text/labelled_texts.ts";
import { type AttentionFindings, attentionFindings } from "./attention.ts";
import { type Kind, kinds } from "./kinds.ts";
import type { Context, Values } from "./parameters.ts";
import { smallerSplit, type Texts } from "./texts.ts";

/** The findings about the network of one seed. */
export interface SeedRun {
  /** The predicted probabilities of the tested texts [text, class], in the order of the split. */
  readonly probabilities: readonly (readonly number[])[];
  /** The mean log loss on the validation texts. */
  readonly validationLoss: number;
  /** The epoch with the lowest validation loss, which is tested. */
  readonly epoch: number;
}

/** The networks of all seeds, trained with the same texts. */
export interface SplitRun {
  readonly seeds: readonly SeedRun[];
  /** The number of trainable numbers of a network. */
  readonly parameterCount: number;
  /** The seconds that the training of all seeds took, for the table of this machine. */
  readonly seconds: number;
  /** The number of words in the vocabulary. */
  readonly words: number;
  /** What attention explains; `null` if it is not studied. */
  readonly attention: AttentionFindings | null;
}

/** The findings of all networks. */
export interface NetworkFindings {
  /** By network, then by fold. */
  readonly byKind: ReadonlyMap<string, readonly SplitRun[]>;
  /** The first network trained with some sources, by division. */
  readonly bySource: readonly SplitRun[];
  /** The first network by number of labelled texts, then by fold; `null` if there are too few. */
  readonly bySize: readonly (readonly (SplitRun | null)[])[];
}

/** Returns the options of a network. */
export function optionsOf(
  { cell, bidirectional, readout }: Kind,
  values: Values,
): SequenceClassifierOptions {
  const { embeddingDim, hiddenSize, dropout, wordDropout, minCount, maxLength } = values;
  const { learningRate, weightDecay, clipGradNorm, batchSize, epochs, patience } = values;
  return {
    ...{ cell, bidirectional, readout, embeddingDim, dropout, wordDropout, minCount, maxLength },
    ...{ learningRate, weightDecay, clipGradNorm, batchSize, epochs, patience },
    // A network that reads in one direction has as many units as the others in both together.
    hiddenSize: bidirectional ? hiddenSize : 2 * hiddenSize,
  };
}

/**
 * Trains all networks: each in each fold, and the first one by source and by number of texts. The
 * networks of all seeds train side by side.
 *
 * @param context The run.
 * @param texts The texts and their divisions.
 * @returns The findings.
 */
export async function trainNetworks(context: Context, texts: Texts): Promise<NetworkFindings> {
  const { parameters: values } = context;
  const folds = [...texts.folds.keys()];
  const byKind = new Map<string, SplitRun[]>();
  for (const kind of kinds) {
    const runs = await context.each(
      kind.title,
      folds,
      (fold, { signal }) =>
        trainSplit(context, texts.data, texts.folds[fold], {
          options: optionsOf(kind, values),
          path: [kind.id, fold],
          studied: kind.id === "lstm-attention" || kind.id === "no-recurrence",
          signal,
        }),
    );
    byKind.set(kind.id, runs);
  }
  const [first] = kinds;
  const options = optionsOf(first, values);
  const bySource = await context.each(
    `${first.title}, by source`,
    [...texts.bySource.keys()],
    (at, { signal }) =>
      trainSplit(context, texts.data, texts.bySource[at], {
        ...{ options, path: ["by source", at], studied: false, signal },
      }),
  );
  const bySize: (SplitRun | null)[][] = [];
  for (const size of values.sizes) {
    const runs = await context.each(`${first.title}, ${size} texts`, folds, (fold, { signal }) => {
      const all = texts.folds[fold];
      const split = all && smallerSplit(texts, all, size, context);
      if (!split) return null;
      return trainSplit(context, texts.data, split, {
        ...{ options, path: ["by size", size, fold], studied: false, signal },
      });
    });
    bySize.push(runs);
  }
  return { byKind, bySource, bySize };
}

/** The number of labelled texts that batch size, epochs and patience are for. */
const USUAL = 2700;

/**
 * Adapts a training to few texts, so that it has about as many updates: batches are smaller and
 * epochs are more, each by the square root of the ratio of the numbers of texts.
 *
 * @param options The options for 2,700 labelled texts.
 * @param texts The number of training and validation texts.
 * @returns The options for this number; the same if it is larger.
 */
export function withFewerTexts(
  options: SequenceClassifierOptions,
  texts: number,
): SequenceClassifierOptions {
  const { batchSize = 1, epochs = 1, patience = 1 } = options;
  const ratio = Math.sqrt(Math.max(1, USUAL / texts));
  return {
    ...options,
    batchSize: Math.max(1, Math.round(batchSize / ratio)),
    epochs: Math.round(epochs * ratio),
    patience: Math.round(patience * ratio),
  };
}

interface SplitOptions {
  readonly options: SequenceClassifierOptions;
  /** The path of the random sources, after the seed. */
  readonly path: readonly (string | number)[];
  /** Whether attention is studied. */
  readonly studied: boolean;
  readonly signal: AbortSignal;
}

/** Trains the networks of all seeds with one division, and tests them. */
async function trainSplit(
  context: Context,
  data: LabelledTexts,
  split: DataSplit | undefined,
  { options, path, studied, signal }: SplitOptions,
): Promise<SplitRun> {
  if (split === undefined) throw new Error("the division does not exist");
  const [training, validation, test] = [split.train, split.validation, split.test]
    .map((indices) => classifiedTexts(data, indices));
  if (!training || !validation || !test) throw new Error("a division has three parts");
  const random = context.seeds.map((seed) => context.random(seed, ...path));
  const start = performance.now();
  const losses = random.map(() => NaN);
  const classifiers = await fitSequenceClassifiers(training, {
    ...withFewerTexts(options, training.texts.length + validation.texts.length),
    ...{ validation, random, signal },
    onEpoch({ network, best, validationLoss }) {
      if (best) losses[network] = validationLoss ?? NaN;
    },
  });
  const seconds = (performance.now() - start) / 1000;
  try {
    const predicted = await predictEach(classifiers, test.texts);
    const seeds = classifiers.map(({ epoch }, seed): SeedRun => ({
      ...{ epoch, probabilities: predicted[seed] ?? [], validationLoss: losses[seed] ?? NaN },
    }));
    const [first] = classifiers;
    return {
      ...{ seeds, seconds },
      parameterCount: first?.model.parameterCount ?? 0,
      words: first?.tokenizer.vocabulary.size ?? 0,
      attention: studied ? await attentionFindings(context, classifiers, test.texts, path) : null,
    };
  } finally {
    for (const classifier of classifiers) classifier.dispose();
  }
}
