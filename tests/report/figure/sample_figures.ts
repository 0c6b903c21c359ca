import type { ConfusionFigure } from "../../../src/result/confusion_figure.ts";
import type { Table } from "../../../src/result/result.ts";
import type { WordStrips } from "../../../src/result/word_strips.ts";
import { tableOf } from "./sample_charts.ts";

const text = { title: "F", caption: "C", alt: "A" };

/** Words with weights, in one strip. */
export const sampleStrips: WordStrips = {
  kind: "word-strips",
  id: "strips",
  ...text,
  table: "attention",
  text: "sentence",
  word: "word",
  weight: "weight",
  facts: ["label", "predicted", "probability"],
  colour: { label: "attention weight" },
};

/** Words with weights, in two strips with names. */
export const sampleComparison: WordStrips = {
  ...sampleStrips,
  id: "comparison",
  table: "measures",
  strip: "measure",
  facts: ["label", "predicted"],
  colour: { label: "share of the measure", limit: 0.5 },
};

const long = "this is , without any doubt whatsoever , the single most underwhelming " +
  "antidisestablishmentarianism-flavoured way to spend two hours that I have seen all year , and I saw a lot";

/** Sentences of several scripts, and of words that need escaping. */
const sentences: readonly (readonly [name: string, words: string, label: string])[] = [
  ["1", "not a bad film at all", "positive"],
  ["2", long, "negative"],
  ["Hebrew, from right to left", "הסרט הזה היה נפלא מההתחלה ועד הסוף , באמת !", "positive"],
  ["Arabic", "كان هذا الفيلم رائعا جدا", "positive"],
  ["emoji and markup", "loved it 😍😍 👩‍👩‍👧 🇩🇪 <b> & h_t x^2 don't 素晴らしい фильм", "positive"],
];

function weightsOf(count: number, seed: number): number[] {
  const raw = Array.from({ length: count }, (_, i) => Math.exp(2 * Math.sin(seed + 2.3 * i)));
  const sum = raw.reduce((total, one) => total + one, 0);
  return raw.map((one) => one / sum);
}

/** The confusion matrices of two models, with two classes. */
export const sampleConfusion: ConfusionFigure = {
  kind: "confusion-matrix",
  id: "confusion",
  ...text,
  table: "counts",
  classes: ["negative", "positive"],
  actual: "actual",
  predicted: "predicted",
  count: "count",
  share: "share",
  facet: "model",
};

const topics = [
  "joy",
  "disappointment",
  "anger",
  "fear",
  "surprise",
  "disgust",
  "trust",
  "anticipation",
  "love",
  "remorse",
  "contempt",
  "awe",
];

/** A confusion matrix of twelve classes. */
export const sampleTopics: ConfusionFigure = {
  ...sampleConfusion,
  id: "topics",
  table: "topics",
  classes: topics,
  facet: "of",
};

/** Figures that are neither charts nor drawings. */
export const sampleFigures = [
  sampleStrips,
  sampleComparison,
  sampleConfusion,
  sampleTopics,
] as const;

/** The tables of {@link sampleFigures}. */
export const sampleFigureTables: readonly Table[] = [
  tableOf(
    "sentence label predicted probability word weight",
    sentences.flatMap(([name, words, label], s) => {
      const list = words.split(" ");
      const weights = weightsOf(list.length, s);
      return list.map((word, i) => [name, label, "positive", 0.5 + s / 11, word, weights[i] ?? 0]);
    }),
    "attention",
  ),
  tableOf(
    "sentence label predicted measure word weight",
    sentences.slice(0, 3).flatMap(([name, words, label], s) =>
      ["attention", "gradient times input"].flatMap((measure, m) => {
        const list = words.split(" ");
        const weights = weightsOf(list.length, s + 0.7 * m);
        const predicted = m === 1 && s === 1 ? "negative" : "positive";
        return list.map((word, i) => [name, label, predicted, measure, word, weights[i] ?? 0]);
      })
    ),
    "measures",
  ),
  tableOf(
    "model actual predicted count share",
    ["GRU with attention", "naive Bayes", "TF-IDF and logistic regression", "lexicon"].flatMap((
      model,
      m,
    ) => [
      [model, "negative", "negative", 1412.5, 0.94 - m / 20],
      [model, "negative", "positive", 87.5, 0.06 + m / 20],
      [model, "positive", "negative", 120, 0.08],
      [model, "positive", "positive", 1380, 0.92],
    ]),
    "counts",
  ),
  tableOf(
    "of actual predicted count share",
    topics.flatMap((actual, a) =>
      topics.map((predicted, p) => {
        const share = a === p ? 0.45 : 0.05;
        return ["topics", actual, predicted, 400 * share, a === 11 ? null : share];
      })
    ).slice(0, -1),
    "topics",
  ),
];
