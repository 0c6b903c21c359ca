import { estimate } from "../../analysis/estimate.ts";
import { mean } from "../../analysis/statistics.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { Context } from "./parameters.ts";
import { ratio } from "./scores.ts";
import type { Clipping, SentenceRecord } from "./sentence_model.ts";
import type { SentencesPart } from "./sentences.ts";

const crucial = "the notebook (“Gradient clipping and learning rate scheduling are crucial for " +
  "stable training”)";

/** Records whether the sentences are learnt by heart, and whether clipping is needed. */
export function claimTraining(context: Context, parts: readonly SentencesPart[]): void {
  const { epochs, clipGradNorm } = context.parameters;
  const clipped = parts.map(({ histories }) => histories.clipped);
  const rises = (id: string, words: string, lossOf: (record: SentenceRecord) => number): void =>
    context.claim({
      id,
      statement:
        `Within ${epochs} epochs on the sentences the perplexity of ${words} rises again, ` +
        "by a tenth or more.",
      measure: "held-out perplexity after the last epoch over the lowest after any",
      estimate: ratio(
        context,
        id,
        clipped.map((history) => {
          const losses = history.map(lossOf);
          return Math.exp((losses.at(-1) ?? NaN) - Math.min(...losses));
        }),
      ),
      threshold: { relation: "above", value: 1.1 },
    });
  rises("overfitting", "held-out words", ({ validationLoss }) => validationLoss);
  rises("overfitting-known", "held-out words that training has", ({ seenLoss }) => seenLoss);
  context.claim({
    id: "overfitting-training",
    statement: "In the same epochs the training perplexity falls, by a tenth or more.",
    measure:
      "training perplexity in the last epoch over that in the epoch of the lowest held-out " +
      "perplexity",
    estimate: ratio(
      context,
      "overfitting-training",
      clipped.map((history) => {
        const lowest = Math.min(...history.map(({ validationLoss }) => validationLoss));
        const best = history.find(({ validationLoss }) => validationLoss === lowest);
        return Math.exp((history.at(-1)?.trainLoss ?? NaN) - (best?.trainLoss ?? NaN));
      }),
    ),
    threshold: { relation: "below", value: 0.9 },
  });
  context.claim({
    id: "clipping-acts",
    statement: `On the sentences most gradients are longer than ${clipGradNorm} and are clipped.`,
    source: crucial,
    measure: "share of steps that are clipped",
    estimate: estimate(clipped.map(clippedShare), {
      random: context.random("bootstrap", "clipping-acts"),
    }),
    threshold: { relation: "above", value: 0.5 },
  });
  context.claim({
    id: "clipping-helps",
    statement: "Without clipping the sentences are learnt worse.",
    source: crucial,
    measure: "training perplexity in the last epoch, without clipping over with it",
    estimate: ratio(
      context,
      "clipping-helps",
      parts.map(({ histories }) => {
        const lossOf = (clipping: Clipping) => histories[clipping].at(-1)?.trainLoss ?? NaN;
        return Math.exp(lossOf("not clipped") - lossOf("clipped"));
      }),
    ),
    threshold: { relation: "above", value: 1 },
  });
}

/** Epochs have equally many steps. */
function clippedShare(history: readonly EpochRecord[]): number {
  return mean(history.map(({ clipped }) => clipped));
}
