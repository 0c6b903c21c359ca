import type { EpochRecord } from "../../training/training_position.ts";
import { mean } from "../../analysis/statistics.ts";
import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import type { CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";
import { bits } from "./scores.ts";
import { clippings, type SentenceRecord } from "./sentence_model.ts";
import type { SentencesPart } from "./sentences.ts";

const lossNames = ["training", "held out"] as const;

const lossOf = {
  "training": ({ trainLoss }: EpochRecord) => trainLoss,
  "held out": ({ validationLoss }: EpochRecord) => validationLoss,
};

const wordLosses: Readonly<Record<string, (record: SentenceRecord) => number>> = {
  "training": ({ trainLoss }) => trainLoss,
  "held out": ({ validationLoss }) => validationLoss,
  "held out, known": ({ seenLoss }) => seenLoss,
};

/** The facets of figures on both texts. */
const texts = { sentences: "words of the sentences", characters: "characters of the text" };

/** Records the losses in the course of training. */
export function recordCurves(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  recordSentences(context, sentences);
  recordCharacters(context, characters);
}

function recordSentences(context: Context, parts: readonly SentencesPart[]): void {
  const { parameters: { epochs, clipGradNorm }, seeds } = context;
  const id = "curves-sentences";
  const y = { label: "perplexity" };
  context.table({
    id,
    title: "Perplexity by epoch: the sentences",
    columns: [
      { name: "gradients", label: "gradients" },
      { name: "words", label: "words" },
      { name: "epoch", label: "epoch" },
      ...curveColumns(y),
    ],
    rows: clippings.flatMap((clipping) =>
      Object.entries(wordLosses).flatMap(([name, lossOf]) =>
        curveRows(
          Array.from({ length: epochs }, (_, epoch) => epoch + 1),
          parts.map(({ histories }) => histories[clipping].map((one) => Math.exp(lossOf(one)))),
          {
            statistic: "geometric-mean",
            random: context.random("bootstrap", id, clipping, name),
          },
          [clipping, name],
        )
      )
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Learning 20 sentences",
    caption:
      "Training: the mean over an epoch, each window before the update that it led to, with " +
      "dropout. Held out: after the epoch, without; all words, and those that the training " +
      `sentences have. Clipped: gradients of norm ${clipGradNorm} at most. Geometric mean over ` +
      `${seeds.length} seeds; bands: 95 % intervals.`,
    alt: "Two charts, with clipped gradients and without: the perplexity on a log axis against " +
      "the epoch, a line with a band for training, one for all held-out words and one for those " +
      "that training has.",
    x: { label: "epoch", scale: "linear", domain: [1, epochs] },
    y: { ...y, scale: "log" },
    series: Object.keys(wordLosses),
    seriesLabel: "words",
    facet: "gradients",
    layers: curveLayers(id, "epoch", "words"),
  });
}

function recordCharacters(context: Context, parts: readonly CharactersPart[]): void {
  const id = "curves-characters";
  const y = { label: "loss", unit: "bits per character" };
  context.table({
    id,
    title: "Bits per character in the course of training",
    columns: [{ name: "tokens", label: "tokens" }, done, ...curveColumns(y)],
    rows: lossNames.flatMap((name) =>
      curveRows(
        courseOf(parts[0]?.history ?? []),
        parts.map(({ history }) => history.map((record) => bits(lossOf[name](record)))),
        { random: context.random("bootstrap", id, name) },
        [name],
      )
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Learning characters",
    caption: "Training: the mean since the check before. Held out: at the check. Mean over " +
      `${context.seeds.length} seeds; bands: 95 % intervals. Rules: n-gram models on the held-out ` +
      "text.",
    alt:
      "The bits per character against the part of training that is done, a line with a band for " +
      "training and one for held-out text, and levels, those of the unigram, bigram and 5-gram " +
      "models.",
    x: { label: "part of training", unit: "%", scale: "linear", domain: [0, 100] },
    y: { ...y, scale: "linear" },
    series: lossNames,
    seriesLabel: "tokens",
    layers: [...baselineRules(parts), ...curveLayers(id, "done", "tokens")],
  });
}

/** Levels of the n-gram models, in bits. */
export function baselineRules(parts: readonly CharactersPart[]) {
  return (["unigram", "bigram", "5-gram"] as const).map((name) => ({
    ...{ mark: "rule", axis: "y", label: name } as const,
    value: bits(mean(parts.map(({ baselines }) => baselines[name]))),
  }));
}

const done = { name: "done", label: "part of training", unit: "%" };

/** The ends of epochs or checks in percent of the training. */
function courseOf(history: readonly EpochRecord[]): number[] {
  return history.map((_, i) => 100 * (i + 1) / history.length);
}

/** Records the step size with its drops, and the share of steps whose gradient was clipped. */
export function recordSteps(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  const histories = {
    [texts.sentences]: sentences.map(({ histories }) => histories.clipped),
    [texts.characters]: characters.map(({ history }) => history),
  };
  const n = context.seeds.length;
  const table = (id: string, label: string, of: (record: EpochRecord) => number): void => {
    context.table({
      id,
      title: `${label[0]?.toUpperCase()}${label.slice(1)} in the course of training`,
      columns: [{ name: "text", label: "text" }, done, ...curveColumns({ label })],
      rows: Object.entries(histories).flatMap(([text, all]) =>
        curveRows(
          courseOf(all[0] ?? []),
          all.map((history) => history.map(of)),
          { random: context.random("bootstrap", id, text) },
          [text],
        )
      ),
    });
  };
  const x = { label: "part of training", unit: "%", scale: "linear", domain: [0, 100] } as const;
  table("step-size", "step size", ({ learningRate }) => learningRate);
  context.figure({
    id: "step-size",
    kind: "chart",
    title: "Step size",
    caption: "Words: halved where the held-out loss gets no lower, at each seed's own epochs. " +
      "Characters: warm-up, then half a cosine down to a tenth; at the checks. Mean over " +
      `${n} seeds; bands: 95 % intervals.`,
    alt: "Two charts, words and characters: the step size on a log axis against the part of " +
      "training that is done.",
    ...{ x, y: { label: "step size", scale: "log" }, facet: "text" },
    layers: curveLayers("step-size", "done"),
  });
  table("clipped-steps", "share of steps that are clipped", ({ clipped }) => clipped);
  context.figure({
    id: "clipped-steps",
    kind: "chart",
    title: "Clipped steps",
    caption:
      `Share of steps whose gradient is longer than ${context.parameters.clipGradNorm} and ` +
      `is scaled down to it. Mean over ${n} seeds; bands: 95 % intervals.`,
    alt:
      "Two charts, words and characters: the share of clipped steps against the part of training " +
      "that is done.",
    ...{ x, y: { label: "share of steps", scale: "linear", domain: [0, 1] }, facet: "text" },
    layers: curveLayers("clipped-steps", "done"),
  });
}
