import { overlapOf } from "./numbers.ts";
import type { Context } from "./parameters.ts";
import type { HeldOutLosses, SentenceRecord, Training } from "./sentence_model.ts";
import type { SentencesPart } from "./sentences.ts";

/** Records what is claimed of the sentences. */
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
  const compare = (
    id: string,
    training: Training,
    lossOf: (record: SentenceRecord) => number,
  ): void => {
    const [without, as] = [lasts(parts, training), lasts(parts, "as in the notebook")]
      .map((records) => records.map(lossOf));
    const values = (without ?? []).map((loss, i) => Math.exp(loss - (as?.[i] ?? NaN)));
    context.claim(id, { overlap, values });
  };
  compare("clipping-helps", "no clipping", ({ trainLoss }) => trainLoss);
  compare("scheduling-training", "constant learning rate", ({ trainLoss }) => trainLoss);
  compare("scheduling-held-out", "constant learning rate", ({ heldOut }) => heldOut.all);
}
