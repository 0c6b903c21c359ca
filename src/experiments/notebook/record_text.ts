import type { CellInput } from "../../harness/seed_values.ts";
import { mean } from "../../statistics/descriptive.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { notebookSentences } from "../../data/text/corpora.ts";
import { type Context, text, textSeeds } from "./parameters.ts";
import pytorchRun from "./pytorch_run.json" with { type: "json" };
import { share } from "./record_sections.ts";
import {
  type CutSentences,
  type KnownWords,
  leakOf,
  readWindows,
  splitOf,
  type TextEpoch,
  type TextPart,
} from "./text.ts";

/** Computes the perplexity of the validation windows after an epoch. */
export function perplexity({ validationLoss }: TextEpoch): number {
  return Math.exp(validationLoss);
}

/** Computes the perplexity after the last epoch, and the lowest perplexity. */
export function perplexities(
  { epochs }: TextPart,
): { readonly final: number; readonly best: number } {
  const all = epochs.map(perplexity);
  return { final: all.at(-1) ?? NaN, best: Math.min(...all) };
}

/**
 * Computes the perplexity of words that occur in training, relative to a uniform distribution over
 * these words.
 */
function knownOverUniform({ known: { loss, words } }: TextPart): number {
  return Math.exp(loss) / words;
}

/**
 * Computes the perplexity of words that occur in training, relative to the distribution of their
 * frequencies.
 */
function overFrequencies({ loss, frequencyLoss }: KnownWords): number {
  return Math.exp(loss - frequencyLoss);
}

/** Returns whether the scheduler lowered the learning rate in any epoch. */
export function wasScheduled({ epochs }: TextPart): boolean {
  return epochs.some(({ learningRate }) => learningRate < text.learningRate);
}

/** Computes the share of updates whose gradient is clipped. */
export function clippedShare({ epochs }: TextPart): number {
  return mean(share(epochs.map(({ gradientNorm }) => gradientNorm > text.clipGradNorm)));
}

/** Records section 5. */
export async function recordText(context: Context, parts: readonly TextPart[]): Promise<void> {
  const windows = await readWindows();
  await recordVocabulary(context);
  recordCurves(context, parts);
  recordLeak(context, parts, windows.tokenizer.vocabulary.size);
  recordPerplexities(context, parts, windows);
  recordOtherSentences(context, parts, windows);
  context.metric({
    id: "leak",
    label: "Share of the validation windows that overlap with a window of training",
    values: context.seeds.map((seed) => leakOf(splitOf(context, seed, windows.cut))),
  });
  recordSizes(context, parts, windows);
  recordSamples(context, parts);
}

/** Returns a function that records a metric of the runs of section 5. */
function metricOf(context: Context, parts: readonly TextPart[], overlap?: number) {
  const labels = textSeeds(context);
  return (
    id: string,
    label: string,
    statistic: "mean" | "geometric-mean" | "share",
    of: (part: TextPart) => number,
  ) => {
    const allowance = overlap === undefined ? {} : { overlap };
    context.metric({ id, label, statistic, labels, values: parts.map(of), ...allowance });
  };
}

/** Records the perplexity of the validation windows, and how often gradients are clipped. */
function recordPerplexities(
  context: Context,
  parts: readonly TextPart[],
  { tokenizer: { vocabulary: { size } } }: CutSentences,
): void {
  const metric = metricOf(context, parts);
  metric(
    "final-perplexity",
    "Perplexity of the validation windows after the last epoch",
    "geometric-mean",
    (part) => perplexities(part).final,
  );
  metric(
    "final-over-uniform",
    "Perplexity of the validation windows after the last epoch over that of a uniform guess",
    "geometric-mean",
    (part) => perplexities(part).final / size,
  );
  metric(
    "best-perplexity",
    "The lowest perplexity of the validation windows",
    "geometric-mean",
    (part) => perplexities(part).best,
  );
  metric("clipped", "Share of updates that are clipped", "mean", clippedShare);
}

/** Returns the number of training windows. */
function trainingCount({ cut }: CutSentences): number {
  return Math.floor(text.trainingShare * cut.length);
}

/** Records the prediction of the sentences without windows, which are the same for all seeds. */
function recordOtherSentences(
  context: Context,
  parts: readonly TextPart[],
  windows: CutSentences,
): void {
  const labels = textSeeds(context);
  const { size } = windows.tokenizer.vocabulary;
  // All seeds have the same test set, and training sets that overlap.
  const training = trainingCount(windows);
  const overlap = (windows.cut.length - training) / training;
  const metric = metricOf(context, parts, overlap);
  context.claim("known-words", {
    labels,
    overlap,
    values: parts.map(({ known }) => overFrequencies(known)),
    alternatives: [
      {
        name: "without the token that ends a sentence",
        values: parts.map(({ knownInside }) => overFrequencies(knownInside)),
      },
      { name: "over a uniform guess over these words", values: parts.map(knownOverUniform) },
    ],
  });
  metric(
    "new-over-uniform",
    "Perplexity of the sentences without windows over that of a uniform guess over the vocabulary",
    "geometric-mean",
    ({ newLoss }) => Math.exp(newLoss) / size,
  );
  metric(
    "known-inside",
    "Perplexity of the words that training has, in sentences without windows, over that of their " +
      "frequencies in training, without the token that ends a sentence",
    "geometric-mean",
    ({ knownInside }) => overFrequencies(knownInside),
  );
  metric(
    "known-over-uniform",
    "Perplexity of the words that training has, in sentences without windows, over that of a uniform " +
      "guess over these words",
    "geometric-mean",
    knownOverUniform,
  );
  metricOf(context, parts)(
    "known-share",
    "Share of the tokens of sentences without windows that a window of training has",
    "mean",
    ({ known }) => known.share,
  );
}

/** Records the sizes of the data and of the training. */
function recordSizes(
  context: Context,
  parts: readonly TextPart[],
  windows: CutSentences,
): void {
  const { tokenizer, cut, sentences } = windows;
  const training = trainingCount(windows);
  context.table({
    id: "text-sizes",
    title: "Section 5: what the language model is trained on",
    columns: [{ name: "what", label: "what" }, { name: "value", label: "how many" }],
    rows: [
      ["sentences", sentences],
      ["sentences that are longer than a window", new Set(cut.map((one) => one.sentence)).size],
      ["windows", cut.length],
      ["windows of training", training],
      ["windows of validation", cut.length - training],
      ["vocabulary, with 4 special tokens", tokenizer.vocabulary.size],
      ["trainable parameters", parts[0]?.parameters ?? null],
      ["updates in all", context.parameters.textEpochs],
    ],
  });
}

/** Records the size of the vocabulary by the smallest frequency of a word in it. */
async function recordVocabulary(context: Context): Promise<void> {
  const rows: CellInput[][] = [];
  for (const minFrequency of [1, 2, 3]) {
    const { vocabulary } = await Tokenizer.build(notebookSentences.documents(), {
      ...{ kind: "words", minFrequency },
    });
    const { total, distinct, covered } = vocabulary.statistics;
    rows.push([minFrequency, total, distinct, vocabulary.size - 4, covered]);
  }
  context.table({
    id: "vocabulary",
    title: "Section 5: words of the sentences by least frequency",
    columns: [
      { name: "least", label: "least frequency of a word" },
      { name: "total", label: "words" },
      { name: "distinct", label: "different words" },
      { name: "kept", label: "words of the vocabulary" },
      { name: "covered", label: "share of all words that it covers" },
    ],
    rows,
  });
}

/** Records the perplexity by epoch. */
function recordCurves(context: Context, parts: readonly TextPart[]): void {
  const kinds = {
    training: ({ trainLoss }: TextEpoch) => Math.exp(trainLoss),
    validation: perplexity,
  };
  const epochs = Array.from({ length: context.parameters.textEpochs }, (_, epoch) => epoch + 1);
  context.curves({
    id: "perplexity",
    title: "Section 5: perplexity by epoch",
    labels: textSeeds(context),
    names: [{ name: "windows", label: "windows" }],
    x: { name: "epoch", label: "epoch", values: epochs },
    value: { label: "perplexity", statistic: "geometric-mean" },
    curves: Object.entries(kinds).map(([name, of]) => ({
      names: [name],
      values: parts.map((part) => part.epochs.map(of)),
    })),
    figure: {
      title: "Training on five windows",
      caption:
        "Where the two lines part, training no longer helps the validation windows. Training: " +
        "before each update, with dropout; validation: after it, without. Geometric mean over " +
        `${parts.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt: "Two lines with bands, of training and validation perplexity against the epoch.",
      y: { scale: "log" },
      series: "windows",
    },
  });
}

/** Records the final perplexity and the overlap of the validation windows, by seed. */
function recordLeak(context: Context, parts: readonly TextPart[], vocabulary: number): void {
  const id = "perplexity-by-leak";
  const here = "here";
  context.table({
    id,
    title: "Section 5: final perplexity and overlap of the validation windows, by seed",
    columns: [
      { name: "run", label: "run" },
      { name: "seed", label: "seed" },
      { name: "leak", label: "share of the validation windows that overlap with training" },
      { name: "final", label: "final perplexity" },
      { name: "best", label: "lowest perplexity" },
    ],
    rows: [
      ...textSeeds(context).map((seed, i): CellInput[] => {
        const part = parts[i];
        if (!part) return [here, seed, null, null, null];
        const { final, best } = perplexities(part);
        return [here, seed, part.leak, final, best];
      }),
      ...pytorchRun.text.map(({ seed, leak, final, best }): CellInput[] => {
        return [pytorchRun.version, seed, leak, final, best];
      }),
    ],
  });
  context.figure({
    id,
    kind: "chart",
    title: "What the perplexity measures",
    caption:
      "If the perplexity measured how well the model predicts new text, it would not depend " +
      "on the overlap. A symbol for each seed, of the runs of this page and of the notebook's own " +
      "code: perplexity of its two validation windows after the last epoch. Rule: a model that " +
      `gives each of ${vocabulary} tokens the same probability.`,
    alt:
      "Two panels of symbols: final perplexity of each seed against the share of its validation windows " +
      "that overlap with training windows, and a rule at the uniform model.",
    x: { label: "share of overlapping validation windows", scale: "linear" },
    y: { label: "final perplexity", scale: "log" },
    facet: "run",
    layers: [
      { mark: "rule", axis: "y", value: vocabulary, label: "uniform model" },
      { mark: "point", table: id, x: "leak", y: "final" },
    ],
  });
}

/** Records the generated texts of the first seed, during and after training. */
function recordSamples(context: Context, parts: readonly TextPart[]): void {
  const samples = parts[0]?.samples ?? [];
  const columns = [
    { name: "epoch", label: "after epoch" },
    { name: "prompt", label: "prompt" },
    { name: "strategy", label: "strategy" },
    { name: "text", label: "text" },
  ];
  const row = ({ epochs, prompt, strategy, text }: (typeof samples)[number]): CellInput[] => [
    ...[epochs, prompt, strategy, text],
  ];
  const [during, after] = [
    samples.filter(({ prompt }) => prompt === text.sampled.prompt),
    samples.filter(({ prompt }) => prompt !== text.sampled.prompt),
  ];
  context.table({
    id: "samples-during",
    title: "Section 5: texts while training, of the first seed",
    columns,
    rows: during.map(row),
  });
  context.table({
    id: "samples",
    title: "Section 5: four prompts by five strategies, of the first seed",
    columns: columns.slice(1),
    rows: after.map(row).map((cells) => cells.slice(1)),
  });
}
