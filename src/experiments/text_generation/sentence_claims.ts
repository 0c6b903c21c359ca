import { overlapOf } from "./numbers.ts";
import type { Context } from "./parameters.ts";
import type { HeldOutLosses, SentenceRecord, Training } from "./sentence_model.ts";
import type { SentencesPart } from "./sentences.ts";

/**
 * Records what is claimed of the sentences.
 *
 * @param context The run.
 * @param parts What each seed gave.
 */
export function claimSentences(context: Context, parts: readonly SentencesPart[]): void {
  claimComparisons(context, parts);
  claimOverfitting(context, parts);
  claimTraining(context, parts);
}

/** The last record of each seed. */
function lasts(parts: readonly SentencesPart[], training: Training): SentenceRecord[] {
  return parts.flatMap(({ histories }) => histories[training].at(-1) ?? []);
}

function claimComparisons(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const losses = (training: Training, which: keyof HeldOutLosses): number[] =>
    lasts(parts, training).map(({ heldOut }) => heldOut[which]);
  const ratios = (above: readonly number[], below: readonly number[]): number[] =>
    above.map((loss, i) => Math.exp(loss - (below[i] ?? NaN)));
  const constant = "a constant learning rate, which reads no held-out word";
  const whole = "the LSTM's probabilities shared out over all ids";
  const cases = [
    ["uniform", "all", "notebook"],
    ["unigram", "known", "knownAmongAll"],
    ["5-gram", "known", "knownAmongAll"],
  ] as const;
  for (const [name, which, amongAll] of cases) {
    const others = parts.map(({ baselines }) => baselines[which][name]);
    const lstm = losses("as in the notebook", which);
    context.claim(`sentences-beat-${name}`, {
      ...{ overlap, values: ratios(lstm, others) },
      parts: { "loss of the LSTM, nats": lstm, [`loss of the ${name} model, nats`]: others },
      alternatives: [
        { name: whole, values: ratios(losses("as in the notebook", amongAll), others) },
        { name: constant, values: ratios(losses("constant learning rate", which), others) },
      ],
    });
  }
}

function claimOverfitting(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const half = Math.floor(context.parameters.epochs / 2) - 1;
  const rises = (which: "all" | "known", training: Training): number[] =>
    parts.map(({ histories }) => {
      const records = histories[training];
      return Math.exp(
        (records.at(-1)?.heldOut[which] ?? NaN) - (records[half]?.heldOut[which] ?? NaN),
      );
    });
  for (
    const [id, which] of [["held-out-rises", "all"], ["held-out-known-rises", "known"]] as const
  ) {
    context.claim(id, {
      ...{ overlap, values: rises(which, "as in the notebook") },
      alternatives: [{
        name: "a constant learning rate",
        values: rises(which, "constant learning rate"),
      }],
    });
  }
}

function claimTraining(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const ratios = (training: Training, lossOf: (record: SentenceRecord) => number): number[] => {
    const as = lasts(parts, "as in the notebook").map(lossOf);
    return lasts(parts, training).map((record, i) => Math.exp(lossOf(record) - (as[i] ?? NaN)));
  };
  const trainLoss = (record: SentenceRecord): number => record.trainLoss;
  context.claim("clipping-helps", { overlap, values: ratios("no clipping", trainLoss) });
  context.claim("scheduling-training", {
    ...{ overlap, values: ratios("constant learning rate", trainLoss) },
  });
  context.claim("scheduling-held-out", {
    ...{ overlap, values: ratios("constant learning rate", ({ heldOut }) => heldOut.all) },
    alternatives: [{
      name: "words that training has",
      values: ratios("constant learning rate", ({ heldOut }) => heldOut.known),
    }],
  });
}
