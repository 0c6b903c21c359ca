import { estimate } from "../../analysis/estimate.ts";
import type { StatisticName } from "../../analysis/resample.ts";
import type { Estimate } from "../../core/result.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import type { BaselineName } from "./baselines.ts";
import { characterModels, type CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";
import { type SentencesPart, wordModels } from "./sentences.ts";

/** Names of the n-gram models in tables and figures. */
const names: Readonly<Record<BaselineName, string>> = {
  "uniform": "uniform",
  "unigram": "unigram",
  "bigram": "bigram",
  "5-gram": "5-gram, Kneser-Ney",
  "8-gram": "8-gram, Kneser-Ney",
};

/** The held-out words, all and those of which something can be learnt. */
const words = { all: "all held-out words", seen: "words that training has" } as const;

/** Bits of a loss in nats. */
export function bits(nats: number): number {
  return nats / Math.LN2;
}

/** The last held-out loss, in nats. */
export function last(history: readonly EpochRecord[]): number {
  return history.at(-1)?.validationLoss ?? NaN;
}

/** A ratio for each seed, as a geometric mean. */
export function ratio(context: Context, id: string, values: readonly number[]): Estimate {
  return estimate(values, { statistic: "geometric-mean", random: context.random("bootstrap", id) });
}

/** Records how well the models foresee held-out tokens. */
export function recordScores(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  recordWords(context, sentences);
  recordCharacters(context, characters);
}

function recordWords(context: Context, parts: readonly SentencesPart[]): void {
  const id = "perplexity-sentences";
  const x = { label: "perplexity" };
  const lossesOf = {
    all: parts.map(({ histories }) => histories.clipped.map((record) => record.validationLoss)),
    seen: parts.map(({ histories }) => histories.clipped.map(({ seenLoss }) => seenLoss)),
  };
  const of = (which: keyof typeof words): Record<string, number[]> => ({
    ...Object.fromEntries(wordModels.map((name) => {
      return [names[name], parts.map(({ baselines }) => baselines[which][name])];
    })),
    "LSTM, last epoch": lossesOf[which].map((losses) => losses.at(-1) ?? NaN),
    "LSTM, lowest": lossesOf[which].map((losses) => Math.min(...losses)),
  });
  context.table({
    id,
    title: "Perplexity of held-out words",
    columns: [
      { name: "words", label: "words" },
      { name: "model", label: "model" },
      ...curveColumns(x),
    ],
    rows: (["all", "seen"] as const).flatMap((which) =>
      rowsOf(context, id, of(which), "geometric-mean", Math.exp, [words[which]])
    ),
  });
  context.figure({
    ...{ id, kind: "chart", title: "Held-out words: perplexity" },
    caption:
      "On held-out sentences, each word counted once; n-grams learnt from the sentences that " +
      "the LSTM learns from. Of the words that training has, n-grams spend nothing on others. " +
      "Lowest: of all epochs, chosen on the same words, which flatters it. Geometric mean over " +
      `${context.seeds.length} seeds; lines: 95 % intervals.`,
    alt: "Two charts, all held-out words and those that training has: for the uniform, unigram, " +
      "bigram and 5-gram models and for the LSTM after its last epoch and at its lowest the " +
      "perplexity, a symbol with an interval for each.",
    x: { ...x, scale: "log" },
    y: { label: "model", scale: "category", categories: Object.keys(of("all")) },
    facet: "words",
    layers: [intervalLayer(id, "model")],
  });
}

function recordCharacters(context: Context, parts: readonly CharactersPart[]): void {
  const id = "bits-characters";
  const x = { label: "loss", unit: "bits per character" };
  const values = {
    ...Object.fromEntries(characterModels.map((name) => {
      return [names[name], parts.map(({ baselines }) => baselines[name])];
    })),
    "LSTM": parts.map(({ history }) => last(history)),
  };
  context.table({
    id,
    title: "Bits per held-out character",
    columns: [{ name: "model", label: "model" }, ...curveColumns(x)],
    rows: rowsOf(context, id, values, "mean", bits, []),
  });
  context.figure({
    ...{ id, kind: "chart", title: "Held-out characters: bits" },
    caption: "Bits per character on held-out text; n-grams learnt from the text that the LSTM " +
      `learns from. Mean over ${context.seeds.length} seeds; lines: 95 % intervals.`,
    alt:
      "For the uniform, unigram, bigram, 5-gram and 8-gram models and for the LSTM the bits per " +
      "character on held-out text, a symbol with an interval for each.",
    x: { ...x, scale: "linear" },
    y: { label: "model", scale: "category", categories: Object.keys(values) },
    layers: [intervalLayer(id, "model")],
  });
}

function rowsOf(
  context: Context,
  id: string,
  losses: Readonly<Record<string, readonly number[]>>,
  statistic: StatisticName,
  unit: (nats: number) => number,
  before: readonly string[],
): Cell[][] {
  return Object.entries(losses).map(([model, each]) => [
    ...[...before, model],
    ...intervalCells(each.map(unit), {
      ...{ statistic, random: context.random("bootstrap", id, ...before, model) },
    }),
  ]);
}

/** Records whether the LSTM foresees held-out tokens better than n-grams. */
export function claimScores(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  const { epochs, corpus, passes, characterHidden } = context.parameters;
  for (const name of ["unigram", "5-gram"] as const) {
    const id = `sentences-beat-${name}`;
    context.claim({
      id,
      statement: `After ${epochs} epochs on the sentences the LSTM beats the ${name} model on ` +
        "held-out words, of those that training has.",
      measure: `perplexity of the LSTM over that of the ${name} model`,
      estimate: ratio(
        context,
        id,
        sentences.map(({ histories, baselines }) => {
          return Math.exp((histories.clipped.at(-1)?.seenLoss ?? NaN) - baselines.seen[name]);
        }),
      ),
      threshold: { relation: "below", value: 1 },
    });
  }
  const times = passes === 1 ? "one pass" : `${passes} passes`;
  for (const name of ["unigram", "bigram", "5-gram"] as const) {
    const id = `characters-beat-${name}`;
    context.claim({
      id,
      statement:
        `After ${times} over the training part of ${corpus} an LSTM of ${characterHidden} ` +
        `units beats the ${name} model on held-out characters.`,
      ...(name === "5-gram" ? { source: "Sundermeyer, Schlüter & Ney (2012), for words" } : {}),
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
