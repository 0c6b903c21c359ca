import { estimate } from "../../analysis/estimate.ts";
import { mean } from "../../analysis/statistics.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { Context } from "./parameters.ts";
import { last, lowest, ratio } from "./scores.ts";
import type { SentencesPart } from "./sentences.ts";

const notebook = "the notebook, which trains on the sentences";

/** Records whether the sentences are learnt by heart, and whether clipping is needed. */
export function claimTraining(context: Context, parts: readonly SentencesPart[]): void {
  const { epochs, clipGradNorm } = context.parameters;
  const clipped = parts.map(({ histories }) => histories.clipped);
  context.claim({
    id: "overfitting",
    statement:
      `Within ${epochs} epochs on the sentences the held-out perplexity rises again, by a ` +
      "tenth or more.",
    measure: "held-out perplexity after the last epoch over the lowest",
    estimate: ratio(
      context,
      "overfitting",
      clipped.map((history) => {
        return Math.exp(last(history) - lowest(history));
      }),
    ),
    threshold: { relation: "above", value: 1.1 },
  });
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
        const best = history.find(({ validationLoss }) => validationLoss === lowest(history));
        return Math.exp((history.at(-1)?.trainLoss ?? NaN) - (best?.trainLoss ?? NaN));
      }),
    ),
    threshold: { relation: "below", value: 0.9 },
  });
  context.claim({
    id: "clipping-acts",
    statement: `On the sentences most gradients are longer than ${clipGradNorm} and are clipped.`,
    source: `${notebook} with gradients clipped to a norm of 1`,
    measure: "share of steps that are clipped",
    estimate: estimate(clipped.map(clippedShare), {
      random: context.random("bootstrap", "clipping-acts"),
    }),
    threshold: { relation: "above", value: 0.5 },
  });
  context.claim({
    id: "clipping-helps",
    statement: "Without clipping the sentences are learnt worse.",
    source: `${notebook} with gradients clipped to a norm of 1`,
    measure: "lowest held-out perplexity without clipping over that with it",
    estimate: ratio(
      context,
      "clipping-helps",
      parts.map(({ histories }) => {
        return Math.exp(lowest(histories["not clipped"]) - lowest(histories.clipped));
      }),
    ),
    threshold: { relation: "above", value: 1 },
  });
}

/** Epochs have equally many steps. */
function clippedShare(history: readonly EpochRecord[]): number {
  return mean(history.map(({ clipped }) => clipped));
}
