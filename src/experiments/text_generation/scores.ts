import type { Estimate } from "../../core/result.ts";
import { estimate } from "../../analysis/estimate.ts";
import type { StatisticName } from "../../analysis/resample.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import { type BaselineName, baselineNames } from "./baselines.ts";
import type { CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";
import type { SentencesPart } from "./sentences.ts";

/** The lowest held-out loss, in nats. */
export function lowest(history: readonly EpochRecord[]): number {
  return Math.min(...history.map(({ validationLoss }) => validationLoss));
}

/** The last held-out loss, in nats. */
export function last(history: readonly EpochRecord[]): number {
  return history.at(-1)?.validationLoss ?? NaN;
}

/** Bits of a loss in nats. */
export function bits(nats: number): number {
  return nats / Math.LN2;
}

/** Names of the n-gram models in tables and figures. */
export const baselineLabels: Readonly<Record<BaselineName, string>> = {
  "uniform": "uniform",
  "unigram": "unigram",
  "bigram": "bigram",
  "5-gram": "5-gram, Kneser-Ney",
};

interface Scores {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly alt: string;
  readonly x: { readonly label: string; readonly unit?: string; readonly scale: "linear" | "log" };
  readonly statistic: StatisticName;
  /** A number for each seed, by model. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** Records how well the models foresee held-out tokens. */
export function recordScores(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  const n = context.seeds.length;
  record(context, {
    id: "perplexity-sentences",
    title: "Held-out words: perplexity",
    caption: "Perplexity on held-out sentences, each word counted once, n-grams learnt from the " +
      "sentences that the LSTM learns from. Best epoch: the one with the lowest held-out loss, " +
      `which flatters it. Geometric mean over ${n} seeds; lines: 95 % intervals.`,
    alt: "For the uniform, unigram, bigram and 5-gram models and for the LSTM after its best and " +
      "its last epoch the perplexity on held-out sentences, a symbol with an interval for each.",
    x: { label: "perplexity", scale: "log" },
    statistic: "geometric-mean",
    values: {
      ...byBaseline((name) => sentences.map(({ baselines }) => Math.exp(baselines[name]))),
      "LSTM, best epoch": sentences.map(({ histories }) => Math.exp(lowest(histories.clipped))),
      "LSTM, last epoch": sentences.map(({ histories }) => Math.exp(last(histories.clipped))),
    },
  });
  record(context, {
    id: "bits-characters",
    title: "Held-out characters: bits",
    caption: "Bits per character on held-out text, n-grams learnt from the text that the LSTM " +
      `learns from. Mean over ${n} seeds; lines: 95 % intervals.`,
    alt: "For the uniform, unigram, bigram and 5-gram models and for the LSTM the bits per " +
      "character on held-out text, a symbol with an interval for each.",
    x: { label: "loss", unit: "bits per character", scale: "linear" },
    statistic: "mean",
    values: {
      ...byBaseline((name) => characters.map(({ baselines }) => bits(baselines[name]))),
      "LSTM": characters.map(({ history }) => bits(last(history))),
    },
  });
}

function byBaseline(of: (name: BaselineName) => number[]): Record<string, readonly number[]> {
  return Object.fromEntries(baselineNames.map((name) => [baselineLabels[name], of(name)]));
}

function record(context: Context, { id, title, caption, alt, x, statistic, values }: Scores): void {
  context.table({
    id,
    title,
    columns: [{ name: "model", label: "model" }, ...curveColumns(x)],
    rows: Object.entries(values).map(([model, each]): Cell[] => [
      model,
      ...intervalCells(each, { statistic, random: context.random("bootstrap", id, model) }),
    ]),
  });
  context.figure({
    ...{ id, kind: "chart", title, caption, alt, x },
    y: { label: "model", scale: "category", categories: Object.keys(values) },
    layers: [intervalLayer(id, "model")],
  });
}

/** Records whether the LSTM foresees held-out tokens better than n-grams. */
export function claimScores(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  const { corpus } = context.parameters;
  for (const name of ["unigram", "5-gram"] as const) {
    const id = `sentences-beat-${name}`;
    context.claim({
      id,
      statement: `On held-out sentences the LSTM beats the ${name} model, taken at its best epoch.`,
      source: "Mikolov et al. (2010)",
      measure: `perplexity of the LSTM over that of the ${name} model`,
      estimate: ratio(
        context,
        id,
        sentences.map(({ histories, baselines }) => {
          return Math.exp(lowest(histories.clipped) - baselines[name]);
        }),
      ),
      threshold: { relation: "below", value: 1 },
    });
  }
  for (const name of ["unigram", "bigram", "5-gram"] as const) {
    const id = `characters-beat-${name}`;
    context.claim({
      id,
      statement: `On held-out characters of ${corpus} the LSTM beats the ${name} model.`,
      source: "Graves (2013)",
      measure: `bits per character of the LSTM over those of the ${name} model`,
      estimate: ratio(
        context,
        id,
        characters.map(({ history, baselines }) => {
          return last(history) / baselines[name];
        }),
      ),
      threshold: { relation: "below", value: 1 },
    });
  }
}

/** A ratio for each seed, as a geometric mean. */
export function ratio(context: Context, id: string, values: readonly number[]): Estimate {
  return estimate(values, { statistic: "geometric-mean", random: context.random("bootstrap", id) });
}
