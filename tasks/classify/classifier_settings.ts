import { InputError } from "../../src/core/errors.ts";
import {
  type ResolvedOptions,
  resolveOptions,
} from "../../src/classification/sequence_classifier_options.ts";
import {
  choice,
  type CommandLine,
  type Flag,
  type NumberRange,
  numberWithin,
  wholeNumber,
} from "../cli/command_line.ts";

/** The settings of a training. Each has a flag, whose name has hyphens. */
export interface ClassifierSettings {
  readonly cell: ResolvedOptions["cell"];
  readonly embedding: number;
  /** The standard deviation of the initial vectors of words. */
  readonly embeddingStd: number;
  readonly hidden: number;
  readonly layers: number;
  /** 1 if texts are read forwards only, 2 if they are also read backwards. */
  readonly directions: number;
  readonly readout: ResolvedOptions["readout"];
  /** The hidden units of the attention scores. Other readouts than `"attention"` have none. */
  readonly attention: number;
  readonly dropout: number;
  readonly wordDropout: number;
  readonly minFrequency: number;
  readonly maxVocabulary: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly batch: number;
  readonly epochs: number;
  /** The epochs without gain after which training ends. Without validation nothing ends it. */
  readonly patience: number;
  /** The share of texts by which the best epoch is chosen; 0 for none. */
  readonly validation: number;
  /** The share of texts for the test at the end; 0 for none. */
  readonly test: number;
  readonly seed: number;
}

const usual = resolveOptions({});

/** The shares of held-out texts if no others are given. */
const shares = { validation: 0.1, test: 0.1 } as const;

/** The flags of the settings. */
export const settingFlags: readonly Flag[] = [
  {
    name: "cell",
    value: "C",
    help: `gru, lstm, rnn, or none: without recurrence (default ${usual.cell})`,
  },
  {
    name: "embedding",
    value: "N",
    help: `features of a word's vector (default ${usual.embeddingDim})`,
  },
  {
    name: "embedding-std",
    value: "R",
    help: `the standard deviation of the initial vectors (default ${usual.embeddingStd})`,
  },
  {
    name: "hidden",
    value: "N",
    help: `units of a layer's hidden state, in each direction (default ${usual.hiddenSize})`,
  },
  { name: "layers", value: "N", help: `recurrent layers (default ${usual.numLayers})` },
  {
    name: "directions",
    value: "N",
    help: `1: forwards; 2: also backwards (default ${
      usual.bidirectional ? 2 : 1
    }, or 1 if cell is none)`,
  },
  {
    name: "readout",
    value: "R",
    help: `attention, mean or last: which states are read (default ${usual.readout})`,
  },
  { name: "attention", value: "N", help: "units of the attention scores (default as --hidden)" },
  {
    name: "dropout",
    value: "P",
    help: `the share of features dropped in training (default ${usual.dropout})`,
  },
  {
    name: "word-dropout",
    value: "P",
    help: `the share of words that training replaces by <UNK> (default ${usual.wordDropout})`,
  },
  {
    name: "min-frequency",
    value: "N",
    help: `the smallest count of a word in the vocabulary (default ${usual.minCount})`,
  },
  {
    name: "max-vocabulary",
    value: "N",
    help: `the largest vocabulary, in words (default ${usual.maxVocabulary})`,
  },
  {
    name: "max-length",
    value: "N",
    help: `words that are read of a text, from its start (default ${usual.maxLength})`,
  },
  { name: "learning-rate", value: "R", help: `of AdamW (default ${usual.learningRate})` },
  { name: "weight-decay", value: "R", help: `of AdamW (default ${usual.weightDecay})` },
  {
    name: "clip",
    value: "R",
    help: `the largest norm of the gradient (default ${usual.clipGradNorm})`,
  },
  { name: "batch", value: "N", help: `texts of a training step (default ${usual.batchSize})` },
  { name: "epochs", value: "N", help: `the most passes over the texts (default ${usual.epochs})` },
  {
    name: "patience",
    value: "N",
    help: `epochs without a lower validation loss that end training (default ${usual.patience})`,
  },
  {
    name: "validation",
    value: "P",
    help:
      `the share of texts that chooses the epoch (default ${shares.validation}; 0: the last one)`,
  },
  {
    name: "test",
    value: "P",
    help: `the share of texts for a test at the end (default ${shares.test}; 0: no test)`,
  },
  { name: "seed", value: "N", help: "the seed of random numbers (default 1)" },
];

/**
 * Reads the settings from a command line.
 *
 * @throws {InputError} If a value is invalid, or contradicts another one.
 */
export function readSettings(line: CommandLine): ClassifierSettings {
  const whole = (flag: string, fallback: number, low = 1, high = 65_536): number => {
    const text = line.value(flag);
    return text === undefined ? fallback : wholeNumber(flag, text, low, high);
  };
  const within = (flag: string, fallback: number, range: NumberRange): number => {
    const text = line.value(flag);
    return text === undefined ? fallback : numberWithin(flag, text, range);
  };
  const cell = choice("cell", line.value("cell") ?? usual.cell, [
    ...["gru", "lstm", "rnn", "none"] as const,
  ]);
  const hidden = whole("hidden", usual.hiddenSize);
  const settings: ClassifierSettings = {
    cell,
    embedding: whole("embedding", usual.embeddingDim),
    embeddingStd: within("embedding-std", usual.embeddingStd, { above: 0, to: 100 }),
    hidden,
    layers: whole("layers", usual.numLayers, 1, 64),
    directions: whole("directions", resolveOptions({ cell }).bidirectional ? 2 : 1, 1, 2),
    readout: choice("readout", line.value("readout") ?? usual.readout, [
      ...["attention", "mean", "last"] as const,
    ]),
    attention: whole("attention", hidden),
    dropout: within("dropout", usual.dropout, { from: 0, below: 1 }),
    wordDropout: within("word-dropout", usual.wordDropout, { from: 0, below: 1 }),
    minFrequency: whole("min-frequency", usual.minCount, 1, 1_000_000_000),
    maxVocabulary: whole("max-vocabulary", usual.maxVocabulary, 1, 1_000_000),
    maxLength: whole("max-length", usual.maxLength),
    learningRate: within("learning-rate", usual.learningRate, { above: 0, to: 100 }),
    weightDecay: within("weight-decay", usual.weightDecay, { from: 0, to: 100 }),
    clip: within("clip", usual.clipGradNorm, { above: 0, to: 1e9 }),
    batch: whole("batch", usual.batchSize),
    // A checkpoint has a record of each epoch.
    epochs: whole("epochs", usual.epochs, 1, 100_000),
    patience: whole("patience", usual.patience, 1, 100_000),
    validation: within("validation", shares.validation, { from: 0, to: 0.5 }),
    test: within("test", shares.test, { from: 0, to: 0.5 }),
    seed: whole("seed", 1, 0, Number.MAX_SAFE_INTEGER),
  };
  checkTogether(line, settings);
  return settings;
}

/** Checks flags that contradict each other. */
function checkTogether(line: CommandLine, settings: ClassifierSettings): void {
  const { cell, directions, readout, attention, validation, test, patience } = settings;
  if (cell === "none" && directions === 2) {
    throw new InputError("--directions", "1, or left out, with --cell none", directions);
  }
  if (readout !== "attention" && line.has("attention")) {
    throw new InputError("--attention", `left out with --readout ${readout}`, attention);
  }
  if (validation === 0 && line.has("patience")) {
    throw new InputError("--patience", "left out with --validation 0", patience);
  }
  for (const [flag, share] of Object.entries({ validation, test })) {
    if (share === 0 || share >= SMALLEST) continue;
    throw new InputError(`--${flag}`, `0, or at least ${SMALLEST}`, share);
  }
  if (validation + test > MOST_HELD_OUT) {
    const wanted = `at most ${MOST_HELD_OUT} together, so that texts are left to train with`;
    throw new InputError("--validation and --test", wanted, [validation, test]);
  }
}

/** The largest share of texts that is not trained with. */
const MOST_HELD_OUT = 0.9;

/** The smallest share that can be held out. */
const SMALLEST = 0.01;

/** Returns the options of the classifier that the settings describe. */
export function classifierOptions(settings: ClassifierSettings): ResolvedOptions {
  return resolveOptions({
    cell: settings.cell,
    embeddingDim: settings.embedding,
    embeddingStd: settings.embeddingStd,
    hiddenSize: settings.hidden,
    numLayers: settings.layers,
    bidirectional: settings.directions === 2,
    readout: settings.readout,
    attentionSize: settings.attention,
    dropout: settings.dropout,
    wordDropout: settings.wordDropout,
    minCount: settings.minFrequency,
    maxVocabulary: settings.maxVocabulary,
    maxLength: settings.maxLength,
    learningRate: settings.learningRate,
    weightDecay: settings.weightDecay,
    clipGradNorm: settings.clip,
    batchSize: settings.batch,
    epochs: settings.epochs,
    patience: settings.patience,
  });
}
