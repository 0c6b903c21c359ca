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
  claimSchedule(context, parts);
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
  const whole = "the LSTM's probabilities normalised over all ids";
  for (const name of ["unigram", "5-gram"] as const) {
    const others = parts.map(({ baselines }) => baselines.known[name]);
    const lstm = losses("as in the notebook", "known");
    context.claim(`sentences-beat-${name}`, {
      ...{ overlap, values: ratios(lstm, others) },
      parts: { "loss of the LSTM, nats": lstm, [`loss of the ${name} model, nats`]: others },
      alternatives: [
        { name: whole, values: ratios(losses("as in the notebook", "knownAmongAll"), others) },
        { name: constant, values: ratios(losses("constant learning rate", "known"), others) },
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

function claimSchedule(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const ratios = (lossOf: (record: SentenceRecord) => number): number[] => {
    const as = lasts(parts, "as in the notebook").map(lossOf);
    return lasts(parts, "constant learning rate")
      .map((record, i) => Math.exp(lossOf(record) - (as[i] ?? NaN)));
  };
  context.claim("scheduling-training", { overlap, values: ratios(({ trainLoss }) => trainLoss) });
  context.claim("scheduling-held-out", {
    ...{ overlap, values: ratios(({ heldOut }) => heldOut.all) },
    alternatives: [{
      name: "words that training has",
      values: ratios(({ heldOut }) => heldOut.known),
    }],
  });
}
