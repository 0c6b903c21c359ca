import { isNegation } from "../../classification/lexicon_classifier.ts";
import {
  type AttentionFindings,
  BINS,
  type ExampleText,
  type MeasureName,
  measures,
} from "./attention.ts";
import { byFold } from "./by_fold.ts";
import { attentionByFold, encoders, type FoldMeasure } from "./claim_attention.ts";
import { recordDrawn, type StripText, wordStrips } from "./figures.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Context } from "./parameters.ts";

/**
 * Records what attention explains: means, distributions over texts, and the words of some texts.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordAttention(context: Context, outcomes: Outcomes): void {
  recordMeans(context, outcomes);
  recordDistributions(context, outcomes);
  recordStrips(context, outcomes);
}

const names = [
  "tauGradient",
  "tauLeaveOneOut",
  "permuted",
  "uniform",
  "adversarial",
  "fromUniform",
  "overSeeds",
] as const satisfies readonly MeasureName[];

const others = [
  ["adversarialOfUniform", "divergence of adversarial attention from uniform weights, nats"],
  ["lexicon", "weight on words of the opinion lexicon beyond chance"],
] as const satisfies readonly (readonly [FoldMeasure, string])[];

/** The id of a measure in metrics. */
function idOf(name: FoldMeasure): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Records the mean of each measure for each network. */
function recordMeans(context: Context, { texts, networks }: Outcomes): void {
  const shared = byFold(texts);
  for (const { id, title } of encoders) {
    for (const name of names) {
      const values = attentionByFold(networks, id, name);
      if (!values.every(Number.isFinite)) continue;
      context.metric({
        id: `${idOf(name)}-${id}`,
        label: `${measures[name].title}, ${title}`,
        ...shared,
        values,
      });
    }
    for (const [name, words] of others) {
      const values = attentionByFold(networks, id, name);
      if (!values.every(Number.isFinite)) continue;
      context.metric({ id: `${idOf(name)}-${id}`, label: `${words}, ${title}`, ...shared, values });
    }
  }
}

/** Adds up counts by bin over folds, as shares. */
function sharesOf(findings: readonly AttentionFindings[], name: MeasureName): number[] {
  const sums = new Array<number>(BINS).fill(0);
  for (const { counts } of findings) {
    for (const [bin, count] of counts[name].entries()) sums[bin] = (sums[bin] ?? 0) + count;
  }
  const total = sums.reduce((sum, count) => sum + count, 0);
  return total === 0 ? [] : sums.map((count) => count / total);
}

/** Records the distributions over texts of Kendall's tau and of divergences. */
function recordDistributions(context: Context, { networks }: Outcomes): void {
  const rowsOf = (chosen: readonly MeasureName[]) =>
    encoders.flatMap(({ id, title }) => {
      const findings = (networks.byKind.get(id) ?? []).flatMap((run) => run.attention ?? []);
      return chosen.flatMap((name) => {
        const { range: [low, high], title: measure } = measures[name];
        return sharesOf(findings, name).map((share, bin) => {
          return [measure, title, low + (bin + 0.5) * (high - low) / BINS, share] as const;
        });
      });
    });
  const columns = [
    { name: "measure", label: "measure" },
    { name: "network", label: "network" },
    { name: "value", label: "middle of the bin" },
    { name: "share", label: "share of the texts" },
  ];
  const taus = rowsOf(["tauGradient", "tauLeaveOneOut"]);
  context.table({
    id: "tau-distribution",
    title: "Kendall's tau of attention with other measures of importance",
    columns,
    rows: taus,
  });
  const titles = encoders.map(({ title }) => title);
  context.figure({
    kind: "chart",
    id: "tau-distribution",
    title: "Does attention agree with other measures of importance?",
    caption:
      "Agreement is at 1, none at 0. Share of the tested texts by Kendall's tau between the " +
      "attention weights of the words and the gradient (attention held constant), or the change of " +
      `the output if a word is left out; ${BINS} bins, all seeds and folds. Texts of one word are ` +
      "left out.",
    alt:
      "Two charts, tau with the gradient and tau with leave-one-out, from -1 to 1: the share of " +
      `the texts, a line for each of ${titles.join(" and ")}.`,
    x: { label: "Kendall's tau", scale: "linear", domain: [-1, 1] },
    y: { label: "share of the texts", scale: "linear" },
    series: titles,
    seriesLabel: "network",
    facet: "measure",
    layers: [{
      mark: "line",
      table: "tau-distribution",
      x: "value",
      y: "share",
      series: "network",
      role: "measured",
    }],
  });
  const divergences = rowsOf(["adversarial", "overSeeds"]);
  const found = [...new Set(divergences.map(([measure]) => measure))];
  context.table({
    id: "divergence-distribution",
    title: "Divergence of other attention from the attention",
    columns,
    rows: divergences,
  });
  context.figure({
    kind: "chart",
    id: "divergence-distribution",
    title: "How different can attention be?",
    caption:
      "Share of the tested texts by the Jensen-Shannon divergence between the attention and " +
      "other attention: the most different weights with the same states whose output differs by at " +
      `most ${context.parameters.tolerance} (adversarial), and the weights of networks with other ` +
      `seeds. ${BINS} bins up to the largest possible divergence, ln 2.`,
    alt:
      "A chart for each network: the share of the texts against the divergence in nats, a line " +
      `for each of ${found.join(" and ")}.`,
    x: { label: "Jensen-Shannon divergence", unit: "nats", scale: "linear", domain: [0, 0.7] },
    y: { label: "share of the texts", scale: "linear" },
    series: found,
    seriesLabel: "other attention",
    facet: "network",
    layers: [{
      mark: "line",
      table: "divergence-distribution",
      x: "value",
      y: "share",
      series: "measure",
      role: "measured",
    }],
  });
}

/** The kinds of texts whose words are shown: the first tested text of each kind in the first fold. */
interface ExampleKind {
  readonly name: string;
  fits(words: readonly string[], isRight: boolean): boolean;
}

const exampleKinds: readonly ExampleKind[] = [
  { name: "short, right", fits: (words, isRight) => isRight && isShort(words) },
  { name: "short, wrong", fits: (words, isRight) => !isRight && isShort(words) },
  { name: "long, right", fits: (words, isRight) => isRight && words.length >= 20 },
  { name: "long, wrong", fits: (words, isRight) => !isRight && words.length >= 20 },
  { name: "negation, right", fits: (words, isRight) => isRight && words.some(isNegation) },
  { name: "negation, wrong", fits: (words, isRight) => !isRight && words.some(isNegation) },
];

/** The kinds that are shown if no text is of another kind. */
const otherKinds: readonly ExampleKind[] = [
  { name: "right", fits: (_, isRight) => isRight },
  { name: "wrong", fits: (_, isRight) => !isRight },
];

function isShort({ length }: readonly string[]): boolean {
  return length >= 3 && length <= 8;
}

/** Records the weights of the words of some texts. */
function recordStrips(context: Context, { texts, networks }: Outcomes): void {
  const { data: { texts: all, classes }, folds: [fold] } = texts;
  const [lstm, none] = encoders.map(({ id }) => networks.byKind.get(id)?.[0]?.attention?.examples);
  const used = new Set<number>();
  const sourceOf = (i: number) => all[fold?.test[i] ?? -1]?.source;
  const sources = [...new Set(all.map(({ source }) => source))];
  const stripsOf = (list: readonly ExampleKind[]) =>
    list.flatMap(({ name, fits }, kind): StripText[] => {
      const fitting = (lstm ?? []).flatMap(({ words, probabilities }, i) => {
        const label = all[fold?.test[i] ?? -1]?.label;
        return !used.has(i) && fits(words, label === largest(probabilities)) ? i : [];
      });
      const source = sources[kind % sources.length];
      const at = fitting.find((i) => sourceOf(i) === source) ?? fitting[0];
      const example = at === undefined ? undefined : lstm?.[at];
      if (at === undefined || !example) return [];
      used.add(at);
      const other = none?.[at];
      return [{
        name,
        words: example.words,
        label: classes[all[fold?.test[at] ?? -1]?.label ?? -1] ?? "",
        predicted: classes[largest(example.probabilities)] ?? "",
        probability: Math.max(...example.probabilities),
        strips: [
          { name: "LSTM, attention", weights: example.weights },
          { name: "LSTM, gradient", weights: sharesOfGradient(example) },
          ...(other ? [{ name: "no recurrence, attention", weights: other.weights }] : []),
        ],
      }];
    });
  const found = stripsOf(exampleKinds);
  const strips = found.length > 0 ? found : stripsOf(otherKinds);
  recordDrawn(
    context,
    wordStrips({
      id: "words",
      title: "Attention to words",
      caption:
        "Compare the strips of a sentence: where is the attention, and where would a change " +
        "of a word change the prediction most? The first tested sentences of the first fold, from " +
        "each source in turn, that are short, long or have a negation, and that the LSTM of the first " +
        "seed predicts right or wrong; they are not drawn at random. " +
        "The gradient is divided by its sum over the words. Words that training does not know are " +
        "read as one unknown word.",
      texts: strips,
    }),
  );
}

/** Returns the importance by gradient as shares of its sum; equal shares if all are 0. */
function sharesOfGradient({ gradient }: ExampleText): number[] {
  const sum = gradient.reduce((total, value) => total + value, 0);
  return gradient.map((value) => sum > 0 ? value / sum : 1 / gradient.length);
}

/** Returns the index of the largest number. */
function largest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
